//===- AdaptiveBits.h - Bits whose probability is learned ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counters that learn how often a bit is 1 in a context, and the mix of several
// of them, as a logistic regression that is trained on the way. Integers only:
// every machine computes the same.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_CODING_ADAPTIVEBITS_H
#define QUANTC_SUPPORT_CODING_ADAPTIVEBITS_H

#include "quantc/Support/Coding/RangeCoder.h"

namespace quantc {

/// What predictions look up.
class AdaptiveTables {
public:
  /// Logits have 8 fractional bits and lie between -8 and 8.
  static constexpr int32_t kLogits = 4096;
  static constexpr int32_t kMostLogit = kLogits / 2 - 1;
  /// A counter forgets what it saw before.
  static constexpr int32_t kMostSeen = 250;
  /// A bit that is certain takes 1/1900 bit.
  static constexpr uint32_t kLeastProbability = 24;

  void fill() {
    constexpr uint64_t kDecay = 4278222805; // 2^32 exp(-1 / 256)
    constexpr uint64_t kUnit = uint64_t{1} << 32;
    uint64_t decayed = kUnit;
    for (int32_t logit = 0; logit <= kMostLogit; ++logit) {
      auto probability = static_cast<uint32_t>((kUnit << kProbabilityBits) /
                                               (kUnit + decayed));
      squashed[kLogits / 2 + logit] = clamp(probability);
      squashed[kLogits / 2 - logit] = clamp(kOne - probability);
      decayed = decayed * kDecay >> 32;
    }
    squashed[0] = squashed[1];
    int32_t logit = -kMostLogit;
    for (uint32_t step = 0; step < kSteps; ++step) {
      uint32_t middle = (2 * step + 1) * (kStep / 2);
      while (logit < kMostLogit && toProbability(logit) < middle)
        ++logit;
      logits[step] = static_cast<int16_t>(logit);
    }
    // The next one counts 1 / (seen + 1.4).
    for (uint32_t seen = 0; seen <= kMostSeen; ++seen)
      rates[seen] = static_cast<uint16_t>(10 * kOne / (10 * seen + 14));
  }

  uint32_t toProbability(int32_t logit) const {
    return squashed[kLogits / 2 + logit];
  }
  int32_t toLogit(uint32_t probability) const {
    return logits[probability / kStep];
  }
  /// Of what is seen next, in units of 2^-16.
  int32_t rateOf(uint32_t seen) const { return rates[seen]; }

  static uint16_t clamp(uint32_t probability) {
    constexpr uint32_t kMost = kOne - kLeastProbability;
    uint32_t result =
        probability < kLeastProbability ? kLeastProbability : probability;
    return static_cast<uint16_t>(result > kMost ? kMost : result);
  }

private:
  static constexpr uint32_t kSteps = 4096, kStep = kOne / kSteps;

  uint16_t squashed[kLogits];
  int16_t logits[kSteps];
  uint16_t rates[kMostSeen + 1];
};

/// How often a bit was 1, and how often it was seen.
class Counter {
public:
  uint32_t probability() const {
    return (state ^ kHalf) >> (32 - kProbabilityBits);
  }

  void update(bool bit, const AdaptiveTables &tables) {
    uint32_t seen = state & kSeenMask;
    auto old = static_cast<int32_t>((state ^ kHalf) >> kSeenBits);
    int64_t error = (bit ? kMost : 0) - old;
    auto learned =
        static_cast<uint32_t>(error * tables.rateOf(seen) >> kProbabilityBits);
    state += (learned << kSeenBits) + (seen < AdaptiveTables::kMostSeen);
  }

  /// Lets what comes next count more.
  void age(uint32_t mostSeen) {
    if ((state & kSeenMask) > mostSeen)
      state = (state & ~kSeenMask) | mostSeen;
  }

private:
  static constexpr int32_t kSeenBits = 10;
  static constexpr uint32_t kSeenMask = (1u << kSeenBits) - 1;
  static constexpr int32_t kMost = (1 << (32 - kSeenBits)) - 1;

  static constexpr uint32_t kHalf = 1u << 31;

