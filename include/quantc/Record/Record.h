//===- Record.h - The calibration record --------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What calibration saw of a network, tensor by tensor. The text form, which may
// be read and edited, is described in docs/calibration-record.md. No function
// throws.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RECORD_RECORD_H
#define QUANTC_RECORD_RECORD_H

#include "quantc/Record/Histogram.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantc::record {

/// What a tensor's integers have to represent.
struct Range {
  float min;
  float max;
};

/// What was seen of one observed tensor. All fields are sums, minima or maxima
/// over elements or samples, so that they depend neither on the order of
/// samples nor on how they were batched, and those of two runs merge exactly.
struct TensorRecord {
  int32_t id = 0;
  std::string name;
  uint64_t count = 0;    // elements, of all samples
  uint64_t nan = 0;      // of them, not a number
  uint64_t infinite = 0; // of them, plus or minus infinity
  float min = 0;         // of the finite ones; 0 where there is none
  float max = 0;
  int32_t exponent = kLeastExponent; // of the bins: the one min and max need
  Histogram values;                  // the finite elements
  Histogram minima, maxima;          // the extremes of each sample that has any
  std::optional<Range> range;        // set by hand: not chosen from the above

  bool hasFinite() const { return count > nan + infinite; }
  /// Brings the histograms to a larger exponent.
  void coarsen(int32_t larger);
};

struct Record {
  std::string network; // hex SHA-256 of the network at stage `float`
  uint64_t samples = 0;
  std::vector<TensorRecord> tensors; // ascending ids
};

/// `text` is set where an error occurred; `line` (from 1) is 0 where it has
/// none.
struct Error {
  std::string text;
  unsigned line = 0;
};

/// What a record begins with, whatever its version.
constexpr std::string_view kMagic = "quantc-calibration";

std::string print(const Record &record);

/// The record in `text`, or nothing, and why in `error`.
std::optional<Record> parse(std::string_view text, Error &error);

/// Adds `from`, a record of the same network, to `into`. False, and why in
/// `error`, where they do not fit together; then `into` is unchanged.
bool merge(Record &into, const Record &from, Error &error);

} // namespace quantc::record

#endif // QUANTC_RECORD_RECORD_H
