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

static void printText(const char *title, const std::string &text) {
  std::printf("%-12s%s\n", title, text.empty() ? "-" : text.c_str());
}

/// What the compiler expects of a layer.
static void printLayer(const quantc_layer_info &layer) {
  double share = layer.expected_cycles == 0
                     ? 1
                     : static_cast<double>(layer.least_cycles) /
                           static_cast<double>(layer.expected_cycles);
  std::printf("%-12s%s: %s, %lld multiply-adds, %lld bytes, expected %lld "
              "cycles, %.1f %% of the ceiling",
              "layer", layer.name, layer.kernel,
              static_cast<long long>(layer.multiply_adds),
              static_cast<long long>(layer.bytes),
              static_cast<long long>(layer.expected_cycles), 100 * share);
  std::printf(*layer.why_slow ? ": %s\n" : "%s\n", layer.why_slow);
}

/// What only a machine can tell that can run it: the code that `prepare` chose,
/// where there is a choice, and what the smallest run needs.
static void printPrepared(const quantc_model &model) {
  std::string error;
  auto session = quantc::host::Session::create(model, error);
  if (!session)
    return printText("workspace", "unknown: " + error);
  if (const quantc_choice *choice = session->choice()) {
    printText("chosen", std::string(choice->target) + ", " + choice->strategy);
    if (*choice->reason)
      printText("not better", choice->reason);
  }
  int64_t batch = quantc::host::chooseBatch(model, /*most=*/1);
  printText("workspace", std::to_string(session->workspaceBytes(batch)) +
                             " bytes for a batch of " + std::to_string(batch));
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
  printText("stage", provenance.stage);
  printText("target", provenance.target);
  printText("strategy", provenance.strategy);
  printPrepared(model);
  printText("contract", provenance.contract);
  printText("quantc", provenance.version);
  printText("model", provenance.model_sha256);
  printText("network", provenance.network_sha256);
  printText("calibration", provenance.calibration_sha256);
  for (int64_t index = 0; index < model.layer_count; ++index)
    printLayer(model.layers[index]);
}
