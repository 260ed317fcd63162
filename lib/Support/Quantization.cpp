//===- Quantization.cpp - Quantization arithmetic -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Support/Quantization.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace quantc;

double quantc::roundEven(double x) {
  // Doubles of magnitude 2^52 and more are integers already.
  if (!(std::fabs(x) < 0x1p52))
    return x;
  double below = std::floor(x);
  double fraction = x - below; // exact
  if (fraction != 0.5)
    return fraction < 0.5 ? below : below + 1.0;
  return std::fmod(below, 2.0) == 0.0 ? below : below + 1.0;
}

QuantParams quantc::chooseAsymmetric(float min, float max,
                                     StorageBounds bounds) {
  double range = static_cast<double>(max) - min;
  auto scale = static_cast<float>(range / (bounds.hi - bounds.lo));
  double zeroPoint = roundEven(bounds.lo - static_cast<double>(min) / scale);
  zeroPoint = std::clamp<double>(zeroPoint, bounds.lo, bounds.hi);
  return {scale, static_cast<int32_t>(zeroPoint)};
}

float quantc::chooseSymmetricScale(float maxAbs, int32_t maxStored) {
  if (maxAbs == 0.0f)
    return 1.0f;
  return std::max(maxAbs / static_cast<float>(maxStored),
                  std::numeric_limits<float>::min());
}

QuantParams quantc::chooseParams(float min, float max, const Storage &storage) {
  if (storage.isSymmetric)
    return {chooseSymmetricScale(std::max(-min, max), storage.bounds.hi), 0};
  return chooseAsymmetric(min, max, storage.bounds);
}

int32_t quantc::quantize(float x, QuantParams params, StorageBounds bounds) {
  auto lo = static_cast<float>(bounds.lo - params.zeroPoint);
  auto hi = static_cast<float>(bounds.hi - params.zeroPoint);
  float scaled = x / params.scale;
  float clamped = scaled > lo ? scaled : lo; // NaN gives lo
  clamped = clamped < hi ? clamped : hi;
  return static_cast<int32_t>(roundEven(clamped)) + params.zeroPoint;
}

float quantc::dequantize(int32_t stored, QuantParams params) {
  return static_cast<float>(stored - params.zeroPoint) * params.scale;
}

float quantc::requantizeMultiplier(float activationScale, float weightScale,
                                   float outputScale) {
  float product = activationScale * weightScale;
  return product / outputScale;
}

float quantc::averageMultiplier(float inputScale, float outputScale,
                                int64_t count) {
  return inputScale / (outputScale * static_cast<float>(count));
}

std::optional<int32_t> quantc::quantizeBias(float bias, float activationScale,
                                            float weightScale) {
  float scale = activationScale * weightScale;
  double rounded = roundEven(bias / scale);
  if (!(rounded >= std::numeric_limits<int32_t>::min() &&
        rounded <= std::numeric_limits<int32_t>::max()))
    return std::nullopt; // also NaN
  return static_cast<int32_t>(rounded);
}
