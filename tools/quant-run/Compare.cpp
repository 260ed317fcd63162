//===- Compare.cpp - Prints how far two libraries are apart -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"

#include "quantc/Runtime/Host/Compare.h"
#include "quantc/Runtime/Host/Library.h"

#include <nlohmann/json.hpp>

#include <limits>

#include <cmath>
#include <cstdio>

using namespace quantc;
using namespace quantc::host;

static void printTable(const char *title,
                       const std::vector<TensorDistance> &tensors) {
  if (tensors.empty())
    return;
  std::printf("   SQNR dB  %s\n", title);
  for (const TensorDistance &tensor : tensors)
    if (std::isinf(tensor.sqnr()))
      std::printf("     equal  %s\n", tensor.name.c_str());
    else
      std::printf("  %8.1f  %s\n", tensor.sqnr(), tensor.name.c_str());
}

/// Null stands for equal tensors.
static nlohmann::ordered_json
describe(const std::vector<TensorDistance> &tensors) {
  auto list = nlohmann::ordered_json::array();
  for (const TensorDistance &tensor : tensors) {
    nlohmann::ordered_json sqnr;
    if (std::isfinite(tensor.sqnr()))
      sqnr = tensor.sqnr();
    list.push_back({{"name", tensor.name}, {"sqnr_db", sqnr}});
  }
  return list;
}

bool quantc::compareLibraries(const quantc_model &model,
                              const RunOptions &options, std::string &error) {
  auto reference = Library::load(options.compare, error);
  if (!reference)
    return false;
  auto comparison = host::compare(model, reference->getModel(), options.inputs,
                                  std::numeric_limits<int64_t>::max(), error);
  if (!comparison)
    return false;
  if (options.isJson) {
    nlohmann::ordered_json report = {
        {"samples", comparison->samples},
        {"layers", describe(comparison->layers)},
        {"outputs", describe(comparison->outputs)}};
    std::printf("%s\n", report.dump().c_str());
    return true;
  }
  std::printf("samples  %lld\n", static_cast<long long>(comparison->samples));
  printTable("layer", comparison->layers);
  printTable("output", comparison->outputs);
  return true;
}
