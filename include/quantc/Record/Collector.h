//===- Collector.h - Takes in the values of a tensor --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RECORD_COLLECTOR_H
#define QUANTC_RECORD_COLLECTOR_H

#include "quantc/Record/Record.h"

namespace quantc::record {

/// Builds the record of one tensor from its samples, in constant memory and one
/// pass.
class Collector {
public:
  Collector(int32_t id, std::string name);

  /// Takes in the `count` elements of one sample.
  void addSample(const float *values, uint64_t count);

  /// What was seen so far.
  TensorRecord takeRecord() const;

private:
  /// Smallest and largest of some numbers, as integers of the same order.
  struct Extremes {
    int32_t min = INT32_MAX;
    int32_t max = INT32_MIN;

    void add(const float *values, uint64_t count);
    void add(const Extremes &other);
    bool isEmpty() const { return min > max; }
    bool isFinite() const;
  };

  void addBlock(const float *values, uint64_t count, Extremes &sample);
  /// Makes room for a value.
  void cover(float value);

  TensorRecord record; // but for what follows
  Extremes seen;
  Histogram odd; // every other element of `record.values`
};

} // namespace quantc::record

#endif // QUANTC_RECORD_COLLECTOR_H
