//===- Sharing.cpp - What threads share ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sharing.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

/// What a step of one vector of accumulators takes at least: ResNet-50 by
/// avx2-exact, 16 multiply-adds a step (docs/benchmarks.md).
static constexpr double kNanosecondsPerStep = 0.17;

/// Tiles of a block, so that a panel is loaded into the caches for several.
static constexpr int64_t kTilesPerBlock = 8;

Grid quantc::chooseGrid(const Contraction &contraction, const Panels &panels,
                        const Kernel &kernel, int64_t shareFrom) {
  auto leastExtent = [](const RowDimension &dimension) -> int64_t {
    return ShapedType::isDynamic(dimension.extent) ? 1 : dimension.extent;
  };
  int64_t parts = contraction.groups * panels.count();
  for (const RowDimension &dimension : ArrayRef(contraction.rows).drop_back())
    parts *= leastExtent(dimension);
  const RowDimension &last = contraction.rows.back();
  int64_t steps = parts / panels.count() * leastExtent(last) *
                  (panels.paddedColumns() / kernel.lanes) *
                  llvm::divideCeil(contraction.depth(), kernel.group);
  Grid grid;
  grid.isShared = steps * kNanosecondsPerStep >= shareFrom;
  if (grid.isShared && parts < kEnoughParts) {
    int64_t width = panels.full > 0 ? panels.width : panels.tailWidth;
    RowTiles tiles =
        cutRows(leastExtent(last), maxRowsOf(contraction, kernel, width));
    int64_t most = (tiles.larger + tiles.smaller) / kTilesPerBlock;
    grid.blocks = std::clamp<int64_t>(llvm::divideCeil(kEnoughParts, parts), 1,
                                      std::max<int64_t>(most, 1));
  }
  return grid;
}
