//===- RoundingTest.cpp - Steps, levels and their bits --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compress/Rounding.h"
#include "Compress/InverseFactor.h"
#include "Compress/Steps.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace quantc::compress;

namespace {

const Alphabet all;
const Levels none;

/// A positive definite matrix.
Matrix makeMetric(Eigen::Index size) {
  Matrix factor(size, size);
  for (Eigen::Index row = 0; row < size; ++row)
    for (Eigen::Index column = 0; column < size; ++column)
      factor(row, column) =
          static_cast<double>((row * 5 + column * 3) % 7 - 3) / 2;
  return factor * factor.transpose() + 0.3 * Matrix::Identity(size, size);
}

double objective(const RoundingProblem &problem, const BitCosts &bits,
                 const Levels &levels) {
  Matrix error =
      problem.steps.asDiagonal() * levels.cast<double>() - problem.weights;
  double sum = 0;
  for (Eigen::Index row = 0; row < error.rows(); ++row)
    sum += problem.sensitivity[row] *
           error.row(row).dot(error.row(row) * problem.metric);
  for (Eigen::Index index = 0; index < levels.size(); ++index)
    sum += problem.price * bits[std::abs(levels.data()[index])];
  return sum;
}

TEST(InverseFactor, IsUpperAndGivesTheInverse) {
  Matrix metric = makeMetric(5);
  Matrix factor = factorInverse(metric);
  EXPECT_TRUE(factor.isUpperTriangular());
  EXPECT_TRUE((factor.transpose() * factor * metric)
                  .isApprox(Matrix::Identity(5, 5), 1e-9));
}

TEST(BitCost, FollowsTheHistogram) {
  // Mean magnitude 1/2 and 0.02: a tail of ratio 0.52 / 1.52.
  BitCosts bits = estimateBitCosts({0, 0, 1, -1});
  double tail = 1 / 1.52, ratio = 0.52 / 1.52;
  EXPECT_NEAR(bits[0], -std::log2((2 + 6 * tail) / 10), 1e-12);
  EXPECT_NEAR(bits[1], 1 - std::log2((2 + 6 * tail * ratio) / 10), 1e-12);
  EXPECT_NEAR(bits[2], 1 - std::log2(6 * tail * ratio * ratio / 10), 1e-12);
  for (double cost : bits)
    EXPECT_TRUE(std::isfinite(cost));
  EXPECT_EQ(bits.size(), 128u);
}

TEST(Rounding, IsToTheNearestWhereBitsAreFreeAndColumnsIndependent) {
  Matrix weights(2, 3);
  weights << 0.24, -0.26, 5, 0.9, -1.1, 100;
  Matrix metric = Matrix::Identity(3, 3);
  Vector steps = Vector::Constant(2, 0.5), sensitivity = Vector::Ones(2);
  RoundingProblem problem = {weights, metric, steps, sensitivity, 0, all, none};
  Levels levels =
      roundWithFeedback(problem, orderColumns(metric), factorInverse(metric),
                        BitCosts(kMostLevel + 1));
  Levels expected(2, 3);
  expected << 0, -1, 10, 2, -2, 127; // as far as levels go
  EXPECT_EQ(levels, expected);
}

TEST(Rounding, GivesZerosWhereTheyAreCheap) {
  Matrix weights(1, 2);
  weights << 0.7, 3.2;
  Matrix metric = Matrix::Identity(2, 2);
  Vector ones = Vector::Ones(1);
  BitCosts bits(kMostLevel + 1, 10);
  bits[0] = 1;
  RoundingProblem problem = {weights, metric, ones, ones, 0.06, all, none};
  // 0.3^2 + 10 * 0.06 against 0.7^2 + 0.06.
  Levels levels = roundWithFeedback(problem, orderColumns(metric),
                                    factorInverse(metric), bits);
  EXPECT_EQ(levels(0, 0), 0);
  EXPECT_EQ(levels(0, 1), 3);
}

TEST(Rounding, ColumnsMakeUpForErrorsOfOthers) {
  // Two inputs that are nearly the same: only the sum of their weights counts.
  Matrix weights(1, 2);
  weights << 0.4, 0.4;
  Matrix metric(2, 2);
  metric << 1.01, 1, 1, 1.01;
  Vector ones = Vector::Ones(1);
  RoundingProblem problem = {weights, metric, ones, ones, 0, all, none};
  Levels levels =
      roundWithFeedback(problem, orderColumns(metric), factorInverse(metric),
                        BitCosts(kMostLevel + 1));
  EXPECT_EQ(levels.sum(), 1);
}

TEST(Refinement, NeverCostsMoreAndFindsTheBestOfTwoColumns) {
  Matrix weights(3, 2);
  weights << 0.4, 0.7, -1.3, 2.2, 0.05, -0.6;
  Matrix metric = makeMetric(2);
  Vector steps = Vector::Constant(3, 0.5);
  Vector sensitivity(3);
  sensitivity << 1, 0.2, 3;
  RoundingProblem problem = {weights, metric, steps, sensitivity,
                             0.02,    all,    none};
  BitCosts bits = estimateBitCosts({0, 0, 1, -1, 2});
  Levels levels = roundWithFeedback(
      problem, orderColumns(metric),
      factorInverse(permute(metric, orderColumns(metric))), bits);
  double before = objective(problem, bits, levels);
  refineLevels(problem, bits, 4, levels);
  double after = objective(problem, bits, levels);
  EXPECT_LE(after, before);
  for (Eigen::Index row = 0; row < 3; ++row)
    for (int32_t change : {-1, 1})
      for (Eigen::Index column = 0; column < 2; ++column) {
        Levels other = levels;
        other(row, column) += change;
        EXPECT_GE(objective(problem, bits, other), after - 1e-12);
      }
}

TEST(Steps, HaveEightBits) {
  EXPECT_EQ(roundToShort(1.0), 1.0f);
  EXPECT_EQ(roundToShort(257.0), 256.0f); // tie to even
  EXPECT_EQ(roundToShort(259.0), 260.0f);
  EXPECT_EQ(roundToShort(0x1.fffp-100), 0x1p-99f);
}

TEST(Steps, AreWhereABitIsWorthItsPrice) {
  // Twice the step is a bit less, at three times the loss of the step.
  double price = 1e-3, sensitivity = 2, scale = 0.5;
  double step = chooseStep(price, sensitivity, scale);
  double loss = sensitivity * scale * step * step / 12;
  EXPECT_NEAR(2 * std::log(2) * loss, price, 1e-15);
}

TEST(Steps, AreStoredInHalfOctaves) {
  StoredSteps steps = storeSteps({1, 2, 4}, {0, 0, 0}, {9, 9, 9});
  EXPECT_EQ(steps.base, 2.0f);
  EXPECT_EQ(steps.exponents, (std::vector<int32_t>{-2, 0, 2}));
  EXPECT_EQ(steps.of(0), 1.0f);
  steps.exponents = {-3, -1, 1};
  EXPECT_FLOAT_EQ(steps.of(0), 2 / std::sqrt(8.0f));
  EXPECT_FLOAT_EQ(steps.of(1), 2 / std::sqrt(2.0f));
  EXPECT_FLOAT_EQ(steps.of(2), 2 * std::sqrt(2.0f));
}

TEST(Steps, StayBetweenTheirBounds) {
  StoredSteps steps = storeSteps({1, 1, 1}, {0, 1.1, 3}, {0.8, 2, 2});
  EXPECT_LE(steps.of(0), 0.8f);
  EXPECT_GE(steps.of(1), 1.1f);
  EXPECT_GE(steps.of(2), 3.0f); // what is needed goes first
}

} // namespace
