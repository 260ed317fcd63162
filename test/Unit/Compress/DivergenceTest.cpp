//===- DivergenceTest.cpp - Answers of two networks -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Divergence.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace quantc::compress;

namespace {

TEST(Divergence, IsThatOfTheSoftmax) {
  // p = (3/4, 1/4) and q = (1/2, 1/2), beside equal rows.
  Answers teacher = {2, {std::log(3), 0, 5, 5}}, student = {2, {7, 7, 1, 1}};
  double expected = 0.75 * std::log(1.5) + 0.25 * std::log(0.5);
  EXPECT_NEAR(divergence(teacher, student, 1), expected / 2, 1e-12);
  EXPECT_NEAR(divergence(teacher, teacher, 1), 0, 1e-15);
}

TEST(Divergence, DividesLogitsByTheTemperature) {
  Answers teacher = {2, {2 * std::log(3), 0}}, student = {2, {7, 7}};
  double expected = 0.75 * std::log(1.5) + 0.25 * std::log(0.5);
  EXPECT_NEAR(divergence(teacher, student, 2), expected, 1e-12);
}

TEST(Divergence, TakesLogitsOfAnySize) {
  Answers teacher = {3, {3e4, -3e4, 0}}, student = {3, {-3e4, 3e4, 0}};
  EXPECT_NEAR(divergence(teacher, student, 1), 6e4, 1e-3);
}

TEST(Temperature, BringsTheMedianOfTheDistancesToSix) {
  Answers teacher = {3, {0, 60, 48, 9, 0, 9, -5, 100, 4}};
  EXPECT_DOUBLE_EQ(chooseTemperature(teacher), 12.0 / 6);
  Answers modest = {2, {0, 5}};
  EXPECT_EQ(chooseTemperature(modest), 1);
}

TEST(Agreement, CountsEqualChoices) {
  Answers teacher = {2, {1, 0, 0, 1, 3, 3, 1, 0}};
  Answers student = {2, {9, 8, 2, 1, 1, 1, 5, 4}};
  EXPECT_EQ(teacher.choose(), (std::vector<int64_t>{0, 1, 0, 0}));
  EXPECT_DOUBLE_EQ(agreement(teacher, student), 0.75);
}

} // namespace
