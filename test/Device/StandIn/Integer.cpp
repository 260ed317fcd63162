//===- Integer.cpp - Integer arithmetic -----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, section 9.7.1 (and those of dp4a, dp2a).
//
//===----------------------------------------------------------------------===//

#include "Apply.h"

#include <algorithm>
#include <limits>

using namespace standin;

namespace {

struct Add {
  template <typename T> T operator()(T a, T b) {
    return static_cast<T>(wide(a) + wide(b));
  }
};
struct Subtract {
  template <typename T> T operator()(T a, T b) {
    return static_cast<T>(wide(a) - wide(b));
  }
};
struct MultiplyLow {
  template <typename T> T operator()(T a, T b) {
    return static_cast<T>(wide(a) * wide(b));
  }
};
struct MultiplyAddLow {
  template <typename T> T operator()(T a, T b, T c) {
    return static_cast<T>(wide(a) * wide(b) + wide(c));
  }
};

template <typename W> struct MultiplyWide {
  template <typename T> W operator()(T a, T b) {
    return static_cast<W>(wide(static_cast<W>(a)) * wide(static_cast<W>(b)));
  }
};
template <typename W> struct MultiplyAddWide {
  template <typename T> W operator()(T a, T b, W c) {
    return Add()(MultiplyWide<W>()(a, b), c);
  }
};

template <typename T> T multiplyHigh(T a, T b) {
  using Product =
      std::conditional_t<std::is_signed_v<T>, __int128_t, __uint128_t>;
  return static_cast<T>((static_cast<Product>(a) * static_cast<Product>(b)) >>
                        (8 * sizeof(T)));
}
struct MultiplyHigh {
  template <typename T> T operator()(T a, T b) { return multiplyHigh(a, b); }
};
struct MultiplyAddHigh {
  template <typename T> T operator()(T a, T b, T c) {
    return Add()(multiplyHigh(a, b), c);
  }
};

struct SaturatingAdd {
  int32_t operator()(int32_t a, int32_t b) {
    int64_t sum = static_cast<int64_t>(a) + b;
    return static_cast<int32_t>(
        std::clamp<int64_t>(sum, std::numeric_limits<int32_t>::min(),
                            std::numeric_limits<int32_t>::max()));
  }
};
struct SaturatingSubtract {
  int32_t operator()(int32_t a, int32_t b) {
    int64_t sum = static_cast<int64_t>(a) - b;
    return static_cast<int32_t>(
        std::clamp<int64_t>(sum, std::numeric_limits<int32_t>::min(),
                            std::numeric_limits<int32_t>::max()));
  }
};

/// By zero the result is of the machine: all bits set, as GPUs do it.
struct Divide {
  template <typename T> T operator()(T a, T b) {
    if (b == 0)
      return static_cast<T>(-1);
    if (std::is_signed_v<T> && b == static_cast<T>(-1))
      return static_cast<T>(-wide(a));
    return static_cast<T>(a / b);
  }
};
struct Remainder {
  template <typename T> T operator()(T a, T b) {
    if (b == 0)
      return a;
    if (std::is_signed_v<T> && b == static_cast<T>(-1))
      return 0;
    return static_cast<T>(a % b);
  }
};
struct Absolute {
  template <typename T> T operator()(T a) {
    return a < 0 ? static_cast<T>(-wide(a)) : a;
  }
};
struct Negate {
  template <typename T> T operator()(T a) { return static_cast<T>(-wide(a)); }
};
struct Minimum {
  template <typename T> T operator()(T a, T b) { return std::min(a, b); }
};
struct Maximum {
  template <typename T> T operator()(T a, T b) { return std::max(a, b); }
};
struct SumOfDifferences {
  template <typename T> T operator()(T a, T b, T c) {
    return static_cast<T>(wide(c) +
                          (a < b ? wide(b) - wide(a) : wide(a) - wide(b)));
  }
};

/// Of two halves of 32 bits.
template <typename F, typename T> struct Halves {
  uint32_t operator()(uint32_t a, uint32_t b) {
    auto low = static_cast<uint16_t>(F()(static_cast<T>(a), static_cast<T>(b)));
    auto high = static_cast<uint16_t>(
        F()(static_cast<T>(a >> 16), static_cast<T>(b >> 16)));
    return uint32_t{high} << 16 | low;
  }
};

template <typename A, typename B> struct DotProduct4 {
  uint32_t operator()(uint32_t a, uint32_t b, uint32_t c) {
    for (unsigned byte = 0; byte < 4; ++byte)
      c += static_cast<uint32_t>(
          static_cast<int32_t>(static_cast<A>(a >> 8 * byte)) *
          static_cast<int32_t>(static_cast<B>(b >> 8 * byte)));
    return c;
  }
};
template <typename A, typename B, bool isHigh> struct DotProduct2 {
  uint32_t operator()(uint32_t a, uint32_t b, uint32_t c) {
    for (unsigned half = 0; half < 2; ++half)
      c += static_cast<uint32_t>(static_cast<A>(a >> 16 * half)) *
           static_cast<uint32_t>(static_cast<B>(b >> 8 * (half + 2 * isHigh)));
    return c;
  }
};

template <template <typename, typename> class F, typename A8, typename A8S,
          typename B8, typename B8S>
Instruction::Execute chooseSigns(bool isASigned, bool isBSigned) {
  using U = uint32_t;
  if (isASigned)
    return isBSigned ? apply<F<A8S, B8S>, U, U, U, U>
                     : apply<F<A8S, B8>, U, U, U, U>;
  return isBSigned ? apply<F<A8, B8S>, U, U, U, U>
                   : apply<F<A8, B8>, U, U, U, U>;
}
template <typename A, typename B>
using LowDotProduct = DotProduct2<A, B, false>;
template <typename A, typename B>
using HighDotProduct = DotProduct2<A, B, true>;

void decodeDotProduct(Decoding &decoding) {
  bool isASigned = decoding.typeBefore(1) == "s32";
  bool isBSigned = decoding.type() == "s32";
  decoding.allow({"lo", "hi", "s32", "u32"});
  decoding.addSlots({0, 1, 2, 3}, "b32");
  auto &execute = decoding.instruction.execute;
  if (decoding.name() == "dp4a")
    execute = chooseSigns<DotProduct4, uint8_t, int8_t, uint8_t, int8_t>(
        isASigned, isBSigned);
  else if (decoding.has("lo"))
    execute = chooseSigns<LowDotProduct, uint16_t, int16_t, uint8_t, int8_t>(
        isASigned, isBSigned);
  else
    execute = chooseSigns<HighDotProduct, uint16_t, int16_t, uint8_t, int8_t>(
        isASigned, isBSigned);
}

template <template <typename> class F, bool isAdding, typename T, typename W>
constexpr Instruction::Execute applyWide() {
  if constexpr (isAdding)
    return apply<F<W>, W, T, T, W>;
  else
    return apply<F<W>, W, T, T>;
}

template <template <typename> class F, bool isAdding>
Instruction::Execute chooseWide(const std::string &type) {
  if (type == "u16")
    return applyWide<F, isAdding, uint16_t, uint32_t>();
  if (type == "s16")
    return applyWide<F, isAdding, int16_t, int32_t>();
  if (type == "u32")
    return applyWide<F, isAdding, uint32_t, uint64_t>();
  if (type == "s32")
    return applyWide<F, isAdding, int32_t, int64_t>();
  return nullptr;
}

/// mul and mad: lo, hi and wide, whose result has twice the bits.
void decodeMultiply(Decoding &decoding) {
  const std::string &type = decoding.type();
  bool isAdding = decoding.name() == "mad";
  decoding.allow({"lo", "hi", "wide", type.c_str()});
  auto &execute = decoding.instruction.execute;
  if (decoding.has("wide")) {
    std::string wideType =
        type.substr(0, 1) + std::to_string(16 * sizeOfType(type, 0));
    decoding.addSlot(decoding.operand(0), wideType);
    decoding.addSlots({1, 2}, type);
    if (isAdding)
      decoding.addSlot(decoding.operand(3), wideType);
    execute = isAdding ? chooseWide<MultiplyAddWide, true>(type)
                       : chooseWide<MultiplyWide, false>(type);
    return;
  }
  decoding.addSlots({0, 1, 2}, type);
  if (isAdding)
    decoding.addSlot(decoding.operand(3), type);
  if (decoding.has("hi"))
    execute = isAdding ? applyTernary<MultiplyAddHigh>(type)
                       : applyBinary<MultiplyHigh>(type);
  else
    execute = isAdding ? applyTernary<MultiplyAddLow>(type)
                       : applyBinary<MultiplyLow>(type);
}

template <typename F> Instruction::Execute applyHalves(bool isSigned) {
  using U = uint32_t;
  return isSigned ? apply<Halves<F, int16_t>, U, U, U>
                  : apply<Halves<F, uint16_t>, U, U, U>;
}

bool isInteger(const std::string &type) {
  return type[0] == 'u' || type[0] == 's';
}

/// add, sub, min and max of pairs of 16 bits.
template <typename F> void decodeBinary(Decoding &decoding) {
  const std::string &type = decoding.type();
  decoding.allow({type.c_str()});
  if (type == "u16x2" || type == "s16x2") {
    decoding.addSlots({0, 1, 2}, "b32");
    decoding.instruction.execute = applyHalves<F>(type == "s16x2");
    return;
  }
  decoding.addSlots({0, 1, 2}, type);
  decoding.instruction.execute = applyBinary<F>(type);
}

template <typename F> void decodeUnary(Decoding &decoding) {
  decoding.allow({decoding.type().c_str()});
  decoding.addSlots({0, 1}, decoding.type());
  decoding.instruction.execute = applyUnary<F>(decoding.type());
}

void decodeSaturating(Decoding &decoding) {
  decoding.allow({"sat", "s32"});
  decoding.addSlots({0, 1, 2}, "s32");
  decoding.instruction.execute =
      decoding.name() == "add"
          ? apply<SaturatingAdd, int32_t, int32_t, int32_t>
          : apply<SaturatingSubtract, int32_t, int32_t, int32_t>;
}

} // namespace

