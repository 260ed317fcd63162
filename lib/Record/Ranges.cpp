//===- Ranges.cpp - Chooses what integers represent ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Ranges.h"

#include <algorithm>
#include <cmath>

using namespace quantc;
using namespace quantc::record;

/// What MSE must leave of the squared error of min-max, for Auto to take it:
/// the error says nothing of values that calibration did not see, which a
/// narrower range distorts. Chosen on calibration data (docs/benchmarks.md).
static constexpr double kClearGain = 0.5;

namespace {

/// Where the elements of a bin lie, spread evenly, and how many they are.
struct Span {
  double begin;
  double end;
  double count;
};

/// The bins that are not empty, within what was seen. Bin 0 is where the zeros
/// of a relu are: its elements count as 0, which has no error.
std::vector<Span> spansOf(const TensorRecord &tensor) {
  std::vector<Span> spans;
  for (int32_t bin = -kBinsPerSide; bin < kBinsPerSide; ++bin) {
    double begin = std::max<double>(edgeOf(bin, tensor.exponent), tensor.min);
    double end = std::min<double>(edgeOf(bin + 1, tensor.exponent), tensor.max);
    if (uint64_t count = tensor.values[bin]; count && bin != 0)
      spans.push_back({begin, end, static_cast<double>(count)});
  }
  return spans;
}

/// How integers represent numbers, in units of their scale.
class Quantizer {
public:
  Quantizer(const Range &range, const Storage &storage) {
    QuantParams params = chooseParams(range.min, range.max, storage);
    scale = params.scale;
    lo = storage.bounds.lo - params.zeroPoint;
    hi = storage.bounds.hi - params.zeroPoint;
  }

  /// Mean squared error of numbers that are spread evenly over [begin, end].
  double meanError(double begin, double end) const {
    double x = begin / scale, y = end / scale;
    double difference = x - nearest(x);
    double mean =
        x < y ? (integral(y) - integral(x)) / (y - x) : difference * difference;
    return mean * scale * scale;
  }

private:
  /// Adding 1.5 * 2^52 leaves no room for fractions.
  double nearest(double x) const {
    return (std::min(std::max(x, lo), hi) + 0x1.8p52) - 0x1.8p52;
  }
  /// Integral of (x - nearest(x))^2 from 0, plus a constant: 1/12 for every
  /// step on the way, and what is between the last of them and x.
  double integral(double x) const {
    double step = nearest(x);
    double rest = x - step;
    return step / 12 + rest * rest * rest / 3;
  }

