//===- Apply.h - A function of values on lanes ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_APPLY_H
#define QUANTC_TEST_DEVICE_STANDIN_APPLY_H

#include "Decode.h"
#include "Warp.h"

#include <type_traits>
#include <utility>

namespace standin {

template <typename F, typename R, typename... T, size_t... index>
inline void applyLanes(Warp &warp, const Instruction &instruction,
                       uint32_t lanes, std::index_sequence<index...>) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *arguments[] = {warp.in(instruction, 1 + index)...};
  forLanes(lanes, [&](unsigned lane) {
    result[lane] = toBits<R>(F()(fromBits<T>(arguments[index][lane])...));
  });
}

/// Operand 0 = F(operand 1, ...), which have the types T.
template <typename F, typename R, typename... T>
void apply(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  applyLanes<F, R, T...>(warp, instruction, lanes,
                         std::index_sequence_for<T...>());
}

template <typename T> struct Tag {
  using Type = T;
};

/// What `choose` gives for the type with this name; bits are unsigned. Null
/// where no integer has it.
template <typename C>
Instruction::Execute withInteger(const std::string &type, C choose) {
  if (type == "u8" || type == "b8")
    return choose(Tag<uint8_t>());
  if (type == "s8")
    return choose(Tag<int8_t>());
  if (type == "u16" || type == "b16")
    return choose(Tag<uint16_t>());
  if (type == "s16")
    return choose(Tag<int16_t>());
  if (type == "u32" || type == "b32")
    return choose(Tag<uint32_t>());
  if (type == "s32")
    return choose(Tag<int32_t>());
  if (type == "u64" || type == "b64")
    return choose(Tag<uint64_t>());
  if (type == "s64")
    return choose(Tag<int64_t>());
  return nullptr;
}

/// F of as many values of the type as there are operands behind the first.
template <typename F> Instruction::Execute applyUnary(const std::string &type) {
  return withInteger(type, [](auto tag) -> Instruction::Execute {
    using T = typename decltype(tag)::Type;
    return apply<F, T, T>;
  });
}
template <typename F>
Instruction::Execute applyBinary(const std::string &type) {
  return withInteger(type, [](auto tag) -> Instruction::Execute {
    using T = typename decltype(tag)::Type;
    return apply<F, T, T, T>;
  });
}
template <typename F>
Instruction::Execute applyTernary(const std::string &type) {
  return withInteger(type, [](auto tag) -> Instruction::Execute {
    using T = typename decltype(tag)::Type;
    return apply<F, T, T, T, T>;
  });
}

/// Arithmetic modulo 2^64, from which all narrower is cut.
template <typename T> uint64_t wide(T value) {
  return static_cast<uint64_t>(static_cast<int64_t>(value));
}

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_APPLY_H
