//===- Info.cpp - Prints what a library is ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"

#include "quantc/Runtime/Host/DataSet.h"
#include "quantc/Runtime/Host/Session.h"

#include <cstdio>
#include <string>

static const char *nameOf(quantc_element_type type) {
  switch (type) {
  case QUANTC_F32:
    return "f32";
  case QUANTC_I8:
    return "i8";
  case QUANTC_U8:
    return "u8";
  case QUANTC_I32:
    return "i32";
  default:
    return "?";
  }
}

static void printTensor(const char *title, const quantc_tensor_info &tensor) {
  std::string shape;
  for (int32_t axis = 0; axis < tensor.rank; ++axis)
    shape += (axis ? ", " : "") + (tensor.dims[axis] == QUANTC_DIM_BATCH
                                       ? std::string("batch")
                                       : std::to_string(tensor.dims[axis]));
  std::printf("%-12s%s: %s [%s]", title, tensor.name, nameOf(tensor.type),
              shape.c_str());
  if (tensor.scale_count == 1)
    std::printf(", scale %.9g, zero point %d", tensor.scales[0],
                tensor.zero_points[0]);
  std::printf("\n");
}

/// What the smallest run needs, which only a machine can tell that can run it.
static std::string describeWorkspace(const quantc_model &model) {
  std::string error;
  auto session = quantc::host::Session::create(model, error);
  if (!session)
    return "unknown: " + error;
  int64_t batch = quantc::host::chooseBatch(model, /*most=*/1);
  return std::to_string(session->workspaceBytes(batch)) +
         " bytes for a batch of " + std::to_string(batch);
}

void quantc::printInfo(const quantc_model &model) {
  const quantc_provenance &provenance = *model.provenance;
  std::printf("%-12s%s\n", "name", model.name);
  for (int32_t index = 0; index < model.input_count; ++index)
    printTensor("input", model.inputs[index]);
  for (int32_t index = 0; index < model.output_count; ++index)
    printTensor("output", model.outputs[index]);
  std::printf("%-12s%d tensors\n", "observed", model.observed_count);
  if (model.fixed_batch == QUANTC_DIM_BATCH)
    std::printf("%-12sany\n", "batch");
  else
    std::printf("%-12s%lld\n", "batch",
                static_cast<long long>(model.fixed_batch));
  std::printf("%-12s%llu bytes\n", "constants",
              static_cast<unsigned long long>(model.weights_bytes));
  auto print = [](const char *title, const char *text) {
    std::printf("%-12s%s\n", title, *text ? text : "-");
  };
  print("stage", provenance.stage);
  print("target", provenance.target);
  print("strategy", provenance.strategy);
  print("workspace", describeWorkspace(model).c_str());
  print("contract", provenance.contract);
  print("quantc", provenance.version);
  print("model", provenance.model_sha256);
  print("network", provenance.network_sha256);
  print("calibration", provenance.calibration_sha256);
}
