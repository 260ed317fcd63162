//===- HistogramTest.cpp - Bins and exponents ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Histogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace quantc::record;

namespace {

TEST(Histogram, TakesTheSmallestExponentThatHasABin) {
  EXPECT_EQ(exponentFor(0.0f), kLeastExponent);
  EXPECT_EQ(exponentFor(-0.0f), kLeastExponent);
  EXPECT_EQ(exponentFor(2047.0f), 0);
  EXPECT_EQ(exponentFor(std::nextafterf(2048.0f, 0.0f)), 0);
  EXPECT_EQ(exponentFor(2048.0f), 1);
  EXPECT_EQ(exponentFor(-2048.0f), 0); // begins the lowest bin
  EXPECT_EQ(exponentFor(std::nextafterf(-2048.0f, -4096.0f)), 1);
  EXPECT_EQ(exponentFor(std::numeric_limits<float>::max()), kLargestExponent);
  EXPECT_EQ(exponentFor(-std::numeric_limits<float>::max()), kLargestExponent);
  EXPECT_EQ(exponentFor(std::numeric_limits<float>::denorm_min()),
            kLeastExponent);
}

TEST(Histogram, BinsBeginAtTheirLowerEdge) {
  EXPECT_EQ(binOf(1.0f, -1), 2);
  EXPECT_EQ(binOf(std::nextafterf(1.0f, 0.0f), -1), 1);
  EXPECT_EQ(binOf(0.0f, 0), 0);
  EXPECT_EQ(binOf(-1e-45f, kLargestExponent), -1);
  EXPECT_EQ(binOf(-1.0f, 0), -1);
  EXPECT_EQ(binOf(-1.5f, 0), -2);
  EXPECT_EQ(edgeOf(-3, -1), -1.5);
}

TEST(Histogram, CoarseningIsBinningWithTheLargerExponent) {
  const float values[] = {-2048.0f, -1000.5f, -3.0f, -0.25f, 0.0f,
                          1.0f,     2.0f,     3.0f,  2047.9f};
  for (int32_t steps : {0, 1, 2, 5, 11, 12, 60}) {
    Histogram fine, coarse;
    for (float value : values) {
      ++fine[binOf(value, 0)];
      ++coarse[binOf(value, steps)];
    }
    fine.coarsen(steps);
    for (int32_t bin = -kBinsPerSide; bin < kBinsPerSide; ++bin)
      EXPECT_EQ(fine[bin], coarse[bin]) << "bin " << bin << ", " << steps;
    EXPECT_EQ(fine.total(), 9u);
  }
}

} // namespace
