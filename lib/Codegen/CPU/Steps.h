//===- Steps.h - Steps along K that do not saturate -------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// vpmaddubsw adds two neighbouring products in 16 bits. Whether that can
// saturate the constant weights tell, whatever the left operand is. Where it
// can, the two are multiplied in different pairs: a step may begin anywhere in
// the left operand, and multiplies what another one multiplied by zeros. So the
// sums are exact, for some steps more.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_STEPS_H
#define QUANTC_LIB_CODEGEN_CPU_STEPS_H

#include "Panels.h"

namespace quantc {

/// The steps of all panels, those of a group side by side, one group behind the
/// other.
struct Steps {
  /// Of each step: where the left operand is, from where the tile is.
  std::vector<int32_t> offsets;
  /// Of each panel the first step, then their number.
  std::vector<int32_t> first;
  /// Of each step: a PanelStep.
  std::vector<int8_t> taken;
  /// They are the steps of a kernel that does not saturate.
  bool areInOrder = false;
};

/// Few steps, in which no pair of products saturates. Requires integers and a
/// run of at least a group of `kernel`.
Steps planSteps(const Contraction &contraction, const Panels &panels,
                const Kernel &kernel);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_STEPS_H
