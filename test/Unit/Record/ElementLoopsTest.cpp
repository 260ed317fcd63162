//===- ElementLoopsTest.cpp - What a collector does to every element ----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Collect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace quantc::record;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Lengths that no vector divides, and ones that all do.
constexpr uint64_t kLengths[] = {0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 1000, 1024};

std::vector<float> randomValues(std::mt19937 &random, uint64_t count,
                                float unit) {
  std::vector<float> values(count);
  for (float &value : values) {
    value = unit * (static_cast<float>(random()) / 0x1p31f - 1);
    if (random() % 2)
      value = 0;
  }
  return values;
}

TEST(ElementLoops, FindTheExtremes) {
  std::mt19937 random(1);
  for (const ElementLoops &loops : supportedElementLoops()) {
    SCOPED_TRACE(loops.name);
    EXPECT_TRUE(loops.findExtremes(nullptr, 0).isEmpty());
    for (uint64_t length : kLengths) {
      if (length == 0)
        continue;
      std::vector<float> values = randomValues(random, length, 3.0f);
      Extremes extremes = loops.findExtremes(values.data(), length);
      EXPECT_TRUE(extremes.isFinite());
      EXPECT_EQ(extremes.minValue(),
                *std::min_element(values.begin(), values.end()));
      EXPECT_EQ(extremes.maxValue(),
                *std::max_element(values.begin(), values.end()));
      for (float strange : {NAN, -NAN, kInfinity, -kInfinity}) {
        std::vector<float> others = values;
        others[random() % length] = strange;
        EXPECT_FALSE(loops.findExtremes(others.data(), length).isFinite());
      }
    }
  }
}

/// Bins, but for the zeros.
std::vector<int32_t> listBins(const ElementLoops &loops,
                              const std::vector<float> &values,
                              int32_t exponent) {
  constexpr int32_t kUntouched = 12345;
  std::vector<int32_t> bins(values.size() + 1, kUntouched);
  uint64_t listed =
      loops.listBins(values.data(), values.size(), exponent, bins.data());
  EXPECT_LE(listed, values.size());
  EXPECT_EQ(bins.back(), kUntouched);
  bins.resize(listed);
  bins.erase(std::remove(bins.begin(), bins.end(), 0), bins.end());
  return bins;
}

void expectBins(const std::vector<float> &values, int32_t exponent) {
  std::vector<int32_t> expected;
  for (float value : values)
    if (int32_t bin = binOf(value, exponent))
      expected.push_back(bin);
  for (const ElementLoops &loops : supportedElementLoops())
    EXPECT_EQ(listBins(loops, values, exponent), expected) << loops.name;
}

TEST(ElementLoops, ListTheBinsInOrder) {
  std::mt19937 random(2);
  for (uint64_t length : kLengths)
    for (int32_t exponent :
         {kLeastExponent, -60, -9, 0, 60, kLargestExponent - 1})
      expectBins(randomValues(random, length, std::ldexp(2000.0f, exponent)),
                 exponent);
}

TEST(ElementLoops, KeepTheEdgesOfBins) {
  // Edges, their neighbours, and values that underflow when they are scaled.
  for (int32_t exponent : {kLeastExponent, -3, kLargestExponent - 1}) {
    std::vector<float> values;
    for (int32_t bin : {-2048, -2047, -1, 0, 1, 2, 1024, 2047}) {
      float edge = std::ldexp(static_cast<float>(bin), exponent);
      values.insert(values.end(), {edge, std::nextafter(edge, kInfinity)});
      if (bin != -2048)
        values.push_back(std::nextafter(edge, -kInfinity));
    }
    for (float tiny : {std::numeric_limits<float>::denorm_min(),
                       std::numeric_limits<float>::min()})
      values.insert(values.end(), {tiny, -tiny});
    // In vectors and behind the last of them.
    expectBins(values, exponent);
    std::rotate(values.begin(), values.begin() + 16, values.end());
    expectBins(values, exponent);
  }
}

TEST(ElementLoops, GiveTheSameRecord) {
  std::mt19937 random(3);
  Samples samples;
  for (uint64_t length : {3000, 5, 1, 2048})
    samples.push_back(randomValues(random, length, 5.0f));
  samples[0][1500] = NAN;
  samples[3][7] = -kInfinity;
  std::string expected = print(recordOf(samples));
  for (const ElementLoops &loops : supportedElementLoops()) {
    Record record = recordOf(samples);
    record.tensors = {collect(samples, 0, "x", loops)};
    EXPECT_EQ(print(record), expected) << loops.name;
  }
}

} // namespace
