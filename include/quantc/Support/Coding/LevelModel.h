//===- LevelModel.h - Integer levels of weights by their surroundings ---===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A level is whether it is 0, its sign and, in unary, its magnitude. How likely
// each of these bits is, say the magnitudes that were coded before: of the same
// row and tap, of the same column in earlier rows, of neighbours. What the rows
// before say is looked up for a whole tap of a row at once.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_CODING_LEVELMODEL_H
#define QUANTC_SUPPORT_CODING_LEVELMODEL_H

#include "quantc/Support/Coding/AdaptiveBits.h"

namespace quantc {

/// A weight tensor: output channels x taps of the filter x input channels.
struct LevelShape {
  uint32_t rows, taps, channels;

  uint64_t depth() const { return uint64_t{taps} * channels; }
  uint64_t elements() const { return rows * depth(); }
};

class LevelModel {
public:
  /// Bits at the end of magnitudes that are not modelled.
  static constexpr uint32_t kMostShift = 7;

  /// What coding a tensor of this shape needs besides.
  static uint64_t countScratchBytes(const LevelShape &shape) {
    return shape.depth() * (sizeof(uint32_t) + 2) +
           shape.channels * (2 * sizeof(uint32_t) + 4);
  }

  /// Codes i8 levels; the last `shift` bits of magnitudes are not modelled.
  /// `scratch` is aligned to 4 bytes.
  template <typename CoderT>
  void code(CoderT &coder, const AdaptiveTables &tables, int8_t *levels,
            const LevelShape &shape, int32_t shift, uint8_t *scratch) {
    startTensor();
    Surroundings around(shape, scratch);
    for (uint32_t row = 0; row < shape.rows; ++row) {
      around.startRow(row);
      for (uint32_t tap = 0; tap < shape.taps; ++tap) {
        around.startTap(row, tap);
        codeTap(coder, tables, levels, around, tap, shift);
        levels += shape.channels;
      }
    }
  }

private:
  // Magnitudes are capped where they are context, so that single large ones do
  // not hide the others.
  static constexpr uint32_t kMostInMean = 6, kMostNear = 3;
  /// Means have 6 fractional bits.
  static constexpr int32_t kMeanBits = 6;
  static constexpr int32_t kClasses = 8;

  static uint32_t min(uint32_t a, uint32_t b) { return a < b ? a : b; }

  /// The class of a mean magnitude: the limits double about every other one.
  static uint8_t classify(uint32_t mean) {
    return (mean > 0) + (mean > 3) + (mean > 9) + (mean > 16) + (mean > 26) +
           (mean > 40) + (mean > 59);
  }

  /// A mean that follows: the first values count as much as the later ones,
  /// up to a number of them.
  class RunningMean {
  public:
    explicit RunningMean(uint32_t most) : most(most) {}
    uint8_t classOf() const { return classify(value >> kFraction); }
    void add(uint32_t magnitude, const AdaptiveTables &tables) {
      int32_t error =
          static_cast<int32_t>(magnitude << (kMeanBits + kFraction)) -
          static_cast<int32_t>(value);
      value += static_cast<uint32_t>(error * tables.rateOf(seen) >> 16);
      seen += seen < most;
    }

  private:
    static constexpr int32_t kFraction = 5;
    uint32_t most, value = 0, seen = 0;
  };

  /// The magnitudes around what is coded, capped at kMostInMean.
  class Surroundings {
  public:
    Surroundings(const LevelShape &shape, uint8_t *scratch) : shape(shape) {
      uint64_t bytes = countScratchBytes(shape);
      for (uint64_t byte = 0; byte < bytes; ++byte)
        scratch[byte] = 0;
      auto take = [&](uint64_t size) {
        uint8_t *taken = scratch;
        scratch += size;
        return taken;
      };
      uint64_t depth = shape.depth(), channels = shape.channels;
      columnSums = reinterpret_cast<uint32_t *>(take(depth * sizeof(uint32_t)));
      channelSums =
          reinterpret_cast<uint32_t *>(take(channels * sizeof(uint32_t)));
      kernelSums =
          reinterpret_cast<uint32_t *>(take(channels * sizeof(uint32_t)));
      magnitudes = take(depth);
      above = take(depth);
      near = take(channels);
      columnClasses = take(channels);
      channelClasses = take(channels);
      kernelClasses = take(channels);
    }

