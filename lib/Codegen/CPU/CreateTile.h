//===- CreateTile.h - Tiles of a contraction --------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_CREATETILE_H
#define QUANTC_LIB_CODEGEN_CPU_CREATETILE_H

#include "Strategy.h"
#include "quantc/Codegen/Common/Contraction.h"

namespace quantc {

/// Where a tile begins: elements of the left operand and of the views.
struct Position {
  mlir::Value left;
  llvm::SmallVector<mlir::Value> views;
};

/// A panel, and where the tiles begin that read it.
struct Panel {
  Position position;
  mlir::Value right, begin, channel; // begin: of its elements in `right`
  mlir::Value number, firstStep, endStep;
  int64_t width = 0, columns = 0;
};

/// What all tiles of a contraction read and write, flat.
struct TileOperands {
  mlir::Value left, start;
  mlir::Value scratch; // of kernels that need it
  mlir::Value steps;   // null where the kernel takes them in order
  llvm::SmallVector<mlir::Value> params,
      views;                        // views: inputs, then the output
  llvm::SmallVector<int8_t> levels; // that codes of panels stand for
  int64_t aheadParts = 1; // of a panel, of which a tile brings one nearer
};

/// A tile of `rows`, the first `skip` of which are another's, with the epilogue
/// and the constants that this takes from outside. `ahead`: what it brings
/// nearer of the right operand, or null.
void createTile(mlir::OpBuilder &builder, Contraction &contraction,
                const Strategy &strategy, const TileOperands &operands,
                const Panel &panel, const Position &position, int64_t rows,
                mlir::Value ahead, int64_t skip);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_CREATETILE_H
