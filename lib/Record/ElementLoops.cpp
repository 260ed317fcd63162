//===- ElementLoops.cpp - What a collector does to every element --------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementLoopsImpl.h"

using namespace quantc::record;

static constexpr int32_t kInfinity = 0x7f800000;      // ordered
static constexpr int32_t kMinusInfinity = ~kInfinity; // ordered

static float fromOrdered(int32_t ordered) {
  int32_t bits = toOrdered(ordered);
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  // One zero, so that the order of samples cannot show in its sign.
  return value + 0.0f;
}

void Extremes::add(const Extremes &other) {
  min = std::min(min, other.min);
  max = std::max(max, other.max);
}

bool Extremes::isFinite() const {
  return min > kMinusInfinity && max < kInfinity;
}

float Extremes::minValue() const { return fromOrdered(min); }

float Extremes::maxValue() const { return fromOrdered(max); }

static Extremes findExtremes(const float *values, uint64_t count) {
  return extremesOf(values, count);
}

static uint64_t listBins(const float *values, uint64_t count, int32_t exponent,
                         int32_t *bins) {
  binsOf(values, count, exponent, bins);
  return count;
}

const std::vector<ElementLoops> &quantc::record::supportedElementLoops() {
  static const std::vector<ElementLoops> supported = [] {
    std::vector<ElementLoops> loops = {{"baseline", findExtremes, listBins}};
    appendX86ElementLoops(loops);
    return loops;
  }();
  return supported;
}
