//===- Embedded.cpp - What is inside every shipped binary ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Freestanding C++17, compiled to LLVM bitcode once per supported triple, kept
// inside quantc and linked into each network's module, where everything becomes
// internal. The model struct that points to these functions is made by
// lib/Target. Nothing here calls anything but the network.
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

#include "quantc-rt/quantc_rt.h"

extern "C" {

// Made with the network.
extern const int64_t quantc_input_count;
extern const int64_t quantc_output_count;
extern const int64_t quantc_fixed_batch;
extern const uint64_t quantc_workspace_fixed;
extern const uint64_t quantc_workspace_per_sample;
extern const uint64_t quantc_required_features; // of CPUFeatures.def
void quantc_network(const void *const *inputs, void *const *outputs,
                    void *workspace, int64_t batch, const void *context);

} // extern "C"

namespace {

/// Sets round to nearest with denormals kept, whatever the caller's mode is,
/// and gives that back at the end.
class FloatingPointMode {
public:
#if defined(__x86_64__)
  FloatingPointMode() : saved(__builtin_ia32_stmxcsr()) {
    // All exceptions masked, round to nearest, no flush to zero.
    __builtin_ia32_ldmxcsr(0x1f80);
  }
  ~FloatingPointMode() { __builtin_ia32_ldmxcsr(saved); }

private:
  unsigned saved;
#elif defined(__aarch64__)
  FloatingPointMode() : saved(__builtin_arm_rsr64("fpcr")) {
    __builtin_arm_wsr64("fpcr", 0);
  }
  ~FloatingPointMode() { __builtin_arm_wsr64("fpcr", saved); }

private:
  uint64_t saved;
#else
#error "unsupported target"
#endif
};

/// Gives matrix registers back at the end, so that the system need not keep
/// them.
struct MatrixRegisters {
  ~MatrixRegisters() {
#if defined(__x86_64__)
    if (quantc::areMatricesRequired(quantc_required_features))
      asm volatile(".byte 0xc4, 0xe2, 0x78, 0x49, 0xc0"); // tilerelease
#endif
  }
};

/// A function of its own, so that no arithmetic moves across the mode changes.
[[gnu::noinline]] void runInMode(const quantc_run_args *args) {
  quantc_network(args->inputs, args->outputs, args->workspace, args->batch,
                 args);
}

/// A loop of the network as a host sees it.
struct Loop {
  quantc_body body;
  void *context;
};

[[gnu::noinline]] void runPartInMode(const Loop &loop, int64_t begin,
                                     int64_t end) {
  loop.body(loop.context, begin, end);
}

/// A quantc_body. The thread may be any, in any mode.
void runPart(void *loop, int64_t begin, int64_t end) {
  FloatingPointMode mode;
  MatrixRegisters registers;
  runPartInMode(*static_cast<const Loop *>(loop), begin, end);
}

quantc_status fail(const quantc_run_args *args, quantc_status status,
                   const char *message) {
  if (args->report_error)
    args->report_error(args->error_context, status, message);
  return status;
}

/// Writes `text` and moves `end` to its terminator.
[[gnu::always_inline]] inline void append(char *&end, const char *text) {
  while ((*end = *text++))
    ++end;
}

template <typename T> bool areAllThere(T *const *pointers, int64_t count) {
  if (!pointers)
    return count == 0;
  for (int64_t index = 0; index < count; ++index)
    if (!pointers[index])
      return false;
  return true;
}

} // namespace

extern "C" {

// The only function that the compiler leaves as it is, for every CPU.
quantc_status quantc_prepare(void *, const quantc_prepare_args *args) {
  const quantc::Feature *missing =
      quantc::findMissing(quantc_required_features);
  if (!missing)
    return QUANTC_OK;
  if (args && args->abi_version == QUANTC_ABI_VERSION && args->report_error) {
    char message[160];
    char *end = message;
    append(end, "this machine has no ");
    append(end, missing->name);
    append(end, ", which the network was compiled for: compile it with "
                "--target=");
    append(end, missing->remedy);
    args->report_error(args->error_context, QUANTC_ERROR_TARGET, message);
  }
  return QUANTC_ERROR_TARGET;
}

uint64_t quantc_workspace_bytes(const void *, int64_t batch) {
  if (batch <= 0)
    return 0;
  return quantc_workspace_fixed +
         quantc_workspace_per_sample * static_cast<uint64_t>(batch);
}

quantc_status quantc_run(const void *state, const quantc_run_args *args) {
  if (!args)
    return QUANTC_ERROR_ARGUMENT;
  if (args->abi_version != QUANTC_ABI_VERSION)
    return QUANTC_ERROR_ARGUMENT; // its callbacks may lie elsewhere
  if (args->batch < 0)
    return fail(args, QUANTC_ERROR_BATCH, "expected a batch of 0 or more");
  if (quantc_fixed_batch != QUANTC_DIM_BATCH &&
      args->batch != quantc_fixed_batch)
    return fail(args, QUANTC_ERROR_BATCH,
                "expected the batch that the network was compiled for "
                "(fixed_batch of the model)");
  if (args->batch == 0)
    return QUANTC_OK;
  if (!areAllThere(args->inputs, quantc_input_count) ||
      !areAllThere(args->outputs, quantc_output_count))
    return fail(args, QUANTC_ERROR_ARGUMENT,
                "expected as many inputs and outputs as the model has, none of "
                "them null");
  uint64_t needed = quantc_workspace_bytes(state, args->batch);
  if (needed > 0 && (!args->workspace || args->workspace_bytes < needed))
    return fail(args, QUANTC_ERROR_WORKSPACE,
                "expected as many bytes of workspace as workspace_bytes says");
  if (reinterpret_cast<uintptr_t>(args->workspace) % QUANTC_WORKSPACE_ALIGNMENT)
    return fail(args, QUANTC_ERROR_WORKSPACE,
                "expected a workspace aligned to 64 bytes");
  FloatingPointMode mode;
  MatrixRegisters registers;
  runInMode(args);
  return QUANTC_OK;
}

void quantc_release(void *) {}

// Called by networks for a loop whose iterations are independent.
void quantc_parallel(const quantc_run_args *args, quantc_body body,
                     void *context, int64_t count) {
  if (!args->parallel_for)
    return body(context, 0, count);
  Loop loop = {body, context};
  args->parallel_for(args->parallel_context, runPart, &loop, count);
}

// Called by networks that are timed.
void quantc_finish_layer(const quantc_run_args *args, int32_t layer) {
  if (args->layer_done)
    args->layer_done(args->layer_context, layer);
}

// Called by observed networks; the values are a dense memref of rank 1.

void quantc_observe_f32(const quantc_run_args *args, int32_t id, const float *,
                        const float *values, int64_t offset, int64_t count,
                        int64_t) {
  if (args->observe)
    args->observe(args->observe_context, id, values + offset, count);
}

void quantc_observe_i8(const quantc_run_args *args, int32_t id, const int8_t *,
                       const int8_t *values, int64_t offset, int64_t count,
                       int64_t) {
  if (args->observe)
    args->observe(args->observe_context, id, values + offset, count);
}

} // extern "C"
