//===- Dispatch.cpp - Which of several variants of a network runs ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of the model struct where a binary holds the network for
// several targets, or for a GPU. Each variant for a CPU has the functions of
// Embedded.cpp for itself, those for GPUs share what DeviceLoad.cpp and
// DeviceRun.cpp have; the compiler leaves what is here as it is, for every CPU.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "Message.h"
#include "Variant.h"

using quantc::Feature;
using quantc::Message;
using quantc::State;
using quantc::Variant;

extern "C" {

// Made with the network; those that need most come first.
extern const Variant quantc_variants[];
extern const int64_t quantc_variant_count;

// Makes what runs of a variant for a CPU read; where that fails, a sentence
// that says why. Of Pack.cpp or Decode.cpp.
quantc_status quantc_unpack(State *state, const Variant *variant,
                            const char **error);

} // extern "C"

namespace {

/// Tells what the machine lacks for each variant, and the best target for a CPU
/// that it has: the more rows before the first that is missing, the better.
void explain(const quantc::Machine &machine, const Message &reason,
             quantc_status status, const quantc_prepare_args &args) {
  const Feature *last = nullptr;
  for (int64_t index = 0; index < quantc_variant_count; ++index) {
    const Feature *missing =
        quantc::findMissing(machine, quantc_variants[index].requiredFeatures);
    if (missing && (!last || missing > last))
      last = missing;
  }
  Message message;
  bool isOneGPU = quantc_variant_count == 1 && quantc_variants[0].prepare;
  if (!isOneGPU)
    message << "this machine has none of the targets that the network was "
               "compiled for: ";
  message << reason.get();
  if (last)
    message << "; compile it with --target=" << last->remedy;
  args.report_error(args.error_context, status, message.get());
}

/// As quantc_report_error: the sentence goes on with what was wrong. Two GPUs
/// that lack the same driver say it once.
void addReason(void *context, quantc_status, const char *text) {
  auto &reason = *static_cast<Message *>(context);
  if (reason.endsWith(text))
    return;
  if (!reason.isEmpty())
    reason << ", ";
  reason << text;
}

/// Whether the machine can run the variant; else the reason goes on with why.
quantc_status tryVariant(const quantc::Machine &machine, const Variant &variant,
                         State *state, Message &reason) {
  if (const Feature *missing =
          quantc::findMissing(machine, variant.requiredFeatures)) {
    addReason(&reason, QUANTC_ERROR_TARGET, "no ");
    reason << missing->name << " for " << variant.choice.target;
    return QUANTC_ERROR_TARGET;
  }
  if (!variant.prepare)
    return QUANTC_OK;
  state->variant = &variant;
  quantc_prepare_args args = {};
  args.abi_version = QUANTC_ABI_VERSION;
  args.report_error = addReason;
  args.error_context = &reason;
  return variant.prepare(state, &args);
}

/// A host of this version that wants to know what is wrong.
bool hears(const quantc_prepare_args *args) {
  return args && args->abi_version == QUANTC_ABI_VERSION && args->report_error;
}

quantc_status fill(State *state, const Variant &variant, const Message &reason,
                   const quantc_prepare_args *args) {
  __builtin_memcpy(state->reason, reason.get(), sizeof(state->reason));
  state->choice = variant.choice;
  state->choice.reason = state->reason;
  state->variant = &variant;
  if (variant.prepare) // for a GPU
    return QUANTC_OK;
  const char *error = "";
  quantc_status status = quantc_unpack(state, &variant, &error);
  if (status == QUANTC_OK)
    return status;
  state->variant = nullptr;
  if (hears(args))
    args->report_error(args->error_context, status, error);
  return status;
}

} // namespace

extern "C" {

quantc_status quantc_prepare(void *memory, const quantc_prepare_args *args) {
  if (!memory)
    return QUANTC_ERROR_ARGUMENT;
  auto *state = static_cast<State *>(memory);
  quantc::Machine machine;
  Message reason;
  quantc_status status = QUANTC_ERROR_TARGET;
  state->variant = nullptr;
  for (int64_t index = 0; index < quantc_variant_count; ++index) {
    const Variant &variant = quantc_variants[index];
    status = tryVariant(machine, variant, state, reason);
    if (status == QUANTC_OK)
      return fill(state, variant, reason, args);
  }
  state->variant = nullptr;
  if (quantc_variant_count > 1)
    status = QUANTC_ERROR_TARGET;
  if (hears(args))
    explain(machine, reason, status, *args);
  return status;
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

void quantc_release(void *memory) {
  if (!memory)
    return;
  // Null where `prepare` failed.
  const Variant *variant = static_cast<State *>(memory)->variant;
  if (variant && variant->release)
    variant->release(memory);
}

} // extern "C"
