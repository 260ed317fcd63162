//===- Swizzle.h - The order of chunks in shared memory -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_SWIZZLE_H
#define QUANTC_TEST_DEVICE_STANDIN_SWIZZLE_H

#include <cstdint>

namespace standin {

/// PTX ISA, section 5.5.7: in rows of 32, 64 or 128 bytes chunks of 16 change
/// their places, by the number of the line of 128 bytes that they are in.
struct Swizzle {
  static constexpr uint64_t kChunk = 16;
  uint32_t rowBytes;

  uint64_t operator()(uint64_t address) const {
    uint64_t chunks = rowBytes / kChunk - 1;
    return address ^ (address >> 3 & chunks * kChunk);
  }
};

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_SWIZZLE_H
