//===- Variant.h - A network compiled for one of several CPUs -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RUNTIME_EMBEDDED_VARIANT_H
#define QUANTC_LIB_RUNTIME_EMBEDDED_VARIANT_H

#include "quantc-rt/quantc_rt.h"

namespace quantc {

/// The code for one CPU. lib/Target writes these constants, field by field.
struct Variant {
  uint64_t requiredFeatures; // of CPUFeatures.def
  quantc_choice choice;
  uint64_t (*workspaceBytes)(const void *state, int64_t batch);
  quantc_status (*run)(const void *state, const quantc_run_args *args);
};

/// What `prepare` fills where there are several variants.
struct State {
  quantc_choice choice; // first: the host reads it
  const Variant *variant;
};

} // namespace quantc

#endif // QUANTC_LIB_RUNTIME_EMBEDDED_VARIANT_H
