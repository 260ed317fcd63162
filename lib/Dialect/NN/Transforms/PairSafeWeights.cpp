//===- PairSafeWeights.cpp - Weights whose products add in 16 bits ------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PairSafeWeights.h"

#include "quantc/Support/Quantization.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

using namespace mlir;

/// floor((2^15 - 1) / 255): the most that magnitudes of two weights may add up
/// to.
static constexpr int32_t kMostOfPair = 128;

static constexpr quantc::StorageBounds kBounds = {-127, 127};

/// Scales that are tried, from the least to twice that.
static constexpr int kScales = 17;

/// Brings a pair of one sign to the nearest one that does not saturate: both
/// lose the same, and of an odd excess the one that was rounded away from 0
/// farther one more.
static void clipPair(int8_t &first, int8_t &second, float firstReal,
                     float secondReal) {
  int32_t excess = std::abs(first + second) - kMostOfPair;
  if (excess <= 0 || (first < 0) != (second < 0))
    return;
  int32_t sign = first < 0 ? -1 : 1;
  auto roundedAway = [&](int8_t stored, float real) {
    return static_cast<float>(sign) * (static_cast<float>(stored) - real);
  };
  bool isFirst =
      roundedAway(first, firstReal) > roundedAway(second, secondReal);
  int32_t half = excess / 2, more = excess - half;
  first = static_cast<int8_t>(first - sign * (isFirst ? more : half));
  second = static_cast<int8_t>(second - sign * (isFirst ? half : more));
}

namespace {

struct Search {
  ArrayRef<float> weights;
  int64_t depth, run;
  MutableArrayRef<int8_t> stored;

  /// The squared error that a scale causes in the sums of activations whose
  /// mean is as large as their standard deviation, as behind a rectifier: that
  /// of each weight by itself, and that of all of a channel together, since
  /// clipping makes all smaller. Infinite, and not all is
  /// stored, where it reaches `bound`.
  double quantize(float scale, std::optional<double> bound = {}) {
    double error = 0;
    int64_t count = weights.size();
    for (int64_t begin = 0; begin < count; begin += depth) {
      double sum = 0;
      for (int64_t k = begin; k < begin + depth; k += run) {
        quantizeRun(k, scale);
        for (int64_t i = k; i < k + run; ++i) {
          double difference =
              static_cast<double>(quantc::dequantize(stored[i], {scale, 0})) -
              weights[i];
          error += difference * difference;
          sum += difference;
        }
        if (bound && error >= *bound)
          return std::numeric_limits<double>::infinity();
      }
      error += sum * sum;
    }
    return error;
  }

private:
  void quantizeRun(int64_t begin, float scale) {
    for (int64_t k = begin; k < begin + run; ++k)
      stored[k] = static_cast<int8_t>(
          quantc::quantize(weights[k], {scale, 0}, kBounds));
    for (int64_t k = begin; k + 1 < begin + run; k += 2)
      clipPair(stored[k], stored[k + 1], weights[k] / scale,
               weights[k + 1] / scale);
  }
};

} // namespace

float quantc::nn::quantizePairSafe(ArrayRef<float> weights, int64_t depth,
                                   int64_t run, float leastScale,
                                   MutableArrayRef<int8_t> stored) {
  Search search = {weights, depth, run, stored};
  float best = leastScale;
  double leastError = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kScales; ++i) {
    float scale = leastScale * (1.0f + static_cast<float>(i) / (kScales - 1));
    double error = search.quantize(scale, leastError);
    if (error < leastError) {
      leastError = error;
      best = scale;
    }
  }
  search.quantize(best);
  return best;
}
