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

class LayerTimes;
class Pool;

/// What a network gave for all samples.
struct Results {
  std::vector<Array> outputs;           // first axis = samples
  double seconds = 0;                   // in the network, without conversions
  std::vector<double> secondsPerSample; // of each run
};

/// How a network is run on a data set.
struct RunConfig {
  /// Samples per run of a network that takes any number: enough to amortize a
  /// call, few enough to stay in the caches.
  int64_t batch = 16;
  /// Runs the loops of the network; null: serial.
  Pool *pool = nullptr;
  /// Takes the times of layers; then there is no `observe`.
  LayerTimes *times = nullptr;
  /// Receives what the network's observers see, one call per tensor and run:
  /// `samples` times `sampleSize` elements, without the padding of a last
  /// batch. A tensor that belongs to the run as a whole is one sample.
  std::function<void(int32_t id, const void *data, int64_t samples,
                     int64_t sampleSize)>
      observe;
  /// Called after each run with the number of samples done so far.
  std::function<void(int64_t samples)> reportProgress;
};

/// Runs all samples in batches. Nothing, and why in `error`, where the network
/// reports an error.
std::optional<Results> runAll(const quantc_model &model, const DataSet &data,
                              const RunConfig &config, std::string &error);

/// The index of the largest value of each sample of an output, the first of
/// equals; NaN never wins.
std::vector<int64_t> argMax(const Array &output);

/// How many entries of both are equal. Requires equal lengths.
int64_t countEqual(const std::vector<int64_t> &a,
                   const std::vector<int64_t> &b);

/// Runs an observed network on the data in the files of `paths`, tells on
/// standard error how far it is, and adds what it saw to `record`, which is
/// empty or of the same network. One without inputs runs once, without a file.
/// False, and why in `error`, where that fails.
bool calibrate(const quantc_model &model, const std::vector<std::string> &paths,
               record::Record &record, std::string &error);

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_RUN_H
