//===- Access.cpp - Loads, stores and atomics -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, sections 9.7.9.8 to 9.7.9.12 (ld, st) and 9.7.13 (atom, red). Memory
// is in order, so that what modifiers say of caches and orders has no effect.
//
//===----------------------------------------------------------------------===//

#include "Apply.h"

#include <algorithm>

using namespace standin;

namespace {

/// Operands: the elements, then the address.
template <typename T>
void executeLoad(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  unsigned count = instruction.width;
  const uint64_t *base = warp.in(instruction, count);
  forLanes(lanes, [&](unsigned lane) {
    const uint8_t *place =
        warp.resolve(instruction, base[lane] + instruction.immediate,
                     count * sizeof(T), /*isWrite=*/false, lane);
    for (unsigned element = 0; element < count; ++element) {
      T value;
      std::memcpy(&value, place + element * sizeof(T), sizeof(T));
      // The register may be wider than the type.
      warp.out(instruction, element)[lane] = wide(value);
    }
  });
}

template <typename T>
void executeStore(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  unsigned count = instruction.width;
  const uint64_t *base = warp.in(instruction, count);
  forLanes(lanes, [&](unsigned lane) {
    uint8_t *place =
        warp.resolve(instruction, base[lane] + instruction.immediate,
                     count * sizeof(T), /*isWrite=*/true, lane);
    for (unsigned element = 0; element < count; ++element) {
      auto value = fromBits<T>(warp.in(instruction, element)[lane]);
      std::memcpy(place + element * sizeof(T), &value, sizeof(T));
    }
  });
}

template <template <typename> class E>
Instruction::Execute chooseElement(const std::string &type) {
  std::string bits = type == "f32" ? "b32" : type == "f64" ? "b64" : type;
  if (bits == "f16" || bits == "bf16")
    bits = "b16";
  return withInteger(bits, [](auto tag) -> Instruction::Execute {
    return E<typename decltype(tag)::Type>::execute;
  });
}
template <typename T> struct Load {
  static constexpr Instruction::Execute execute = executeLoad<T>;
};
template <typename T> struct Store {
  static constexpr Instruction::Execute execute = executeStore<T>;
};

Space spaceOf(const Decoding &decoding) {
  for (const std::string &modifier : decoding.statement.modifiers) {
    std::string name = modifier.substr(0, modifier.find("::"));
    if (name == "global" || name == "const")
      return Space::Global;
    if (name == "shared")
      return Space::Shared;
    if (name == "local")
      return Space::Local;
    if (name == "param")
      return Space::Param;
  }
  return Space::Generic;
}

void allowAccess(const Decoding &decoding) {
  decoding.allow({"weak",
                  "volatile",
                  "relaxed",
                  "acquire",
                  "release",
                  "cta",
                  "gpu",
                  "sys",
                  "cluster",
                  "ca",
                  "cg",
                  "cs",
                  "lu",
                  "cv",
                  "wb",
                  "wt",
                  "nc",
                  "global",
                  "shared",
                  "shared::cta",
                  "local",
                  "param",
                  "param::entry",
                  "const",
                  "v2",
                  "v4",
                  "v8",
                  "L2::64B",
                  "L2::128B",
                  "L2::256B",
                  "L1::no_allocate",
                  "L1::evict_first",
                  "L1::evict_last",
                  "L1::evict_normal",
                  "L1::evict_unchanged",
                  "L2::evict_first",
                  "L2::evict_last",
                  "L2::evict_normal",
                  "L2::cache_hint",
                  decoding.type().c_str()});
}

void decodeAccess(Decoding &decoding, bool isLoad) {
  allowAccess(decoding);
  Instruction &instruction = decoding.instruction;
  const std::string &type = decoding.type();
  instruction.space = spaceOf(decoding);
  instruction.width = static_cast<uint8_t>(
      decoding.addVector(decoding.operand(isLoad ? 0 : 1), type));
  decoding.addAddress(decoding.operand(isLoad ? 1 : 0));
  instruction.execute =
      isLoad ? chooseElement<Load>(type) : chooseElement<Store>(type);
}

struct AtomicAdd {
  template <typename T> T operator()(T old, T b, T) {
    if constexpr (std::is_floating_point_v<T>)
      return old + b;
    else
      return static_cast<T>(wide(old) + wide(b));
  }
};
struct AtomicMinimum {
  template <typename T> T operator()(T old, T b, T) { return std::min(old, b); }
};
struct AtomicMaximum {
  template <typename T> T operator()(T old, T b, T) { return std::max(old, b); }
};
struct AtomicAnd {
  template <typename T> T operator()(T old, T b, T) { return old & b; }
};
struct AtomicOr {
  template <typename T> T operator()(T old, T b, T) { return old | b; }
};
struct AtomicXor {
  template <typename T> T operator()(T old, T b, T) { return old ^ b; }
};
struct AtomicExchange {
  template <typename T> T operator()(T, T b, T) { return b; }
};
struct AtomicCompareAndSwap {
  template <typename T> T operator()(T old, T b, T c) {
    return old == b ? c : old;
  }
};

/// Operands: what was there, the address, b, c. Atomics of warps do not race.
template <typename F, typename T>
void executeAtomic(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *base = warp.in(instruction, 1), *b = warp.in(instruction, 2),
                 *c = warp.in(instruction, 3);
  bool detectsRaces = std::exchange(warp.block->detectsRaces, false);
  forLanes(lanes, [&](unsigned lane) {
    uint8_t *place =
        warp.resolve(instruction, base[lane] + instruction.immediate, sizeof(T),
                     /*isWrite=*/true, lane);
    T old;
    std::memcpy(&old, place, sizeof(T));
    T value = F()(old, fromBits<T>(b[lane]), fromBits<T>(c[lane]));
    std::memcpy(place, &value, sizeof(T));
    result[lane] = wide(fromBits<uint64_t>(toBits(old)));
  });
  warp.block->detectsRaces = detectsRaces;
}

template <typename F>
Instruction::Execute chooseAtomic(const std::string &type) {
  return withInteger(type, [](auto tag) -> Instruction::Execute {
    return executeAtomic<F, typename decltype(tag)::Type>;
  });
}

Instruction::Execute chooseAtomicOperation(Decoding &decoding) {
  const std::string &type = decoding.type();
  if (decoding.has("add") && type == "f32")
    return executeAtomic<AtomicAdd, float>;
  if (decoding.has("add"))
    return chooseAtomic<AtomicAdd>(type);
  if (decoding.has("min"))
    return chooseAtomic<AtomicMinimum>(type);
  if (decoding.has("max"))
    return chooseAtomic<AtomicMaximum>(type);
  if (decoding.has("and"))
    return chooseAtomic<AtomicAnd>(type);
  if (decoding.has("or"))
    return chooseAtomic<AtomicOr>(type);
  if (decoding.has("xor"))
    return chooseAtomic<AtomicXor>(type);
  if (decoding.has("exch"))
    return chooseAtomic<AtomicExchange>(type);
  if (decoding.has("cas"))
    return chooseAtomic<AtomicCompareAndSwap>(type);
  return nullptr;
}

void decodeAtomic(Decoding &decoding) {
  bool hasResult = decoding.name() == "atom";
  const std::string &type = decoding.type();
  decoding.instruction.space = spaceOf(decoding);
  Operand sink{};
  sink.kind = Operand::Sink;
  decoding.addSlot(hasResult ? decoding.operand(0) : sink, type);
  decoding.addAddress(decoding.operand(hasResult ? 1 : 0));
  size_t next = hasResult ? 2 : 1;
  decoding.addSlot(decoding.operand(next), type);
  if (decoding.has("cas"))
    decoding.addSlot(decoding.operand(next + 1), type);
  else
    decoding.addConstant(0);
  decoding.instruction.execute = chooseAtomicOperation(decoding);
}

} // namespace

bool standin::decodeMemory(Decoding &decoding) {
  const std::string &name = decoding.name();
  if (name == "ld" || name == "ldu")
    decodeAccess(decoding, /*isLoad=*/true);
  else if (name == "st")
    decodeAccess(decoding, /*isLoad=*/false);
  else if (name == "atom" || name == "red")
    decodeAtomic(decoding);
  else
    return false;
  return true;
}
