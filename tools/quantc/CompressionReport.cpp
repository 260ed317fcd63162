//===- CompressionReport.cpp - What a compression came to -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompressionReport.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace quantc;

static double partOf(double part, double whole) {
  return whole == 0 ? 0 : part / whole;
}

void quantc::printText(const Compression &compression,
                       llvm::raw_ostream &stream) {
  int64_t weights = 0, zeros = 0;
  double bits = 0;
  for (const Compression::Layer &layer : compression.layers) {
    weights += layer.weights;
    zeros += layer.zeros;
    bits += layer.bits;
  }
  const compress::Outcome &best = compression.best;
  stream << "  " << llvm::left_justify("compressed", 11)
         << compression.floatBytes << " bytes of float parameters into "
         << llvm::format("%.0f as one coded section: "
                         "%.2f times smaller\n",
                         best.bytes, compression.ratio());
  stream << "  " << llvm::left_justify("", 11)
         << llvm::format("%.2f bits a weight, %.2f %% of them 0; ",
                         partOf(bits, static_cast<double>(weights)),
                         100 * partOf(static_cast<double>(zeros),
                                      static_cast<double>(weights)))
         << llvm::format("on %lld calibration inputs divergence %.4f nats",
                         static_cast<long long>(compression.samples),
                         best.divergence);
  if (compression.temperature > 1)
    stream << llvm::format(" (of logits divided by %.1f)",
                           compression.temperature);
  stream << llvm::format(", agreement %.2f %%\n", 100 * best.agreement);
}

static void printOutcome(const Compression &compression,
                         const compress::Outcome &outcome,
                         llvm::json::OStream &json) {
  json.object([&] {
    json.attribute("nats_per_bit", outcome.price);
    json.attribute("coded_bytes", outcome.bytes);
    json.attribute(
        "coded_ratio",
        partOf(static_cast<double>(compression.floatBytes), outcome.bytes));
    json.attribute("kl", outcome.divergence);
    json.attribute("agreement", outcome.agreement);
  });
}

void quantc::printJson(const Compression &compression,
                       llvm::json::OStream &json) {
  json.attribute("float_parameter_bytes", compression.floatBytes);
  json.attribute("calibration_samples", compression.samples);
  json.attribute("temperature", compression.temperature);
  json.attributeBegin("chosen");
  printOutcome(compression, compression.best, json);
  json.attributeEnd();
  json.attributeArray("curve", [&] {
    for (const compress::Outcome &outcome : compression.curve)
      printOutcome(compression, outcome, json);
  });
  double bytes = 0, loss = 0;
  for (const Compression::Layer &layer : compression.layers) {
    bytes += layer.bytes;
    loss += layer.loss;
  }
  json.attributeArray("layers", [&] {
    for (const Compression::Layer &layer : compression.layers)
      json.object([&] {
        json.attribute("name", llvm::json::fixUTF8(layer.name));
        json.attribute("weights", layer.weights);
        json.attribute("bits_per_weight",
                       partOf(layer.bits, static_cast<double>(layer.weights)));
        json.attribute("zeros", partOf(static_cast<double>(layer.zeros),
                                       static_cast<double>(layer.weights)));
        json.attribute("share_of_bytes", partOf(layer.bytes, bytes));
        json.attribute("share_of_loss", partOf(layer.loss, loss));
      });
  });
}
