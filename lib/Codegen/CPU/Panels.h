//===- Panels.h - Constants in the order that tiles read them ---*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_PANELS_H
#define QUANTC_LIB_CODEGEN_CPU_PANELS_H

#include "Strategy.h"
#include "quantc/Codegen/Common/Contraction.h"

#include "quantc/Support/PanelLayout.h"

#include <vector>

namespace quantc {

/// How the columns of a group are cut: `full` panels of `width`, then one of
/// `tailWidth` where columns are left.
struct Panels {
  int64_t columns;
  int64_t width, full;
  int64_t tailWidth = 0; // 0: none
  int64_t panelSize = 0; // elements of a full panel
  int64_t codeBits = 0;  // of an element; 0: there are values
  double cycles = 0;     // of a step of all tiles of the last rows' dimension

  int64_t count() const { return full + (tailWidth > 0); }
  int64_t paddedColumns() const { return full * width + tailWidth; }
  int64_t tailColumns() const { return columns - full * width; }
};

/// How rows are cut into tiles: `larger` tiles of `rows`, then `smaller` ones
/// of rows - 1; of a kernel with matrix registers one of `rows` that ends with
/// the last row, where `larger` ones leave any.
struct RowTiles {
  int64_t rows, larger, smaller;

  /// Rows of a tile, and how many tiles have so many.
  llvm::SmallVector<std::pair<int64_t, int64_t>>
  listShapes(const Kernel &kernel) const;
};

/// A tile of `vectors` for what it costs; how often there is one is left open.
TileCosts describeTile(const Contraction &contraction, const Kernel &kernel,
                       int64_t rows, int64_t vectors);

/// The most rows of a tile of `width` columns.
int64_t maxRowsOf(const Contraction &contraction, const Kernel &kernel,
                  int64_t width);

/// As few tiles as `maxRows` allow, of balanced size.
RowTiles cutRows(int64_t extent, const Kernel &kernel, int64_t maxRows);

/// The width of panels that needs the fewest cycles, by the shape of the tiles:
/// infinitely many where no tile holds a line.
Panels choosePanels(const Contraction &contraction, const Kernel &kernel);

/// The order in which mk.tile or mk.depthwise reads the right operand, flat:
/// panels of a group side by side, one group behind the other.
PanelLayout layoutOf(const Contraction &contraction, const Panels &panels,
                     int64_t group);

/// Every element of a constant, a splat or not.
std::vector<int8_t> bytesOf(mlir::DenseElementsAttr constant);

/// Elements of the right operand in that order, or, unless there are none, by
/// `steps` (PanelStep).
int64_t countElements(const PanelLayout &layout, llvm::ArrayRef<int8_t> steps);

/// The right operand, packed so.
mlir::DenseElementsAttr packRight(const Contraction &contraction,
                                  const PanelLayout &layout,
                                  llvm::ArrayRef<int8_t> steps);

/// What the accumulators start from: the bias, less what the kernel's offset
/// adds to the sums (modulo 2^32). Each column is at its place in its panel.
mlir::DenseElementsAttr packStart(const Contraction &contraction,
                                  const PanelLayout &layout,
                                  int64_t leftOffset);

/// One value per column, at its place, and zeros in the padding.
mlir::DenseElementsAttr packParam(mlir::DenseElementsAttr param,
                                  const PanelLayout &layout);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_PANELS_H
