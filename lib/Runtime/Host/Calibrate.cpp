//===- Calibrate.cpp - Collects what observers see ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Run.h"

#include <map>

using namespace quantc;
using namespace quantc::host;

/// An empty record of what the model observes.
static record::Record createRecord(const quantc_model &model) {
  record::Record record;
  record.network = model.provenance->network_sha256;
  for (int32_t index = 0; index < model.observed_count; ++index) {
    record::TensorRecord tensor;
    tensor.id = model.observed[index].id;
    tensor.name = model.observed[index].tensor.name;
    record.tensors.push_back(std::move(tensor));
  }
  return record;
}

bool quantc::host::calibrate(const quantc_model &model, const DataSet &data,
                             record::Record &record, std::string &error) {
  for (int32_t index = 0; index < model.observed_count; ++index)
    if (model.observed[index].tensor.type != QUANTC_F32) {
      error = "expected an observed float network, but tensor '" +
              std::string(model.observed[index].tensor.name) +
              "' is quantized already";
      return false;
    }
  if (model.observed_count == 0) {
    error = "the library observes nothing: compile the network with "
            "'quantc MODEL --observe -o OBSERVED.so'";
    return false;
  }
  record::Record seen = createRecord(model);
  std::map<int32_t, record::TensorRecord *> tensors;
  for (record::TensorRecord &tensor : seen.tensors)
    tensors[tensor.id] = &tensor;
  auto observe = [&](int32_t id, const void *values, int64_t count) {
    tensors.at(id)->add(static_cast<const float *>(values),
                        static_cast<uint64_t>(count));
  };
  if (!runAll(model, data, observe, error))
    return false;
  seen.samples = static_cast<uint64_t>(data.samples);
  if (record.tensors.empty()) {
    record = std::move(seen);
    return true;
  }
  record::Error mergeError;
  if (record::merge(record, seen, mergeError))
    return true;
  error = mergeError.text;
  return false;
}
