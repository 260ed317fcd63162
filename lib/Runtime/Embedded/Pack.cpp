//===- Pack.cpp - Weights that are packed at load -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Variant.h"

using namespace quantc;

extern "C" quantc_status quantc_unpack(State *state, const Variant *variant,
                                       const char **) {
  for (int64_t index = 0; index < variant->panelCount; ++index) {
    const Panels &panels = variant->panels[index];
    auto *packed = reinterpret_cast<int8_t *>(state) + panels.offset;
    if (panels.steps)
      packSteps(panels.layout, panels.steps, panels.weights, packed);
    else
      packPanels(panels.layout, panels.weights, packed);
    state->panels()[index] = packed;
  }
  return QUANTC_OK;
}
