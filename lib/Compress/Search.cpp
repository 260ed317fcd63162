//===- Search.cpp - The price of a bit ------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Search.h"

#include "quantc/Support/Real.h"

#include <algorithm>
#include <cmath>

using namespace quantc;
using namespace quantc::compress;

namespace {

/// Where networks of some hundred kilobytes lose about a point.
constexpr double kFirstPrice = 1e-6;

/// Octaves around the first price that are looked at.
constexpr double kMostOctaves = 24;

constexpr int kMostTries = 12;

/// A goal that is reached to this part is good enough, and so is a price that
/// is known to this part of an octave.
constexpr double kTolerance = 0.01, kOctaves = 0.1;

double log2Of(double x) {
  return log(Real(std::max(x, 1e-30))).value / log(Real(2)).value;
}

double priceAt(double octave) {
  double whole = std::floor(octave);
  double part = exp(Real((octave - whole) * log(Real(2)).value)).value;
  return std::ldexp(kFirstPrice * part, static_cast<int>(whole));
}

/// How far beyond the limit an outcome is, in octaves; falls below 0 where a
/// lower price, or with `Bytes` a higher one, is needed.
double marginOf(const Goal &goal, const Outcome &outcome) {
  switch (goal.kind) {
  case Goal::Bytes:
    return log2Of(outcome.bytes / goal.limit);
  case Goal::Divergence:
    return log2Of(goal.limit / std::max(outcome.divergence, 1e-12));
  case Goal::Agreement:
    return outcome.agreement - goal.limit;
  }
  return 0;
}

} // namespace

bool Goal::isReached(const Outcome &outcome) const {
  switch (kind) {
  case Bytes:
    return outcome.bytes <= limit;
  case Divergence:
    return outcome.divergence <= limit;
  case Agreement:
    return outcome.agreement >= limit;
  }
  return false;
}

SearchResult quantc::compress::searchPrice(
    const Goal &goal,
    const std::function<std::optional<Outcome>(double)> &tryPrice) {
  SearchResult result;
  bool isBytes = goal.kind == Goal::Bytes;
  // Octaves above the first price; a margin falls as the price rises.
  struct Point {
    double octave, margin;
  };
  std::optional<Point> low, high; // margins above and below 0
  double octave = 0, stride = 2;
  while (static_cast<int>(result.outcomes.size()) < kMostTries) {
    std::optional<Outcome> tried = tryPrice(priceAt(octave));
    if (!tried)
      break;
    Outcome outcome = *tried;
    result.outcomes.push_back(outcome);
    double margin = marginOf(goal, outcome);
    if (goal.isReached(outcome)) {
      const Outcome *best =
          result.best ? &result.outcomes[*result.best] : nullptr;
      bool isBetter = !best || (isBytes ? outcome.divergence < best->divergence
                                        : outcome.bytes < best->bytes);
      if (isBetter)
        result.best = result.outcomes.size() - 1;
      if (goal.kind != Goal::Agreement && std::fabs(margin) < kTolerance)
        break;
    }
    // On the limit counts as reached, which is the side of bytes below it, and
    // of little divergence.
    bool isLow = isBytes ? margin > 0 : margin >= 0;
    (isLow ? low : high) = {octave, margin};
    if (low && high) {
      double width = high->octave - low->octave;
      if (width < kOctaves)
        break;
      double part = low->margin / (low->margin - high->margin);
      if (goal.kind == Goal::Agreement)
        part = 0.5;
      // Not too near to what is known.
      constexpr double kEdge = 0.1;
      octave = low->octave + width * std::clamp(part, kEdge, 1 - kEdge);
      continue;
    }
    // The divergence is almost proportional to the price; bytes fall by about
    // half a bit a weight with each octave.
    double step = goal.kind == Goal::Divergence
                      ? std::clamp(std::fabs(margin) * 1.2, 0.5, 8.0)
                      : stride;
    stride *= 2;
    octave += low ? step : -step;
    if (std::fabs(octave) > kMostOctaves)
      break;
  }
  return result;
}
