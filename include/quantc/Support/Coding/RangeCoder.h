//===- RangeCoder.h - Arithmetic decoding of bits -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A range decoder with an interval of 64 bits, of which 32 are read at a time.
// Used by the compiler and by binaries: freestanding, integers only.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_CODING_RANGECODER_H
#define QUANTC_SUPPORT_CODING_RANGECODER_H

#include <stdint.h>

namespace quantc {

/// Probabilities are of a 1, in units of 2^-16, and neither 0 nor 1.
constexpr int32_t kProbabilityBits = 16;
constexpr uint32_t kOne = 1u << kProbabilityBits;

/// Where the interval is cut for a 1, which takes the lower part.
inline uint64_t cutInterval(uint64_t range, uint32_t probability) {
  return (range >> kProbabilityBits) * probability;
}

/// An interval below this is widened by 32 bits.
constexpr uint64_t kLeastRange = uint64_t{1} << 32;

/// Reads what RangeEncoder wrote. Behind the last byte it reads zeros, so that
/// any bytes are bits of some kind.
class RangeDecoder {
public:
  static constexpr bool kDecodes = true;

  RangeDecoder(const uint8_t *data, uint64_t size) : next(data), left(size) {
    offset = readWord() << 32;
    offset |= readWord();
  }

  /// The bit that was coded. The argument is what an encoder codes.
  bool code(bool, uint32_t probability) {
    uint64_t cut = cutInterval(range, probability);
    bool bit = offset < cut;
    range = bit ? cut : range - cut;
    offset -= bit ? 0 : cut;
    widen();
    return bit;
  }

  /// A number of `bits` bits, at most 16, all of which are as likely.
  uint32_t codeUniform(uint32_t, int32_t bits) {
    range >>= bits;
    uint64_t value = offset / range;
    uint64_t last = (uint64_t{1} << bits) - 1;
    if (value > last) // what the shift left over, which no encoder uses
      value = last;
    offset -= value * range;
    if (offset >= range)
      offset = range - 1;
    widen();
    return static_cast<uint32_t>(value);
  }

private:
  void widen() {
    if (range >= kLeastRange)
      return;
    range <<= 32;
    offset = offset << 32 | readWord();
  }

  /// Four bytes, the first one highest.
  uint64_t readWord() {
    if (left >= 4) {
      uint32_t word;
      __builtin_memcpy(&word, next, sizeof(word)); // little endian
      next += 4;
      left -= 4;
      return __builtin_bswap32(word);
    }
    uint64_t word = 0;
    for (int byte = 0; byte < 4; ++byte) {
      word <<= 8;
      if (left > 0) {
        word |= *next++;
        --left;
      }
    }
    return word;
  }

  const uint8_t *next;
  uint64_t left;
  uint64_t range = ~uint64_t{0};
  uint64_t offset = 0; // of the number that was written, in the interval
};

} // namespace quantc

#endif // QUANTC_SUPPORT_CODING_RANGECODER_H
