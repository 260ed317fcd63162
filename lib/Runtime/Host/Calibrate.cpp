//===- Calibrate.cpp - Collects what observers see ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Progress.h"

#include "quantc/Record/Collector.h"
#include "quantc/Runtime/Host/Run.h"

#include <cmath>
#include <map>

using namespace quantc;
using namespace quantc::host;

/// The number of samples per run, so that the values of each can be told apart.
static std::optional<int64_t> chooseCalibrationBatch(const quantc_model &model,
                                                     std::string &error) {
  for (int32_t index = 0; index < model.observed_count; ++index) {
    const quantc_tensor_info &tensor = model.observed[index].tensor;
    if (tensor.type != QUANTC_F32) {
      error = "expected an observed float network, but tensor '" +
              std::string(tensor.name) + "' is quantized already";
      return std::nullopt;
    }
    if (isBatchLeading(model, tensor))
      continue;
    if (model.fixed_batch == QUANTC_DIM_BATCH || model.fixed_batch == 1)
      return 1;
    error = "the samples of tensor '" + std::string(tensor.name) +
            "' cannot be told apart, since its first axis is not the batch: "
            "export the model with a batch of 1 or any batch";
    return std::nullopt;
  }
  if (model.observed_count == 0) {
    error = "the library observes nothing: compile the network with "
            "'quantc MODEL --observe -o OBSERVED.so'";
    return std::nullopt;
  }
  return RunConfig().batch;
}

/// Whether all data are finite: others would make every range useless.
static bool verifyFinite(const DataSet &data, std::string &error) {
  for (const Array &array : data.inputs) {
    if (isInteger(array.type))
      continue;
    int64_t size = array.size(), sampleSize = size / data.samples;
    for (int64_t index = 0; index < size; ++index) {
      auto value = array.get<float>(index);
      if (std::isfinite(value))
        continue;
      error = "sample " + std::to_string(index / sampleSize) + " of array '" +
              array.name + "' has the value " + std::to_string(value) +
              ": calibrate with finite numbers";
      return false;
    }
  }
  return true;
}

static std::optional<record::Record> collect(const quantc_model &model,
                                             const DataSet &data,
                                             RunConfig &config,
                                             std::string &error) {
  std::map<int32_t, record::Collector> collectors;
  for (int32_t index = 0; index < model.observed_count; ++index) {
    const quantc_observed_info &observed = model.observed[index];
    collectors.try_emplace(observed.id, observed.id, observed.tensor.name);
  }
  config.observe = [&](int32_t id, const void *values, int64_t samples,
                       int64_t sampleSize) {
    record::Collector &collector = collectors.at(id);
    for (int64_t sample = 0; sample < samples; ++sample)
      collector.addSample(static_cast<const float *>(values) +
                              sample * sampleSize,
                          static_cast<uint64_t>(sampleSize));
  };
  if (!runAll(model, data, config, error))
    return std::nullopt;
  record::Record record;
  record.network = model.provenance->network_sha256;
  record.samples = static_cast<uint64_t>(data.samples);
  for (const auto &[id, collector] : collectors)
    record.tensors.push_back(collector.takeRecord());
  return record;
}

bool quantc::host::calibrate(const quantc_model &model,
                             const std::vector<std::string> &paths,
                             record::Record &record, std::string &error) {
  std::optional<int64_t> batch = chooseCalibrationBatch(model, error);
  if (!batch)
    return false;
  for (const std::string &path : paths) {
    auto data = readDataSet(path, /*labels=*/"", model, error);
    if (!data)
      return false;
    if (!verifyFinite(*data, error)) {
      error = "'" + path + "': " + error;
      return false;
    }
    Progress progress("calibrating on " + path, data->samples);
    RunConfig config;
    config.batch = *batch;
    config.reportProgress = [&](int64_t samples) { progress.report(samples); };
    auto seen = collect(model, *data, config, error);
    if (!seen)
      return false;
    if (record.tensors.empty()) {
      record = std::move(*seen);
      continue;
    }
    record::Error mergeError;
    if (!record::merge(record, *seen, mergeError)) {
      error = mergeError.text;
      return false;
    }
  }
  return true;
}
