//===- WarpgroupTile.cpp - Tiles of wgmma ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WarpgroupTile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace quantc;

/// Rings fit the 227 KiB of a multiprocessor of 9.0, or half of them. What
/// tiles cost, and which are for few results, was measured on an H100 with
/// other kernels of this form, not with these.
static constexpr WarpgroupTile kTiles[] = {
    {2, 256, 4, 1, 2.0}, {2, 128, 6, 1, 1.1}, {1, 128, 4, 2, 0.75},
    {1, 64, 6, 2, 0.75}, {1, 32, 8, 2, 0.75},
};
static constexpr const WarpgroupTile &kLeastOfMany = kTiles[2],
                                     &kSmall = kTiles[3],
                                     &kSmallest = kTiles[4];

static constexpr int64_t kMultiprocessors = 132; // of an H100

static std::string nameOf(const WarpgroupTile &tile) {
  return ("wgmma-" + llvm::Twine(tile.rows()) + "x" + llvm::Twine(tile.columns))
      .str();
}

std::optional<WarpgroupTile> quantc::findWarpgroupTile(llvm::StringRef name) {
  const WarpgroupTile *found = llvm::find_if(
      kTiles, [&](const WarpgroupTile &tile) { return nameOf(tile) == name; });
  if (found == std::end(kTiles))
    return std::nullopt;
  return *found;
}

std::string quantc::listWarpgroupTiles() {
  return llvm::join(llvm::map_range(kTiles, nameOf), ", ");
}

WarpgroupTile quantc::chooseWarpgroupTile(int64_t rows, int64_t columns) {
  auto tiles = [&](const WarpgroupTile &tile) {
    return llvm::divideCeil(rows, tile.rows()) *
           llvm::divideCeil(columns, tile.columns);
  };
  constexpr int64_t kEnough = 192; // of the small ones
  if (tiles(kLeastOfMany) < kMultiprocessors)
    return tiles(kSmall) >= kEnough ? kSmall : kSmallest;
  auto costOf = [&](const WarpgroupTile &tile) {
    return tile.cost *
           static_cast<double>(llvm::divideCeil(tiles(tile), kMultiprocessors));
  };
  const WarpgroupTile *best = &kTiles[0];
  for (const WarpgroupTile &tile : llvm::ArrayRef(kTiles).take_front(3))
    if (costOf(tile) < costOf(*best))
      best = &tile;
  return *best;
}
