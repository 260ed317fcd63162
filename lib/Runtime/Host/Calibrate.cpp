//===- Calibrate.cpp - Collects what observers see ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Collector.h"
#include "quantc/Runtime/Host/Progress.h"
#include "quantc/Runtime/Host/Run.h"

#include <cmath>
#include <map>
#include <string_view>

using namespace quantc;
using namespace quantc::host;

/// Whether `model` is a float network that was compiled to be observed.
static bool verifyObserved(const quantc_model &model, std::string &error) {
  for (int32_t index = 0; index < model.observed_count; ++index) {
    const quantc_tensor_info &tensor = model.observed[index].tensor;
    if (tensor.type == QUANTC_F32)
      continue;
    error = "expected an observed float network, but tensor '" +
            std::string(tensor.name) + "' is quantized already";
    return false;
  }
  // Observers give a float network its hash, even where there are none to give.
  const quantc_provenance &provenance = *model.provenance;
  bool isObserved = provenance.stage == std::string_view("float") &&
                    *provenance.network_sha256 != 0;
  if (model.observed_count > 0 || isObserved)
    return true;
  error = "the library observes nothing: compile the network with "
          "'quantc MODEL --observe -o OBSERVED.so'";
  return false;
}

/// An observed tensor that is not cut into samples, or null.
static const quantc_tensor_info *findWhole(const quantc_model &model) {
  for (int32_t index = 0; index < model.observed_count; ++index)
    if (!isBatchLeading(model, model.observed[index].tensor))
      return &model.observed[index].tensor;
  return nullptr;
}

/// Whether no run is filled up with zeros, which `whole` would show.
static bool verifyFullRuns(const quantc_model &model, const DataSet &data,
                           const quantc_tensor_info &whole,
                           std::string &error) {
  int64_t batch = chooseBatch(model, /*most=*/1);
  if (data.samples % batch == 0)
    return true;
  error = "expected a multiple of " + std::to_string(batch) +
          " samples, the batch of the network, but got " +
          std::to_string(data.samples) + ": those of tensor '" + whole.name +
          "' cannot be told apart, since its first axis is not the batch";
  return false;
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
  if (!verifyObserved(model, error))
    return false;
  const quantc_tensor_info *whole = findWhole(model);
  for (const std::string &path :
       paths.empty() ? std::vector<std::string>(1) : paths) {
    auto data = readDataSet(path, /*labels=*/"", model, error);
    if (!data)
      return false;
    if (!verifyFinite(*data, error) ||
        (whole && !verifyFullRuns(model, *data, *whole, error))) {
      error = "'" + path + "': " + error;
      return false;
    }
    Progress progress(path.empty() ? "calibrating" : "calibrating on " + path,
                      data->samples);
    RunConfig config;
    if (whole)
      config.batch = 1;
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
