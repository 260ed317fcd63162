//===- Float.cpp - Floating-point arithmetic ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, section 9.7.3: what IEEE 754 defines to the bit. Approximations are
// refused, and so is arithmetic that ptxas may contract.
//
//===----------------------------------------------------------------------===//

#include "Floats.h"

using namespace standin;

namespace {

struct Add {
  template <typename T> T operator()(T a, T b) { return a + b; }
};
struct Subtract {
  template <typename T> T operator()(T a, T b) { return a - b; }
};
struct Multiply {
  template <typename T> T operator()(T a, T b) { return a * b; }
};
struct Divide {
  template <typename T> T operator()(T a, T b) { return a / b; }
};
struct MultiplyAdd {
  template <typename T> T operator()(T a, T b, T c) {
    return std::fma(a, b, c);
  }
};
struct Reciprocal {
  template <typename T> T operator()(T a) { return 1 / a; }
};
struct SquareRoot {
  template <typename T> T operator()(T a) { return std::sqrt(a); }
};
/// The one that is no NaN; -0 is below +0.
template <bool isMaximum> struct Extreme {
  template <typename T> T operator()(T a, T b) {
    if (std::isnan(a))
      return b;
    if (std::isnan(b))
      return a;
    if (a == b)
      return std::signbit(a) == isMaximum ? b : a;
    return (a < b) == isMaximum ? b : a;
  }
};
/// NaN where one is.
template <bool isMaximum> struct ExtremeOrNaN {
  template <typename T> T operator()(T a, T b) {
    if (std::isnan(a) || std::isnan(b))
      return std::numeric_limits<T>::quiet_NaN();
    return Extreme<isMaximum>()(a, b);
  }
};

template <typename T> T finish(const Instruction &instruction, T value) {
  if (instruction.flush)
    value = flushed(value);
  return canonical(instruction.saturate ? saturated(value) : value);
}

template <typename T>
T argument(const Instruction &instruction, uint64_t bits) {
  T value = fromBits<T>(bits);
  return instruction.flush ? flushed(value) : value;
}

template <typename F, typename T, size_t... index>
void compute(Warp &warp, const Instruction &instruction, uint32_t lanes,
             std::index_sequence<index...>) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *arguments[] = {warp.in(instruction, 1 + index)...};
  RoundingScope scope(instruction.rounding);
  forLanes(lanes, [&](unsigned lane) {
    result[lane] = toBits<T>(finish<T>(
        instruction, F()(argument<T>(instruction, arguments[index][lane])...)));
  });
}

template <typename F, typename T, size_t count>
void execute(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  compute<F, T>(warp, instruction, lanes, std::make_index_sequence<count>());
}

/// neg, abs and copysign touch the sign alone; with .ftz they flush.
enum class Sign { Negated, Cleared, Copied };

template <typename T, Sign sign>
void executeSign(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  constexpr uint64_t kSign = uint64_t{1} << (8 * sizeof(T) - 1);
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *a = warp.in(instruction, 1);
  const uint64_t *b = warp.in(instruction, sign == Sign::Copied ? 2 : 1);
  forLanes(lanes, [&](unsigned lane) {
    uint64_t bits = toBits<T>(argument<T>(instruction, a[lane]));
    if (sign == Sign::Negated)
      bits ^= kSign;
    else if (sign == Sign::Cleared)
      bits &= ~kSign;
    else // the sign of the first goes to the second
      bits = (bits & kSign) | (toBits<T>(fromBits<T>(b[lane])) & ~kSign);
    result[lane] = bits;
  });
}

template <typename F, size_t count>
void choose(Decoding &decoding, const std::string &type) {
  for (size_t index = 0; index <= count; ++index)
    decoding.addSlot(decoding.operand(index), type);
  decoding.instruction.execute =
      type == "f32" ? execute<F, float, count> : execute<F, double, count>;
}

template <Sign sign>
void chooseSign(Decoding &decoding, const std::string &type) {
  decoding.addSlots({0, 1}, type);
  if (sign == Sign::Copied)
    decoding.addSlot(decoding.operand(2), type);
  decoding.instruction.execute =
      type == "f32" ? executeSign<float, sign> : executeSign<double, sign>;
}

} // namespace

bool standin::decodeFloat(Decoding &decoding) {
  const std::string &name = decoding.name();
  if (decoding.statement.modifiers.empty())
    return false;
  const std::string &type = decoding.type();
  if (type != "f32" && type != "f64")
    return false;
  bool isContractible = name == "add" || name == "sub" || name == "mul";
  bool isRounded = isContractible || name == "fma" || name == "mad" ||
                   name == "div" || name == "rcp" || name == "sqrt";
  bool hasRounding = readFloatModifiers(decoding);
  if (isRounded)
    decoding.allow({"rn", "rz", "rm", "rp", "ftz", "sat", "f32", "f64"});
  if (isContractible && !hasRounding)
    decoding.fail("'" + name + "." + type +
                  "' may be contracted: expected a rounding such as .rn");
  if (isRounded && !hasRounding)
    decoding.failUnknown();
  if (name == "add")
    choose<Add, 2>(decoding, type);
  else if (name == "sub")
    choose<Subtract, 2>(decoding, type);
  else if (name == "mul")
    choose<Multiply, 2>(decoding, type);
  else if (name == "div")
    choose<Divide, 2>(decoding, type);
  else if (name == "fma" || name == "mad")
    choose<MultiplyAdd, 3>(decoding, type);
  else if (name == "rcp")
    choose<Reciprocal, 1>(decoding, type);
  else if (name == "sqrt")
    choose<SquareRoot, 1>(decoding, type);
  else if (name == "min" && decoding.has("NaN"))
    choose<ExtremeOrNaN<false>, 2>(decoding, type);
  else if (name == "max" && decoding.has("NaN"))
    choose<ExtremeOrNaN<true>, 2>(decoding, type);
  else if (name == "min")
    choose<Extreme<false>, 2>(decoding, type);
  else if (name == "max")
    choose<Extreme<true>, 2>(decoding, type);
  else if (name == "neg")
    chooseSign<Sign::Negated>(decoding, type);
  else if (name == "abs")
    chooseSign<Sign::Cleared>(decoding, type);
  else if (name == "copysign")
    chooseSign<Sign::Copied>(decoding, type);
  else
    return false;
  return true;
}
