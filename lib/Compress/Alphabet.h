//===- Alphabet.h - The levels that weights may have ------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_COMPRESS_ALPHABET_H
#define QUANTC_LIB_COMPRESS_ALPHABET_H

#include <cstdint>
#include <vector>

namespace quantc::compress {

/// The largest magnitude of a level where all may be had.
constexpr int kMostLevel = 127;

/// Levels, or all from -kMostLevel to kMostLevel.
class Alphabet {
public:
  Alphabet() = default;
  /// Requires some, in ascending order.
  explicit Alphabet(std::vector<int32_t> levels) : levels(std::move(levels)) {}
  /// Two's complement; of 8 bits all.
  static Alphabet ofBits(int64_t bits);

  bool hasAll() const { return levels.empty(); }
  int32_t least() const { return hasAll() ? -kMostLevel : levels.front(); }
  int32_t most() const { return hasAll() ? kMostLevel : levels.back(); }
  /// The level next to `target`; of two the even one, if only one is.
  int32_t nearest(double target) const;
  /// The level below or above one of them, or itself at the end.
  int32_t below(int32_t level) const;
  int32_t above(int32_t level) const;

private:
  std::vector<int32_t> levels;
};

/// How much of a weight there is at each level, by `level + kMostLevel`: sums
/// of what the square of an error counts.
using LevelWeights = std::vector<double>;

/// The `count` levels, or fewer where there are no more, whose nearest ones are
/// off by the least: the optimum, by dynamic programming (Wu, "Optimal
/// quantization by matrix searching", 1991).
Alphabet fitLevels(const LevelWeights &weights, int64_t count);

} // namespace quantc::compress

#endif // QUANTC_LIB_COMPRESS_ALPHABET_H
