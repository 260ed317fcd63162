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

/// Tiles of an iteration at least, where there are as many, so that a panel is
/// loaded into the caches for several.
static constexpr int64_t kTiles = 8;

/// As kTiles, where the panel is copied: a vector of it takes a load, an
/// extension and a store, of which a step of every tile saves the extension.
static constexpr int64_t kTilesOfCopy = 24;

/// The largest copy of a panel, in bytes: it lies on the stack of a thread.
static constexpr int64_t kMostScratch = 160 * 1024;

/// Tiles that read a panel at most where what they wait for is that it comes
/// from beyond the second level of the caches. Of ResNet-50's time by
/// avx512-vnni 16 leave 0.97, 32 0.96, 64 0.94, 256 0.95.
static constexpr int64_t kMostTilesOfCold = 64;

/// Tiles that share bringing a panel nearer: each brings whole cache lines, as
/// many in each step.
static int64_t chooseAheadParts(const Contraction &contraction,
                                const Panels &panels, const Kernel &kernel,
                                int64_t tiles) {
  int64_t bytes = panels.width * kernel.group() *
                  contraction.element().getIntOrFloatBitWidth() / 8;
  int64_t parts = std::min(bytes / kCacheLine, tiles);
  while (parts > 1 && bytes % (parts * kCacheLine) != 0)
    --parts;
  return parts;
}

Grid quantc::chooseGrid(const Contraction &contraction, const Panels &panels,
                        const Kernel &kernel, int64_t constantBytes,
                        int64_t shareFrom) {
  ArrayRef<RowDimension> rows = contraction.rows;
  const RowDimension &last = rows.back();
  int64_t steps = contraction.parts() * leastExtent(rows) *
                  (panels.paddedColumns() / kernel.columns()) *
                  llvm::divideCeil(contraction.depth(), kernel.group());
  int64_t width = panels.full > 0 ? panels.width : panels.tailWidth;
  RowTiles lastTiles =
      cutRows(leastExtent(last), kernel, maxRowsOf(contraction, kernel, width));
  /// Tiles that read one panel.
  int64_t tiles =
      leastExtent(rows.drop_back()) * (lastTiles.larger + lastTiles.smaller);

  Grid grid;
  grid.isShared = steps * (kernel.isMatrix() ? kNanosecondsPerMatrixStep
                                             : kNanosecondsPerStep) >=
                  shareFrom;
  grid.widens = !contraction.isDepthwise && kernel.extendsRight() &&
                tiles >= kTiles &&
                panels.panelSize * kernel.dot->bits / 8 <= kMostScratch;
  int64_t weights = contraction.groups * panels.count() * panels.panelSize *
                    contraction.element().getIntOrFloatBitWidth() / 8;
  bool isCold = constantBytes > kMostOfSecondLevel && kernel.stepsAhead > 0 &&
                !kernel.isMatrix() && contraction.right &&
                !contraction.isDepthwise && panels.codeBits == 0 &&
                panels.full > 1 && tiles > 1 && tiles <= kMostTilesOfCold;
  grid.panelsFirst = grid.widens || weights > kMostOfSecondLevel || isCold;
  int64_t parts = contraction.parts() * panels.count();
  auto goBehind = [&](const RowDimension &dimension) {
    parts *= leastExtent(dimension);
    tiles /= leastExtent(dimension);
    ++grid.cut;
  };
  // A matrix of the left operand stays in the first level for all panels.
  bool isByTiles = kernel.isMatrix() && !grid.panelsFirst;
  int64_t least = grid.widens ? kTilesOfCopy : kTiles;
  for (const RowDimension &dimension : rows.drop_back()) {
    int64_t extent = leastExtent(dimension);
    if (grid.panelsFirst &&
        (!grid.isShared || (extent > 1 && (parts * extent >= kEnoughParts ||
                                           tiles / extent < least))))
      break;
    goBehind(dimension);
  }
  if (grid.isShared) {
    int64_t extent =
        grid.cut + 1 < rows.size() ? leastExtent(rows[grid.cut]) : tiles;
    int64_t blocks =
        std::min<int64_t>(llvm::divideCeil(kEnoughParts, parts), tiles / least);
    grid.blocks = isByTiles ? extent : std::clamp<int64_t>(blocks, 1, extent);
  }
  if (isCold)
    grid.aheadParts = chooseAheadParts(contraction, panels, kernel,
                                       llvm::divideCeil(tiles, grid.blocks));
  return grid;
}

int64_t quantc::leastExtent(Value buffer, unsigned dimension) {
  int64_t extent = cast<MemRefType>(buffer.getType()).getDimSize(dimension);
  if (!ShapedType::isDynamic(extent))
    return extent;
  auto collapsed = buffer.getDefiningOp<memref::CollapseShapeOp>();
  if (!collapsed)
    return 1;
  int64_t product = 1;
  ReassociationIndices outer = collapsed.getReassociationIndices()[dimension];
  for (int64_t outerDimension : outer)
    product *= leastExtent(collapsed.getSrc(), outerDimension);
  return product;
}

SmallVector<int64_t> quantc::leastExtents(linalg::LinalgOp op) {
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  for (auto [loop, extent] : llvm::enumerate(extents)) {
    if (!ShapedType::isDynamic(extent))
      continue;
    Value buffer;
    unsigned dimension;
    extent =
        succeeded(op.mapIterationSpaceDimToOperandDim(loop, buffer, dimension))
            ? leastExtent(buffer, dimension)
            : 1;
  }
  return extents;
}

unsigned quantc::countShared(linalg::LinalgOp op, int64_t shareFrom) {
  SmallVector<int64_t> extents = leastExtents(op);
  if (kNanosecondsPerIteration * ShapedType::getNumElements(extents) <
      shareFrom)
    return 0;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  unsigned most = extents.size() == 1 ? 1 : extents.size() - 1;
  unsigned shared = 0;
  for (int64_t parts = 1; shared < most && parts < kEnoughParts &&
                          iterators[shared] == utils::IteratorType::parallel;
       ++shared)
    parts *= extents[shared];
  return shared;
}
