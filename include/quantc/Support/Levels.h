//===- Levels.h - The different values of weights -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Used by the compiler and by binaries: freestanding.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_LEVELS_H
#define QUANTC_SUPPORT_LEVELS_H

#include <stdint.h>

namespace quantc {

/// The different values of some i8 in ascending order, and of each its place
/// there: its code.
struct Levels {
  int8_t values[256];
  uint8_t codes[256]; // of a value as an u8
  int64_t count = 0;
  bool hasZero = false;

  Levels(const int8_t *elements, int64_t size) {
    bool isThere[256] = {};
    for (int64_t index = 0; index < size; ++index)
      isThere[static_cast<uint8_t>(elements[index])] = true;
    hasZero = isThere[0];
    for (int value = -128; value < 128; ++value) {
      auto bits = static_cast<uint8_t>(value);
      codes[bits] = static_cast<uint8_t>(count);
      if (isThere[bits])
        values[count++] = static_cast<int8_t>(value);
    }
  }
  int8_t codeOf(int8_t value) const {
    return static_cast<int8_t>(codes[static_cast<uint8_t>(value)]);
  }
};

} // namespace quantc

#endif // QUANTC_SUPPORT_LEVELS_H
