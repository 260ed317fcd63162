//===- Compare.cpp - Comparisons and selections ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, section 9.7.6.
//
//===----------------------------------------------------------------------===//

#include "Apply.h"
#include "Floats.h"

using namespace standin;

namespace {

enum class Compare : uint8_t {
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  Equ, // true also where one is a NaN
  Neu,
  Ltu,
  Leu,
  Gtu,
  Geu,
  Num,
  Nan,
};

struct CompareName {
  const char *name;
  Compare compare;
};
constexpr CompareName kCompares[] = {
    {"eq", Compare::Eq},   {"ne", Compare::Ne},   {"lt", Compare::Lt},
    {"le", Compare::Le},   {"gt", Compare::Gt},   {"ge", Compare::Ge},
    {"lo", Compare::Lt},   {"ls", Compare::Le},   {"hi", Compare::Gt},
    {"hs", Compare::Ge},   {"equ", Compare::Equ}, {"neu", Compare::Neu},
    {"ltu", Compare::Ltu}, {"leu", Compare::Leu}, {"gtu", Compare::Gtu},
    {"geu", Compare::Geu}, {"num", Compare::Num}, {"nan", Compare::Nan}};

template <typename T> bool holds(Compare compare, T a, T b) {
  bool isUnordered = a != a || b != b;
  switch (compare) {
  case Compare::Eq:
    return a == b;
  case Compare::Ne:
    return !isUnordered && a != b;
  case Compare::Lt:
    return a < b;
  case Compare::Le:
    return a <= b;
  case Compare::Gt:
    return a > b;
  case Compare::Ge:
    return a >= b;
  case Compare::Equ:
    return isUnordered || a == b;
  case Compare::Neu:
    return isUnordered || a != b;
  case Compare::Ltu:
    return isUnordered || a < b;
  case Compare::Leu:
    return isUnordered || a <= b;
  case Compare::Gtu:
    return isUnordered || a > b;
  case Compare::Geu:
    return isUnordered || a >= b;
  case Compare::Num:
    return !isUnordered;
  case Compare::Nan:
    return isUnordered;
  }
  return false;
}

enum Combination : uint64_t { kNone, kAnd, kOr, kXor };

uint32_t combine(uint64_t combination, uint32_t a, uint32_t b) {
  switch (combination) {
  case kAnd:
    return a & b;
  case kOr:
    return a | b;
  case kXor:
    return a ^ b;
  default:
    return a;
  }
}

template <typename T>
T operandValue(const Instruction &instruction, uint64_t bits) {
  T value = fromBits<T>(bits);
  if constexpr (std::is_floating_point_v<T>)
    return instruction.flush ? flushed(value) : value;
  return value;
}

template <typename T>
uint32_t compareLanes(Warp &warp, const Instruction &instruction,
                      uint32_t lanes, unsigned first) {
  const uint64_t *a = warp.in(instruction, first);
  const uint64_t *b = warp.in(instruction, first + 1);
  auto compare = static_cast<Compare>(instruction.width);
  uint32_t result = 0;
  forLanes(lanes, [&](unsigned lane) {
    bool isTrue = holds<T>(compare, operandValue<T>(instruction, a[lane]),
                           operandValue<T>(instruction, b[lane]));
    result |= uint32_t{isTrue} << lane;
  });
  return result;
}

/// Operands: p, q, a, b and the predicate to combine with.
template <typename T>
void executeSetp(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t result = compareLanes<T>(warp, instruction, lanes, 2);
  uint64_t combination = instruction.immediate;
  uint32_t other = 0;
  if (combination != kNone) {
    other = warp.predicates[instruction.operands[4]];
    if (instruction.saturate) // the predicate is negated
      other = ~other;
  }
  auto set = [&](unsigned operand, uint32_t value) {
    uint32_t &predicate = warp.predicates[instruction.operands[operand]];
    predicate = (predicate & ~lanes) | (value & lanes);
  };
  set(1, combine(combination, ~result, other));
  set(0, combine(combination, result, other));
}

/// set.cmp.dtype.type: all bits or 1.0.
template <typename T>
void executeSet(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t isTrue = compareLanes<T>(warp, instruction, lanes, 1);
  uint64_t *result = warp.out(instruction, 0);
  forLanes(lanes, [&](unsigned lane) {
    result[lane] = isTrue >> lane & 1 ? instruction.immediate : 0;
  });
}

void executeSelect(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *a = warp.in(instruction, 1), *b = warp.in(instruction, 2);
  uint32_t predicate = warp.predicates[instruction.operands[3]];
  forLanes(lanes, [&](unsigned lane) {
    result[lane] = predicate >> lane & 1 ? a[lane] : b[lane];
  });
}

template <template <typename> class E>
Instruction::Execute chooseType(const std::string &type) {
  if (type == "f32")
    return E<float>::execute;
  if (type == "f64")
    return E<double>::execute;
  return withInteger(type, [](auto tag) -> Instruction::Execute {
    return E<typename decltype(tag)::Type>::execute;
  });
}
template <typename T> struct Setp {
  static constexpr Instruction::Execute execute = executeSetp<T>;
};
template <typename T> struct Set {
  static constexpr Instruction::Execute execute = executeSet<T>;
};

void readCompare(Decoding &decoding) {
  decoding.instruction.flush = decoding.has("ftz");
  for (const CompareName &row : kCompares)
    if (decoding.statement.modifiers[0] == row.name) {
      decoding.instruction.width = static_cast<uint8_t>(row.compare);
      return;
    }
  decoding.failUnknown();
}

void decodeSetp(Decoding &decoding) {
  readCompare(decoding);
  Instruction &instruction = decoding.instruction;
  instruction.immediate = decoding.has("and")   ? kAnd
                          : decoding.has("or")  ? kOr
                          : decoding.has("xor") ? kXor
                                                : kNone;
  const Operand &result = decoding.operand(0);
  Operand sink{};
  sink.kind = Operand::Sink;
  bool isPair = result.kind == Operand::Pair;
  decoding.addPredicate(isPair ? result.parts[0] : result);
  decoding.addPredicate(isPair ? result.parts[1] : sink);
  decoding.addSlots({1, 2}, decoding.type());
  if (instruction.immediate != kNone) {
    decoding.addPredicate(decoding.operand(3));
    instruction.saturate = decoding.operand(3).isNegated;
  }
  instruction.execute = chooseType<Setp>(decoding.type());
}

void decodeSet(Decoding &decoding) {
  readCompare(decoding);
  const std::string &resultType = decoding.typeBefore(1);
  if (decoding.operandCount() != 3)
    decoding.failUnknown();
  decoding.addSlot(decoding.operand(0), resultType);
  decoding.addSlots({1, 2}, decoding.type());
  decoding.instruction.immediate =
      resultType == "f32" ? toBits(1.0f) : uint64_t{0xffffffff};
  decoding.instruction.execute = chooseType<Set>(decoding.type());
}

} // namespace

bool standin::decodeCompare(Decoding &decoding) {
  const std::string &name = decoding.name();
  if (name == "setp") {
    decodeSetp(decoding);
  } else if (name == "set") {
    decodeSet(decoding);
  } else if (name == "selp") {
    decoding.addSlots({0, 1, 2}, decoding.type());
    decoding.addPredicate(decoding.operand(3));
    decoding.instruction.execute = executeSelect;
  } else {
    return false;
  }
  return true;
}