  /// The probability, of which one half is 0, then the number.
  uint32_t state = 0;
};

/// Codes `bit` by one counter.
template <typename CoderT>
bool codeBit(CoderT &coder, const AdaptiveTables &tables, Counter &counter,
             bool bit) {
  bit = coder.code(bit, AdaptiveTables::clamp(counter.probability()));
  counter.update(bit, tables);
  return bit;
}

/// Weights of the logits of several counters.
class Mixer {
public:
  static constexpr int32_t kMostInputs = 8;

  Mixer() {
    for (int32_t &weight : weights)
      weight = kFirst;
  }

  /// Codes `bit` by all `counters`. Sums wrap around: no input makes them
  /// undefined.
  template <int32_t kInputs, typename CoderT>
  bool code(CoderT &coder, const AdaptiveTables &tables,
            Counter *const (&counters)[kInputs], bool bit) {
    static_assert(kInputs <= kMostInputs, "more inputs than weights");
    int32_t logits[kInputs];
    uint32_t sum = 0;
    for (int32_t input = 0; input < kInputs; ++input) {
      logits[input] = tables.toLogit(counters[input]->probability());
      sum += multiply(logits[input], weights[input]);
    }
    int32_t logit = static_cast<int32_t>(sum) >> kWeightBits;
    constexpr int32_t kMost = AdaptiveTables::kMostLogit;
    logit = logit < -kMost ? -kMost : logit > kMost ? kMost : logit;
    uint32_t probability = tables.toProbability(logit);
    bit = coder.code(bit, probability);
    int32_t error = (bit ? static_cast<int32_t>(kOne) : 0) -
                    static_cast<int32_t>(probability);
    for (int32_t input = 0; input < kInputs; ++input) {
      int32_t step = (logits[input] * error + kHalfStep) >> kRateBits;
      weights[input] = static_cast<int32_t>(
          static_cast<uint32_t>(weights[input]) + static_cast<uint32_t>(step));
      counters[input]->update(bit, tables);
    }
    return bit;
  }

private:
  static constexpr int32_t kWeightBits = 16;
  static constexpr int32_t kFirst = 22938; // 0.35
  /// A step is rate * error * logit: with 16, 8 and 16 fractional bits, this
  /// is a rate of 2^-7.
  static constexpr int32_t kRateBits = 15;
  static constexpr int32_t kHalfStep = 1 << (kRateBits - 1);

  static uint32_t multiply(int32_t a, int32_t b) {
    return static_cast<uint32_t>(a) * static_cast<uint32_t>(b);
  }

  int32_t weights[kMostInputs];
};

/// Codes numbers of `kBits` bits whose values have probabilities, as the path
/// to a leaf of a tree.
template <int32_t kBits> class SymbolTree {
public:
  template <typename CoderT>
  uint32_t code(CoderT &coder, const AdaptiveTables &tables, uint32_t symbol) {
    uint32_t node = 1;
    for (int32_t bit = kBits - 1; bit >= 0; --bit)
      node = 2 * node + codeBit(coder, tables, nodes[node], symbol >> bit & 1);
    return node - (1u << kBits);
  }

private:
  Counter nodes[1 << kBits];
};

/// Codes the last `count` bits of a number, all values being as likely.
template <typename CoderT>
uint32_t codeBits(CoderT &coder, uint32_t number, uint32_t count) {
  constexpr uint32_t kMost = 16;
  uint32_t result = 0;
  while (count > 0) {
    uint32_t bits = count < kMost ? count : kMost;
    count -= bits;
    uint32_t part = number >> count & ((1u << bits) - 1);
    result = result << bits | coder.codeUniform(part, bits);
  }
  return result;
}

/// Codes numbers of up to 32 bits: how many they are is learned.
class NumberTree {
public:
  template <typename CoderT>
  uint32_t code(CoderT &coder, const AdaptiveTables &tables, uint32_t number) {
    uint32_t length = number == 0 ? 0 : 32 - __builtin_clz(number);
    length = lengths.code(coder, tables, length);
    if (length <= 1)
      return length;
    uint32_t below = (length < 32 ? length : 32) - 1; // no encoder has more
    return 1u << below | codeBits(coder, number, below);
  }

private:
  SymbolTree<6> lengths;
};

} // namespace quantc

#endif // QUANTC_SUPPORT_CODING_ADAPTIVEBITS_H
