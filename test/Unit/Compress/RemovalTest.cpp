//===- RemovalTest.cpp - What it costs to remove channels -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Removal.h"

#include <gtest/gtest.h>

using namespace quantc::compress;

namespace {

/// A dense layer on inputs of which the last is the sum of the first two.
struct Problem {
  Geometry geometry;
  std::vector<float> weight = {1, 2, 3, 4, 1, 1, 1, 1};
  Observations inputs, targets;
  Sensitivity sensitivity;

  Problem() {
    geometry.outputs = 2;
    geometry.channels = 4;
    inputs.size = 4;
    targets.size = 2;
    sensitivity.perChannel = {1, 2};
    for (int sample = 0; sample < 2000; ++sample) {
      auto a = static_cast<float>(sample * 7 % 11 - 5);
      auto b = static_cast<float>(sample * 5 % 13 - 6);
      auto c = static_cast<float>(sample * 3 % 17 - 8) / 8;
      std::vector<float> row = {a, b, c, a + b};
      for (size_t output = 0; output < 2; ++output) {
        float sum = 5;
        for (size_t k = 0; k < 4; ++k)
          sum += weight[output * 4 + k] * row[k];
        targets.values.push_back(sum);
      }
      inputs.values.insert(inputs.values.end(), row.begin(), row.end());
    }
  }

  ObservedLayer observe() const {
    return {geometry, weight, inputs, targets, sensitivity};
  }
};

TEST(Removal, TakesWhatOthersMakeUpFor) {
  Problem problem;
  SummingLayer layer = describeSums(problem.observe());
  Removal removal = orderRemovals({4, {{&layer, {{0}, {1}, {2}, {3}}}}});
  ASSERT_EQ(removal.order.size(), 3u);
  // One of the three is the sum or difference of the others, but for the ridge;
  // c adds (3^2 + 2 * 1^2) times its variance, that of 17 steps of an eighth.
  EXPECT_NE(removal.order[0], 2);
  EXPECT_EQ(removal.order[1], 2);
  EXPECT_LT(removal.losses[0], 1.5);
  EXPECT_NEAR(removal.losses[1] - removal.losses[0], 11 * 288 / 12.0 / 64, 1.5);
  EXPECT_GT(removal.losses[2], removal.losses[1] + 5);
}

TEST(Removal, AddsUpOverLayersAndColumns) {
  Problem problem;
  SummingLayer layer = describeSums(problem.observe());
  // Two channels of two inputs each.
  Removal one = orderRemovals({2, {{&layer, {{0, 3}, {1, 2}}}}});
  Removal two = orderRemovals(
      {2, {{&layer, {{0, 3}, {1, 2}}}, {&layer, {{0, 3}, {1, 2}}}}});
  EXPECT_EQ(one.order, two.order);
  EXPECT_NEAR(two.losses[0], 2 * one.losses[0], 1e-6 * one.losses[0]);
}

TEST(Removal, CostsNothingWhereNobodySums) {
  Problem problem;
  SummingLayer layer = describeSums(problem.observe());
  Removal removal = orderRemovals({3, {{&layer, {{}, {}, {1}}}}});
  EXPECT_EQ(removal.order, std::vector<int64_t>({0, 1}));
  EXPECT_EQ(removal.losses, std::vector<double>({0, 0}));
}

TEST(Removal, CostsNothingOfConstants) {
  Problem problem;
  problem.inputs.values.assign(problem.inputs.values.size(), 3);
  SummingLayer layer = describeSums(problem.observe());
  Removal removal = orderRemovals({4, {{&layer, {{0}, {1}, {2}, {3}}}}});
  EXPECT_LT(removal.losses[2], 1e-30);
}

TEST(Removal, IsMadeUpForByWhatIsLeft) {
  Problem problem;
  SummingLayer layer = describeSums(problem.observe());
  RepairedLayer made = makeUpFor(layer, {3}, {5, 5});
  const float expected[] = {5, 6, 3, 0, 2, 2, 1, 0};
  for (size_t index = 0; index < 8; ++index)
    EXPECT_NEAR(made.weight[index], expected[index], 0.1);
  EXPECT_EQ(made.weight[3], 0);
  EXPECT_NEAR(made.bias[0], 5, 0.1);
  // Nothing takes the place of c but its mean.
  std::vector<float> weight = problem.weight;
  made = makeUpFor(layer, {2}, {5, 5});
  EXPECT_NEAR(made.bias[0], 5 + 3 * layer.inputMean[2], 0.1);
}

TEST(Removal, IsAdjustedToWhatWasMeasured) {
  std::vector<double> losses = {1, 2, 3, 4, 5, 6};
  adjustLosses({{2, 4}, {4, 12}}, losses);
  EXPECT_EQ(losses, std::vector<double>({2, 4, 7.5, 12, 15, 18}));
  // Never less for more, and nothing of what was lossless.
  losses = {0, 2, 3};
  adjustLosses({{1, 1}, {2, 4}, {3, 2}}, losses);
  EXPECT_EQ(losses, std::vector<double>({0, 4, 4}));
}

TEST(Repair, MakesUpForAnInputThatIsGone) {
  Problem problem;
  Geometry geometry = problem.geometry;
  geometry.channels = 3;
  Observations inputs;
  inputs.size = 3;
  std::vector<float> weight;
  for (size_t index = 0; index < problem.inputs.values.size(); ++index)
    if (index % 4 != 3)
      inputs.values.push_back(problem.inputs.values[index]);
  for (size_t index = 0; index < problem.weight.size(); ++index)
    if (index % 4 != 3)
      weight.push_back(problem.weight[index]);
  RepairedLayer layer = repairLayer(
      {geometry, weight, inputs, problem.targets, problem.sensitivity});
  const float expected[] = {5, 6, 3, 2, 2, 1};
  for (size_t index = 0; index < 6; ++index)
    EXPECT_NEAR(layer.weight[index], expected[index], 0.05);
  EXPECT_NEAR(layer.bias[0], 5, 0.1);
  EXPECT_NEAR(layer.bias[1], 5, 0.1);
}

} // namespace
