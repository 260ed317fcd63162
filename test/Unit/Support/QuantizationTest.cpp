//===- QuantizationTest.cpp - Quantization arithmetic -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Support/Quantization.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

using namespace quantc;

namespace {

constexpr StorageBounds kS8 = {-128, 127};

TEST(Quantization, RoundsTiesToEven) {
  EXPECT_EQ(roundEven(0.5), 0);
  EXPECT_EQ(roundEven(1.5), 2);
  EXPECT_EQ(roundEven(-2.5), -2);
  EXPECT_EQ(roundEven(std::nextafter(2.5, 3.0)), 3);
  EXPECT_EQ(roundEven(4503599627370497.5), 4503599627370498.0);
}

TEST(Quantization, SpreadsARangeOverTheBounds) {
  QuantParams params = chooseAsymmetric(0.0f, 255.0f, kS8);
  EXPECT_EQ(params.scale, 1.0f);
  EXPECT_EQ(params.zeroPoint, -128);
  params = chooseAsymmetric(-51.0f, 204.0f, kS8);
  EXPECT_EQ(params.scale, 1.0f);
  EXPECT_EQ(params.zeroPoint, -77);
  params = chooseAsymmetric(-1.0f, 0.0f, kS8);
  EXPECT_EQ(params.zeroPoint, 127);
  // A tie of the zero point: -128 + 0.5.
  params = chooseAsymmetric(-0.5f, 254.5f, kS8);
  EXPECT_EQ(params.zeroPoint, -128);
}

TEST(Quantization, ScalesWeightsSymmetrically) {
  EXPECT_EQ(chooseSymmetricScale(254.0f, 127), 2.0f);
  EXPECT_EQ(chooseSymmetricScale(0.0f, 127), 1.0f);
  EXPECT_GE(chooseSymmetricScale(1e-40f, 127),
            std::numeric_limits<float>::min());
}

TEST(Quantization, ChoosesWhatTheStorageIs) {
  QuantParams params = chooseParams(-51.0f, 204.0f, {kS8});
  EXPECT_EQ(params.scale, 1.0f);
  EXPECT_EQ(params.zeroPoint, -77);
  // The end that is farther from 0, whichever it is.
  for (auto [min, max] :
       {std::pair(-254.0f, 51.0f), std::pair(-51.0f, 254.0f)}) {
    params = chooseParams(min, max, {kS8, /*isSymmetric=*/true});
    EXPECT_EQ(params.scale, 2.0f);
    EXPECT_EQ(params.zeroPoint, 0);
  }
}

TEST(Quantization, SaturatesAndRounds) {
  QuantParams params = {0.5f, 10};
  EXPECT_EQ(quantize(1.25f, params, kS8), 12); // 2.5 -> 2
  EXPECT_EQ(quantize(1.75f, params, kS8), 14); // 3.5 -> 4
  EXPECT_EQ(quantize(1e30f, params, kS8), 127);
  EXPECT_EQ(quantize(-1e30f, params, kS8), -128);
  EXPECT_EQ(quantize(std::numeric_limits<float>::infinity(), params, kS8), 127);
  EXPECT_EQ(quantize(std::nanf(""), params, kS8), -128);
  EXPECT_EQ(dequantize(12, params), 1.0f);
}

TEST(Quantization, MultipliesThenDividesInSinglePrecision) {
  float sa = 0.1f, sw = 0.3f, so = 0.7f;
  EXPECT_EQ(requantizeMultiplier(sa, sw, so), (sa * sw) / so);
}

TEST(Quantization, MultipliesBeforeItDividesForAMean) {
  // f32(sa / so) / n is one unit in the last place less.
  float sa = 0.1f, so = 0.7f;
  EXPECT_EQ(averageMultiplier(sa, so, 3), sa / (so * 3.0f));
  EXPECT_EQ(averageMultiplier(sa, so, 1), sa / so);
}

TEST(Quantization, RefusesABiasBeyondI32) {
  EXPECT_EQ(quantizeBias(1.25f, 0.5f, 1.0f), 2); // 2.5 -> 2
  EXPECT_EQ(quantizeBias(-2147483648.0f, 1.0f, 1.0f), INT32_MIN);
  EXPECT_FALSE(quantizeBias(2147483648.0f, 1.0f, 1.0f));
  EXPECT_FALSE(quantizeBias(std::nanf(""), 1.0f, 1.0f));
}

} // namespace
