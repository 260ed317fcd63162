//===- Rans.h - Symbols of fixed probabilities, many at once ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Range asymmetric numeral systems (J. Duda, arXiv:1311.2540) with 64 states,
// which take turns: symbol i is of state i % 64. Words of 16 bits follow in the
// order of the symbols that need them. So a decoder may do one after the other,
// or all states at once. Used by the compiler and by binaries: freestanding.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_CODING_RANS_H
#define QUANTC_SUPPORT_CODING_RANS_H

#include <stdint.h>

namespace quantc {

constexpr int32_t kRansStates = 64;
/// Frequencies add up to this.
constexpr int32_t kRansTableBits = 12;
constexpr uint32_t kRansTotal = 1 << kRansTableBits;
/// A state below this takes in a word; one that is coded begins here.
constexpr uint32_t kLeastRansState = 1 << 16;

/// What a symbol's part of a state tells: the symbol, its frequency, which is
/// below kRansTotal, and where in the symbol's part it is.
struct RansSlot {
  static uint32_t encode(uint8_t symbol, uint32_t frequency, uint32_t place) {
    return place | frequency << kRansTableBits |
           uint32_t{symbol} << 2 * kRansTableBits;
  }
  static uint32_t place(uint32_t slot) { return slot & (kRansTotal - 1); }
  static uint32_t frequency(uint32_t slot) {
    return slot >> kRansTableBits & (kRansTotal - 1);
  }
  static uint8_t symbol(uint32_t slot) { return slot >> 2 * kRansTableBits; }
};

/// The parts of a state for symbols of some frequencies.
class RansTable {
public:
  /// False unless they add up to kRansTotal and all are below.
  bool fill(const uint16_t (&frequencies)[256]) {
    uint32_t filled = 0;
    for (uint32_t symbol = 0; symbol < 256; ++symbol) {
      uint32_t frequency = frequencies[symbol];
      if (frequency >= kRansTotal || frequency > kRansTotal - filled)
        return false;
      for (uint32_t place = 0; place < frequency; ++place)
        slots[filled++] =
            RansSlot::encode(static_cast<uint8_t>(symbol), frequency, place);
    }
    return filled == kRansTotal;
  }

  uint32_t slots[kRansTotal];
};

/// What is left of the words, and the states.
struct RansStream {
  const uint8_t *next, *end;
  uint32_t states[kRansStates];
};

namespace detail {

constexpr int64_t kWordBytes = sizeof(uint16_t);

/// Decodes `count` symbols, which begin with the first state. False where words
/// are missing.
inline bool decodeFew(RansStream &stream, const RansTable &table, int8_t *out,
                      int32_t count) {
  for (int32_t lane = 0; lane < count; ++lane) {
    uint32_t state = stream.states[lane];
    uint32_t slot = table.slots[state & (kRansTotal - 1)];
    out[lane] = static_cast<int8_t>(RansSlot::symbol(slot));
    state = RansSlot::frequency(slot) * (state >> kRansTableBits) +
            RansSlot::place(slot);
    if (state < kLeastRansState) {
      if (stream.end - stream.next < kWordBytes)
        return false;
      uint16_t word;
      __builtin_memcpy(&word, stream.next, sizeof(word)); // little endian
      stream.next += kWordBytes;
      state = state << 16 | word;
    }
    stream.states[lane] = state;
  }
  return true;
}

} // namespace detail

/// Decodes as many of `rounds` rounds of all states as there are words for in
/// any case, without looking whether there are.
inline int64_t decodeRounds(RansStream &stream, const RansTable &table,
                            int8_t *out, int64_t rounds) {
  constexpr int64_t kMostBytes = kRansStates * detail::kWordBytes;
  const uint8_t *next = stream.next;
  int64_t round = 0;
  for (; round < rounds && stream.end - next >= kMostBytes; ++round) {
    for (int32_t lane = 0; lane < kRansStates; ++lane) {
      uint32_t state = stream.states[lane];
      uint32_t slot = table.slots[state & (kRansTotal - 1)];
      *out++ = static_cast<int8_t>(RansSlot::symbol(slot));
      state = RansSlot::frequency(slot) * (state >> kRansTableBits) +
              RansSlot::place(slot);
      uint16_t word;
      __builtin_memcpy(&word, next, sizeof(word)); // little endian
      // Without branches, which nobody could predict.
      uint32_t takes = state < kLeastRansState;
      uint32_t widened = state << 16 | word;
      stream.states[lane] = state ^ ((state ^ widened) & (0 - takes));
      next += takes * detail::kWordBytes;
    }
  }
  stream.next = next;
  return round;
}

/// Decodes `count` symbols. `decodeMany`: decodeRounds, or what does the same.
/// False where words are missing.
template <typename DecodeT>
bool decodeSymbols(RansStream &stream, const RansTable &table, int8_t *out,
                   int64_t count, DecodeT decodeMany) {
  int64_t done =
      kRansStates * decodeMany(stream, table, out, count / kRansStates);
  while (done < count) {
    int64_t left = count - done;
    auto few = static_cast<int32_t>(left < kRansStates ? left : kRansStates);
    if (!detail::decodeFew(stream, table, out + done, few))
      return false;
    done += few;
  }
  return true;
}

} // namespace quantc

#endif // QUANTC_SUPPORT_CODING_RANS_H