bool standin::decodeInteger(Decoding &decoding) {
  const std::string &name = decoding.name();
  if (name == "dp4a" || name == "dp2a") {
    decodeDotProduct(decoding);
    return true;
  }
  if (decoding.statement.modifiers.empty() || !isInteger(decoding.type()))
    return false;
  if (name == "mul" || name == "mad")
    decodeMultiply(decoding);
  else if (decoding.has("sat") && (name == "add" || name == "sub"))
    decodeSaturating(decoding);
  else if (name == "add")
    decodeBinary<Add>(decoding);
  else if (name == "sub")
    decodeBinary<Subtract>(decoding);
  else if (name == "div")
    decodeBinary<Divide>(decoding);
  else if (name == "rem")
    decodeBinary<Remainder>(decoding);
  else if (name == "min")
    decodeBinary<Minimum>(decoding);
  else if (name == "max")
    decodeBinary<Maximum>(decoding);
  else if (name == "abs")
    decodeUnary<Absolute>(decoding);
  else if (name == "neg")
    decodeUnary<Negate>(decoding);
  else if (name == "sad") {
    decoding.allow({decoding.type().c_str()});
    decoding.addSlots({0, 1, 2, 3}, decoding.type());
    decoding.instruction.execute =
        applyTernary<SumOfDifferences>(decoding.type());
  } else {
    return false;
  }
  return true;
}
