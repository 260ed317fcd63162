//===- AlphabetTest.cpp - The levels that weights may have ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compress/Alphabet.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace quantc::compress;

namespace {

TEST(Alphabet, OfFourBitsIsTwosComplement) {
  Alphabet alphabet = Alphabet::ofBits(4);
  EXPECT_EQ(alphabet.least(), -8);
  EXPECT_EQ(alphabet.most(), 7);
  EXPECT_EQ(alphabet.nearest(-100), -8);
  EXPECT_EQ(alphabet.nearest(7.6), 7);
  EXPECT_EQ(alphabet.nearest(-2.5), -2);
  EXPECT_EQ(alphabet.nearest(1.5), 2);
  EXPECT_EQ(alphabet.below(-8), -8);
  EXPECT_EQ(alphabet.above(-8), -7);
  EXPECT_EQ(alphabet.above(7), 7);
}

TEST(Alphabet, OfEightBitsHasNoMinus128) {
  Alphabet alphabet = Alphabet::ofBits(8);
  EXPECT_EQ(alphabet.nearest(-200), -127);
  EXPECT_EQ(alphabet.nearest(126.5), 126);
  EXPECT_EQ(alphabet.below(-127), -127);
}

TEST(Alphabet, OfAnyLevels) {
  Alphabet alphabet({-40, -3, 10});
  EXPECT_EQ(alphabet.nearest(-21.6), -40);
  EXPECT_EQ(alphabet.nearest(-21.4), -3);
  EXPECT_EQ(alphabet.nearest(11), 10);
  EXPECT_EQ(alphabet.below(10), -3);
  EXPECT_EQ(alphabet.above(-40), -3);
}

double errorOf(const Alphabet &alphabet, const LevelWeights &weights) {
  double error = 0;
  for (int level = -kMostLevel; level <= kMostLevel; ++level) {
    double off = level - alphabet.nearest(level);
    error += weights[level + kMostLevel] * off * off;
  }
  return error;
}

TEST(FitLevels, TakesThoseThatAreThere) {
  LevelWeights weights(2 * kMostLevel + 1);
  for (int level : {-127, -5, 0, 126})
    weights[level + kMostLevel] = 1;
  Alphabet alphabet = fitLevels(weights, 16);
  EXPECT_EQ(errorOf(alphabet, weights), 0);
  EXPECT_EQ(alphabet.least(), -127);
  EXPECT_EQ(alphabet.most(), 126);
  EXPECT_EQ(alphabet.above(-5), 0);
}

TEST(FitLevels, OfNoWeightsIsZero) {
  Alphabet alphabet = fitLevels(LevelWeights(2 * kMostLevel + 1), 4);
  EXPECT_EQ(alphabet.least(), 0);
  EXPECT_EQ(alphabet.most(), 0);
}

TEST(FitLevels, IsTheBestOfAllPairs) {
  LevelWeights weights(2 * kMostLevel + 1);
  for (size_t place = 0; place < weights.size(); place += 3)
    weights[place] = static_cast<double>(place * place % 17);
  double best = INFINITY;
  for (int a = -kMostLevel; a <= kMostLevel; ++a)
    for (int b = a + 1; b <= kMostLevel; ++b)
      best = std::min(best, errorOf(Alphabet({a, b}), weights));
  EXPECT_DOUBLE_EQ(errorOf(fitLevels(weights, 2), weights), best);
}

} // namespace
