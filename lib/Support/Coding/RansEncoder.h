//===- RansEncoder.h - Symbols of fixed probabilities, many at once -----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_SUPPORT_CODING_RANSENCODER_H
#define QUANTC_LIB_SUPPORT_CODING_RANSENCODER_H

#include "quantc/Support/Coding/Rans.h"

#include <array>
#include <stddef.h>
#include <vector>

namespace quantc {

using Histogram = std::array<uint64_t, 256>;

Histogram countSymbols(const int8_t *symbols, uint64_t count);

/// What the symbols need at least, if nothing but the histogram is known.
double countEntropyBits(const Histogram &histogram);

/// Frequencies that add up to kRansTotal, all of them less: not 0 for what is
/// in the histogram.
void scaleHistogram(const Histogram &histogram, uint16_t (&frequencies)[256]);

/// Writes what decodeSymbols reads, in the opposite order: the last tensor, and
/// its last symbol, first.
class RansEncoder {
public:
  void code(const int8_t *symbols, uint64_t count,
            const uint16_t (&frequencies)[256]);
  /// Of the words so far.
  uint64_t countWordBytes() const { return words.size() * sizeof(uint16_t); }
  /// The states and the words.
  std::vector<uint8_t> finish() const;

private:
  std::array<uint32_t, kRansStates> states = startStates();
  std::vector<uint16_t> words; // the last one first

  static std::array<uint32_t, kRansStates> startStates() {
    std::array<uint32_t, kRansStates> states;
    states.fill(kLeastRansState);
    return states;
  }
};

} // namespace quantc

#endif // QUANTC_LIB_SUPPORT_CODING_RANSENCODER_H
