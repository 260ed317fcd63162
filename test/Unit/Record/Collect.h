//===- Collect.h - Records of a few values ------------------*- C++ -*---===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_UNIT_RECORD_COLLECT_H
#define QUANTC_TEST_UNIT_RECORD_COLLECT_H

#include "quantc/Record/Collector.h"

namespace quantc::record {

using Samples = std::vector<std::vector<float>>;

/// What a collector says of a tensor with these samples.
inline TensorRecord
collect(const Samples &samples, int32_t id = 0, const std::string &name = "x",
        const ElementLoops &loops = supportedElementLoops().back()) {
  Collector collector(id, name, loops);
  for (const std::vector<float> &sample : samples)
    collector.addSample(sample.data(), sample.size());
  return collector.takeRecord();
}

/// The record of a network with one tensor.
inline Record recordOf(const Samples &samples) {
  Record record;
  record.network = "abc123";
  record.samples = samples.size();
  record.tensors = {collect(samples)};
  return record;
}

} // namespace quantc::record

#endif // QUANTC_TEST_UNIT_RECORD_COLLECT_H
