//===- Sensitivity.cpp - What errors of a layer cost ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Let F be half the Hessian of the divergence with respect to a layer's
// outputs, of one channel and P positions. The model is F = n2 I + a2 11':
// white noise of variance s^2 costs s^2 P (n2 + a2) a channel, noise that is
// the same at all positions s^2 P (n2 + P a2).
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Sensitivity.h"

#include "Random.h"

#include <algorithm>

using namespace quantc::compress;

/// A divergence below is that of roundings: no layer is without any effect.
static constexpr double kLeastDivergence = 1e-9; // nats

/// The least part of the white sensitivity that is not coherent: the two
/// probes are estimates, whose difference may come out negative.
static constexpr double kLeastIncoherentPart = 0.02;

Sensitivity quantc::compress::measureSensitivity(const Probe &probe,
                                                 int64_t channels,
                                                 int64_t positions) {
  auto perVariance = [&](double divergence, double variance) {
    return std::max(divergence, kLeastDivergence) /
           (variance * static_cast<double>(channels));
  };
  double white = perVariance(probe.whiteDivergence, probe.whiteVariance);
  auto count = static_cast<double>(positions);
  Sensitivity result;
  if (positions == 1) {
    result.perChannel.assign(channels, white);
    return result;
  }
  double coherent =
      perVariance(probe.coherentDivergence, probe.coherentVariance);
  double shared = std::max(coherent - white, 0.0) / (count * (count - 1));
  double own =
      std::max(white / count - shared, kLeastIncoherentPart * white / count);
  result.perChannel.assign(channels, own * count);
  result.coherence = shared * count / own;
  return result;
}

void quantc::compress::addNoise(float *outputs, int64_t positions,
                                int64_t channels, float amplitude,
                                bool isCoherent, uint64_t seed) {
  Random random(seed);
  uint64_t bits = 0;
  for (int64_t position = 0; position < positions; ++position) {
    if (isCoherent)
      random = Random(seed);
    for (int64_t channel = 0; channel < channels; ++channel) {
      constexpr int64_t kBits = 64;
      if (channel % kBits == 0)
        bits = random.next();
      outputs[position * channels + channel] +=
          (bits >> channel % kBits & 1) != 0 ? amplitude : -amplitude;
    }
  }
}
