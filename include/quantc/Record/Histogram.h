//===- Histogram.h - How often values were seen -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bin k of a histogram with exponent e counts the values in
// [k * 2^e, (k + 1) * 2^e). Each bin of exponent e + 1 is two bins of exponent
// e, so a histogram that is coarsened as larger values come equals the one
// taken with the last exponent from the start, in whatever order the values
// came.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RECORD_HISTOGRAM_H
#define QUANTC_RECORD_HISTOGRAM_H

#include <cstdint>
#include <vector>

namespace quantc::record {

/// Bins lie in [-kBinsPerSide, kBinsPerSide). The larger side of a tensor then
/// has 1025 to 2048 of them, four or more per step of an 8-bit quantization.
constexpr int32_t kBinsPerSide = 2048;

/// Ranges narrower than 2^-100 need no bins: no scale can represent them.
constexpr int32_t kLeastExponent = -111;
/// The largest finite f32 is below kBinsPerSide * 2^117.
constexpr int32_t kLargestExponent = 117;

/// The smallest exponent, at least kLeastExponent, with which the finite
/// `value` has a bin.
int32_t exponentFor(float value);

/// The bin of `value`. Requires exponent >= exponentFor(value).
int32_t binOf(float value, int32_t exponent);

/// Where bin `bin` begins, exactly.
double edgeOf(int32_t bin, int32_t exponent);

/// The counts of all bins, in constant memory.
class Histogram {
public:
  Histogram() : counts(2UL * kBinsPerSide) {}

  uint64_t &operator[](int32_t bin) { return counts[bin + kBinsPerSide]; }
  uint64_t operator[](int32_t bin) const { return counts[bin + kBinsPerSide]; }

  /// Merges neighbours until the exponent has grown by `steps`.
  void coarsen(int32_t steps);
  /// Adds the counts of `other`, which has the same exponent.
  void add(const Histogram &other);
  uint64_t total() const;

private:
  std::vector<uint64_t> counts;
};

} // namespace quantc::record

#endif // QUANTC_RECORD_HISTOGRAM_H
