//===- Quantization.h - Quantization arithmetic -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The scalar arithmetic of the numerics contract (docs/numerics.md): what the
// compiler computes on constants. Rounding is to the nearest, ties to even,
// everywhere.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_QUANTIZATION_H
#define QUANTC_SUPPORT_QUANTIZATION_H

#include <cstdint>
#include <optional>

namespace quantc {

/// Bounds, both inclusive, of stored integers.
struct StorageBounds {
  int32_t lo;
  int32_t hi;
};

/// How real numbers are stored: within these bounds and, where it is symmetric,
/// with the zero point 0.
struct Storage {
  StorageBounds bounds;
  bool isSymmetric = false;
};

/// real = scale * (stored - zeroPoint)
struct QuantParams {
  float scale;
  int32_t zeroPoint;
};

/// The integer nearest to `x`, ties to even, independent of the rounding mode.
double roundEven(double x);

/// Scale and zero point that spread [min, max], which includes 0, over
/// `bounds`: scale = f32((max - min) / (hi - lo)), zero point =
/// roundeven(lo - min / scale), clamped, both in double.
/// Requires min <= 0 <= max and max - min >= 2^-100.
QuantParams chooseAsymmetric(float min, float max, StorageBounds bounds);

/// Scale that maps [-maxAbs, maxAbs] to -maxStored..maxStored with zero point
/// 0; 1 where maxAbs is 0, and never below the smallest normal number.
float chooseSymmetricScale(float maxAbs, int32_t maxStored);

/// Scale and zero point for [min, max], which includes 0: those of
/// chooseAsymmetric, or the symmetric scale of the end that is farther from 0.
QuantParams chooseParams(float min, float max, const Storage &storage);

/// roundeven(clamp(x / scale, lo - zp, hi - zp)) + zp in f32; NaN gives lo.
int32_t quantize(float x, QuantParams params, StorageBounds bounds);

/// f32(stored - zp) * scale
float dequantize(int32_t stored, QuantParams params);

/// f32(f32(activation * weight) / output): what an accumulator is multiplied
/// by on its way to the output's integers.
float requantizeMultiplier(float activationScale, float weightScale,
                           float outputScale);

/// f32(input / f32(output * count)): what a sum of `count` integers is
/// multiplied by to make their mean; with a count of 1, the sum.
float averageMultiplier(float inputScale, float outputScale, int64_t count);

/// roundeven(bias / f32(activation * weight)), or nothing where that does not
/// fit into i32.
std::optional<int32_t> quantizeBias(float bias, float activationScale,
                                    float weightScale);

} // namespace quantc

#endif // QUANTC_SUPPORT_QUANTIZATION_H
