//===- Alphabet.cpp - The levels that weights may have --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Alphabet.h"

#include "quantc/Support/Quantization.h"

#include <algorithm>
#include <cmath>

using namespace quantc;
using namespace quantc::compress;

Alphabet Alphabet::ofBits(int64_t bits) {
  if (bits >= 8)
    return {};
  int32_t end = int32_t{1} << (bits - 1);
  std::vector<int32_t> levels;
  for (int32_t level = -end; level < end; ++level)
    levels.push_back(level);
  return Alphabet(std::move(levels));
}

int32_t Alphabet::nearest(double target) const {
  if (hasAll())
    return static_cast<int32_t>(
        roundEven(std::clamp<double>(target, least(), most())));
  int32_t best = levels.front();
  for (int32_t level : levels) {
    double distance = std::fabs(target - level);
    double least = std::fabs(target - best);
    // As integers are rounded to even ones.
    if (distance < least || (distance == least && best % 2 != 0))
      best = level;
  }
  return best;
}

int32_t Alphabet::below(int32_t level) const {
  if (hasAll())
    return std::max(level - 1, least());
  int32_t found = level;
  for (int32_t other : levels)
    if (other < level)
      found = other; // the last one of these
  return found;
}

int32_t Alphabet::above(int32_t level) const {
  if (hasAll())
    return std::min(level + 1, most());
  for (int32_t other : levels)
    if (other > level)
      return other;
  return level;
}

namespace {

/// The error of the levels of a range, first to last, that one level stands
/// for.
class RangeErrors {
public:
  explicit RangeErrors(const LevelWeights &weights)
      : sums(1), moments(1), squares(1) {
    for (size_t place = 0; place < weights.size(); ++place) {
      double level = levelAt(place);
      sums.push_back(sums.back() + weights[place]);
      moments.push_back(moments.back() + weights[place] * level);
      squares.push_back(squares.back() + weights[place] * level * level);
    }
  }
  static double levelAt(size_t place) {
    return static_cast<double>(place) - kMostLevel;
  }
  /// Of places `begin` up to `end`, which hold some weight.
  int32_t centerOf(size_t begin, size_t end) const {
    double center = (moments[end] - moments[begin]) / (sums[end] - sums[begin]);
    return static_cast<int32_t>(
        roundEven(std::clamp(center, levelAt(begin), levelAt(end - 1))));
  }
  double operator()(size_t begin, size_t end) const {
    double sum = sums[end] - sums[begin];
    if (!(sum > 0))
      return 0;
    double center = centerOf(begin, end);
    return (squares[end] - squares[begin]) -
           2 * center * (moments[end] - moments[begin]) + center * center * sum;
  }

private:
  std::vector<double> sums, moments, squares; // of the places before
};

} // namespace

Alphabet quantc::compress::fitLevels(const LevelWeights &weights,
                                     int64_t count) {
  RangeErrors errorOf(weights);
  size_t places = weights.size();
  // Of the places before each, cut into so many ranges: the least error, and
  // where the last range begins.
  std::vector<double> least(places + 1, INFINITY);
  least[0] = 0;
  std::vector<std::vector<size_t>> begins;
  for (int64_t range = 0; range < count; ++range) {
    std::vector<double> next(places + 1, INFINITY);
    std::vector<size_t> &begin = begins.emplace_back(places + 1);
    for (size_t end = 0; end <= places; ++end)
      for (size_t first = 0; first <= end; ++first) {
        double error = least[first] + (first == end ? 0 : errorOf(first, end));
        if (error < next[end]) {
          next[end] = error;
          begin[end] = first;
        }
      }
    least = std::move(next);
  }
  std::vector<int32_t> levels;
  size_t end = places;
  for (int64_t range = count - 1; range >= 0; --range) {
    size_t begin = begins[range][end];
    bool isEmpty = std::all_of(weights.begin() + begin, weights.begin() + end,
                               [](double weight) { return !(weight > 0); });
    if (!isEmpty)
      levels.push_back(errorOf.centerOf(begin, end));
    end = begin;
  }
  if (levels.empty())
    levels.push_back(0);
  std::reverse(levels.begin(), levels.end());
  return Alphabet(std::move(levels));
}
