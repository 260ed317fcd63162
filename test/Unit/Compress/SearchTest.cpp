//===- SearchTest.cpp - The price of a bit --------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Search.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace quantc::compress;

namespace {

/// As networks do: half a bit a weight less with each octave, down to 0.
Outcome measure(double price) {
  Outcome outcome;
  outcome.price = price;
  outcome.bytes = 1000 + 10000 / (1 + std::sqrt(price / 1e-6));
  outcome.divergence = 3e4 * price + 1e-4;
  outcome.agreement = std::floor(100 - 40 * outcome.divergence) / 100;
  return outcome;
}

Outcome bestOf(const Goal &goal) {
  SearchResult result = searchPrice(goal, measure);
  EXPECT_TRUE(result.best);
  EXPECT_LE(result.outcomes.size(), 12u);
  return result.outcomes[result.best.value_or(0)];
}

TEST(Search, FindsTheGoalFromBothSides) {
  for (double limit : {1500.0, 3000.0, 6000.0, 9000.0, 10500.0}) {
    double bytes = bestOf({Goal::Bytes, limit}).bytes;
    EXPECT_LE(bytes, limit);
    EXPECT_GE(bytes, 0.97 * limit);
  }
  for (double limit : {2e-4, 1e-3, 0.03, 1.0}) {
    double divergence = bestOf({Goal::Divergence, limit}).divergence;
    EXPECT_LE(divergence, limit);
    EXPECT_GE(divergence, 0.9 * limit);
  }
  for (double limit : {0.9, 0.97, 0.99}) {
    Outcome outcome = bestOf({Goal::Agreement, limit});
    EXPECT_GE(outcome.agreement, limit);
    // 7 % more would have been too much.
    EXPECT_LT(measure(outcome.price * 1.08).agreement, limit);
  }
}

TEST(Search, SaysWhereTheGoalIsOutOfReach) {
  EXPECT_FALSE(searchPrice({Goal::Bytes, 999}, measure).best);
  EXPECT_FALSE(searchPrice({Goal::Divergence, 1e-5}, measure).best);
  EXPECT_FALSE(searchPrice({Goal::Agreement, 1}, measure).best);
}

TEST(Search, EndsWhereATryFails) {
  int tries = 0;
  auto fail = [&](double) {
    ++tries;
    return std::optional<Outcome>();
  };
  SearchResult result = searchPrice({Goal::Bytes, 2000}, fail);
  EXPECT_EQ(tries, 1);
  EXPECT_TRUE(result.outcomes.empty());
  EXPECT_FALSE(result.best);
}

} // namespace
