//===- Costs.h - How long tiles take ----------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arithmetic on the numbers of Costs.def, without IR. All times are cycles
// of one core.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_COSTS_H
#define QUANTC_LIB_CODEGEN_CPU_COSTS_H

#include <cstdint>
#include <string>
#include <vector>

namespace quantc {

#define COST(TYPE, NAME, VALUE) constexpr TYPE NAME = VALUE;
#include "Costs.def"

/// A row of the table.
struct KernelCosts {
  double ceiling, latency, left, right, shuffle;
};

#define KERNEL(NAME, ...)                                                      \
  inline constexpr KernelCosts k##NAME##Costs = {__VA_ARGS__};
#include "Costs.def"

/// Tiles of one shape.
struct TileCosts {
  int64_t count = 0;        // of tiles
  int64_t rows = 0;         // of a tile, with those that fill accumulators
  int64_t vectors = 0;      // of accumulators of a row
  int64_t multiplyAdds = 0; // of a row and a vector, in a step
  int64_t steps = 0;        // along K
  int64_t chains = 1;       // that these take turns to add to
  int64_t loads = 0;        // of a step, from the left operand
  int64_t shuffles = 0;     // of a tile, of taps
  int64_t partialLoads = 0; // of a tile
  bool isStreamed = false;  // the panel is not in the first-level cache
  bool hasCodes = false;    // the panel has

  /// Of the multiply-adds alone, at the ceiling.
  double dotCycles(const KernelCosts &costs) const;
  /// Of a step with its loads.
  double stepCycles(const KernelCosts &costs) const;
};

/// What a layer has to do.
struct LayerWork {
  const KernelCosts *kernel = nullptr; // null: no tiles
  const KernelCosts *best = nullptr; // of the strategy that was chosen for all
  std::vector<TileCosts> tiles;
  int64_t multiplyAdds = 0; // of those that the layer is defined by
  int64_t rows = 0;         // that each weight is multiplied with
  int64_t columns = 0, paddedColumns = 0;
  int64_t depth = 0, paddedDepth = 0; // K, and what the steps take
  int64_t epilogueOps = 0;            // on each output
  int64_t weightBytes = 0;            // of this layer
  int64_t constantBytes = 0;          // of all layers: a run brings all of them
  int64_t activationBytes = 0;        // read and written
  int64_t preparedBytes = 0;          // of operands, brought to another form
  int64_t iterations = 0;             // of loops around scalars
  int64_t scalarOps = 0;              // in each
  int64_t lookups = 0;                // in each, in a table, one by one
  double lookupCycles = 0;            // in each, of lookups by vectors
};

struct LayerCost {
  double expected = 0;
  /// The roofline: the multiply-adds at the ceiling of the best kernel, or the
  /// bytes at what the memory that holds them gives, whichever is more.
  double least = 0;
  /// Why `least` is less than half of `expected`; else empty.
  std::string why;
};

LayerCost estimate(const LayerWork &work);

/// To read or write `bytes`, from the smallest memory that holds so many.
double bytesCycles(int64_t bytes);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_COSTS_H
