//===- Windows.cpp - What a layer sees of its input -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Windows.h"

#include "Matrix.h"
#include "Random.h"

#include <algorithm>
#include <numeric>

using namespace quantc::compress;

Sampling quantc::compress::choosePositions(int64_t samples, int64_t positions,
                                           int64_t most, uint64_t seed) {
  Sampling sampling;
  sampling.samples = samples;
  sampling.taken =
      std::clamp<int64_t>(most / std::max<int64_t>(samples, 1), 1, positions);
  Random random(seed);
  std::vector<int64_t> order(positions);
  std::iota(order.begin(), order.end(), 0);
  for (int64_t sample = 0; sample < samples; ++sample) {
    for (int64_t i = 0; i < sampling.taken && sampling.taken < positions; ++i)
      std::swap(order[i], order[i + random.below(positions - i)]);
    size_t begin = sampling.positions.size();
    sampling.positions.insert(sampling.positions.end(), order.begin(),
                              order.begin() + sampling.taken);
    std::sort(sampling.positions.begin() + begin, sampling.positions.end());
  }
  return sampling;
}

Observations::Observations(const Sampling &sampling, int64_t size)
    : size(size), values(sampling.samples * sampling.taken * size),
      means(sampling.samples * size) {}

void Observations::add(const Sampling &sampling, int64_t sample,
                       int64_t positions, const float *image) {
  for (int64_t i = 0; i < sampling.taken; ++i) {
    int64_t index = sample * sampling.taken + i;
    std::copy_n(image + sampling.positions[index] * size, size,
                values.begin() + index * size);
  }
  Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(size);
  for (int64_t position = 0; position < positions; ++position)
    sum += Eigen::Map<const Eigen::RowVectorXf>(image + position * size, size)
               .cast<double>();
  Eigen::Map<Eigen::RowVectorXf>(means.data() + sample * size, size) =
      (sum / static_cast<double>(positions)).cast<float>();
}

void quantc::compress::gatherWindows(const Geometry &geometry,
                                     const float *image,
                                     std::vector<float> &windows) {
  windows.resize(geometry.positions() * geometry.windowSize());
  float *to = windows.data();
  for (int64_t y = 0; y < geometry.outHeight; ++y)
    for (int64_t x = 0; x < geometry.outWidth; ++x)
      for (int64_t i = 0; i < geometry.kernelHeight; ++i)
        for (int64_t j = 0; j < geometry.kernelWidth; ++j) {
          int64_t row = y * geometry.strideHeight +
                        i * geometry.dilationHeight - geometry.padTop;
          int64_t column = x * geometry.strideWidth +
                           j * geometry.dilationWidth - geometry.padLeft;
          bool isInside = row >= 0 && row < geometry.height && column >= 0 &&
                          column < geometry.width;
          to = isInside ? std::copy_n(image + (row * geometry.width + column) *
                                                  geometry.channels,
                                      geometry.channels, to)
                        : std::fill_n(to, geometry.channels, 0.0f);
        }
}

/// Each channel by itself: the taps are outside, so that the loop over channels
/// is a vector's.
static void applyDepthwise(const Geometry &geometry, const float *windows,
                           const float *weight, const float *bias,
                           float *output) {
  int64_t taps = geometry.taps(), channels = geometry.channels;
  std::vector<float> byTap(taps * channels);
  for (int64_t channel = 0; channel < channels; ++channel)
    for (int64_t tap = 0; tap < taps; ++tap)
      byTap[tap * channels + channel] = weight[channel * taps + tap];
  for (int64_t p = 0; p < geometry.positions(); ++p) {
    float *sums = output + p * channels;
    std::copy_n(bias, channels, sums);
    for (int64_t tap = 0; tap < taps; ++tap) {
      const float *from = windows + (p * taps + tap) * channels;
      for (int64_t channel = 0; channel < channels; ++channel)
        sums[channel] += from[channel] * byTap[tap * channels + channel];
    }
  }
}

void quantc::compress::applyLayer(const Geometry &geometry,
                                  const std::vector<float> &windows,
                                  const float *weight, const float *bias,
                                  float *output) {
  if (geometry.isDepthwise() && geometry.channels == geometry.groups)
    return applyDepthwise(geometry, windows.data(), weight, bias, output);
  int64_t positions = geometry.positions(), taps = geometry.taps();
  int64_t rows = geometry.rowsOfGroup(), depth = geometry.depth();
  int64_t channels = geometry.channels / geometry.groups;
  Eigen::Map<const FloatMatrix> all(windows.data(), positions,
                                    geometry.windowSize());
  Eigen::Map<FloatMatrix> outputs(output, positions, geometry.outputs);
  FloatMatrix ofGroup;
  for (int64_t group = 0; group < geometry.groups; ++group) {
    Eigen::Map<const FloatMatrix> weights(weight + group * rows * depth, rows,
                                          depth);
    auto result = outputs.middleCols(group * rows, rows);
    if (geometry.groups == 1) {
      result.noalias() = all * weights.transpose();
    } else {
      ofGroup.resize(positions, depth);
      for (int64_t tap = 0; tap < taps; ++tap)
        ofGroup.middleCols(tap * channels, channels) = all.middleCols(
            tap * geometry.channels + group * channels, channels);
      result.noalias() = ofGroup * weights.transpose();
    }
  }
  outputs.rowwise() +=
      Eigen::Map<const Eigen::RowVectorXf>(bias, geometry.outputs);
}
