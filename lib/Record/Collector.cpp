//===- Collector.cpp - Takes in the values of a tensor ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calibration spends most of its own time here. A block of elements goes
// through two loops without branches, which compilers vectorize, and one that
// counts.
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Collector.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace quantc::record;

namespace {

/// Elements whose bins are computed at a time: they stay in the L1 cache.
constexpr uint64_t kBlock = 1024;

/// The order of these integers is that of the floats; -0 comes before 0, NaN
/// behind the infinities.
int32_t toOrdered(float value) {
  int32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits ^ ((bits >> 31) & INT32_MAX);
}

float fromOrdered(int32_t ordered) {
  int32_t bits = ordered ^ ((ordered >> 31) & INT32_MAX);
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  // One zero, so that the order of samples cannot show in its sign.
  return value + 0.0f;
}

constexpr int32_t kInfinity = 0x7f800000;      // ordered
constexpr int32_t kMinusInfinity = ~kInfinity; // ordered

/// The bins of finite values that have one. `inverse` is 2^-exponent, `width`
/// 2^exponent.
void computeBins(const float *values, uint64_t count, float inverse,
                 float width, int32_t *bins) {
  for (uint64_t index = 0; index < count; ++index) {
    float value = values[index];
    // The product is exact but where it underflows, and rounded towards zero.
    auto bin = static_cast<int32_t>(value * inverse);
    // The edge is exact.
    bins[index] = bin - (static_cast<float>(bin) * width > value);
  }
}

} // namespace

void Collector::Extremes::add(const float *values, uint64_t count) {
  int32_t lo = min, hi = max;
  for (uint64_t index = 0; index < count; ++index) {
    int32_t ordered = toOrdered(values[index]);
    lo = std::min(lo, ordered);
    hi = std::max(hi, ordered);
  }
  min = lo;
  max = hi;
}

void Collector::Extremes::add(const Extremes &other) {
  min = std::min(min, other.min);
  max = std::max(max, other.max);
}

bool Collector::Extremes::isFinite() const {
  return min > kMinusInfinity && max < kInfinity;
}

Collector::Collector(int32_t id, std::string name) {
  record.id = id;
  record.name = std::move(name);
}

void Collector::cover(float value) {
  int32_t needed = exponentFor(value);
  if (needed <= record.exponent)
    return;
  odd.coarsen(needed - record.exponent);
  record.coarsen(needed);
}

void Collector::addBlock(const float *values, uint64_t count,
                         Extremes &sample) {
  Extremes block;
  block.add(values, count);
  float finite[kBlock];
  if (!block.isEmpty() && !block.isFinite()) {
    const float *end =
        std::copy_if(values, values + count, finite,
                     [](float value) { return std::isfinite(value); });
    auto isNaN = [](float value) { return std::isnan(value); };
    uint64_t nan = std::count_if(values, values + count, isNaN);
    uint64_t finiteCount = end - finite;
    record.nan += nan;
    record.infinite += count - finiteCount - nan;
    values = finite;
    count = finiteCount;
    block = Extremes();
    block.add(values, count);
  }
  if (block.isEmpty())
    return;
  sample.add(block);
  cover(fromOrdered(block.min));
  cover(fromOrdered(block.max));

  int32_t bins[kBlock];
  computeBins(values, count, std::ldexp(1.0f, -record.exponent),
              std::ldexp(1.0f, record.exponent), bins);
  // Two histograms, so that a run of equal values does not wait for one
  // counter.
  uint64_t index = 0;
  for (; index + 2 <= count; index += 2) {
    ++record.values[bins[index]];
    ++odd[bins[index + 1]];
  }
  if (index < count)
    ++record.values[bins[index]];
}

void Collector::addSample(const float *values, uint64_t count) {
  Extremes sample;
  for (uint64_t begin = 0; begin < count; begin += kBlock)
    addBlock(values + begin, std::min(kBlock, count - begin), sample);
  if (!sample.isEmpty()) {
    seen.add(sample);
    ++record.minima[binOf(fromOrdered(sample.min), record.exponent)];
    ++record.maxima[binOf(fromOrdered(sample.max), record.exponent)];
  }
  record.count += count;
}

TensorRecord Collector::takeRecord() const {
  TensorRecord sum = record;
  sum.values.add(odd);
  if (!seen.isEmpty()) {
    sum.min = fromOrdered(seen.min);
    sum.max = fromOrdered(seen.max);
  }
  return sum;
}
