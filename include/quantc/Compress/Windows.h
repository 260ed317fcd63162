//===- Windows.h - What a layer sees of its input ---------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_WINDOWS_H
#define QUANTC_COMPRESS_WINDOWS_H

#include "quantc/Compress/Geometry.h"

#include <cstdint>
#include <vector>

namespace quantc::compress {

/// Positions of a layer at which its inputs and outputs are looked at, the
/// same number of each sample.
struct Sampling {
  int64_t samples = 0, taken = 0; // positions of each sample
  std::vector<int64_t> positions; // samples * taken, ascending in a sample
};

/// About `most` positions of all samples together, at least one of each,
/// chosen by a generator that begins with `seed`.
Sampling choosePositions(int64_t samples, int64_t positions, int64_t most,
                         uint64_t seed);

/// What a layer sees, or what it shall give: `size` values at each position.
struct Observations {
  int64_t size = 0;
  std::vector<float> values; // at the sampled positions
  std::vector<float> means;  // of each sample, over all of its positions

  Observations() = default;
  Observations(const Sampling &sampling, int64_t size);

  /// Takes what `image`, positions x size, holds of a sample.
  void add(const Sampling &sampling, int64_t sample, int64_t positions,
           const float *image);
};

/// The windows of one sample, positions x windowSize; zero in the padding.
void gatherWindows(const Geometry &geometry, const float *image,
                   std::vector<float> &windows);

/// The outputs of one sample, positions x outputs, from its windows.
void applyLayer(const Geometry &geometry, const std::vector<float> &windows,
                const float *weight, const float *bias, float *output);

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_WINDOWS_H
