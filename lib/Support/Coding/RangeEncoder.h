//===- RangeEncoder.h - Arithmetic coding of bits -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_SUPPORT_CODING_RANGEENCODER_H
#define QUANTC_LIB_SUPPORT_CODING_RANGEENCODER_H

#include "quantc/Support/Coding/RangeCoder.h"

#include <stddef.h>
#include <utility>
#include <vector>

namespace quantc {

/// Writes what RangeDecoder reads.
class RangeEncoder {
public:
  static constexpr bool kDecodes = false;

  bool code(bool bit, uint32_t probability) {
    uint64_t cut = cutInterval(range, probability);
    if (!bit)
      add(cut);
    range = bit ? cut : range - cut;
    widen();
    return bit;
  }

  uint32_t codeUniform(uint32_t value, int32_t bits) {
    range >>= bits;
    add(value * range);
    widen();
    return value;
  }

  /// As few bytes as tell the interval.
  std::vector<uint8_t> finish() {
    for (int bytes = 0; bytes <= 8; ++bytes) {
      uint64_t open = bytes == 8 ? 0 : ~uint64_t{0} >> 8 * bytes;
      uint64_t distance = (~low + 1) & open; // to the next multiple
      if (distance >= range)
        continue;
      add(distance);
      for (int byte = 0; byte < bytes; ++byte)
        written.push_back(static_cast<uint8_t>(low >> (56 - 8 * byte)));
      break;
    }
    while (!written.empty() && written.back() == 0)
      written.pop_back();
    return std::move(written);
  }

  /// What was written so far, about.
  double countBytes() const {
    return static_cast<double>(written.size()) + __builtin_clzll(range) / 8.0;
  }

private:
  void add(uint64_t distance) {
    low += distance;
    if (low >= distance)
      return;
    // The sum was 2^64 and more: a carry.
    for (size_t byte = written.size(); byte-- > 0;)
      if (++written[byte] != 0)
        break;
  }

  void widen() {
    if (range >= kLeastRange)
      return;
    for (int byte = 0; byte < 4; ++byte)
      written.push_back(static_cast<uint8_t>(low >> (56 - 8 * byte)));
    low <<= 32;
    range <<= 32;
  }

  std::vector<uint8_t> written;
  uint64_t low = 0;
  uint64_t range = ~uint64_t{0};
};

} // namespace quantc

#endif // QUANTC_LIB_SUPPORT_CODING_RANGEENCODER_H
