//===- ElementLoops.h - What a collector does to every element ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calibration spends most of its own time in these loops, so they are compiled
// for several instruction sets, and a collector takes the ones of the CPU that
// runs it. All of them give the same numbers.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RECORD_ELEMENTLOOPS_H
#define QUANTC_RECORD_ELEMENTLOOPS_H

#include <cstdint>
#include <vector>

namespace quantc::record {

/// Smallest and largest of some numbers, as integers of the same order: -0
/// comes before 0, NaN behind the infinities.
struct Extremes {
  int32_t min = INT32_MAX;
  int32_t max = INT32_MIN;

  void add(const Extremes &other);
  bool isEmpty() const { return min > max; }
  bool isFinite() const;
  // Of numbers that are not empty.
  float minValue() const;
  float maxValue() const;
};

/// The loops for one instruction set.
struct ElementLoops {
  const char *name;
  Extremes (*findExtremes)(const float *values, uint64_t count);
  /// Lists the bins of finite values that have one with this exponent, in
  /// order, in `bins`, which has room for `count`. May leave out those that are
  /// 0, where rectified values crowd. Returns how many it lists.
  uint64_t (*listBins)(const float *values, uint64_t count, int32_t exponent,
                       int32_t *bins);
};

/// The loops that this CPU can run, the fastest last.
const std::vector<ElementLoops> &supportedElementLoops();

} // namespace quantc::record

#endif // QUANTC_RECORD_ELEMENTLOOPS_H
