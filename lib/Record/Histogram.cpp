//===- Histogram.cpp - How often values were seen -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Histogram.h"

#include <algorithm>
#include <cmath>
#include <utility>

using namespace quantc::record;

/// log2(kBinsPerSide)
static constexpr int kLogBinsPerSide = 11;
static_assert(1 << kLogBinsPerSide == kBinsPerSide);

int32_t quantc::record::exponentFor(float value) {
  if (value == 0.0f)
    return kLeastExponent;
  // |value| = mantissa * 2^exponent with mantissa in [0.5, 1).
  int exponent;
  float mantissa = std::frexp(value, &exponent);
  if (mantissa == -0.5f) // begins a bin, the lowest
    --exponent;
  return std::max(exponent - kLogBinsPerSide, kLeastExponent);
}

int32_t quantc::record::binOf(float value, int32_t exponent) {
  return static_cast<int32_t>(
      std::floor(std::ldexp(static_cast<double>(value), -exponent)));
}

double quantc::record::edgeOf(int32_t bin, int32_t exponent) {
  return std::ldexp(static_cast<double>(bin), exponent);
}

void Histogram::coarsen(int32_t steps) {
  if (steps == 0)
    return;
  // More leave nothing but the bins -1 and 0 either.
  steps = std::min(steps, kLogBinsPerSide);
  // Counts move towards zero, into bins whose own have moved: in place.
  auto move = [&](int32_t bin) {
    (*this)[bin >> steps] += std::exchange((*this)[bin], 0); // rounds down
  };
  for (int32_t bin = 1; bin < kBinsPerSide; ++bin)
    move(bin);
  for (int32_t bin = -2; bin >= -kBinsPerSide; --bin)
    move(bin);
}

void Histogram::add(const Histogram &other) {
  for (size_t index = 0; index < counts.size(); ++index)
    counts[index] += other.counts[index];
}

uint64_t Histogram::total() const {
  uint64_t sum = 0;
  for (uint64_t count : counts)
    sum += count;
  return sum;
}
