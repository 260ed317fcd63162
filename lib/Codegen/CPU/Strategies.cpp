//===- Strategies.cpp - The table of strategies ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace quantc;

// Registers: accumulators, one vector per column of the tile, and one or two
// for the row. With 16 registers 6 x 2 accumulators fit, with 32 there is room
// for the 24 to 28 that reach the highest rates.
static constexpr int64_t kRows16[] = {8, 6};
static constexpr int64_t kRows32[] = {24, 14, 8, 6};

static constexpr Kernel kPairs128 = {
    16, 16, 4, 2, 0, kRows16, 4, broadcastPair, extendToPairs, dotPairs};
static constexpr Kernel kPairs256 = {
    16, 16, 8, 2, 0, kRows16, 4, broadcastPair, extendToPairs, dotPairsX86};
static constexpr Kernel kQuads512 = {
    8, 8, 16, 4, 128, kRows32, 4, broadcastQuad, addOffset, dotQuads};
static constexpr Kernel kFloat256 = {
    32, 32, 8, 1, 0, kRows16, 8, broadcastFloat, keepFloat, dotFloat};
static constexpr Kernel kFloat512 = {
    32, 32, 16, 1, 0, kRows32, 8, broadcastFloat, keepFloat, dotFloat};

/// The best come last.
static constexpr Strategy kStrategies[] = {
    {"generic", "", "", kPairs128, {}},
    {"avx2-exact", "x86-64-v3", "", kPairs256, kFloat256},
    {"avx512-vnni", "x86-64-v4", "+avx512vnni", kQuads512, kFloat512},
};

bool quantc::isSupported(const Strategy &strategy, LLVM::TargetAttr target) {
  if (strategy.level.empty())
    return true;
  // The names of the levels of an architecture ascend.
  StringRef chip = target.getChip().getValue();
  if (!chip.starts_with("x86-64") || chip < strategy.level)
    return false;
  return strategy.feature.empty() ||
         (target.getFeatures() &&
          target.getFeatures().contains(strategy.feature));
}

const Strategy *quantc::findStrategy(StringRef name) {
  const Strategy *found = llvm::find_if(
      kStrategies, [&](const Strategy &row) { return row.name == name; });
  return found == std::end(kStrategies) ? nullptr : found;
}

const Strategy &quantc::selectStrategy(LLVM::TargetAttr target) {
  auto best =
      llvm::find_if(llvm::reverse(kStrategies), [&](const Strategy &row) {
        return isSupported(row, target);
      });
  return *best; // the first row needs nothing
}

std::string quantc::listStrategies() {
  return llvm::join(
      llvm::map_range(kStrategies,
                      [](const Strategy &row) { return row.name; }),
      ", ");
}
