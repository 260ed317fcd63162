//===- CostsTest.cpp - Tests of what tiles cost ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Codegen/CPU/Costs.h"

#include <gtest/gtest.h>

using namespace quantc;

namespace {

// A load takes half a cycle, a dot of 64 multiply-adds one.
constexpr KernelCosts kKernel = {64, 4, 0.5, 0.5, 1};
constexpr KernelCosts kFaster = {256, 4, 0.5, 0.5, 1};

TileCosts tileOf(int64_t rows, int64_t vectors) {
  TileCosts tile;
  tile.count = 10;
  tile.rows = tile.loads = rows;
  tile.vectors = vectors;
  tile.multiplyAdds = 64;
  tile.steps = 100;
  return tile;
}

/// `tiles` that are filled, with data that no cache has to give up.
LayerWork workOf(const TileCosts &tile) {
  LayerWork work;
  work.kernel = work.best = &kKernel;
  work.tiles = {tile};
  work.multiplyAdds =
      tile.count * tile.rows * tile.vectors * tile.multiplyAdds * tile.steps;
  work.rows = tile.rows;
  work.columns = work.paddedColumns = 64;
  work.depth = work.paddedDepth = 400;
  return work;
}

TEST(Costs, StepsTakeDotsOrLoadsOrLatency) {
  EXPECT_EQ(tileOf(8, 2).stepCycles(kKernel), 16);
  EXPECT_EQ(tileOf(1, 2).stepCycles(kKernel), 4);
  TileCosts tile = tileOf(3, 2);
  tile.loads = 24;
  EXPECT_EQ(tile.stepCycles(kKernel), 13);
}

TEST(Costs, VectorsFromTheSecondLevelTakeMore) {
  TileCosts tile = tileOf(8, 2);
  tile.isStreamed = true;
  EXPECT_EQ(tile.stepCycles(kKernel), 16 + 2 * kCyclesOfStreamedVector);
}

TEST(Costs, FullTilesReachTheCeiling) {
  LayerCost cost = estimate(workOf(tileOf(8, 2)));
  EXPECT_EQ(cost.least, 16000);
  EXPECT_EQ(cost.expected, 16000 + 10 * kCyclesOfTile);
  EXPECT_EQ(cost.why, "");
}

TEST(Costs, BytesAreALimit) {
  LayerWork work = workOf(tileOf(8, 2));
  // More than any cache holds, at 4.5 bytes a cycle, which no step hides.
  work.weightBytes = work.constantBytes = 900000000;
  LayerCost cost = estimate(work);
  EXPECT_EQ(cost.least, 200000000);
  EXPECT_EQ(cost.expected, 200000000 + 16000 + 10 * kCyclesOfTile);
  // The same weights, with few others, stay near.
  work.weightBytes = work.constantBytes = 32 * 1024;
  EXPECT_EQ(estimate(work).least, 16000);
}

TEST(Costs, SaysWhatTakesMost) {
  LayerWork work = workOf(tileOf(8, 2));
  work.columns = 9;
  work.multiplyAdds = work.multiplyAdds * 9 / 64;
  EXPECT_EQ(estimate(work).why,
            "9 columns take the place of 64 (85 % of the time)");

  work = workOf(tileOf(8, 2));
  work.depth = 100;
  work.multiplyAdds /= 4;
  EXPECT_EQ(estimate(work).why,
            "K is 100, and takes the steps of 400 (74 % of the time)");

  work = workOf(tileOf(1, 1));
  EXPECT_EQ(estimate(work).why,
            "each weight is loaded for one product (71 % of the time)");

  TileCosts tile = tileOf(8, 2);
  tile.shuffles = 3000;
  work = workOf(tile);
  work.depth = work.paddedDepth = 9;
  EXPECT_EQ(estimate(work).why,
            "taps are interleaved before they are multiplied, K is 9 (65 % of "
            "the time)");

  tile = tileOf(8, 2);
  tile.partialLoads = 3000;
  EXPECT_EQ(estimate(workOf(tile)).why,
            "its runs along K end within a step, K is 400 (74 % of the time)");

  work = workOf(tileOf(8, 2));
  work.preparedBytes = 1000000;
  EXPECT_EQ(estimate(work).why,
            "its operand is brought to another form first (79 % of the time)");

  work = workOf(tileOf(8, 2));
  work.best = &kFaster;
  EXPECT_EQ(estimate(work).why,
            "another strategy takes it, whose ceiling is 25 % of that of the "
            "one chosen (74 % of the time)");

  work = workOf(tileOf(8, 2));
  work.epilogueOps = 1000;
  EXPECT_EQ(estimate(work).why,
            "its epilogue of 1000 operations an output weighs, as K is 400 (71 "
            "% of the time)");
}

TEST(Costs, LoopsTakeTheirOperationsOrTheirBytes) {
  LayerWork work;
  work.iterations = 1000;
  work.scalarOps = 100;
  work.activationBytes = 1250;
  LayerCost cost = estimate(work);
  EXPECT_EQ(cost.least, 10);
  EXPECT_DOUBLE_EQ(cost.expected, 1000 * 100 * kCyclesOfScalarOp);
  EXPECT_EQ(cost.why, "loops of 1000 iterations around 100 scalar operations, "
                      "without tiles");
  work.lookups = 10;
  EXPECT_DOUBLE_EQ(estimate(work).expected, 1000 * 10 * kCyclesOfLookup);
  EXPECT_EQ(estimate(work).why,
            "loops of 1000 iterations around 100 scalar operations, without "
            "tiles, one by one, as they look up a table");
  work.scalarOps = work.lookups = 0;
  EXPECT_DOUBLE_EQ(estimate(work).expected, 1000 * kCyclesOfIteration);
}

} // namespace
