//===- LayerTimesTest.cpp - Tests of the times of layers ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/LayerTimes.h"

#include <gtest/gtest.h>

#include <thread>

using namespace quantc::host;

namespace {

// An hour of a core, and nothing.
constexpr int64_t kLong = int64_t{1} << 43;
constexpr quantc_layer_info kLayers[] = {
    {"fast", "loops", "", 0, 0, kLong, kLong},
    {"slow", "loops", "because", 0, 0, 1000, 1},
    {"slower", "loops", "", 0, 0, 1, 1}};

struct LayerTimesTest : testing::Test {
  LayerTimesTest() {
    model.layers = kLayers;
    model.layer_count = 3;
  }
  quantc_model model = {};
  quantc_run_args args = {};
};

TEST_F(LayerTimesTest, PartsOfALayerAreAdded) {
  LayerTimes times(model);
  times.restart();
  times.attachTo(args);
  auto finishAfter = [&](int milliseconds, int32_t layer) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    args.layer_done(args.layer_context, layer);
  };
  for (int run = 0; run < 2; ++run) {
    times.beginRun();
    finishAfter(10, 1);
    finishAfter(1, 0);
    finishAfter(10, 1);
    times.endRun();
  }
  EXPECT_GE(times.least(1), 20);
  EXPECT_GE(times.median(1), times.least(1));
  EXPECT_GE(times.least(0), 1);
  EXPECT_LT(times.least(0), times.least(1));
  EXPECT_EQ(times.least(2), 0);
}

TEST_F(LayerTimesTest, EveryLayerBelowHalfHasAReason) {
  LayerTimes times(model);
  times.restart();
  times.attachTo(args);
  times.beginRun();
  for (int32_t layer = 0; layer < 3; ++layer) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    args.layer_done(args.layer_context, layer);
  }
  times.endRun();
  EXPECT_GT(times.clock(), 0.1);
  EXPECT_GT(times.shareOfCeiling(0), 1);
  EXPECT_EQ(times.explain(0), "");
  EXPECT_LT(times.shareOfCeiling(1), 0.5);
  EXPECT_EQ(times.explain(1), "because");
  EXPECT_EQ(times.explain(2).rfind("it takes ", 0), 0u);
}

TEST_F(LayerTimesTest, OthersThanProfiledModelsExpectNothing) {
  EXPECT_TRUE(LayerTimes(model).areExpected());
  model.layer_count = 0;
  EXPECT_FALSE(LayerTimes(model).arePossible());
  quantc_observed_info observed[2] = {};
  observed[0].id = 3;
  observed[1].id = 7;
  observed[0].tensor.name = "a";
  observed[1].tensor.name = "b";
  model.observed = observed;
  model.observed_count = 2;
  LayerTimes times(model);
  EXPECT_TRUE(times.arePossible());
  EXPECT_FALSE(times.areExpected());
  times.attachTo(args);
  times.beginRun();
  args.observe(args.observe_context, 7, nullptr, 0);
  times.endRun();
  EXPECT_EQ(times.name(1), "b");
  EXPECT_EQ(times.least(0), 0);
  EXPECT_GT(times.least(1), 0);
}

} // namespace
