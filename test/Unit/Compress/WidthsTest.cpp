//===- WidthsTest.cpp - How many channels go, and where -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Widths.h"

#include <gtest/gtest.h>

using namespace quantc::compress;

namespace {

using Counts = std::vector<size_t>;

size_t sum(const Counts &counts) {
  size_t all = 0;
  for (size_t count : counts)
    all += count;
  return all;
}

/// The whole vectors of four among so many channels.
size_t vectors(size_t channels) { return channels / 4; }

/// `enough` channels have to go, each of which saves as much.
WidthProblem createProblem(std::vector<std::vector<double>> losses,
                           size_t enough) {
  WidthProblem problem;
  problem.losses = std::move(losses);
  problem.time = [](const Counts &removed) {
    return 100 - static_cast<double>(sum(removed));
  };
  problem.isEnough = [=](const Counts &removed) {
    return sum(removed) >= enough;
  };
  return problem;
}

TEST(Widths, TakesWhatCostsLeast) {
  std::vector<std::vector<double>> losses = {{1, 4, 9}, {2, 5, 6}};
  EXPECT_EQ(chooseWidths(createProblem(losses, 0)), Counts({0, 0}));
  EXPECT_EQ(chooseWidths(createProblem(losses, 1)), Counts({1, 0}));
  EXPECT_EQ(chooseWidths(createProblem(losses, 2)), Counts({1, 1}));
  EXPECT_EQ(chooseWidths(createProblem(losses, 6)), Counts({3, 3}));
}

TEST(Widths, TakesStepsOfChannels) {
  WidthProblem problem = createProblem({{1, 2, 3, 4, 5, 6}, {9, 9}, {1}}, 3);
  problem.step = 2;
  EXPECT_EQ(chooseWidths(problem), Counts({4, 0, 0}));
  problem.isEnough = [](const Counts &removed) { return sum(removed) >= 9; };
  EXPECT_EQ(chooseWidths(problem), std::nullopt);
}

TEST(Widths, HasNoneWhereAllIsNotEnough) {
  EXPECT_EQ(chooseWidths(createProblem({{1, 4, 9}}, 4)), std::nullopt);
  EXPECT_EQ(chooseWidths(createProblem({}, 1)), std::nullopt);
}

/// Only whole vectors of four channels of the first set save time.
TEST(Widths, TakesAsMuchAsSavesTime) {
  WidthProblem problem = createProblem({{1, 2, 3, 4, 5, 6, 7}, {9}}, 4);
  problem.time = [](const Counts &removed) {
    return 100 - static_cast<double>(vectors(removed[0]) * 4 + removed[1]);
  };
  problem.isEnough = [&](const Counts &removed) {
    return problem.time(removed) <= 99;
  };
  EXPECT_EQ(chooseWidths(problem), Counts({4, 0}));
}

/// A fifth channel goes for the time of the first set, but two channels of the
/// second are as good: what is not needed and saves no time comes back.
TEST(Widths, GivesBackWhatSavesNothing) {
  WidthProblem problem = createProblem({{1, 1, 1, 1, 8}, {6, 7}}, 5);
  problem.time = [](const Counts &removed) {
    return 100 - static_cast<double>(vectors(removed[0]) * 8 + removed[1]);
  };
  EXPECT_EQ(chooseWidths(problem), Counts({4, 1}));
}

/// The way by the time that is saved would go on with all of the second set.
TEST(Widths, DoesNotTakeMuchMoreThanIsNeeded) {
  WidthProblem problem = createProblem({{1}, {16, 16, 16, 16}, {3}}, 2);
  problem.time = [](const Counts &removed) {
    return 100 - static_cast<double>(removed[0] * 10 + vectors(removed[1]) * 8 +
                                     removed[2]);
  };
  EXPECT_EQ(chooseWidths(problem), Counts({1, 0, 1}));
}

/// Two channels of the first set would be enough, but take more time.
TEST(Widths, TakesNoneThatCostTime) {
  WidthProblem problem = createProblem({{1, 1, 2, 2}, {3, 4}}, 2);
  problem.time = [](const Counts &removed) {
    return 100 + static_cast<double>(removed[0] % 4) -
           static_cast<double>(removed[1]);
  };
  EXPECT_EQ(chooseWidths(problem), Counts({0, 2}));
}

} // namespace
