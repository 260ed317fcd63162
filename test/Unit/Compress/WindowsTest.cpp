//===- WindowsTest.cpp - Layers as products of windows --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Windows.h"

#include <gtest/gtest.h>

using namespace quantc::compress;

namespace {

std::vector<float> makeValues(int64_t count) {
  std::vector<float> values;
  for (int64_t index = 0; index < count; ++index)
    values.push_back(static_cast<float>(index * 7 % 11 - 5));
  return values;
}

/// The definition of nn.conv_2d.
float convolve(const Geometry &geometry, const std::vector<float> &image,
               const std::vector<float> &weight, const std::vector<float> &bias,
               int64_t y, int64_t x, int64_t output) {
  int64_t channels = geometry.channels / geometry.groups;
  int64_t group = output / geometry.rowsOfGroup();
  float sum = bias[output];
  for (int64_t i = 0; i < geometry.kernelHeight; ++i)
    for (int64_t j = 0; j < geometry.kernelWidth; ++j)
      for (int64_t c = 0; c < channels; ++c) {
        int64_t row = y * geometry.strideHeight + i * geometry.dilationHeight -
                      geometry.padTop;
        int64_t column = x * geometry.strideWidth + j * geometry.dilationWidth -
                         geometry.padLeft;
        if (row < 0 || row >= geometry.height || column < 0 ||
            column >= geometry.width)
          continue;
        sum += image[(row * geometry.width + column) * geometry.channels +
                     group * channels + c] *
               weight[((output * geometry.kernelHeight + i) *
                           geometry.kernelWidth +
                       j) *
                          channels +
                      c];
      }
  return sum;
}

void expectConvolution(const Geometry &geometry) {
  std::vector<float> image =
      makeValues(geometry.height * geometry.width * geometry.channels);
  std::vector<float> weight = makeValues(geometry.outputs * geometry.depth());
  std::vector<float> bias = makeValues(geometry.outputs);
  std::vector<float> windows;
  std::vector<float> outputs(geometry.positions() * geometry.outputs);
  gatherWindows(geometry, image.data(), windows);
  applyLayer(geometry, windows, weight.data(), bias.data(), outputs.data());
  for (int64_t y = 0; y < geometry.outHeight; ++y)
    for (int64_t x = 0; x < geometry.outWidth; ++x)
      for (int64_t output = 0; output < geometry.outputs; ++output)
        EXPECT_EQ(
            outputs[(y * geometry.outWidth + x) * geometry.outputs + output],
            convolve(geometry, image, weight, bias, y, x, output));
}

TEST(Windows, GiveConvolutions) {
  Geometry geometry;
  geometry.height = 7, geometry.width = 6, geometry.channels = 4;
  geometry.outHeight = 4, geometry.outWidth = 5, geometry.outputs = 6;
  geometry.kernelHeight = 3, geometry.kernelWidth = 2;
  geometry.strideHeight = 2;
  geometry.padTop = 1, geometry.padLeft = 0;
  expectConvolution(geometry);
  geometry.groups = 2;
  expectConvolution(geometry);
  geometry.dilationHeight = 2;
  geometry.padTop = 2, geometry.padLeft = 1;
  expectConvolution(geometry);
  geometry.groups = geometry.outputs = 4; // depthwise
  expectConvolution(geometry);
  geometry.outputs = 8; // with a multiplier
  expectConvolution(geometry);
}

TEST(Windows, GiveDenseLayers) {
  Geometry geometry;
  geometry.width = geometry.outWidth = 3;
  geometry.channels = 5, geometry.outputs = 2;
  expectConvolution(geometry);
}

TEST(Sampling, TakesDifferentPositionsOfEachSample) {
  Sampling sampling = choosePositions(/*samples=*/3, /*positions=*/10,
                                      /*most=*/14, /*seed=*/1);
  EXPECT_EQ(sampling.taken, 4);
  ASSERT_EQ(sampling.positions.size(), 12u);
  for (size_t index = 0; index < 12; ++index) {
    EXPECT_GE(sampling.positions[index], 0);
    EXPECT_LT(sampling.positions[index], 10);
    if (index % 4 != 0) {
      EXPECT_LT(sampling.positions[index - 1], sampling.positions[index]);
    }
  }
  EXPECT_EQ(sampling.positions, choosePositions(3, 10, 14, 1).positions);
  EXPECT_NE(sampling.positions, choosePositions(3, 10, 14, 2).positions);
}

TEST(Sampling, TakesAllWhereTheyAreFewAndOneWhereSamplesAreMany) {
  EXPECT_EQ(choosePositions(2, 3, 100, 0).positions,
            (std::vector<int64_t>{0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(choosePositions(5, 3, 2, 0).taken, 1);
}

TEST(Observations, KeepChosenPositionsAndTheMean) {
  Sampling sampling;
  sampling.samples = 2, sampling.taken = 1;
  sampling.positions = {1, 0};
  Observations seen(sampling, /*size=*/2);
  const float first[] = {1, 2, 3, 4, 8, 9}, second[] = {5, 6, 7, 8, 9, 10};
  seen.add(sampling, 0, /*positions=*/3, first);
  seen.add(sampling, 1, /*positions=*/3, second);
  EXPECT_EQ(seen.values, (std::vector<float>{3, 4, 5, 6}));
  EXPECT_EQ(seen.means, (std::vector<float>{4, 5, 7, 8}));
}

} // namespace
