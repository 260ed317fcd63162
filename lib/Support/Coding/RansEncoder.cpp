//===- RansEncoder.cpp - Symbols of fixed probabilities, many at once ---===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RansEncoder.h"

#include "quantc/Support/Real.h"

using namespace quantc;

Histogram quantc::countSymbols(const int8_t *symbols, uint64_t count) {
  Histogram histogram = {};
  for (uint64_t index = 0; index < count; ++index)
    ++histogram[static_cast<uint8_t>(symbols[index])];
  return histogram;
}

double quantc::countEntropyBits(const Histogram &histogram) {
  double total = 0, nats = 0;
  for (uint64_t count : histogram)
    total += static_cast<double>(count);
  for (uint64_t count : histogram)
    if (count > 0)
      nats += static_cast<double>(count) *
              log(total / static_cast<double>(count)).value;
  return nats / log(2.0).value;
}

void quantc::scaleHistogram(const Histogram &histogram,
                            uint16_t (&frequencies)[256]) {
  uint64_t total = 0;
  for (uint64_t count : histogram)
    total += count;
  int64_t left = kRansTotal;
  for (size_t symbol = 0; symbol < histogram.size(); ++symbol) {
    uint64_t count = histogram[symbol];
    uint64_t share = count * kRansTotal / total;
    frequencies[symbol] =
        static_cast<uint16_t>(count > 0 && share == 0 ? 1 : share);
    left -= frequencies[symbol];
  }
  // One more of f is worth about count / (f + 1/2).
  auto isWorthMore = [&](size_t a, uint32_t ofA, size_t b, uint32_t ofB) {
    return histogram[a] * (2 * ofB + 1) > histogram[b] * (2 * ofA + 1);
  };
  for (; left != 0; left += left > 0 ? -1 : 1) {
    bool isGiven = left > 0;
    size_t best = histogram.size();
    for (size_t symbol = 0; symbol < histogram.size(); ++symbol) {
      uint32_t frequency = frequencies[symbol];
      if (isGiven ? frequency == 0 : frequency <= 1)
        continue;
      if (best == histogram.size() ||
          (isGiven ? isWorthMore(symbol, frequency, best, frequencies[best])
                   : isWorthMore(best, frequencies[best] - 1u, symbol,
                                 frequency - 1)))
        best = symbol;
    }
    frequencies[best] =
        static_cast<uint16_t>(frequencies[best] + (isGiven ? 1 : -1));
  }
  // A symbol that is alone leaves a place to one that never comes.
  for (size_t symbol = 0; symbol < histogram.size(); ++symbol)
    if (frequencies[symbol] == kRansTotal) {
      --frequencies[symbol];
      frequencies[symbol == 0] = 1;
    }
}

void RansEncoder::code(const int8_t *symbols, uint64_t count,
                       const uint16_t (&frequencies)[256]) {
  uint32_t starts[256], filled = 0;
  for (size_t symbol = 0; symbol < 256; ++symbol) {
    starts[symbol] = filled;
    filled += frequencies[symbol];
  }
  for (uint64_t index = count; index-- > 0;) {
    auto symbol = static_cast<uint8_t>(symbols[index]);
    uint32_t frequency = frequencies[symbol];
    uint32_t &state = states[index % kRansStates];
    // What the decoder makes of it must be below 2^32 and not take a word.
    constexpr int32_t kRoomBits = 32 - kRansTableBits;
    if (state >= uint64_t{frequency} << kRoomBits) {
      words.push_back(static_cast<uint16_t>(state));
      state >>= 16;
    }
    state = (state / frequency << kRansTableBits) + state % frequency +
            starts[symbol];
  }
}

std::vector<uint8_t> RansEncoder::finish() const {
  std::vector<uint8_t> bytes;
  auto append = [&](uint32_t value, int32_t count) {
    for (int32_t byte = 0; byte < count; ++byte)
      bytes.push_back(static_cast<uint8_t>(value >> 8 * byte));
  };
  for (uint32_t state : states)
    append(state, sizeof(state));
  for (size_t word = words.size(); word-- > 0;)
    append(words[word], sizeof(uint16_t));
  return bytes;
}
