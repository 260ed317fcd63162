//===- Variant.h - A network compiled for one of several targets ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RUNTIME_EMBEDDED_VARIANT_H
#define QUANTC_LIB_RUNTIME_EMBEDDED_VARIANT_H

#include "Coded.h"

#include "quantc-rt/quantc_rt.h"
#include "quantc/Runtime/Embedded/DeviceProgram.h"
#include "quantc/Runtime/Embedded/StateLayout.h"
#include "quantc/Support/PanelLayout.h"

namespace quantc {

/// Weights that `prepare` packs for one CPU.
struct Panels {
  PanelLayout layout;
  const int8_t *weights; // of f32, too: their bytes
  const int8_t *steps;   // null: as the layout alone says
  uint64_t offset;       // in the state
};

/// The code for one CPU or GPU. lib/Target writes these constants, field by
/// field.
struct Variant {
  uint64_t requiredFeatures; // of CPUFeatures.def
  quantc_choice choice;
  uint64_t (*workspaceBytes)(const void *state, int64_t batch);
  quantc_status (*run)(const void *state, const quantc_run_args *args);
  const Panels *panels;
  int64_t panelCount;
  // For a GPU only.
  const DeviceProgram *program;
  quantc_status (*prepare)(void *state, const quantc_prepare_args *args);
  void (*release)(void *state);
  // Where constants are coded only, in the order of their tensors.
  const Unpacking *unpackings;
  int64_t unpackingCount;
};

/// What `prepare` fills where there are several variants, or one with more to
/// do. Behind it are the addresses of the panels, and these, or a DeviceState.
struct State {
  quantc_choice choice; // first: the host reads it
  const Variant *variant;
  char reason[kReasonBytes]; // what choice.reason points to

  const void **panels() { return reinterpret_cast<const void **>(this + 1); }
  const void *const *panels() const {
    return reinterpret_cast<const void *const *>(this + 1);
  }
};

static_assert(sizeof(State) == kStateBytes, "lib/Target reserves so much");

/// The context of a run of a variant (-codegen-create-entry).
struct Run {
  quantc_run_args args; // first: the runtime knows nothing more
  const void *const *panels;
};

} // namespace quantc

#endif // QUANTC_LIB_RUNTIME_EMBEDDED_VARIANT_H
