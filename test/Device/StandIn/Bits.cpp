//===- Bits.cpp - Logic, shifts and fields --------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, sections 9.7.1 (fields), 9.7.8 (logic and shifts), 9.7.9 (prmt).
//
//===----------------------------------------------------------------------===//

#include "Apply.h"

#include <algorithm>

using namespace standin;

namespace {

struct And {
  template <typename T> T operator()(T a, T b) { return a & b; }
};
struct Or {
  template <typename T> T operator()(T a, T b) { return a | b; }
};
struct Xor {
  template <typename T> T operator()(T a, T b) { return a ^ b; }
};
struct Not {
  template <typename T> T operator()(T a) { return static_cast<T>(~a); }
};
struct LogicalNot {
  template <typename T> T operator()(T a) { return a == 0; }
};

/// By more than the width all bits go.
struct ShiftLeft {
  template <typename T> T operator()(T a, uint32_t by) {
    return by >= 8 * sizeof(T) ? T{0} : static_cast<T>(wide(a) << by);
  }
};
struct ShiftRight {
  template <typename T> T operator()(T a, uint32_t by) {
    constexpr uint32_t kLast = 8 * sizeof(T) - 1;
    if (by > kLast)
      return std::is_signed_v<T> ? static_cast<T>(a >> kLast) : T{0};
    return static_cast<T>(a >> by);
  }
};

template <bool isLeft, bool isClamped> struct FunnelShift {
  uint32_t operator()(uint32_t low, uint32_t high, uint32_t by) {
    by = isClamped ? std::min(by, 32u) : by & 31;
    uint64_t both = uint64_t{high} << 32 | low;
    return isLeft ? static_cast<uint32_t>((both << by) >> 32)
                  : static_cast<uint32_t>(both >> by);
  }
};

struct CountOnes {
  template <typename T> uint32_t operator()(T a) {
    return __builtin_popcountll(a);
  }
};
struct CountLeadingZeros {
  template <typename T> uint32_t operator()(T a) {
    constexpr uint32_t kBits = 8 * sizeof(T);
    return a == 0 ? kBits : __builtin_clzll(a) - (64 - kBits);
  }
};
struct Reverse {
  template <typename T> T operator()(T a) {
    T result = 0;
    for (unsigned bit = 0; bit < 8 * sizeof(T); ++bit)
      result |= (a >> bit & 1) << (8 * sizeof(T) - 1 - bit);
    return result;
  }
};
/// The most significant bit that is not the sign; all ones where there is none.
template <bool isShift> struct FindBit {
  template <typename T> uint32_t operator()(T a) {
    constexpr uint32_t kLast = 8 * sizeof(T) - 1;
    using U = std::make_unsigned_t<T>;
    U bits = static_cast<U>(a);
    if (std::is_signed_v<T> && a < 0)
      bits = ~bits;
    if (bits == 0)
      return ~0u;
    uint32_t place = 63 - __builtin_clzll(bits);
    return isShift ? kLast - place : place;
  }
};

/// Bits beyond the most significant one are copies of it where it is a sign.
struct ExtractField {
  template <typename T> T operator()(T a, uint32_t start, uint32_t count) {
    constexpr uint32_t kLast = 8 * sizeof(T) - 1;
    start &= 0xff;
    count &= 0xff;
    bool sign = false;
    if (std::is_signed_v<T> && count > 0)
      sign = wide(a) >> std::min(start + count - 1, kLast) & 1;
    uint64_t result = sign ? ~uint64_t{0} : 0;
    for (uint32_t bit = 0; bit <= kLast && bit < count; ++bit) {
      bool value = start + bit <= kLast ? wide(a) >> (start + bit) & 1 : sign;
      result = (result & ~(uint64_t{1} << bit)) | uint64_t{value} << bit;
    }
    return static_cast<T>(result);
  }
};
struct InsertField {
  template <typename T> T operator()(T a, T b, uint32_t start, uint32_t count) {
    constexpr uint32_t kLast = 8 * sizeof(T) - 1;
    start &= 0xff;
    count &= 0xff;
    for (uint32_t bit = 0; bit < count && start + bit <= kLast; ++bit) {
      T mask = static_cast<T>(T{1} << (start + bit));
      b = (b & ~mask) | (bit <= kLast && (a >> bit & 1) ? mask : T{0});
    }
    return b;
  }
};

enum class PermuteMode {
  Any,
  Forward4,
  Backward4,
  Replicate8,
  EdgeLeft,
  EdgeRight,
  Replicate16
};

/// Which of the eight bytes goes to place `byte`, plus 8 for its sign.
unsigned selectByte(PermuteMode mode, uint32_t control, unsigned byte) {
  unsigned start = control & 3;
  switch (mode) {
  case PermuteMode::Any:
    return control >> 4 * byte & 15;
  case PermuteMode::Forward4:
    return start + byte;
  case PermuteMode::Backward4:
    return (start - byte) & 7;
  case PermuteMode::Replicate8:
    return start;
  case PermuteMode::EdgeLeft:
    return std::max(start, byte);
  case PermuteMode::EdgeRight:
    return std::min(start, byte);
  case PermuteMode::Replicate16:
    return (control & 1) * 2 + byte % 2;
  }
  return 0;
}

template <PermuteMode mode> struct Permute {
  uint32_t operator()(uint32_t a, uint32_t b, uint32_t control) {
    uint64_t both = uint64_t{b} << 32 | a;
    uint32_t result = 0;
    for (unsigned byte = 0; byte < 4; ++byte) {
      unsigned selected = selectByte(mode, control, byte);
      auto value = static_cast<uint8_t>(both >> 8 * (selected & 7));
      if (selected & 8)
        value = value & 0x80 ? 0xff : 0;
      result |= uint32_t{value} << 8 * byte;
    }
    return result;
  }
};

/// A truth table of three bits.
void executeLookup3(Warp &warp, const Instruction &instruction,
                    uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *a = warp.in(instruction, 1), *b = warp.in(instruction, 2),
                 *c = warp.in(instruction, 3);
  uint64_t table = instruction.immediate;
  forLanes(lanes, [&](unsigned lane) {
    uint64_t value = 0;
    for (unsigned row = 0; row < 8; ++row)
      if (table >> row & 1)
        value |= (row & 4 ? a[lane] : ~a[lane]) &
                 (row & 2 ? b[lane] : ~b[lane]) &
                 (row & 1 ? c[lane] : ~c[lane]);
    result[lane] = static_cast<uint32_t>(value);
  });
}

/// and, or, xor and not of predicates.
template <typename F, bool isUnary>
void executePredicates(Warp &warp, const Instruction &instruction,
                       uint32_t lanes) {
  uint32_t &result = warp.predicates[instruction.operands[0]];
  uint32_t a = warp.predicates[instruction.operands[1]];
  uint32_t value;
  if constexpr (isUnary)
    value = F()(a);
  else
    value = F()(a, warp.predicates[instruction.operands[2]]);
  result = (result & ~lanes) | (value & lanes);
}

template <typename F> void decodeLogic(Decoding &decoding) {
  const std::string &type = decoding.type();
  decoding.allow({type.c_str()});
  if (type == "pred") {
    for (size_t index = 0; index < 3; ++index)
      decoding.addPredicate(decoding.operand(index));
    decoding.instruction.execute = executePredicates<F, false>;
    return;
  }
  decoding.addSlots({0, 1, 2}, type);
  decoding.instruction.execute = applyBinary<F>(type);
}

template <typename F> void decodeNot(Decoding &decoding) {
  const std::string &type = decoding.type();
  decoding.allow({type.c_str()});
  if (type == "pred") {
    decoding.addPredicate(decoding.operand(0));
    decoding.addPredicate(decoding.operand(1));
    decoding.instruction.execute = executePredicates<Not, true>;
    return;
  }
  decoding.addSlots({0, 1}, type);
  decoding.instruction.execute = applyUnary<F>(type);
}

template <typename F> void decodeShift(Decoding &decoding) {
  const std::string &type = decoding.type();
  decoding.allow({type.c_str()});
  decoding.addSlots({0, 1}, type);
  decoding.addSlot(decoding.operand(2), "u32");
  decoding.instruction.execute =
      withInteger(type, [](auto tag) -> Instruction::Execute {
        using T = typename decltype(tag)::Type;
        return apply<F, T, T, uint32_t>;
      });
}

/// Those whose result has 32 bits.
template <typename F> void decodeCount(Decoding &decoding) {
  const std::string &type = decoding.type();
  decoding.addSlot(decoding.operand(0), "u32");
  decoding.addSlot(decoding.operand(1), type);
  decoding.instruction.execute =
      withInteger(type, [](auto tag) -> Instruction::Execute {
        using T = typename decltype(tag)::Type;
        return apply<F, uint32_t, T>;
      });
}

void decodeFunnelShift(Decoding &decoding) {
  decoding.allow({"l", "r", "wrap", "clamp", "b32"});
  decoding.addSlots({0, 1, 2, 3}, "b32");
  bool isLeft = decoding.has("l"), isClamped = decoding.has("clamp");
  using U = uint32_t;
  decoding.instruction.execute =
      isLeft ? (isClamped ? apply<FunnelShift<true, true>, U, U, U, U>
                          : apply<FunnelShift<true, false>, U, U, U, U>)
             : (isClamped ? apply<FunnelShift<false, true>, U, U, U, U>
                          : apply<FunnelShift<false, false>, U, U, U, U>);
}

void decodePermute(Decoding &decoding) {
  decoding.addSlots({0, 1, 2, 3}, "b32");
  using U = uint32_t;
  auto &execute = decoding.instruction.execute;
  if (decoding.has("f4e"))
    execute = apply<Permute<PermuteMode::Forward4>, U, U, U, U>;
  else if (decoding.has("b4e"))
    execute = apply<Permute<PermuteMode::Backward4>, U, U, U, U>;
  else if (decoding.has("rc8"))
    execute = apply<Permute<PermuteMode::Replicate8>, U, U, U, U>;
  else if (decoding.has("ecl"))
    execute = apply<Permute<PermuteMode::EdgeLeft>, U, U, U, U>;
  else if (decoding.has("ecr"))
    execute = apply<Permute<PermuteMode::EdgeRight>, U, U, U, U>;
  else if (decoding.has("rc16"))
    execute = apply<Permute<PermuteMode::Replicate16>, U, U, U, U>;
  else
    execute = apply<Permute<PermuteMode::Any>, U, U, U, U>;
}

void decodeField(Decoding &decoding) {
  const std::string &type = decoding.type();
  decoding.allow({type.c_str()});
  bool isInsertion = decoding.name() == "bfi";
  decoding.addSlots({0, 1}, type);
  if (isInsertion)
    decoding.addSlot(decoding.operand(2), type);
  size_t next = isInsertion ? 3 : 2;
  decoding.addSlots({next, next + 1}, "u32");
  decoding.instruction.execute =
      isInsertion
          ? withInteger(
                type,
                [](auto tag) -> Instruction::Execute {
                  using T = std::make_unsigned_t<typename decltype(tag)::Type>;
                  return apply<InsertField, T, T, T, uint32_t, uint32_t>;
                })
          : withInteger(type, [](auto tag) -> Instruction::Execute {
              using T = typename decltype(tag)::Type;
              return apply<ExtractField, T, T, uint32_t, uint32_t>;
            });
}

} // namespace

