//===- Info.cpp - Prints what a library is ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "Preparation.h"

#include "quantc/Runtime/Host/DataSet.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
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

static void printEncoding(const quantc_encoding_info &encoding) {
  std::printf("%-12s%s: %lld bytes", "encoding", encoding.name,
              static_cast<long long>(encoding.bytes));
  if (encoding.plain_bytes > encoding.bytes)
    std::printf(" of %lld", static_cast<long long>(encoding.plain_bytes));
  std::printf("\n");
}

/// What only a machine can tell that can run it: the code that `prepare` chose,
/// where there is a choice, how long it took, and what the smallest run needs.
static void printPrepared(const quantc_model &model) {
  quantc::Preparation preparation(model);
  if (!preparation.session)
    return printText("workspace", "unknown: " + preparation.error);
  if (const quantc_choice *choice = preparation.session->choice()) {
    printText("chosen", std::string(choice->target) + ", " + choice->strategy);
    if (*choice->reason)
      printText("not better", choice->reason);
  }
  std::printf("%-12s%.3f ms, %llu bytes of state\n", "load",
              preparation.milliseconds,
              static_cast<unsigned long long>(model.state_bytes));
  printText("workspace", std::to_string(preparation.workspaceBytes) +
                             " bytes for a batch of " +
                             std::to_string(preparation.batch));
}

quantc::Preparation::Preparation(const quantc_model &model) {
  auto start = std::chrono::steady_clock::now();
  session = host::Session::create(model, error);
  std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - start;
  milliseconds = time.count();
  batch = host::chooseBatch(model, /*most=*/1);
  if (session)
    workspaceBytes = session->workspaceBytes(batch);
}

/// What the network takes in the file, and before.
static void printSizes(const quantc_model &model, const std::string &path) {
  for (int64_t index = 0; index < model.encoding_count; ++index)
    printEncoding(model.encodings[index]);
  if (model.float_parameter_bytes > 0)
    std::printf("%-12s%llu bytes as float, %.2f times the constants\n",
                "parameters",
                static_cast<unsigned long long>(model.float_parameter_bytes),
                static_cast<double>(model.float_parameter_bytes) /
                    static_cast<double>(model.weights_bytes));
  std::error_code ignored;
  std::printf("%-12s%llu bytes\n", "file",
              static_cast<unsigned long long>(
                  std::filesystem::file_size(path, ignored)));
}

void quantc::printInfo(const quantc_model &model, const std::string &path) {
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
  printSizes(model, path);
  printText("contract", provenance.contract);
  printText("quantc", provenance.version);
  printText("model", provenance.model_sha256);
  printText("network", provenance.network_sha256);
  printText("calibration", provenance.calibration_sha256);
  for (int64_t index = 0; index < model.layer_count; ++index)
    printLayer(model.layers[index]);
}
