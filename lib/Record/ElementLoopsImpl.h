//===- ElementLoopsImpl.h - Loops for any instruction set -------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Without branches, so that compilers vectorize them, and inlined into
// functions that are compiled for an instruction set.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RECORD_ELEMENTLOOPSIMPL_H
#define QUANTC_LIB_RECORD_ELEMENTLOOPSIMPL_H

#include "quantc/Record/ElementLoops.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace quantc::record {

/// The order of these integers is that of the floats. Its own inverse.
[[gnu::always_inline]] inline int32_t toOrdered(int32_t bits) {
  return bits ^ ((bits >> 31) & INT32_MAX);
}

[[gnu::always_inline]] inline Extremes extremesOf(const float *values,
                                                  uint64_t count) {
  Extremes extremes;
  int32_t min = extremes.min, max = extremes.max;
  for (uint64_t index = 0; index < count; ++index) {
    int32_t bits;
    std::memcpy(&bits, &values[index], sizeof(bits));
    min = std::min(min, toOrdered(bits));
    max = std::max(max, toOrdered(bits));
  }
  extremes.min = min;
  extremes.max = max;
  return extremes;
}

[[gnu::always_inline]] inline void binsOf(const float *values, uint64_t count,
                                          int32_t exponent, int32_t *bins) {
  float width = std::ldexp(1.0f, exponent);
  float inverse = std::ldexp(1.0f, -exponent);
  for (uint64_t index = 0; index < count; ++index) {
    float value = values[index];
    // The product is exact but where it underflows, and rounded towards zero.
    auto bin = static_cast<int32_t>(value * inverse);
    // The edge is exact.
    bins[index] = bin - (static_cast<float>(bin) * width > value);
  }
}

/// Appends those that the CPU supports, the fastest last; none on other
/// architectures.
void appendX86ElementLoops(std::vector<ElementLoops> &loops);

} // namespace quantc::record

#endif // QUANTC_LIB_RECORD_ELEMENTLOOPSIMPL_H
