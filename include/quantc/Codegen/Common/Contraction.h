//===- Contraction.h - A contraction as loops around tiles ------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CODEGEN_COMMON_CONTRACTION_H
#define QUANTC_CODEGEN_COMMON_CONTRACTION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace quantc {

/// The value of a constant buffer, or null.
mlir::DenseElementsAttr constantOf(mlir::Value buffer);

/// Strides or dilations of a convolution, ones where it names none.
llvm::SmallVector<int64_t> windowOf(mlir::Operation *op,
                                    llvm::StringRef attribute);

/// Whether `op` is one of the named ops that become tiles: a matmul whose right
/// operand is transposed, a convolution of NHWC, grouped or not, or a product
/// of matrices.
bool isContraction(mlir::Operation *op);

/// Whether `op` is a product of matrices, in batches: its loops are over the
/// batches, then m, n and k.
bool isProduct(mlir::Operation *op);

/// A dimension of the outputs: how far one step along it leads in the left
/// operand and in each view of the epilogue, in elements.
struct RowDimension {
  int64_t extent; // dynamic: the batch
  int64_t leftStep;
  llvm::SmallVector<int64_t> viewSteps;
};

/// A dimension of matrices, each of which is multiplied by one of its own or,
/// where a step is 0, by the same.
struct BatchDimension : RowDimension {
  int64_t rightStep;
  int64_t matrixStep; // in matrices of the right operand, one behind the other
};

/// With a batch of 1.
int64_t leastExtent(const RowDimension &dimension);
int64_t leastExtent(llvm::ArrayRef<RowDimension> rows);

/// A contraction on buffers, with what starts its accumulators and what becomes
/// of them.
struct Contraction {
  mlir::linalg::LinalgOp op;
  mlir::Operation *start;           // broadcast of the bias, or fill with 0
  mlir::linalg::GenericOp epilogue; // null: the accumulators are the result

  mlir::Value left;        // dense or strided
  bool isPrepared = false; // `left` has elements as the kernel multiplies them
  mlir::DenseElementsAttr right, bias; // no bias: 0
  /// Inputs of the epilogue: one constant per column, or one value per output.
  llvm::SmallVector<mlir::DenseElementsAttr> params;
  llvm::SmallVector<mlir::Value> inputs;
  mlir::Value output;

  /// A right operand that is no constant: `right` is null then. Steps are in
  /// elements; one of them is 1.
  mlir::Value rightBuffer;
  int64_t rightColumnStep = 0, rightDepthStep = 0;
  llvm::SmallVector<BatchDimension> batches;
  /// How the loops of the epilogue read `inputs`.
  llvm::SmallVector<mlir::AffineMap> inputMaps;
  /// Those of the inputs that have one value for all columns.
  llvm::SmallVector<int64_t> rowInputs;

  /// Every channel by itself: one group, whose columns are the channels.
  bool isDepthwise = false;
  int64_t groups = 1;
  int64_t columns = 0; // of a group
  int64_t leftGroupStep = 0;
  /// The outputs of a group, the innermost dimension last. Views: the inputs,
  /// then the output.
  llvm::SmallVector<RowDimension> rows;
  /// What one row of a tile is, where that is no single pixel: the last
  /// dimension of the outputs, which is not in `rows` then.
  std::optional<RowDimension> line;
  /// Along K, as in mk.tile.
  llvm::SmallVector<int64_t> counts, strides;
  int64_t run = 0;

  /// The type of the elements of the right operand.
  mlir::Type element() const;
  /// Elements of the right operand in a column.
  int64_t depth() const;
  /// How many right operands of one sample there are.
  int64_t matrices() const;
  /// Groups, or batches of a product: each has all of `rows`.
  int64_t parts() const;
  /// Where each run begins in the left operand, from the first one.
  llvm::SmallVector<int64_t> offsetsOfRuns() const;
};

/// What the loops around `op` need to know; nothing where it has another form,
/// or operands that are not constant.
std::optional<Contraction> analyzeContraction(mlir::linalg::LinalgOp op);

/// The same of a product, whose right operand may be anything.
std::optional<Contraction> analyzeProduct(mlir::linalg::LinalgOp op);

/// Recomputes the steps of `left` after it was replaced by a dense buffer of
/// its shape.
void describeRows(Contraction &contraction);
void describeProduct(Contraction &contraction);

//===----------------------------------------------------------------------===//
// Parts of the analysis
//===----------------------------------------------------------------------===//

/// Steps along each dimension, of which the last must be 1: vectors are loaded
/// and stored along it.
std::optional<llvm::SmallVector<int64_t>> stridesOf(mlir::Value buffer);

/// Whether all operands have such steps.
bool haveStrides(const Contraction &contraction);

/// Finds what starts the accumulators of `contraction.op`, and the op behind it
/// that is its epilogue if `readEpilogue` takes that; else the accumulators are
/// the result. Fails where the accumulators start from something else than a
/// constant per column, or are no buffer of their own.
mlir::LogicalResult
findNeighbours(Contraction &contraction,
               llvm::function_ref<mlir::LogicalResult(mlir::Value accumulators)>
                   readEpilogue);

/// Whether `op` is one of the arith or the math dialect.
bool isArithmetic(mlir::Operation &op);

/// Whether all in the body of an op computes on scalars, and could as well on
/// vectors.
bool isElementwiseBody(mlir::Block &body);

/// Whether an epilogue has loops and a body that tiles can take.
bool isElementwiseEpilogue(mlir::linalg::GenericOp op);

/// The buffer that `value` has in another shape.
mlir::Value withoutReshapes(mlir::Value value);

/// The buffer that `value` is a view of.
mlir::Value rootOf(mlir::Value value);

/// Ops of the block that access `root` or a view of it, in program order.
void collectUsers(mlir::Value root,
                  llvm::SmallVector<mlir::Operation *> &users);

/// Whether `value` is a view of `buffer`.
bool isViewOf(mlir::Value value, mlir::Value buffer);

} // namespace quantc

#endif // QUANTC_CODEGEN_COMMON_CONTRACTION_H
