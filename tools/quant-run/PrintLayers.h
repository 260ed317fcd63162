//===- PrintLayers.h - Times of layers, for people and programs -*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANT_RUN_PRINTLAYERS_H
#define QUANTC_TOOLS_QUANT_RUN_PRINTLAYERS_H

#include "quantc/Runtime/Host/LayerTimes.h"

#include <nlohmann/json.hpp>

namespace quantc {

/// A line for each layer, and one with a reason where it is slow. `median` in
/// milliseconds, of a run.
void printLayers(const host::LayerTimes &times, double median);

/// The same as an array of objects.
nlohmann::ordered_json describeLayers(const host::LayerTimes &times);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANT_RUN_PRINTLAYERS_H
