//===- Layer.h - A layer in few bits ----------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_LAYER_H
#define QUANTC_COMPRESS_LAYER_H

#include "quantc/Compress/Sensitivity.h"
#include "quantc/Compress/Windows.h"

#include <cstdint>
#include <vector>

namespace quantc::compress {

struct LayerProblem {
  const Geometry &geometry;
  const std::vector<float> &weight; // outputs x depth
  /// Windows of what the layer sees behind the layers that are compressed, and
  /// what it shall give, at the same positions.
  const Observations &inputs, &targets;
  const Sensitivity &sensitivity;
  /// Steps of each output channel below which the layer cannot be computed.
  const std::vector<double> &leastSteps;
};

struct CompressedLayer {
  std::vector<int8_t> levels; // as the weight; at most 127
  std::vector<float> steps;   // of each output channel
  std::vector<float> bias;    // biasLevels * biasStep
  std::vector<int32_t> biasLevels;
  float biasStep = 1;
  /// What is stored of the steps: one of the layer, and exponents of half
  /// octaves; of a depthwise layer all steps, and no exponent.
  std::vector<int32_t> exponents;
  /// By ideal codes for the histogram of each layer, without tables.
  double weightBits = 0, otherBits = 0;
  /// What the errors of the weights add to the divergence, in nats, by the
  /// layer's sensitivity.
  double loss = 0;
};

/// Levels, steps and biases at which what is lost and `price` times the bits
/// are together least.
CompressedLayer compressLayer(const LayerProblem &problem, double price);

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_LAYER_H
