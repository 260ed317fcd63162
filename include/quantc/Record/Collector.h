//===- Collector.h - Takes in the values of a tensor --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RECORD_COLLECTOR_H
#define QUANTC_RECORD_COLLECTOR_H

#include "quantc/Record/ElementLoops.h"
#include "quantc/Record/Record.h"

namespace quantc::record {

/// Builds the record of one tensor from its samples, in constant memory and one
/// pass.
class Collector {
public:
  /// `loops` outlives the collector.
  Collector(int32_t id, std::string name,
            const ElementLoops &loops = supportedElementLoops().back());

  /// Takes in the `count` elements of one sample.
  void addSample(const float *values, uint64_t count);

  /// What was seen so far.
  TensorRecord takeRecord() const;

private:
  void addBlock(const float *values, uint64_t count, Extremes &sample);
  /// Makes room for a value.
  void cover(float value);
  /// Counts finite values that have a bin, of one block.
  void countBins(const float *values, uint64_t count);

  const ElementLoops &loops;
  TensorRecord record; // but for what follows
  Extremes seen;
  Histogram odd; // every other element of `record.values`
};

} // namespace quantc::record

#endif // QUANTC_RECORD_COLLECTOR_H
