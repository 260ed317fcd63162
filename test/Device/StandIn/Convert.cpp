//===- Convert.cpp - Conversions between types ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, sections 9.7.9.21 (cvt) and 9.7.9.22 (cvt.pack).
//
//===----------------------------------------------------------------------===//

#include "Apply.h"
#include "Floats.h"

#include <algorithm>
#include <limits>

using namespace standin;

namespace {

/// To an integral value, by the rounding that is set.
template <typename T> T toIntegral(T value) { return std::nearbyint(value); }

template <typename R, typename T>
void fromInteger(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *a = warp.in(instruction, 1);
  if constexpr (std::is_floating_point_v<R>) {
    RoundingScope scope(instruction.rounding);
    forLanes(lanes, [&](unsigned lane) {
      auto value = static_cast<R>(fromBits<T>(a[lane]));
      result[lane] = toBits(instruction.saturate ? saturated(value) : value);
    });
  } else {
    forLanes(lanes, [&](unsigned lane) {
      __int128_t value = fromBits<T>(a[lane]);
      if (instruction.saturate)
        value = std::clamp<__int128_t>(value, std::numeric_limits<R>::min(),
                                       std::numeric_limits<R>::max());
      // The register may be wider than the type.
      result[lane] = wide(static_cast<R>(value));
    });
  }
}

/// Out of range is the nearest, NaN 0; of or to 64 bits it is the highest bit.
template <typename R, typename T> R toInteger(T value) {
  if (std::isnan(value))
    return sizeof(R) == 8 || sizeof(T) == 8
               ? static_cast<R>(uint64_t{1} << (8 * sizeof(R) - 1))
               : R{0};
  T rounded = toIntegral(value);
  // 2^bits, which T has, is behind the largest.
  constexpr int kBits =
      static_cast<int>(8 * sizeof(R)) - (std::is_signed_v<R> ? 1 : 0);
  if (rounded >= std::ldexp(T{1}, kBits))
    return std::numeric_limits<R>::max();
  if (rounded < static_cast<T>(std::numeric_limits<R>::min()))
    return std::numeric_limits<R>::min();
  return static_cast<R>(rounded);
}

template <typename R, typename T>
void fromFloat(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *a = warp.in(instruction, 1);
  RoundingScope scope(instruction.rounding);
  forLanes(lanes, [&](unsigned lane) {
    T value = fromBits<T>(a[lane]);
    if (instruction.flush)
      value = flushed(value);
    if constexpr (std::is_floating_point_v<R>) {
      // `immediate`: to an integral value, in the same type.
      R converted = instruction.immediate ? static_cast<R>(toIntegral(value))
                                          : static_cast<R>(value);
      if (instruction.flush)
        converted = flushed(converted);
      if (instruction.saturate)
        converted = saturated(converted);
      result[lane] = toBits(canonical(converted));
    } else {
      result[lane] = wide(toInteger<R>(value));
    }
  });
}

template <typename R>
Instruction::Execute chooseSource(const std::string &type) {
  if (type == "f32")
    return fromFloat<R, float>;
  if (type == "f64")
    return fromFloat<R, double>;
  return withInteger(type, [](auto tag) -> Instruction::Execute {
    return fromInteger<R, typename decltype(tag)::Type>;
  });
}

/// IEEE binary16 as f32 and back, by nearest even or to zero.
float fromHalf(uint16_t half) {
  int exponent = half >> 10 & 31;
  int fraction = half & 1023;
  float magnitude = exponent == 31
                        ? (fraction ? std::numeric_limits<float>::quiet_NaN()
                                    : std::numeric_limits<float>::infinity())
                    : exponent ? std::ldexp(1024.0f + fraction, exponent - 25)
                               : std::ldexp(static_cast<float>(fraction), -24);
  return canonical(half & 0x8000 ? -magnitude : magnitude);
}
uint16_t toHalf(float value) {
  constexpr uint16_t kNaN = 0x7fff, kInfinity = 0x7c00, kLargest = 0x7bff;
  if (std::isnan(value))
    return kNaN;
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  float magnitude = std::fabs(value);
  int exponent;
  std::frexp(magnitude, &exponent);
  // Units of the last place, of subnormals at least 2^-24.
  int unit = std::max(exponent - 11, -24);
  float scaled = std::nearbyint(std::ldexp(magnitude, -unit));
  float rounded = std::ldexp(scaled, unit);
  if (rounded >= 65536.0f)
    return sign | (std::fegetround() == FE_TOWARDZERO && !std::isinf(value)
                       ? kLargest
                       : kInfinity);
  if (rounded < std::ldexp(1.0f, -14))
    return sign | static_cast<uint16_t>(std::ldexp(rounded, 24));
  std::frexp(rounded, &exponent);
  auto fraction = static_cast<uint16_t>(std::ldexp(rounded, 11 - exponent));
  return sign | static_cast<uint16_t>((exponent + 14) << 10) |
         (fraction & 1023);
}

void executeFromHalf(Warp &warp, const Instruction &instruction,
                     uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *a = warp.in(instruction, 1);
  forLanes(lanes, [&](unsigned lane) {
    result[lane] = toBits(fromHalf(static_cast<uint16_t>(a[lane])));
  });
}
void executeToHalf(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *a = warp.in(instruction, 1);
  RoundingScope scope(instruction.rounding);
  forLanes(lanes, [&](unsigned lane) {
    result[lane] = toHalf(fromBits<float>(a[lane]));
  });
}

/// Operands: d, a, b, c. b is the lowest, then a, then the low bits of c.
template <typename R>
void executePack(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *a = warp.in(instruction, 1), *b = warp.in(instruction, 2),
                 *c = warp.in(instruction, 3);
  auto saturate = [](uint64_t bits) {
    int32_t value = std::clamp<int32_t>(fromBits<int32_t>(bits),
                                        std::numeric_limits<R>::min(),
                                        std::numeric_limits<R>::max());
    return static_cast<std::make_unsigned_t<R>>(value);
  };
  constexpr unsigned kBits = 8 * sizeof(R);
  forLanes(lanes, [&](unsigned lane) {
    uint64_t packed = uint64_t{saturate(a[lane])} << kBits | saturate(b[lane]);
    result[lane] = static_cast<uint32_t>(c[lane] << 2 * kBits | packed);
  });
}

void decodePack(Decoding &decoding) {
  decoding.allow({"pack", "sat", "s8", "u8", "s16", "u16", "s32", "b32"});
  bool hasRest = decoding.operandCount() > 3;
  const std::string &from = decoding.typeBefore(hasRest ? 1 : 0);
  const std::string &to = decoding.typeBefore(hasRest ? 2 : 1);
  if (from != "s32")
    decoding.failUnknown();
  decoding.addSlots({0, 1, 2}, "b32");
  if (hasRest)
    decoding.addSlot(decoding.operand(3), "b32");
  else
    decoding.addConstant(0);
  auto &execute = decoding.instruction.execute;
  if (to == "s8")
    execute = executePack<int8_t>;
  else if (to == "u8")
    execute = executePack<uint8_t>;
  else if (to == "s16")
    execute = executePack<int16_t>;
  else if (to == "u16")
    execute = executePack<uint16_t>;
}

bool isFloat(const std::string &type) { return type[0] == 'f'; }

void decodeCvt(Decoding &decoding) {
  const std::string &from = decoding.type(), &to = decoding.typeBefore(1);
  Instruction &instruction = decoding.instruction;
  bool isRounded = readFloatModifiers(decoding);
  constexpr const char *kIntegral[] = {"rni", "rzi", "rmi", "rpi"};
  bool isIntegral = false;
  for (int rounding = 0; rounding < 4; ++rounding)
    if (decoding.has(kIntegral[rounding])) {
      instruction.rounding = static_cast<Rounding>(rounding);
      isIntegral = true;
    }
  instruction.immediate = isIntegral;
  decoding.allow({"rn", "rz", "rm", "rp", "rni", "rzi", "rmi", "rpi", "ftz",
                  "sat", to.c_str(), from.c_str()});
  // Where the ISA asks for a rounding there must be one.
  bool isNarrowing = isFloat(to) && (!isFloat(from) ||
                                     sizeOfType(from, 0) > sizeOfType(to, 0));
  if ((isNarrowing && !isRounded) ||
      (!isFloat(to) && isFloat(from) && !isIntegral))
    decoding.fail("'cvt' expects a rounding");
  decoding.addSlot(decoding.operand(0), to);
  decoding.addSlot(decoding.operand(1), from);
  if (to == "f32" && from == "f16")
    instruction.execute = executeFromHalf;
  else if (to == "f16" && from == "f32")
    instruction.execute = executeToHalf;
  else if (to == "f32")
    instruction.execute = chooseSource<float>(from);
  else if (to == "f64")
    instruction.execute = chooseSource<double>(from);
  else
    instruction.execute =
        withInteger(to, [&](auto tag) -> Instruction::Execute {
          return chooseSource<typename decltype(tag)::Type>(from);
        });
}

} // namespace

bool standin::decodeConvert(Decoding &decoding) {
  if (decoding.name() != "cvt")
    return false;
  if (decoding.has("pack"))
    decodePack(decoding);
  else
    decodeCvt(decoding);
  return true;
}
