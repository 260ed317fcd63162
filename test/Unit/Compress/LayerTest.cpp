//===- LayerTest.cpp - Layers that are out of the ordinary ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Layer.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include <algorithm>
#include <cmath>

using namespace quantc::compress;

namespace {

/// A dense layer with weights that differ, on inputs that a test fills in.
struct Problem {
  Geometry geometry;
  std::vector<float> weight;
  Observations inputs, targets;
  Sensitivity sensitivity;
  IntegerInput integers;

  Problem(int64_t outputs, int64_t depth, int64_t samples) {
    geometry.outputs = outputs;
    geometry.channels = depth;
    for (int64_t index = 0; index < outputs * depth; ++index)
      weight.push_back(static_cast<float>(index * 5 % 9 - 4) / 8);
    inputs.size = depth;
    for (int64_t index = 0; index < samples * depth; ++index)
      inputs.values.push_back(static_cast<float>(index * index % 13) / 4);
    targets.size = outputs;
    sensitivity.perChannel.assign(outputs, 1);
    integers.scale = 0.0625;
    integers.zeroPoint = -128;
    integers.leastSteps.resize(outputs);
  }

  /// What the layer gives in float.
  void computeTargets(float bias = 0) {
    targets.values.clear();
    for (size_t row = 0; row < inputs.values.size(); row += inputs.size)
      for (int64_t output = 0; output < geometry.outputs; ++output) {
        float sum = bias;
        for (int64_t k = 0; k < inputs.size; ++k)
          sum += inputs.values[row + k] * weight[output * inputs.size + k];
        targets.values.push_back(sum);
      }
  }

  CompressedLayer compress(double price) const {
    return compress({WeightFormat::Priced, price});
  }
  CompressedLayer compress(const WeightFormat &format) const {
    CompressedLayer layer = compressLayer(
        {{geometry, weight, inputs, targets, sensitivity}, integers}, format);
    for (float step : layer.steps)
      EXPECT_TRUE(std::isnormal(step) && step > 0);
    for (float bias : layer.bias)
      EXPECT_TRUE(std::isfinite(bias));
    for (int8_t level : layer.levels)
      EXPECT_GE(level, -127);
    return layer;
  }

