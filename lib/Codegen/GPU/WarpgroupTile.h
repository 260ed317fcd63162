//===- WarpgroupTile.h - Tiles of wgmma -------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_WARPGROUPTILE_H
#define QUANTC_LIB_CODEGEN_GPU_WARPGROUPTILE_H

#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace quantc {

/// Threads that multiply together, and rows of their results.
constexpr int64_t kWarpgroup = 128;
constexpr int64_t kGroupRows = 64;

/// The most bytes along K that a stage holds of each row and column: a line of
/// shared memory, the largest swizzle.
constexpr int64_t kMostDepth = 128;

/// What a block of threads computes on a chip with wgmma: groups of four warps
/// that multiply, and a thread that lets copies begin.
struct WarpgroupTile {
  int64_t groups, columns;
  int64_t stages;             // of the ring in shared memory
  int64_t blocks;             // on a multiprocessor at once
  double cost;                // of a tile, where the largest is 2
  int64_t depth = kMostDepth; // of a stage: 32, 64 or 128

  /// The same with stages of this depth, as many as fit.
  WarpgroupTile withDepth(int64_t bytes) const {
    WarpgroupTile tile = *this;
    tile.stages *= tile.depth / bytes;
    tile.depth = bytes;
    return tile;
  }

  int64_t rows() const { return groups * kGroupRows; }
  /// The assembler gives all threads the same registers to begin with, and
  /// rounds their number up to whole groups: where registers are short, the
  /// copies have a group that gives them back.
  bool movesRegisters() const { return groups > 1; }
  int64_t threads() const {
    constexpr int64_t kWarp = 32;
    return groups * kWarpgroup + (movesRegisters() ? kWarpgroup : kWarp);
  }
  int64_t leftBytes() const { return rows() * depth; }
  int64_t rightBytes() const { return columns * depth; }
  int64_t stageBytes() const { return leftBytes() + rightBytes(); }
  /// Of the ring with two barriers for each stage.
  int64_t ringBytes() const { return stages * (stageBytes() + 16); }
  /// Registers of a lane with sums.
  int64_t sums() const { return columns / 2; }
  /// Columns that the lanes of a row share: each stores up to 16 bytes at once.
  int64_t partColumns() const { return std::min<int64_t>(columns, 64); }
};

/// The tile that "wgmma-ROWSxCOLUMNS" names.
std::optional<WarpgroupTile> findWarpgroupTile(llvm::StringRef name);

/// All names, separated by commas, for messages.
std::string listWarpgroupTiles();

/// The tile that should take least for so many results.
WarpgroupTile chooseWarpgroupTile(int64_t rows, int64_t columns);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_WARPGROUPTILE_H