    void startRow(uint32_t row) {
      uint64_t depth = shape.depth();
      if (row > 0) {
        for (uint64_t column = 0; column < depth; ++column)
          columnSums[column] += magnitudes[column];
        for (uint32_t tap = 0; tap < shape.taps; ++tap)
          for (uint32_t channel = 0; channel < shape.channels; ++channel)
            channelSums[channel] += magnitudes[tap * shape.channels + channel];
        ++summed;
      }
      if (summed == kMostSummed)
        halveSums();
      for (uint32_t channel = 0; channel < shape.channels; ++channel)
        kernelSums[channel] = 0;
      uint8_t *last = above;
      above = magnitudes;
      magnitudes = last;
    }

    void startTap(uint32_t row, uint32_t tap) {
      uint32_t channels = shape.channels;
      uint64_t begin = uint64_t{tap} * channels;
      const uint8_t *up = above + begin;
      const uint32_t *sums = columnSums + begin;
      current = magnitudes + begin;
      constexpr uint64_t kUnit = kOne << kMeanBits;
      auto shareOf = [](uint64_t count) {
        return count > 0 ? static_cast<uint32_t>(kUnit / count) : 0;
      };
      uint32_t perRow = shareOf(summed);
      uint32_t perChannel = shareOf(uint64_t{summed} * shape.taps);
      for (uint32_t channel = 0; channel < channels; ++channel) {
        columnClasses[channel] = classify(sums[channel] * perRow >> 16);
        channelClasses[channel] =
            classify(channelSums[channel] * perChannel >> 16);
        near[channel] = row > 0 ? kUp * min(up[channel], kMostNear) : 0;
      }
      if (tap == 0) {
        for (uint32_t channel = 0; channel < channels; ++channel)
          kernelClasses[channel] = 0;
        return;
      }
      const uint8_t *before = current - channels;
      uint32_t perTap = shareOf(tap);
      for (uint32_t channel = 0; channel < channels; ++channel) {
        kernelSums[channel] += before[channel];
        kernelClasses[channel] = classify(kernelSums[channel] * perTap >> 16);
        near[channel] += kSide * min(before[channel], kMostNear);
      }
      if (tap == 1)
        return;
      const uint8_t *beforeThat = before - channels;
      for (uint32_t channel = 0; channel < channels; ++channel)
        near[channel] += kSecond * min(beforeThat[channel], kMostNear);
    }

    // Weights of neighbours: 1, 0.7 and 0.5, a third of each as a mean.
    static constexpr uint32_t kSide = 21, kUp = 15, kSecond = 11;

    const LevelShape &shape;
    uint8_t *current;
    /// Of a tap: the neighbours of other taps and rows, and classes of means.
    uint8_t *near, *columnClasses, *channelClasses, *kernelClasses;

  private:
    /// Rows that sums hold at most; then they count half.
    static constexpr uint32_t kMostSummed = 1024;

    void halveSums() {
      summed /= 2;
      for (uint64_t column = 0; column < shape.depth(); ++column)
        columnSums[column] /= 2;
      for (uint32_t channel = 0; channel < shape.channels; ++channel)
        channelSums[channel] /= 2;
    }

    uint32_t *columnSums, *channelSums, *kernelSums;
    uint8_t *magnitudes, *above;
    uint32_t summed = 0;
  };

  static constexpr int32_t kMostTaps = 16;
  static constexpr int32_t kUnary = 20, kUnaryContexts = 14;

  /// In each tensor the first levels count as much as kAged ones before.
  static constexpr uint32_t kAged = 12;

  void startTensor() {
    for (Counter &counter : counters)
      counter.age(kAged);
    rowMean = RunningMean(AdaptiveTables::kMostSeen);
  }

  template <typename CoderT>
  void codeTap(CoderT &coder, const AdaptiveTables &tables, int8_t *levels,
               Surroundings &around, uint32_t tap, int32_t shift) {
    RunningMean tapMean(kMostOfTap);
    uint32_t left = 0, leftOfThat = 0;
    for (uint32_t channel = 0; channel < around.shape.channels; ++channel) {
      Context context;
      context.row = rowMean.classOf();
      context.tap = tapMean.classOf();
      context.column = around.columnClasses[channel];
      context.channel = around.channelClasses[channel];
      context.kernel = around.kernelClasses[channel];
      context.near =
          classify(around.near[channel] + around.kSide * min(left, kMostNear) +
                   around.kSecond * min(leftOfThat, kMostNear));
      context.position = min(tap, kMostTaps - 1);
      int8_t level = levels[channel];
      uint32_t magnitude = static_cast<uint8_t>(level < 0 ? -level : level);
      uint32_t high = codeMagnitude(coder, tables, context, magnitude >> shift);
      uint32_t low = 0;
      if (shift > 0)
        low = codeLow(coder, tables, min(high, 3), magnitude, shift);
      magnitude = high << shift | low;
      bool isNegative =
          magnitude != 0 && codeSign(coder, tables, levels + channel,
                                     around.shape, tap, level < 0);
      if constexpr (CoderT::kDecodes)
        levels[channel] =
            static_cast<int8_t>(isNegative ? 0u - magnitude : magnitude);
      high = min(high, kMostInMean);
      rowMean.add(high, tables);
      tapMean.add(high, tables);
      around.current[channel] = static_cast<uint8_t>(high);
      leftOfThat = left;
      left = high;
    }
  }

