//===- Run.h - Runs networks on data sets -------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_RUN_H
#define QUANTC_RUNTIME_HOST_RUN_H

#include "quantc-rt/quantc_rt.h"
#include "quantc/Record/Record.h"
#include "quantc/Runtime/Host/DataSet.h"

#include <functional>

namespace quantc::host {

/// What a network gave for all samples.
struct Results {
  std::vector<Array> outputs; // first axis = samples
  double seconds = 0;         // in the network, without conversions
};

/// Receives what the network's observers see: `count` elements of which only
/// those of real samples, not of the padding of a last batch.
using Observe =
    std::function<void(int32_t id, const void *data, int64_t count)>;

/// Runs all samples in batches. Nothing, and why in `error`, where the network
/// reports an error.
std::optional<Results> runAll(const quantc_model &model, const DataSet &data,
                              const Observe &observe, std::string &error);

/// The index of the largest value of each sample of an output, the first of
/// equals; NaN never wins.
std::vector<int64_t> argMax(const Array &output);

/// How many entries of both are equal. Requires equal lengths.
int64_t countEqual(const std::vector<int64_t> &a,
                   const std::vector<int64_t> &b);

/// Runs an observed network on `data` and adds what it saw to `record`, which
/// is empty or of the same network.
bool calibrate(const quantc_model &model, const DataSet &data,
               record::Record &record, std::string &error);

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_RUN_H
