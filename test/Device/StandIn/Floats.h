//===- Floats.h - Rounding, subnormals and NaNs ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_FLOATS_H
#define QUANTC_TEST_DEVICE_STANDIN_FLOATS_H

#include "Decode.h"
#include "Warp.h"

#include <cfenv>
#include <cmath>

namespace standin {

/// The processor rounds as an instruction says, as long as it lives. What
/// computes under it is compiled with -frounding-math.
class RoundingScope {
public:
  explicit RoundingScope(Rounding rounding) : saved(std::fegetround()) {
    constexpr int kModes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD,
                              FE_UPWARD};
    if (kModes[static_cast<int>(rounding)] != saved)
      std::fesetround(kModes[static_cast<int>(rounding)]);
  }
  ~RoundingScope() { std::fesetround(saved); }
  RoundingScope(const RoundingScope &) = delete;
  RoundingScope &operator=(const RoundingScope &) = delete;

private:
  int saved;
};

/// With .ftz subnormal f32 is a zero of its sign.
inline float flushed(float value) {
  return std::fpclassify(value) == FP_SUBNORMAL ? std::copysign(0.0f, value)
                                                : value;
}
inline double flushed(double value) { return value; }

/// The NaN that f32 instructions make; f64 keeps what it gets.
inline float canonical(float value) {
  constexpr uint32_t kNaN = 0x7fffffff;
  return std::isnan(value) ? fromBits<float>(kNaN) : value;
}
inline double canonical(double value) { return value; }

/// .sat: into [0, 1], NaN to 0.
template <typename T> T saturated(T value) {
  if (!(value > 0))
    return 0;
  return value > 1 ? T{1} : value;
}

/// Sets what .rn, .ftz and .sat say; whether there was a rounding.
inline bool readFloatModifiers(Decoding &decoding) {
  Instruction &instruction = decoding.instruction;
  instruction.flush = decoding.has("ftz");
  instruction.saturate = decoding.has("sat");
  constexpr const char *kNames[] = {"rn", "rz", "rm", "rp"};
  for (int rounding = 0; rounding < 4; ++rounding)
    if (decoding.has(kNames[rounding])) {
      instruction.rounding = static_cast<Rounding>(rounding);
      return true;
    }
  return false;
}

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_FLOATS_H