  double scale, lo, hi;
};

/// Sum of squared errors.
double errorOf(const std::vector<Span> &spans, const Range &range,
               const Storage &storage) {
  Quantizer quantizer(range, storage);
  double sum = 0;
  for (const Span &span : spans)
    sum += quantizer.meanError(span.begin, span.end) * span.count;
  return sum;
}

/// The ends worth trying for one side of a range: the extreme and, towards 0,
/// edges of bins, each about 3 % below the one before.
std::vector<float> candidateEnds(float extreme, int32_t exponent) {
  constexpr int32_t kSteps = 32;
  std::vector<float> ends = {extreme};
  int32_t direction = extreme < 0 ? -1 : 1;
  int32_t bin = binOf(extreme, exponent);
  if (bin < 0)
    bin = -bin - 1; // the upper edge
  for (; bin > 0; bin -= std::max(1, bin / kSteps))
    ends.push_back(static_cast<float>(edgeOf(direction * bin, exponent)));
  return ends;
}

/// The least range of this storage that includes 0 and both numbers.
Range cover(float min, float max, const Storage &storage) {
  Range range = {std::min(min, 0.0f), std::max(max, 0.0f)};
  float reach = std::max(-range.min, range.max);
  return storage.isSymmetric ? Range{-reach, reach} : range;
}

Range chooseMinMax(const TensorRecord &tensor, const Storage &storage) {
  return cover(tensor.min, tensor.max, storage);
}

/// The mean of a histogram whose elements lie in the middle of their bins.
double meanOf(const Histogram &histogram, int32_t exponent) {
  double sum = 0;
  for (int32_t bin = -kBinsPerSide; bin < kBinsPerSide; ++bin)
    sum += static_cast<double>(histogram[bin]) * (bin + 0.5);
  return std::ldexp(sum / static_cast<double>(histogram.total()), exponent);
}

Range chooseMean(const TensorRecord &tensor, const Storage &storage) {
  auto meanWithin = [&](const Histogram &histogram) {
    return static_cast<float>(std::clamp<double>(
        meanOf(histogram, tensor.exponent), tensor.min, tensor.max));
  };
  return cover(meanWithin(tensor.minima), meanWithin(tensor.maxima), storage);
}

Range choosePercentile(const TensorRecord &tensor, double percentile,
                       const Storage &storage) {
  double total = static_cast<double>(tensor.values.total());
  double outside = total * (100.0 - percentile) / 200.0; // on either side
  // The first bins from either end that have more than `outside` elements up to
  // their far edge.
  int32_t first = -kBinsPerSide, last = kBinsPerSide - 1;
  for (double sum = 0; first < last; ++first)
    if ((sum += static_cast<double>(tensor.values[first])) > outside)
      break;
  for (double sum = 0; last > first; --last)
    if ((sum += static_cast<double>(tensor.values[last])) > outside)
      break;
  double min = edgeOf(first, tensor.exponent);
  double max = edgeOf(last + 1, tensor.exponent);
  return cover(static_cast<float>(std::max<double>(min, tensor.min)),
               static_cast<float>(std::min<double>(max, tensor.max)), storage);
}

/// Lowers one end after the other, or both at once, as long as the error falls.
Range chooseMSE(const TensorRecord &tensor, const Storage &storage) {
  std::vector<Span> spans = spansOf(tensor);
  Range best = chooseMinMax(tensor, storage);
  double least = errorOf(spans, best, storage);
  auto improve = [&](float Range::*end) {
    bool isBetter = false;
    for (float candidate : candidateEnds(best.*end, tensor.exponent)) {
      Range range = best;
      range.*end = candidate;
      if (storage.isSymmetric)
        range.min = -range.max;
      if (isTooNarrow(range))
        continue;
      double error = errorOf(spans, range, storage);
      if (error < least) {
        least = error;
        best = range;
        isBetter = true;
      }
    }
    return isBetter;
  };
  // Every round narrows the range, so this ends.
  for (bool isBetter = true; isBetter;) {
    isBetter = !storage.isSymmetric && improve(&Range::min);
    isBetter |= improve(&Range::max);
  }
  return best;
}

Range chooseAuto(const TensorRecord &tensor, const Storage &storage) {
  Range wide = chooseMinMax(tensor, storage);
  Range narrow = chooseMSE(tensor, storage);
  return expectedError(tensor, narrow, storage) <
                 kClearGain * expectedError(tensor, wide, storage)
             ? narrow
             : wide;
}

} // namespace

bool quantc::record::isTooNarrow(const Range &range) {
  return static_cast<double>(range.max) - range.min < 0x1p-100;
}

double quantc::record::expectedError(const TensorRecord &tensor,
                                     const Range &range,
                                     const Storage &storage) {
  return errorOf(spansOf(tensor), range, storage) /
         static_cast<double>(tensor.values.total());
}

std::optional<Range> quantc::record::chooseRange(const TensorRecord &tensor,
                                                 const RangeMethod &method,
                                                 const Storage &storage,
                                                 Error &error) {
  std::string subject = "tensor '" + tensor.name + "'";
  if (tensor.nan + tensor.infinite > 0) {
    error.text = subject + " had " + std::to_string(tensor.nan) + " NaN and " +
                 std::to_string(tensor.infinite) + " infinite values of " +
                 std::to_string(tensor.count) +
                 " during calibration: check the calibration data";
    return std::nullopt;
  }
  if (tensor.range)
    return cover(tensor.range->min, tensor.range->max, storage);
  if (tensor.count == 0) {
    error.text = subject + " was never observed: calibrate with at least one "
                           "sample";
    return std::nullopt;
  }
  if (isTooNarrow(chooseMinMax(tensor, storage)))
    return chooseMinMax(tensor, storage);
  switch (method.kind) {
  case RangeMethod::MinMax:
    return chooseMinMax(tensor, storage);
  case RangeMethod::Mean:
    return chooseMean(tensor, storage);
  case RangeMethod::Percentile:
    return choosePercentile(tensor, method.percentile, storage);
  case RangeMethod::MSE:
    return chooseMSE(tensor, storage);
  case RangeMethod::Auto:
    return chooseAuto(tensor, storage);
  }
  return std::nullopt;
}