  /// Mean square of what is wrong with the outputs.
  double errorOf(const CompressedLayer &layer) const {
    double sum = 0;
    for (size_t row = 0; row < inputs.values.size() / inputs.size; ++row)
      for (int64_t output = 0; output < geometry.outputs; ++output) {
        double error = layer.bias[output] -
                       targets.values[row * geometry.outputs + output];
        for (int64_t k = 0; k < inputs.size; ++k)
          error += static_cast<double>(layer.steps[output]) *
                   layer.levels[output * inputs.size + k] *
                   inputs.values[row * inputs.size + k];
        sum += error * error;
      }
    return sum / static_cast<double>(targets.values.size());
  }
};

bool isZero(const CompressedLayer &layer) {
  return std::all_of(layer.levels.begin(), layer.levels.end(),
                     [](int8_t level) { return level == 0; });
}

TEST(CompressedLayer, GoesFromFineLevelsToZeros) {
  Problem problem(3, 8, 40);
  problem.computeTargets(2);
  CompressedLayer fine = problem.compress(1e-9),
                  coarse = problem.compress(1e-2), none = problem.compress(1e4);
  EXPECT_LT(problem.errorOf(fine), 1e-3);
  EXPECT_LT(problem.errorOf(fine), problem.errorOf(coarse));
  EXPECT_LT(problem.errorOf(coarse), problem.errorOf(none));
  EXPECT_TRUE(isZero(none));
  EXPECT_LT(fine.loss, coarse.loss);
}

TEST(CompressedLayer, IsTheSameEachTime) {
  Problem problem(3, 8, 40);
  problem.computeTargets();
  CompressedLayer first = problem.compress(1e-3),
                  second = problem.compress(1e-3);
  EXPECT_EQ(first.levels, second.levels);
  EXPECT_EQ(first.steps, second.steps);
  EXPECT_EQ(first.bias, second.bias);
}

TEST(CompressedLayer, TakesTheLevelsOfItsFormat) {
  Problem problem(16, 24, 200);
  problem.computeTargets(2);
  WeightFormat int2 = {WeightFormat::Integers}, int4 = int2;
  int2.bits = 2;
  int4.bits = 4;
  WeightFormat codebook = {WeightFormat::Codebook};
  codebook.levels = 16;
  CompressedLayer ofTwo = problem.compress(int2),
                  ofFour = problem.compress(int4),
                  ofCodebook = problem.compress(codebook);
  for (int8_t level : ofTwo.levels)
    EXPECT_TRUE(level >= -2 && level <= 1);
  for (int8_t level : ofFour.levels)
    EXPECT_TRUE(level >= -8 && level <= 7);
  std::set<int8_t> levels(ofCodebook.levels.begin(), ofCodebook.levels.end());
  EXPECT_GT(levels.size(), 4u);
  EXPECT_LE(levels.size(), 16u);
  // Products of two of them with bytes fit 16 bits.
  EXPECT_GE(*levels.begin(), -64);
  EXPECT_LE(*levels.rbegin(), 64);
  EXPECT_LT(problem.errorOf(ofFour), problem.errorOf(ofTwo) / 4);
  EXPECT_LT(problem.errorOf(ofCodebook), problem.errorOf(ofTwo) / 4);
}

/// How many different vectors of `size` columns the rows of `layer` consist of.
size_t countVectors(const CompressedLayer &layer, int64_t depth, int64_t size) {
  std::set<std::vector<int8_t>> vectors;
  for (auto row = layer.levels.begin(); row != layer.levels.end(); row += depth)
    for (int64_t column = 0; column + size <= depth; column += size)
      vectors.emplace(row + column, row + column + size);
  return vectors.size();
}

TEST(CompressedLayer, HasCodewordsOfVectors) {
  // The last vector of a row has fewer columns.
  Problem problem(32, 42, 400);
  for (size_t index = 0; index < problem.weight.size(); ++index)
    problem.weight[index] = std::sin(static_cast<float>(index * index));
  for (size_t index = 0; index < problem.inputs.values.size(); ++index)
    problem.inputs.values[index] = std::cos(static_cast<float>(index * 7919));
  problem.computeTargets(2);
  WeightFormat format = {WeightFormat::Vectors};
  format.vectorSize = 4;
  format.levels = 16;
  CompressedLayer few = problem.compress(format);
  format.levels = 128;
  CompressedLayer many = problem.compress(format);
  EXPECT_LE(countVectors(few, 42, 4), 16u);
  EXPECT_LE(countVectors(many, 42, 4), 128u);
  EXPECT_GT(countVectors(many, 42, 4), 64u);
  EXPECT_LT(problem.errorOf(many), problem.errorOf(few));
  for (int8_t level : many.levels)
    EXPECT_LE(std::abs(level), 64);
  EXPECT_EQ(many.levels, problem.compress(format).levels);
}

TEST(CompressedLayer, HasBytesWhereVectorsAreFew) {
  Problem problem(16, 24, 200); // 96 vectors
  problem.computeTargets(2);
  WeightFormat format = {WeightFormat::Vectors},
               int8 = {WeightFormat::Integers};
  format.vectorSize = 4;
  format.levels = 49;
  EXPECT_EQ(problem.compress(format).levels, problem.compress(int8).levels);
  format.levels = 48;
  EXPECT_NE(problem.compress(format).levels, problem.compress(int8).levels);
}

TEST(CompressedLayer, HasMultipliersOfGroups) {
  Problem problem(8, 40, 300);
  // The last inputs of each channel have weights a tenth as large.
  for (size_t k = 0; k < problem.weight.size(); ++k)
    problem.weight[k] *= k % 40 >= 32 ? 0.1f : 1;
  problem.computeTargets(2);
  WeightFormat plain = {WeightFormat::Integers};
  plain.bits = 4;
  WeightFormat grouped = plain;
  grouped.groupSize = 16;
  CompressedLayer layer = problem.compress(grouped);
  EXPECT_LT(problem.errorOf(layer), problem.errorOf(problem.compress(plain)));
  for (int64_t output = 0; output < 8; ++output)
    for (int64_t begin = 0; begin < 40; begin += 16) {
      int32_t divisor = 0, most = 0;
      for (int64_t k = begin; k < std::min<int64_t>(40, begin + 16); ++k) {
        int32_t level = layer.levels[output * 40 + k];
        divisor = std::gcd(divisor, level);
        most = std::max(most, std::abs(level));
      }
      EXPECT_LE(most, 8 * std::max(divisor, 1));
    }
}

TEST(CompressedLayer, HasAFormatWhereInputsAreConstantOrWeightsAreZero) {
  Problem problem(2, 4, 10);
  problem.inputs.values.assign(10 * 4, 1.5f);
  problem.computeTargets(7);
  WeightFormat codebook = {WeightFormat::Codebook},
               int4 = {WeightFormat::Integers};
  codebook.levels = 4;
  int4.bits = 4;
  WeightFormat vectors = {WeightFormat::Vectors};
  vectors.levels = vectors.vectorSize = 2;
  EXPECT_NEAR(problem.errorOf(problem.compress(vectors)), 0, 1e-5);
  EXPECT_NEAR(problem.errorOf(problem.compress(codebook)), 0, 1e-6);
  EXPECT_NEAR(problem.errorOf(problem.compress(int4)), 0, 1e-5);
  problem.weight.assign(problem.weight.size(), 0.0f);
  EXPECT_TRUE(isZero(problem.compress(codebook)));
  EXPECT_TRUE(isZero(problem.compress(vectors)));
  EXPECT_TRUE(isZero(problem.compress(int4)));
}

TEST(CompressedLayer, HasOnlyABiasWhereInputsAreConstant) {
  Problem problem(2, 4, 10);
  problem.inputs.values.assign(10 * 4, 1.5f);
  problem.computeTargets(7);
  CompressedLayer layer = problem.compress(1e-6);
  EXPECT_TRUE(isZero(layer));
  EXPECT_NEAR(problem.errorOf(layer), 0, 1e-6);
}

TEST(CompressedLayer, MayHaveNoInputThatIsNotZero) {
  Problem problem(2, 4, 10);
  problem.inputs.values.assign(10 * 4, 0.0f);
  problem.computeTargets(7);
  CompressedLayer layer = problem.compress(1e-6);
  EXPECT_TRUE(isZero(layer));
  EXPECT_NEAR(layer.bias[0], 7, 1e-3);
}

TEST(CompressedLayer, MayHaveOneInputThatIsConstant) {
  Problem problem(2, 4, 24);
  for (size_t index = 0; index < problem.inputs.values.size(); index += 4)
    problem.inputs.values[index] = 3;
  problem.computeTargets();
  EXPECT_LT(problem.errorOf(problem.compress(1e-8)), 1e-3);
}

TEST(CompressedLayer, MayHaveNoWeights) {
  Problem problem(2, 4, 10);
  problem.weight.assign(8, 0.0f);
  problem.computeTargets(-3);
  CompressedLayer layer = problem.compress(1e-6);
  EXPECT_TRUE(isZero(layer));
  EXPECT_NEAR(layer.bias[1], -3, 1e-3);
}

TEST(CompressedLayer, MayHaveAChannelWithoutWeights) {
  Problem problem(2, 4, 30);
  std::fill_n(problem.weight.begin(), 4, 0.0f);
  problem.computeTargets();
  CompressedLayer layer = problem.compress(1e-9);
  EXPECT_LT(problem.errorOf(layer), 1e-3);
}

TEST(CompressedLayer, MayBeOneWeight) {
  Problem problem(1, 1, 12);
  problem.weight = {0.7f};
  problem.computeTargets(1);
  EXPECT_LT(problem.errorOf(problem.compress(1e-8)), 1e-3);
}

TEST(CompressedLayer, MayHaveMoreInputsThanSamples) {
  Problem problem(3, 60, 5);
  problem.computeTargets();
  CompressedLayer layer = problem.compress(1e-8);
  EXPECT_LT(problem.errorOf(layer), 1e-2);
  // Weights that the samples say nothing of stay about what they were.
  for (size_t index = 0; index < layer.levels.size(); ++index)
    EXPECT_NEAR(layer.steps[index / 60] * layer.levels[index],
                problem.weight[index], 0.3);
}

TEST(CompressedLayer, MayHaveOneSample) {
  Problem problem(3, 6, 1);
  problem.computeTargets();
  EXPECT_NEAR(problem.errorOf(problem.compress(1e-6)), 0, 1e-6);
}

TEST(CompressedLayer, KeepsStepsThatIntegersNeed) {
  Problem problem(2, 8, 40);
  problem.computeTargets();
  problem.integers.leastSteps = {0.25, 0};
  CompressedLayer layer = problem.compress(1e-9);
  EXPECT_GE(layer.steps[0], 0.25f);
  EXPECT_LT(layer.steps[1], 0.1f);
}

TEST(CompressedLayer, StartsSumsWithZerosAtTheEnd) {
  Problem problem(4, 8, 40);
  problem.computeTargets(30);
  int32_t any = 0;
  CompressedLayer layer = problem.compress(1e-2);
  for (int32_t start : layer.starts)
    any |= start;
  EXPECT_NE(any, 0);
  EXPECT_EQ(any & 3, 0);
  for (size_t output = 0; output < 4; ++output) {
    int32_t sum = 0;
    for (size_t k = 0; k < 8; ++k)
      sum += layer.levels[output * 8 + k];
    // The zero point is taken off what the sums of products add.
    double unit = problem.integers.scale * layer.steps[output];
    EXPECT_NEAR(layer.bias[output] / unit, layer.starts[output] - 128 * sum,
                0.01);
  }
}

} // namespace
