//===- MatrixEpilogue.h - From sums to results ------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_MATRIXEPILOGUE_H
#define QUANTC_LIB_CODEGEN_GPU_MATRIXEPILOGUE_H

#include "MatrixBuilder.h"
#include "MatrixOperands.h"

namespace quantc {

/// The bias and the op behind the sums, on neighbouring columns of a row.
class MatrixEpilogue {
public:
  MatrixEpilogue(Emitter &emit, const Contraction &contraction,
                 MatrixOperands &operands)
      : emit(emit), contraction(contraction), operands(operands) {}

  /// Reads what belongs to `count` columns from `column`, an index, on.
  void start(mlir::Value column, int64_t count);
  /// Stores the results of a row at `place`, whose sums these are.
  void store(const RowPlace &place, llvm::ArrayRef<mlir::Value> sums);

private:
  struct View {
    mlir::Type element;
    mlir::Value address; // of the first element
    int64_t alignment;   // bytes, of every lane's first column
  };
  View describe(mlir::Value buffer, size_t view);
  llvm::SmallVector<mlir::Value> loadPadded(mlir::Value buffer,
                                            mlir::Value first);
  mlir::Value pointerInto(const View &view, mlir::Value row, int64_t column);
  mlir::Value compute(int64_t column, mlir::Value sum, mlir::ValueRange inputs);

  Emitter &emit;
  const Contraction &contraction;
  MatrixOperands &operands;
  llvm::SmallVector<View> views; // inputs, then the output
  int64_t count = 0;
  mlir::Value column;
  /// Whether all columns of a lane are there, or none.
  bool isWhole = false;
  llvm::SmallVector<mlir::Value> biasOfColumns;
  llvm::SmallVector<llvm::SmallVector<mlir::Value>> paramsOfColumns;
};

/// A row that a lane has sums of.
struct LaneRow {
  mlir::Value row; // an index
  llvm::SmallVector<mlir::Value> sums;
};

/// Stores the results of those of a lane's columns, from `column` on, and of
/// its rows that are there; of the latter there are `rows`.
void storeResults(Emitter &emit, const Contraction &contraction,
                  MatrixOperands &operands, mlir::Value column,
                  llvm::ArrayRef<LaneRow> laneRows, mlir::Value rows);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_MATRIXEPILOGUE_H
