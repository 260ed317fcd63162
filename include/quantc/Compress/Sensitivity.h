//===- Sensitivity.h - What errors of a layer cost --------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_SENSITIVITY_H
#define QUANTC_COMPRESS_SENSITIVITY_H

#include <cstdint>
#include <vector>

namespace quantc::compress {

/// What an error in the outputs of a layer adds to the divergence of the
/// network, in nats.
struct Sensitivity {
  /// Of each channel: per mean square of the error, errors at different
  /// positions being independent.
  std::vector<double> perChannel;
  /// How much more the mean of an error over the positions counts than that.
  double coherence = 0;
};

/// The divergences that noise of given variances in the outputs of a layer
/// caused: noise that differs from position to position, and noise that is the
/// same at all positions of a sample.
struct Probe {
  double whiteVariance = 1, whiteDivergence = 0;
  double coherentVariance = 1, coherentDivergence = 0;
};

Sensitivity measureSensitivity(const Probe &probe, int64_t channels,
                               int64_t positions);

/// Adds +-`amplitude` to `outputs`, positions x channels, at random; with
/// `isCoherent` the same at all positions.
void addNoise(float *outputs, int64_t positions, int64_t channels,
              float amplitude, bool isCoherent, uint64_t seed);

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_SENSITIVITY_H
