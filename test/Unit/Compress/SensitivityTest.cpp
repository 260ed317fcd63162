//===- SensitivityTest.cpp - What two probes say --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Sensitivity.h"

#include <gtest/gtest.h>

using namespace quantc::compress;

namespace {

/// The divergences of F = own I + shared 11' in each of `channels`.
Probe probeOf(double own, double shared, double channels, double positions) {
  Probe probe;
  probe.whiteVariance = 0.25, probe.coherentVariance = 0.01;
  probe.whiteDivergence =
      probe.whiteVariance * channels * positions * (own + shared);
  probe.coherentDivergence = probe.coherentVariance * channels * positions *
                             (own + positions * shared);
  return probe;
}

TEST(Sensitivity, IsThatOfTheModelWhichTheProbesFollow) {
  Sensitivity found = measureSensitivity(probeOf(0.5, 0.02, 3, 16), 3, 16);
  ASSERT_EQ(found.perChannel.size(), 3u);
  EXPECT_NEAR(found.perChannel[2], 0.5 * 16, 1e-9);
  EXPECT_NEAR(found.coherence, 0.02 * 16 / 0.5, 1e-9);
}

TEST(Sensitivity, KeepsAPartThatIsNotCoherent) {
  // White noise alone would say that nothing else is left.
  Sensitivity found = measureSensitivity(probeOf(0, 0.5, 2, 4), 2, 4);
  EXPECT_GT(found.perChannel[0], 0);
  EXPECT_NEAR(found.coherence, 0.5 * 4 / (0.02 * 0.5), 1e-6);
}

TEST(Sensitivity, HasNoCoherenceAtOnePosition) {
  Probe probe;
  probe.whiteVariance = 4, probe.whiteDivergence = 0.8;
  Sensitivity found = measureSensitivity(probe, 2, 1);
  EXPECT_DOUBLE_EQ(found.perChannel[0], 0.1);
  EXPECT_EQ(found.coherence, 0);
}

TEST(Sensitivity, IsNeverZero) {
  Probe probe;
  EXPECT_GT(measureSensitivity(probe, 2, 1).perChannel[0], 0);
  EXPECT_GT(measureSensitivity(probe, 2, 9).perChannel[0], 0);
}

TEST(Noise, HasOneAmplitudeAndIsTheSameEachTime) {
  std::vector<float> noise(130 * 3), again(130 * 3), other(130 * 3);
  addNoise(noise.data(), 3, 130, 0.5f, /*isCoherent=*/false, 7);
  addNoise(again.data(), 3, 130, 0.5f, /*isCoherent=*/false, 7);
  addNoise(other.data(), 3, 130, 0.5f, /*isCoherent=*/false, 8);
  EXPECT_EQ(noise, again);
  EXPECT_NE(noise, other);
  int positive = 0;
  for (float value : noise) {
    EXPECT_EQ(std::abs(value), 0.5f);
    positive += value > 0;
  }
  EXPECT_NEAR(positive, 195, 50);
  std::vector<float> first(noise.begin(), noise.begin() + 130);
  EXPECT_NE(first, std::vector<float>(noise.begin() + 130, noise.end() - 130));
}

TEST(Noise, IsTheSameAtAllPositionsWhereItIsCoherent) {
  std::vector<float> noise(130 * 3);
  addNoise(noise.data(), 3, 130, 0.5f, /*isCoherent=*/true, 7);
  for (size_t index = 130; index < noise.size(); ++index)
    EXPECT_EQ(noise[index], noise[index - 130]);
}

} // namespace
