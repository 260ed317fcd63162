//===- Layer.h - A layer in few bits ----------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_LAYER_H
#define QUANTC_COMPRESS_LAYER_H

#include "quantc/Compress/Repair.h"
#include "quantc/Compress/WeightFormat.h"

#include <cstdint>
#include <vector>

namespace quantc::compress {

/// The integers that the layer computes with: scale and zero point of its
/// input, and the steps of each output channel below which sums would not fit.
struct IntegerInput {
  double scale = 1;
  int32_t zeroPoint = 0;
  std::vector<double> leastSteps;
};

struct LayerProblem : ObservedLayer {
  const IntegerInput &integers;
};

struct CompressedLayer {
  std::vector<int8_t> levels; // as the weight; at most 127
  /// Of each output channel; where bits have a price, half octaves apart.
  std::vector<float> steps;
  std::vector<float> bias;
  /// What sums of integers start from: the bias over input scale and step, less
  /// what the zero point adds. They end with zeros, so that they take few bits.
  std::vector<int32_t> starts;
  /// What the errors of the weights add to the divergence, in nats, by the
  /// layer's sensitivity.
  double loss = 0;
};

/// Levels that `format` allows, steps and biases at which what is lost and the
/// price of the bits are together least. Depthwise layers, whose weights are
/// few, have integers of 8 bits where bits have no price.
CompressedLayer compressLayer(const LayerProblem &problem,
                              const WeightFormat &format);

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_LAYER_H
