//===- MatrixTile.h - Tiles of tensor cores ---------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_MATRIXTILE_H
#define QUANTC_LIB_CODEGEN_GPU_MATRIXTILE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace quantc {

/// Bytes along K that a stage of the ring in shared memory holds of each row
/// and column, and that one instruction copies or reads of them.
constexpr int64_t kStageDepth = 64;
constexpr int64_t kChunk = 16;

/// Lanes of a warp.
constexpr int64_t kWarp = 32;

/// What a block of threads computes: rows x columns results, by warps that each
/// hold a part of them in registers.
struct MatrixTile {
  int64_t rows, columns;
  int64_t warpsAlongRows, warpsAlongColumns;
  int64_t stages; // of the ring: what is copied while others are multiplied

  int64_t threads() const { return kWarp * warpsAlongRows * warpsAlongColumns; }
  int64_t rowsOfWarp() const { return rows / warpsAlongRows; }
  int64_t columnsOfWarp() const { return columns / warpsAlongColumns; }
  int64_t stageBytes() const { return (rows + columns) * kStageDepth; }
  /// Registers of a lane with sums.
  int64_t sums() const { return rows * columns / threads(); }
};

/// The tile that "ROWSxCOLUMNS" names.
std::optional<MatrixTile> findTile(llvm::StringRef name);

/// All names, separated by commas, for messages.
std::string listTiles();

/// The tile that should take least for so many results, of those with at most
/// `mostSums`.
MatrixTile chooseTile(int64_t rows, int64_t columns, int64_t mostSums);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_MATRIXTILE_H
