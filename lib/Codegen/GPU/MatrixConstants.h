//===- MatrixConstants.h - Constants in the order of tiles ------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_MATRIXCONSTANTS_H
#define QUANTC_LIB_CODEGEN_GPU_MATRIXCONSTANTS_H

#include "MatrixTile.h"

#include "quantc/Codegen/Common/Contraction.h"

namespace quantc {

/// How stages of shared memory hold weights.
struct WeightLayout {
  int64_t columns; // of a tile
  int64_t part;    // columns that lanes share, four to a row
  int64_t depth;   // bytes along K of a stage: 32, 64 or 128
  /// Elements along K that are neighbours in the left operand, and how many
  /// they are with zeros behind them.
  int64_t run, paddedRun;
};

/// Chunk `chunk` of row `row` lies at the exclusive or of it and this, in
/// chunks from the begin of the row: eight rows that are read at once have
/// their chunks in different banks of shared memory.
constexpr int64_t swizzleOf(int64_t row, int64_t depth) {
  constexpr int64_t kLine = 128;
  return row * depth / kLine % (depth / kChunk);
}

/// The right operand of `contraction`, i8, as stages of shared memory hold it:
/// for each tile of columns and each stage along K, `layout.columns` rows of
/// `layout.depth` bytes, swizzled, zeros where there is no weight. Columns are
/// in such an order that a lane, which has two neighbours of each eight results
/// of an instruction, has neighbours only.
mlir::DenseElementsAttr packWeights(const Contraction &contraction,
                                    const WeightLayout &layout);

/// One value per column, with zeros up to a multiple of `columns`.
mlir::DenseElementsAttr padColumns(mlir::DenseElementsAttr values,
                                   int64_t columns);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_MATRIXCONSTANTS_H
