//===- Costs.cpp - How long tiles take ----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Costs.h"

#include <algorithm>
#include <cmath>

using namespace quantc;

namespace {

struct MemoryLevel {
  int64_t bytes;
  double bytesPerCycle;
};

constexpr MemoryLevel kMemory[] = {
#define MEMORY(BYTES, BYTES_PER_CYCLE) {BYTES, BYTES_PER_CYCLE},
#include "Costs.def"
};

/// Where `bytes` fit that are read again and again.
const MemoryLevel &levelOf(int64_t bytes) {
  return *std::find_if(
      std::begin(kMemory), std::end(kMemory),
      [&](const MemoryLevel &level) { return bytes <= level.bytes; });
}

std::string percent(double share) {
  return std::to_string(std::lround(100 * share)) + " %";
}

/// Cycles above the least, and what takes them.
struct Part {
  double cycles;
  std::string text;
};

/// The time of a layer in tiles, by what takes it.
struct TileParts {
  double dots = 0, loads = 0, partialLoads = 0, shuffles = 0, epilogue = 0,
         starts = 0, far = 0;
  double total() const {
    return dots + loads + partialLoads + shuffles + epilogue + starts + far;
  }
};

TileParts addUp(const LayerWork &work) {
  const KernelCosts &costs = *work.kernel;
  TileParts parts;
  for (const TileCosts &tile : work.tiles) {
    auto steps = static_cast<double>(tile.count * tile.steps);
    auto vectors = static_cast<double>(tile.count * tile.rows * tile.vectors);
    parts.dots += steps * tile.dotCycles(costs);
    parts.loads += steps * (tile.stepCycles(costs) - tile.dotCycles(costs));
    parts.partialLoads += static_cast<double>(tile.count * tile.partialLoads) *
                          kCyclesOfPartialLoad;
    parts.shuffles +=
        static_cast<double>(tile.count * tile.shuffles) * costs.shuffle;
    parts.epilogue +=
        vectors * static_cast<double>(work.epilogueOps) * kCyclesOfEpilogueOp;
    parts.starts += static_cast<double>(tile.count) * kCyclesOfTile;
  }
  return parts;
}

double share(int64_t part, int64_t whole) {
  return whole == 0 ? 1
                    : static_cast<double>(part) / static_cast<double>(whole);
}

/// What of `parts` is more than the multiply-adds at the best ceiling.
std::vector<Part> listLosses(const LayerWork &work, const TileParts &parts,
                             double prepared) {
  auto multiplyAdds = static_cast<double>(work.multiplyAdds);
  double columns = share(work.columns, work.paddedColumns);
  double depth = share(work.depth, work.paddedDepth);
  std::string ofK = "K is " + std::to_string(work.depth);
  return {
      {multiplyAdds / work.kernel->ceiling - multiplyAdds / work.best->ceiling,
       "another strategy takes it, whose ceiling is " +
           percent(work.kernel->ceiling / work.best->ceiling) +
           " of that of the one chosen"},
      {parts.dots * (1 - columns), std::to_string(work.columns) +
                                       " columns take the place of " +
                                       std::to_string(work.paddedColumns)},
      {parts.dots * columns * (1 - depth),
       ofK + ", and takes the steps of " + std::to_string(work.paddedDepth)},
      {parts.loads, work.rows == 1
                        ? "each weight is loaded for one product"
                        : "its tiles are small: they wait for loads and for "
                          "the sums before"},
      {parts.partialLoads, "its runs along K end within a step, " + ofK},
      {parts.shuffles,
       "taps are interleaved before they are multiplied, " + ofK},
      {parts.epilogue, "its epilogue of " + std::to_string(work.epilogueOps) +
                           " operations an output weighs, as " + ofK},
      {parts.starts, "its tiles are short, as " + ofK},
      {parts.far, std::to_string(work.weightBytes) +
                      " bytes of weights come from beyond the second-level "
                      "cache"},
      {prepared, "its operand is brought to another form first"},
  };
}

std::string explain(const LayerWork &work, const TileParts &parts,
                    double prepared, double expected) {
  std::vector<Part> losses = listLosses(work, parts, prepared);
  const Part &largest = *std::max_element(
      losses.begin(), losses.end(),
      [](const Part &a, const Part &b) { return a.cycles < b.cycles; });
  return largest.text + " (" + percent(largest.cycles / expected) +
         " of the time)";
}

} // namespace

double quantc::bytesCycles(int64_t bytes) {
  return static_cast<double>(bytes) / levelOf(bytes).bytesPerCycle;
}

double TileCosts::dotCycles(const KernelCosts &costs) const {
  return static_cast<double>(rows * vectors * multiplyAdds) / costs.ceiling;
}

double TileCosts::stepCycles(const KernelCosts &costs) const {
  double loading = static_cast<double>(loads) * costs.left +
                   static_cast<double>(vectors) *
                       (costs.right + (hasCodes ? kCyclesOfCodes : 0));
  double streamed = isStreamed ? kCyclesOfStreamedVector : 0;
  return std::max({dotCycles(costs), loading,
                   costs.latency / static_cast<double>(chains)}) +
         static_cast<double>(vectors) * streamed;
}

LayerCost quantc::estimate(const LayerWork &work) {
  double weights = static_cast<double>(work.weightBytes) /
                   levelOf(work.constantBytes).bytesPerCycle;
  double memory = weights + bytesCycles(work.activationBytes);
  LayerCost cost;
  if (!work.kernel) {
    cost.least = memory;
    double iteration =
        std::max({kCyclesOfIteration,
                  static_cast<double>(work.scalarOps) * kCyclesOfScalarOp,
                  static_cast<double>(work.lookups) * kCyclesOfLookup,
                  work.lookupCycles});
    cost.expected =
        std::max(memory, static_cast<double>(work.iterations) * iteration);
    if (cost.least < cost.expected / 2)
      cost.why =
          "loops of " + std::to_string(work.iterations) +
          " iterations around " + std::to_string(work.scalarOps) +
          " scalar operations, without tiles" +
          (work.lookups > 0 ? ", one by one, as they look up a table" : "");
    return cost;
  }
  TileParts parts = addUp(work);
  double prepared =
      static_cast<double>(work.preparedBytes) * kCyclesOfPreparedByte;
  // Steps do not hide what comes from further than the second level.
  if (work.constantBytes > kMostOfSecondLevel)
    parts.far = weights;
  cost.least = std::max(memory, static_cast<double>(work.multiplyAdds) /
                                    work.best->ceiling);
  cost.expected = std::max(memory, parts.total() + prepared);
  if (cost.least < cost.expected / 2)
    cost.why = explain(work, parts, prepared, cost.expected);
  return cost;
}
