//===- CollectorTest.cpp - Taking in the values of a tensor -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Collect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

using namespace quantc::record;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Numbers of every magnitude, either sign.
float randomFloat(std::mt19937 &random) {
  uint32_t bits = random();
  float value;
  static_assert(sizeof(bits) == sizeof(value));
  std::memcpy(&value, &bits, sizeof(value));
  return std::isfinite(value) ? value : 0.0f;
}

TEST(Collector, CountsEveryValueInItsBin) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 20; ++trial) {
    // A magnitude of its own for each trial, and tiny values that underflow
    // when they are scaled.
    float unit = std::ldexp(1.0f, static_cast<int>(random() % 240) - 120);
    std::vector<float> values(3000);
    for (float &value : values)
      value = random() % 8 ? unit * (static_cast<float>(random()) / 0x1p31f - 1)
                           : randomFloat(random) / 0x1p127f;
    TensorRecord tensor = collect({values});
    ASSERT_EQ(tensor.min, *std::min_element(values.begin(), values.end()));
    ASSERT_EQ(tensor.max, *std::max_element(values.begin(), values.end()));
    ASSERT_EQ(tensor.exponent,
              std::max(exponentFor(tensor.min), exponentFor(tensor.max)));
    Histogram expected;
    for (float value : values)
      ++expected[binOf(value, tensor.exponent)];
    for (int32_t bin = -kBinsPerSide; bin < kBinsPerSide; ++bin)
      ASSERT_EQ(tensor.values[bin], expected[bin])
          << "bin " << bin << " of exponent " << tensor.exponent;
  }
}

TEST(Collector, DoesNotDependOnTheOrderOfSamples) {
  std::mt19937 random(2);
  Samples samples(12);
  for (size_t sample = 0; sample < samples.size(); ++sample)
    for (int index = 0; index < 1500; ++index)
      samples[sample].push_back(
          std::ldexp(static_cast<float>(random()) / 0x1p31f - 1,
                     static_cast<int>(sample)));
  samples[3] = {-0.0f, 0.0f};
  std::string expected = print(recordOf(samples));
  for (int trial = 0; trial < 5; ++trial) {
    std::shuffle(samples.begin(), samples.end(), random);
    EXPECT_EQ(print(recordOf(samples)), expected);
  }
}

TEST(Collector, CountsWhatIsNotFinite) {
  TensorRecord tensor =
      collect({{NAN, -kInfinity, kInfinity, 2.0f}, {-NAN, NAN}});
  EXPECT_EQ(tensor.count, 6u);
  EXPECT_EQ(tensor.nan, 3u);
  EXPECT_EQ(tensor.infinite, 2u);
  EXPECT_EQ(tensor.min, 2.0f);
  EXPECT_EQ(tensor.max, 2.0f);
  EXPECT_EQ(tensor.values.total(), 1u);
  EXPECT_EQ(tensor.minima.total(), 1u); // the other sample has no extremes
}

TEST(Collector, KeepsTheExtremesOfEachSample) {
  TensorRecord tensor = collect({{-1.0f, 1.0f}, {-1.0f, 3.0f}, {0.5f}, {}});
  EXPECT_EQ(tensor.exponent, -9);
  EXPECT_EQ(tensor.minima[binOf(-1.0f, -9)], 2u);
  EXPECT_EQ(tensor.minima[binOf(0.5f, -9)], 1u);
  EXPECT_EQ(tensor.maxima[binOf(3.0f, -9)], 1u);
  EXPECT_EQ(tensor.maxima.total(), 3u);
}

TEST(Collector, HasOneZero) {
  EXPECT_EQ(print(recordOf({{-0.0f}})), print(recordOf({{0.0f}})));
}

TEST(Merge, EqualsCollectingAll) {
  std::mt19937 random(3);
  Samples samples(9);
  for (auto &sample : samples)
    for (int index = 0; index < 700; ++index)
      sample.push_back(randomFloat(random));
  std::string expected = print(recordOf(samples));
  for (size_t split : {0u, 1u, 4u, 8u, 9u}) {
    auto middle = samples.begin() + static_cast<std::ptrdiff_t>(split);
    Record first = recordOf({samples.begin(), middle});
    Record second = recordOf({middle, samples.end()});
    Record sum = first;
    Error error;
    ASSERT_TRUE(merge(sum, second, error)) << error.text;
    EXPECT_EQ(print(sum), expected);
    ASSERT_TRUE(merge(second, first, error)) << error.text;
    EXPECT_EQ(print(second), expected);
  }
}

TEST(Merge, TakesOnlyWhatFits) {
  auto errorOf = [](const Record &other) {
    Record record = recordOf({{1.0f}});
    std::string before = print(record);
    Error error;
    EXPECT_FALSE(merge(record, other, error));
    EXPECT_EQ(print(record), before);
    return error.text;
  };
  Record other = recordOf({{2.0f}});
  other.network = "def456";
  EXPECT_EQ(errorOf(other),
            "the records are of different networks (abc123 and def456): merge "
            "only records of one observed library");
  other = recordOf({{2.0f}});
  other.tensors[0].name = "y";
  EXPECT_EQ(errorOf(other),
            "the records list different tensors, although they are of one "
            "network: one of them was edited");
  other.tensors.clear();
  EXPECT_EQ(errorOf(other),
            "the records list different numbers of tensors, although they are "
            "of one network: one of them was edited");
}

TEST(Merge, KeepsARangeThatWasSetByHand) {
  Record plain = recordOf({{1.0f}}), edited = plain, third = plain;
  edited.tensors[0].range = Range{-1.0f, 2.0f};
  Error error;
  ASSERT_TRUE(merge(plain, edited, error));
  EXPECT_EQ(plain.tensors[0].range->max, 2.0f);
  ASSERT_TRUE(merge(plain, edited, error));
  third.tensors[0].range = Range{-1.0f, 3.0f};
  EXPECT_FALSE(merge(plain, third, error));
  EXPECT_EQ(error.text, "the records set different ranges for tensor 'x': "
                        "remove one of the lines");
}

} // namespace
