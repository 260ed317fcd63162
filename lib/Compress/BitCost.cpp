//===- BitCost.cpp - What levels take to code -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BitCost.h"

#include "quantc/Support/Real.h"

#include <algorithm>
#include <cstdlib>

using namespace quantc;
using namespace quantc::compress;

static constexpr double kLn2 = 0x1.62e42fefa39efp-1;

static double log2Of(double x) { return log(Real(x)).value / kLn2; }

BitCosts
quantc::compress::estimateBitCosts(const std::vector<int32_t> &levels) {
  // The tail counts as so many levels.
  constexpr double kPrior = 6;
  // Keeps the tail where all levels are zero.
  constexpr double kLeastMean = 0.02;
  std::vector<double> counts(kMostLevel + 1);
  double sum = 0;
  for (int32_t level : levels) {
    int32_t magnitude = std::min(std::abs(level), kMostLevel);
    counts[magnitude] += 1;
    sum += magnitude;
  }
  auto count = static_cast<double>(levels.size());
  double mean = sum / std::max(count, 1.0) + kLeastMean;
  double ratio = mean / (1 + mean);
  double tail = 1 - ratio;
  BitCosts bits;
  for (int magnitude = 0; magnitude <= kMostLevel; ++magnitude) {
    double share = (counts[magnitude] + kPrior * tail) / (count + kPrior);
    bits.push_back((magnitude == 0 ? 0 : 1) - log2Of(share));
    // Very rare levels all cost the same, as an escape code does.
    tail = std::max(tail * ratio, 0x1p-60);
  }
  return bits;
}
