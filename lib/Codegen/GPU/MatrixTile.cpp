//===- MatrixTile.cpp - Tiles of tensor cores -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixTile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace quantc;

/// Rings fit the 48 KiB of shared memory that a kernel has without asking for
/// more; accumulators take at most 128 registers of a thread.
static constexpr MatrixTile kTiles[] = {
    {128, 128, 2, 2, 3}, {64, 128, 2, 2, 4}, {128, 64, 2, 2, 4},
    {64, 64, 2, 2, 4},   {128, 32, 4, 1, 4}, {64, 32, 4, 1, 4},
    {32, 64, 1, 4, 4},
};

// Of an A100 (NVIDIA A100 Tensor Core GPU Architecture, 2020): 108
// multiprocessors, each with 2,048 multiply-adds of i8 a cycle; 5,120 bytes a
// cycle from the second level of the caches for all of them.
static constexpr int64_t kMultiprocessors = 108;
static constexpr double kMultiplyAdds = 2048;
static constexpr double kBytes = 5120.0 / kMultiprocessors;

static std::string nameOf(const MatrixTile &tile) {
  return (llvm::Twine(tile.rows) + "x" + llvm::Twine(tile.columns)).str();
}

std::optional<MatrixTile> quantc::findTile(llvm::StringRef name) {
  const MatrixTile *found = llvm::find_if(
      kTiles, [&](const MatrixTile &tile) { return nameOf(tile) == name; });
  if (found == std::end(kTiles))
    return std::nullopt;
  return *found;
}

std::string quantc::listTiles() {
  return llvm::join(llvm::map_range(kTiles, nameOf), ", ");
}

/// Cycles for all tiles: a stage takes as long as its products or its copies,
/// whichever is more, and the multiprocessors take one tile after the other.
static double costOf(const MatrixTile &tile, int64_t rows, int64_t columns) {
  int64_t tiles = llvm::divideCeil(rows, tile.rows) *
                  llvm::divideCeil(columns, tile.columns);
  double products = static_cast<double>(tile.rows) * tile.columns *
                    kStageDepth / kMultiplyAdds;
  double copies = static_cast<double>(tile.stageBytes()) / kBytes;
  auto waves = static_cast<double>(llvm::divideCeil(tiles, kMultiprocessors));
  return waves * std::max(products, copies);
}

MatrixTile quantc::chooseTile(int64_t rows, int64_t columns, int64_t mostSums) {
  const MatrixTile *best = nullptr;
  for (const MatrixTile &tile : kTiles)
    if (tile.sums() <= mostSums &&
        (!best || costOf(tile, rows, columns) < costOf(*best, rows, columns)))
      best = &tile;
  return *best;
}
