//===- Launch.h - Runs a grid ---------------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_LAUNCH_H
#define QUANTC_TEST_DEVICE_STANDIN_LAUNCH_H

#include "Memory.h"
#include "Program.h"

namespace standin {

struct Grid {
  uint32_t blocks[3], threads[3];
  uint32_t sharedBytes;
};

/// Runs the blocks one after the other; returns the lane-instructions. Throws
/// Fault.
uint64_t runGrid(const Kernel &kernel, const Grid &grid, const Memory &memory,
                 const uint8_t *parameters);

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_LAUNCH_H