bool standin::decodeBits(Decoding &decoding) {
  const std::string &name = decoding.name();
  if (name == "and")
    decodeLogic<And>(decoding);
  else if (name == "or")
    decodeLogic<Or>(decoding);
  else if (name == "xor")
    decodeLogic<Xor>(decoding);
  else if (name == "not")
    decodeNot<Not>(decoding);
  else if (name == "cnot")
    decodeNot<LogicalNot>(decoding);
  else if (name == "shl")
    decodeShift<ShiftLeft>(decoding);
  else if (name == "shr")
    decodeShift<ShiftRight>(decoding);
  else if (name == "shf")
    decodeFunnelShift(decoding);
  else if (name == "popc")
    decodeCount<CountOnes>(decoding);
  else if (name == "clz")
    decodeCount<CountLeadingZeros>(decoding);
  else if (name == "bfind" && decoding.has("shiftamt"))
    decodeCount<FindBit<true>>(decoding);
  else if (name == "bfind")
    decodeCount<FindBit<false>>(decoding);
  else if (name == "brev") {
    decoding.addSlots({0, 1}, decoding.type());
    decoding.instruction.execute = applyUnary<Reverse>(decoding.type());
  } else if (name == "prmt")
    decodePermute(decoding);
  else if (name == "bfe" || name == "bfi")
    decodeField(decoding);
  else if (name == "lop3") {
    decoding.allow({"b32"});
    decoding.addSlots({0, 1, 2, 3}, "b32");
    decoding.instruction.immediate = decoding.operand(4).value;
    decoding.instruction.execute = executeLookup3;
  } else {
    return false;
  }
  return true;
}
