//===- Warpgroup.h - What four warps do together --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_WARPGROUP_H
#define QUANTC_TEST_DEVICE_STANDIN_WARPGROUP_H

#include "Program.h"

#include <vector>

namespace standin {

constexpr unsigned kWarpsOfGroup = 4;

/// One wgmma.mma_async, or setmaxnreg, which four warps must come to alike.
struct GroupStep {
  const Instruction *instruction;
  uint64_t a = 0, b = 0; // descriptors
  bool accumulates = false;

  bool operator==(const GroupStep &other) const {
    return instruction == other.instruction && a == other.a && b == other.b &&
           accumulates == other.accumulates;
  }
};

/// What the warps of a group have come to so far.
struct Warpgroup {
  std::vector<GroupStep> steps;
  size_t taken[kWarpsOfGroup] = {};

  /// Whether the warp goes where those went that were here before.
  bool take(unsigned warp, const GroupStep &step) {
    size_t at = taken[warp]++;
    if (at == steps.size())
      steps.push_back(step);
    return steps[at] == step;
  }
  bool isInStep() const {
    for (size_t count : taken)
      if (count != steps.size())
        return false;
    return true;
  }
};

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_WARPGROUP_H
