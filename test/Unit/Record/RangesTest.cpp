//===- RangesTest.cpp - Choosing what integers represent ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Ranges.h"

#include "Collect.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace quantc;
using namespace quantc::record;

namespace {

constexpr Storage kS8 = {{-128, 127}};
constexpr Storage kSymmetric = {kS8.bounds, /*isSymmetric=*/true};
constexpr float kInfinity = std::numeric_limits<float>::infinity();

Range choose(const TensorRecord &tensor, const std::string &method,
             const Storage &storage = kS8) {
  Error error;
  auto parsed = parseRangeMethod(method, error);
  EXPECT_TRUE(parsed) << error.text;
  auto range = chooseRange(tensor, *parsed, storage, error);
  EXPECT_TRUE(range) << error.text;
  return *range;
}

TEST(Ranges, IncludeZero) {
  TensorRecord above = collect({{2.0f, 5.0f}});
  TensorRecord below = collect({{-2.0f, -5.0f}});
  for (const char *method : {"minmax", "mean", "percentile", "mse", "auto"}) {
    EXPECT_EQ(choose(above, method).min, 0.0f) << method;
    EXPECT_EQ(choose(below, method).max, 0.0f) << method;
  }
  EXPECT_EQ(choose(above, "minmax").max, 5.0f);
  EXPECT_EQ(choose(below, "minmax").min, -5.0f);
}

TEST(Ranges, MeanIsThatOfTheExtremes) {
  // Edges of bins; the mean of each end lies within the width of one, 2^-7.
  TensorRecord tensor = collect({{-4.0f, 2.0f}, {-2.0f, 8.0f}, {0.0f, 8.0f}});
  Range range = choose(tensor, "mean");
  EXPECT_NEAR(range.min, -2.0f, 0x1p-7f);
  EXPECT_NEAR(range.max, 6.0f, 0x1p-7f);
  // Never outside what was seen.
  range = choose(collect({{0.0f, 255.0f}, {0.0f, 255.0f}}), "mean");
  EXPECT_EQ(range.min, 0.0f);
  EXPECT_EQ(range.max, 255.0f);
}

TEST(Ranges, PercentileLeavesAsManyOutOnEitherSide) {
  std::vector<float> values;
  for (int value = 0; value < 1000; ++value)
    values.push_back(static_cast<float>(value - 500));
  TensorRecord tensor = collect({values}); // bins of 2^-2
  Range range = choose(tensor, "percentile:99");
  EXPECT_EQ(range.min, -495.0f); // 5 below
  EXPECT_EQ(range.max, 494.25f); // 5 above, and the bin of 494
  range = choose(tensor, "percentile:100");
  EXPECT_EQ(range.min, -500.0f);
  EXPECT_EQ(range.max, 499.0f);
}

/// 20000 numbers of a normal distribution, each seen `weight` times, and one
/// outlier.
TensorRecord makeOutlier(float outlier, uint64_t weight = 1) {
  std::mt19937 random(7);
  std::vector<float> values;
  for (int index = 0; index < 20000; ++index) {
    float sum = 0; // of twelve uniform numbers: portable
    for (int part = 0; part < 12; ++part)
      sum += static_cast<float>(random()) * 0x1p-32f;
    values.push_back(sum - 6);
  }
  values.push_back(outlier);
  TensorRecord tensor = collect({values});
  for (int32_t bin = -kBinsPerSide; bin < kBinsPerSide; ++bin)
    if (bin != binOf(outlier, tensor.exponent))
      tensor.values[bin] *= weight;
  return tensor;
}

TEST(Ranges, ErrorIsThatOfQuantization) {
  // What is a multiple of the scale has next to none: it is known to the width
  // of a bin, 1/8.
  std::vector<float> values;
  for (int value = 0; value < 256; ++value)
    values.push_back(static_cast<float>(value));
  TensorRecord tensor = collect({values});
  constexpr double kBinError = 1.0 / 64 / 3;
  EXPECT_NEAR(expectedError(tensor, {0.0f, 255.0f}, kS8), kBinError,
              0.01 * kBinError);
  // Half of the numbers are off by one in steps of two.
  EXPECT_NEAR(expectedError(tensor, {0.0f, 510.0f}, kS8), 0.5, 0.07);
  // Each of 16 is clipped to 0.
  tensor = collect({std::vector<float>(16, 2.0f)});
  EXPECT_EQ(expectedError(tensor, {-1.0f, 0.0f}, kS8), 4.0);
  // The error of a fine distribution is scale^2 / 12.
  TensorRecord normal = makeOutlier(0.0f);
  double scale = 12.0 / 255;
  EXPECT_NEAR(expectedError(normal, {-6.0f, 6.0f}, kS8), scale * scale / 12,
              0.05 * scale * scale / 12);
}

TEST(Ranges, MSEClipsAnOutlier) {
  TensorRecord tensor = makeOutlier(60.0f, 100);
  Range range = choose(tensor, "mse");
  EXPECT_LT(range.max, 50.0f);
  EXPECT_LT(expectedError(tensor, range, kS8),
            expectedError(tensor, choose(tensor, "minmax"), kS8));
}

TEST(Ranges, MSEIsNeverWorseThanTheOthers) {
  for (float outlier : {0.0f, 8.0f, -30.0f, 1000.0f}) {
    TensorRecord tensor = makeOutlier(outlier);
    double error = expectedError(tensor, choose(tensor, "mse"), kS8);
    for (const char *method : {"minmax", "percentile:99.9", "percentile:99"})
      // But for the grid of ends that are tried, 3 % apart.
      EXPECT_LE(error,
                1.02 * expectedError(tensor, choose(tensor, method), kS8))
          << method << ", " << outlier;
  }
}

TEST(Ranges, OfSymmetricStorageReachAsFarBothWays) {
  for (float outlier : {60.0f, -60.0f}) {
    TensorRecord tensor = makeOutlier(outlier, 100);
    for (const char *method : {"minmax", "mean", "percentile", "mse", "auto"}) {
      Range range = choose(tensor, method, kSymmetric);
      EXPECT_EQ(range.min, -range.max) << method;
    }
    for (const char *method : {"minmax", "mean", "percentile"}) {
      Range seen = choose(tensor, method);
      EXPECT_EQ(choose(tensor, method, kSymmetric).max,
                std::max(-seen.min, seen.max))
          << method;
    }
    tensor.range = Range{-5.0f, 6.0f};
    EXPECT_EQ(choose(tensor, "auto", kSymmetric).min, -6.0f);
  }
}

TEST(Ranges, MSEIsThatOfTheStorage) {
  for (float outlier : {60.0f, -60.0f}) {
    TensorRecord tensor = makeOutlier(outlier, 100);
    double error =
        expectedError(tensor, choose(tensor, "mse", kSymmetric), kSymmetric);
    for (float reach = 60; reach > 1; reach *= 0.99f)
      EXPECT_LE(error,
                1.02 * expectedError(tensor, {-reach, reach}, kSymmetric))
          << reach;
    // Widened, the range of asymmetric integers is worse.
    EXPECT_LT(error,
              0.8 * expectedError(tensor, choose(tensor, "mse"), kSymmetric));
  }
}

TEST(Ranges, AutoLeavesMinMaxOnlyForAClearGain) {
  TensorRecord plain = makeOutlier(0.0f);
  EXPECT_EQ(choose(plain, "auto").max, plain.max);
  EXPECT_EQ(choose(plain, "auto").min, plain.min);
  TensorRecord outlier = makeOutlier(60.0f, 100);
  EXPECT_EQ(choose(outlier, "auto").max, choose(outlier, "mse").max);
  EXPECT_LT(choose(outlier, "auto").max, 60.0f);
  // The error that clipping saves is four times that of asymmetric integers.
  outlier = makeOutlier(60.0f, 20);
  EXPECT_EQ(choose(outlier, "auto").max, 60.0f);
  EXPECT_LT(choose(outlier, "auto", kSymmetric).max, 60.0f);
}

TEST(Ranges, OfNothingButZerosAreEmpty) {
  float narrow = std::ldexp(1.0f, -101), wide = std::ldexp(1.0f, -100);
  for (const char *method : {"minmax", "mean", "percentile", "mse", "auto"}) {
    EXPECT_TRUE(isTooNarrow(choose(collect({{0.0f}}), method))) << method;
    EXPECT_TRUE(isTooNarrow(choose(collect({{narrow}}), method))) << method;
  }
  EXPECT_EQ(choose(collect({{wide}}), "minmax").max, wide);
  EXPECT_FALSE(isTooNarrow(choose(collect({{wide}}), "mse")));
}

TEST(Ranges, TakeTheOneSetByHand) {
  TensorRecord tensor = collect({{-1.0f, 1.0f}});
  tensor.range = Range{0.5f, 6.0f};
  EXPECT_EQ(choose(tensor, "auto").min, 0.0f);
  EXPECT_EQ(choose(tensor, "auto").max, 6.0f);
}

TEST(Ranges, RefuseWhatWasNotSeenOrNotFinite) {
  Error error;
  EXPECT_FALSE(chooseRange(collect({}, 0, "conv1"), {}, kS8, error));
  EXPECT_EQ(error.text, "tensor 'conv1' was never observed: calibrate with at "
                        "least one sample");
  TensorRecord tensor = collect({{NAN, 1.0f, kInfinity}}, 0, "conv1");
  EXPECT_FALSE(chooseRange(tensor, {}, kS8, error));
  EXPECT_EQ(error.text,
            "tensor 'conv1' had 1 NaN and 1 infinite values of 3 during "
            "calibration: check the calibration data");
}

TEST(RangeMethod, ReadsWhatItPrints) {
  Error error;
  for (const char *text : {"minmax", "mean", "percentile:99.9", "mse", "auto"})
    EXPECT_EQ(print(*parseRangeMethod(text, error)), text);
  EXPECT_EQ(print(*parseRangeMethod("percentile", error)), "percentile:99.99");
}

TEST(RangeMethod, RefusesOthers) {
  auto errorOf = [](const char *text) {
    Error error;
    EXPECT_FALSE(parseRangeMethod(text, error)) << text;
    return error.text;
  };
  const std::string expected =
      ", expected minmax, mean, percentile[:P], mse or auto";
  EXPECT_EQ(errorOf("entropy"),
            "the range method 'entropy' is not supported yet" + expected);
  EXPECT_EQ(errorOf("max"), "unknown range method 'max'" + expected);
  EXPECT_EQ(errorOf("mse:3"), "unknown range method 'mse:3'" + expected);
  for (const char *value : {"", "x", "49", "100.1", "nan", "99 "})
    EXPECT_EQ(errorOf(("percentile:" + std::string(value)).c_str()),
              "expected a percentile from 50 to 100, but got '" +
                  std::string(value) + "'");
}

} // namespace
