//===- PruningReport.cpp - What a pruning came to ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PruningReport.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace quantc;

void quantc::printText(const Pruning &pruning, llvm::raw_ostream &stream) {
  int64_t before = pruning.countMultiplyAdds();
  int64_t after = pruning.countKeptMultiplyAdds();
  stream << "  " << llvm::left_justify("pruned", 11) << before
         << " multiply-adds to " << after
         << llvm::format(" (%.2f %% fewer), %.2f times as fast by the "
                         "estimates\n",
                         100 * (1 - static_cast<double>(after) / before),
                         pruning.speedup);
  stream << "  " << llvm::left_justify("", 11)
         << llvm::format("on %lld calibration inputs, in float, divergence "
                         "%.4f nats",
                         static_cast<long long>(pruning.samples),
                         pruning.divergence);
  if (pruning.temperature > 1)
    stream << llvm::format(" (of logits divided by %.1f)", pruning.temperature);
  stream << llvm::format(", agreement %.2f %%\n", 100 * pruning.agreement);
}

void quantc::printJson(const Pruning &pruning, llvm::json::OStream &json) {
  json.attribute("multiply_adds_before", pruning.countMultiplyAdds());
  json.attribute("multiply_adds", pruning.countKeptMultiplyAdds());
  json.attribute("expected_speedup", pruning.speedup);
  json.attribute("calibration_samples", pruning.samples);
  json.attribute("temperature", pruning.temperature);
  json.attribute("kl", pruning.divergence);
  json.attribute("agreement", pruning.agreement);
  json.attributeArray("layers", [&] {
    for (const Pruning::Layer &layer : pruning.layers)
      json.object([&] {
        json.attribute("name", llvm::json::fixUTF8(layer.name));
        json.attribute("inputs_before", layer.before.channels);
        json.attribute("inputs", layer.after.channels);
        json.attribute("outputs_before", layer.before.outputs);
        json.attribute("outputs", layer.after.outputs);
        json.attribute("multiply_adds_before", layer.before.multiplyAdds());
        json.attribute("multiply_adds", layer.after.multiplyAdds());
      });
  });
}
