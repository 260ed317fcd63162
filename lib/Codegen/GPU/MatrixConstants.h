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

/// Where chunk `chunk` of row `row` lies in a stage, in chunks from the begin
/// of the row: eight rows that are read at once have their chunks in different
/// banks of shared memory. By `exclusiveOr` on numbers or on values.
constexpr int64_t swizzleOf(int64_t row) { return row >> 1 & 3; }

/// The right operand of `contraction`, i8, as stages of shared memory hold it:
/// for each tile of columns and each stage along K, `tile.columns` rows of
/// kStageDepth bytes, swizzled, zeros where there is no weight. Columns are in
/// such an order that a lane, which has two neighbours of each eight results of
/// an instruction, has neighbours only.
mlir::DenseElementsAttr packWeights(const Contraction &contraction,
                                    const MatrixTile &tile);

/// One value per column, with zeros up to a multiple of `tile.columns`.
mlir::DenseElementsAttr padColumns(mlir::DenseElementsAttr values,
                                   const MatrixTile &tile);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_MATRIXCONSTANTS_H
