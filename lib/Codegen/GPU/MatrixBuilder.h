//===- MatrixBuilder.h - Parts of a kernel of tensor cores ------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_MATRIXBUILDER_H
#define QUANTC_LIB_CODEGEN_GPU_MATRIXBUILDER_H

#include "Emitter.h"
#include "ImageBorder.h"
#include "MatrixConstants.h"

namespace quantc {

/// What the chip has, by its compute capability times ten.
struct MatrixFeatures {
  bool hasAsyncCopies;  // cp.async, from 8.0 on
  bool hasWideProducts; // mma m16n8k32, from 8.0 on; m8n8k16 before
};

/// Where a row of the outputs lies: elements from the first one, of the left
/// operand and of each view of the contraction; and of what sums start from,
/// where that is not the same for all rows.
struct RowPlace {
  mlir::Value left;
  llvm::SmallVector<mlir::Value> views;
  mlir::Value starts;
};

/// `row`, an index, as dimensions of the outputs.
RowPlace placeOfRow(Emitter &emit, const Contraction &contraction,
                    mlir::Value row);

/// Bytes that every access of the left operand may take at once: a power of 2
/// up to a chunk that divides all steps.
int64_t widthOfLeft(const Contraction &contraction);

/// The least that cp.async takes. What is less is gathered in registers.
constexpr int64_t kLeastCopy = 4;

/// Copies stages of the operands into shared memory, with zeros for the border
/// of an image. Of each row 4 threads copy
/// a chunk each.
class MatrixCopies {
public:
  /// `left` and `weights`: addresses of the first row of the operand, and of
  /// the first stage of the tile of columns. `firstRow`, `rows`: of the block,
  /// and of the whole, as indices; rows beyond are the last one, again.
  MatrixCopies(Emitter &emit, const Contraction &contraction,
               const MatrixTile &tile, MatrixFeatures features,
               mlir::Value thread, mlir::Value left, mlir::Value weights,
               mlir::Value firstRow, mlir::Value rows,
               std::optional<ImageBorder> border);

  /// Stage `stage` along K to `ring`, a pointer.
  void copy(mlir::Value ring, mlir::Value stage);
  /// Ends the copies of one stage.
  void commit();
  /// Waits until at most `stages` of those are not done.
  void wait(int64_t stages);

private:
  /// A row of the left operand that a thread copies chunks of.
  struct Row {
    mlir::Value begin;      // a pointer
    mlir::Value insideMask; // of its taps, where there is a border
  };
  /// What of a row a copy takes: where it is from the begin, and which element
  /// of K.
  struct Part {
    mlir::Value offset, k;
  };
  mlir::Value offsetAlongK(mlir::Value k);
  mlir::Value isInside(const Row &row, const Part &part);
  void copyBytes(mlir::Value to, mlir::Value from, int64_t bytes,
                 mlir::Value isInside = {});
  void gatherChunk(mlir::Value to, const Row &row, llvm::ArrayRef<Part> parts);
  mlir::Value loadInside(mlir::Type type, mlir::Value from,
                         mlir::Value isInside, int64_t alignment);

  Emitter &emit;
  const Contraction &contraction;
  MatrixTile tile;
  bool isAsync;
  int64_t width; // bytes that are neighbours, and aligned, in the left operand
  std::optional<ImageBorder> border;
  mlir::Value thread, chunk, weights;
  mlir::Value anywhere;            // a pointer to what may be read
  llvm::SmallVector<Row> leftRows; // one for each pass
  mlir::Value leftPlace;           // in a stage, of the first pass
};

/// Multiplies stages in shared memory, each warp its part of the tile.
class MatrixProducts {
public:
  MatrixProducts(Emitter &emit, const MatrixTile &tile, MatrixFeatures features,
                 mlir::Value thread);

  /// Adds the products of the stage at `ring` to `sums`.
  void multiply(mlir::Value ring, llvm::SmallVector<mlir::Value> &sums);

  /// Which of the sums of a lane is at `column` of its neighbours, in row
  /// `half` * 8 of 16 rows.
  int64_t indexOfSum(int64_t rows16, int64_t half, int64_t column) const;
  /// The row of the tile that is the lane's in rows16 and half; its first
  /// column.
  mlir::Value rowOf(int64_t rows16, int64_t half);
  mlir::Value firstColumn();
  int64_t rowParts() const { return tile.rowsOfWarp() / 16; }
  int64_t columnsOfLane() const { return tile.columnsOfWarp() / 4; }

private:
  llvm::SmallVector<mlir::Value> load(mlir::Value ring, mlir::Value offset);
  void multiplyInto(llvm::ArrayRef<mlir::Value> left,
                    llvm::ArrayRef<mlir::Value> right,
                    llvm::MutableArrayRef<mlir::Value> sums);

  Emitter &emit;
  MatrixTile tile;
  MatrixFeatures features;
  mlir::Value lane, warpRow, warpColumn;       // the latter two of the tile
  mlir::Value leftOffsets[2], rightOffsets[2]; // of the halves of a stage
};

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_MATRIXBUILDER_H
