//===- PrintLayers.cpp - Times of layers, for people and programs ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PrintLayers.h"

#include <cstdio>

using namespace quantc;

void quantc::printLayers(const host::LayerTimes &times, double median) {
  if (times.areExpected())
    std::printf(
        "clock    %.3f GHz, by additions\n"
        "        median  of run        least     expected  of ceiling  layer\n",
        times.clock());
  for (size_t layer = 0; layer < times.size(); ++layer) {
    double time = times.median(layer);
    std::printf("%11.4f ms %5.1f %%", time, 100 * time / median);
    if (times.areExpected())
      std::printf(" %9.4f ms %9.4f ms %9.1f %%", times.least(layer),
                  times.expected(layer), 100 * times.shareOfCeiling(layer));
    std::printf("  %s", times.name(layer).c_str());
    if (times.areExpected())
      std::printf(", %s", times.info(layer).kernel);
    std::printf("\n");
    if (times.areExpected())
      if (std::string why = times.explain(layer); !why.empty())
        std::printf("%61s%s\n", "", why.c_str());
  }
}

nlohmann::ordered_json quantc::describeLayers(const host::LayerTimes &times) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (size_t layer = 0; layer < times.size(); ++layer) {
    nlohmann::ordered_json entry = {{"name", times.name(layer)},
                                    {"ms_median", times.median(layer)}};
    if (times.areExpected()) {
      const quantc_layer_info &info = times.info(layer);
      entry["ms_min"] = times.least(layer);
      entry["kernel"] = info.kernel;
      entry["multiply_adds"] = info.multiply_adds;
      entry["bytes"] = info.bytes;
      entry["ms_expected"] = times.expected(layer);
      entry["share_of_ceiling"] = times.shareOfCeiling(layer);
      if (std::string why = times.explain(layer); !why.empty())
        entry["why_slow"] = why;
    }
    list.push_back(std::move(entry));
  }
  return list;
}