  struct Context {
    uint32_t row, tap, column, channel, kernel, near, position;
  };

  template <typename CoderT>
  uint32_t codeMagnitude(CoderT &coder, const AdaptiveTables &tables,
                         const Context &context, uint32_t magnitude) {
    Counter *const zeros[] = {
        &counters[kZeroRowKernel + context.row * kClasses + context.kernel],
        &counters[kZeroChannelColumn + context.channel * kClasses +
                  context.column],
        &counters[kZeroNear + context.near * kMostTaps + context.position],
        &counters[kZeroTapRow + context.tap * kClasses + context.row]};
    if (!zeroMixer.code(coder, tables, zeros, magnitude != 0))
      return 0;
    uint32_t known = 1;
    for (; known < kUnary; ++known) {
      uint32_t length = min(known, kUnaryContexts) - 1;
      uint32_t classes = length * kClasses;
      Counter *const mores[] = {
          &counters[kMoreChannelRow + (classes + context.channel) * kClasses +
                    context.row],
          &counters[kMoreNear + classes + context.near],
          &counters[kMoreTap + classes + context.tap]};
      if (!moreMixers[length].code(coder, tables, mores, magnitude > known))
        return known;
    }
    return known + min(escapes.code(coder, tables, magnitude - known), 255);
  }

  /// Taps of a filter have signs like their neighbours: the one before, and in
  /// a filter of 3 x 3 the one above.
  template <typename CoderT>
  bool codeSign(CoderT &coder, const AdaptiveTables &tables,
                const int8_t *level, const LevelShape &shape, uint32_t tap,
                bool isNegative) {
    if (shape.taps == 1)
      return coder.code(isNegative, kOne / 2);
    auto signOf = [&](uint32_t back) -> uint32_t {
      if (tap < back)
        return 0;
      int8_t other = level[-static_cast<int64_t>(back) * shape.channels];
      return other > 0 ? 1 : other < 0 ? 2 : 0;
    };
    uint32_t first = signOf(1), second = signOf(2), third = signOf(3);
    uint32_t position = min(tap, kMostTaps - 1);
    Counter *const signs[] = {
        &counters[kSignBefore + (first * 3 + second) * 3 + third],
        &counters[kSignPosition + (position * 3 + first) * 3 + third]};
    return signMixer.code(coder, tables, signs, isNegative);
  }

  template <typename CoderT>
  uint32_t codeLow(CoderT &coder, const AdaptiveTables &tables, uint32_t high,
                   uint32_t magnitude, int32_t shift) {
    uint32_t low = magnitude & ((1u << shift) - 1);
    uint32_t top =
        codeBit(coder, tables, counters[kLow + high], low >> (shift - 1) & 1);
    if (shift == 1)
      return top;
    uint32_t rest = low & ((1u << (shift - 1)) - 1);
    return top << (shift - 1) | coder.codeUniform(rest, shift - 1);
  }

  static constexpr uint32_t kMostOfTap = 30;
  // Where the counters of each kind of context begin.
  static constexpr uint32_t kPairs = kClasses * kClasses;
  enum Place : uint32_t {
    kZeroRowKernel = 0,
    kZeroChannelColumn = kZeroRowKernel + kPairs,
    kZeroTapRow = kZeroChannelColumn + kPairs,
    kZeroNear = kZeroTapRow + kPairs,
    kMoreChannelRow = kZeroNear + kClasses * kMostTaps,
    kMoreNear = kMoreChannelRow + kUnaryContexts * kPairs,
    kMoreTap = kMoreNear + kUnaryContexts * kClasses,
    kSignBefore = kMoreTap + kUnaryContexts * kClasses,
    kSignPosition = kSignBefore + 27,
    kLow = kSignPosition + kMostTaps * 9,
    kCounters = kLow + 4
  };
  Counter counters[kCounters];
  NumberTree escapes;
  Mixer zeroMixer, moreMixers[kUnaryContexts], signMixer;
  RunningMean rowMean{AdaptiveTables::kMostSeen};
};

} // namespace quantc

#endif // QUANTC_SUPPORT_CODING_LEVELMODEL_H
