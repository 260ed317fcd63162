//===- Dispatch.cpp - Which of several variants of a network runs ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of the model struct where a binary holds the network for
// several CPUs. Each variant has the functions of Embedded.cpp for itself; the
// compiler leaves those here as they are, for every CPU.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "Variant.h"

using quantc::Feature;
using quantc::kFeatures;
using quantc::State;
using quantc::Variant;

extern "C" {

// Made with the network; those that need most come first.
extern const Variant quantc_variants[];
extern const int64_t quantc_variant_count;

} // extern "C"

namespace {

/// A sentence, cut off where it does not fit.
class Message {
public:
  void append(const char *part) {
    while (*part && end < text + sizeof(text) - 1)
      *end++ = *part++;
    *end = 0;
  }
  const char *get() const { return text; }

private:
  char text[512];
  char *end = text;
};

/// Tells what the machine lacks for each variant, and the best target that it
/// has: the more rows before the first that is missing, the better.
void explain(const quantc::Machine &machine, const quantc_prepare_args &args) {
  Message message;
  const Feature *last = kFeatures;
  message.append("this machine has none of the targets that the network was "
                 "compiled for: ");
  for (int64_t index = 0; index < quantc_variant_count; ++index) {
    const Variant &variant = quantc_variants[index];
    const Feature *missing =
        quantc::findMissing(machine, variant.requiredFeatures);
    message.append(index > 0 ? ", no " : "no ");
    message.append(missing->name);
    message.append(" for ");
    message.append(variant.choice.target);
    if (missing > last)
      last = missing;
  }
  message.append("; compile it with --target=");
  message.append(last->remedy);
  args.report_error(args.error_context, QUANTC_ERROR_TARGET, message.get());
}

void fill(State *state, const Variant &variant) {
  state->choice = variant.choice;
  state->variant = &variant;
  for (int64_t index = 0; index < variant.panelCount; ++index) {
    const quantc::Panels &panels = variant.panels[index];
    auto *packed = reinterpret_cast<int8_t *>(state) + panels.offset;
    if (panels.steps)
      quantc::packSteps(panels.layout, panels.steps, panels.weights, packed);
    else
      quantc::packPanels(panels.layout, panels.weights, packed);
    state->panels()[index] = packed;
  }
}

} // namespace

extern "C" {

quantc_status quantc_prepare(void *memory, const quantc_prepare_args *args) {
  if (!memory)
    return QUANTC_ERROR_ARGUMENT;
  quantc::Machine machine;
  for (int64_t index = 0; index < quantc_variant_count; ++index) {
    const Variant &variant = quantc_variants[index];
    if (quantc::findMissing(machine, variant.requiredFeatures))
      continue;
    fill(static_cast<State *>(memory), variant);
    return QUANTC_OK;
  }
  if (args && args->abi_version == QUANTC_ABI_VERSION && args->report_error)
    explain(machine, *args);
  return QUANTC_ERROR_TARGET;
}

uint64_t quantc_workspace_bytes(const void *state, int64_t batch) {
  if (!state)
    return 0;
  return static_cast<const State *>(state)->variant->workspaceBytes(state,
                                                                    batch);
}

quantc_status quantc_run(const void *memory, const quantc_run_args *args) {
  if (!args || args->abi_version != QUANTC_ABI_VERSION)
    return QUANTC_ERROR_ARGUMENT;
  if (!memory) {
    if (args->report_error)
      args->report_error(args->error_context, QUANTC_ERROR_ARGUMENT,
                         "run expects the state of prepare");
    return QUANTC_ERROR_ARGUMENT;
  }
  const auto *state = static_cast<const State *>(memory);
  quantc::Run run = {*args, state->panels()};
  return state->variant->run(state, &run.args);
}

void quantc_release(void *) {}

} // extern "C"
