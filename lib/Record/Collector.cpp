//===- Collector.cpp - Takes in the values of a tensor ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Collector.h"

#include <algorithm>
#include <cmath>

using namespace quantc::record;

/// Elements whose bins are listed at a time: they stay in the L1 cache.
static constexpr uint64_t kBlock = 1024;

Collector::Collector(int32_t id, std::string name, const ElementLoops &loops)
    : loops(loops) {
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

void Collector::countBins(const float *values, uint64_t count) {
  int32_t bins[kBlock];
  uint64_t listed = loops.listBins(values, count, record.exponent, bins);
  record.values[0] += count - listed;
  // Two histograms, so that a run of equal values does not wait for one
  // counter; unrolled, since nothing else is in the loop.
  constexpr uint64_t kUnrolled = 8;
  uint64_t index = 0;
  for (; index + kUnrolled <= listed; index += kUnrolled)
    for (uint64_t lane = 0; lane < kUnrolled; lane += 2) {
      ++record.values[bins[index + lane]];
      ++odd[bins[index + lane + 1]];
    }
  for (; index < listed; ++index)
    ++record.values[bins[index]];
}

void Collector::addBlock(const float *values, uint64_t count,
                         Extremes &sample) {
  Extremes block = loops.findExtremes(values, count);
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
    block = loops.findExtremes(values, count);
  }
  if (block.isEmpty())
    return;
  sample.add(block);
  cover(block.minValue());
  cover(block.maxValue());
  countBins(values, count);
}

void Collector::addSample(const float *values, uint64_t count) {
  Extremes sample;
  for (uint64_t begin = 0; begin < count; begin += kBlock)
    addBlock(values + begin, std::min(kBlock, count - begin), sample);
  if (!sample.isEmpty()) {
    seen.add(sample);
    ++record.minima[binOf(sample.minValue(), record.exponent)];
    ++record.maxima[binOf(sample.maxValue(), record.exponent)];
  }
  record.count += count;
}

TensorRecord Collector::takeRecord() const {
  TensorRecord sum = record;
  sum.values.add(odd);
  if (!seen.isEmpty()) {
    sum.min = seen.minValue();
    sum.max = seen.maxValue();
  }
  return sum;
}
