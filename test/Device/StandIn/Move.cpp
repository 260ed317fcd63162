//===- Move.cpp - Moves and addresses -------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, sections 9.7.9 (mov, cvta, isspacep).
//
//===----------------------------------------------------------------------===//

#include "Apply.h"

using namespace standin;

namespace {

void executeCopy(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *a = warp.in(instruction, 1);
  forLanes(lanes, [&](unsigned lane) { result[lane] = a[lane]; });
}

/// Adds the immediate: into a window of the generic space, or out of it.
void executeOffset(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  const uint64_t *a = warp.in(instruction, 1);
  forLanes(lanes, [&](unsigned lane) {
    result[lane] = a[lane] + instruction.immediate;
  });
}

/// The first operand from `width` parts, low first, of `immediate` bits.
void executePack(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint64_t *result = warp.out(instruction, 0);
  unsigned count = instruction.width;
  uint64_t bits = instruction.immediate, mask = (uint64_t{1} << bits) - 1;
  forLanes(lanes, [&](unsigned lane) {
    uint64_t value = 0;
    for (unsigned part = 0; part < count; ++part)
      value |= (warp.in(instruction, 1 + part)[lane] & mask) << bits * part;
    result[lane] = value;
  });
}

/// The parts from the last operand.
void executeUnpack(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  unsigned count = instruction.width;
  uint64_t bits = instruction.immediate, mask = (uint64_t{1} << bits) - 1;
  forLanes(lanes, [&](unsigned lane) {
    uint64_t value = warp.in(instruction, count)[lane];
    for (unsigned part = 0; part < count; ++part)
      warp.out(instruction, part)[lane] = value >> bits * part & mask;
  });
}

void executeMovePredicate(Warp &warp, const Instruction &instruction,
                          uint32_t lanes) {
  uint32_t &result = warp.predicates[instruction.operands[0]];
  uint32_t value = instruction.width ? (instruction.immediate ? kAllLanes : 0)
                                     : warp.predicates[instruction.operands[1]];
  result = (result & ~lanes) | (value & lanes);
}

template <Space space>
void executeIsSpace(Warp &warp, const Instruction &instruction,
                    uint32_t lanes) {
  const uint64_t *a = warp.in(instruction, 1);
  uint32_t value = 0;
  forLanes(lanes, [&](unsigned lane) {
    Space found = a[lane] >= kLocalWindow    ? Space::Local
                  : a[lane] >= kSharedWindow ? Space::Shared
                  : a[lane] >= kParamWindow  ? Space::Param
                                             : Space::Global;
    value |= uint32_t{found == space} << lane;
  });
  uint32_t &result = warp.predicates[instruction.operands[0]];
  result = (result & ~lanes) | (value & lanes);
}

void decodeMov(Decoding &decoding) {
  const std::string &type = decoding.type();
  Instruction &instruction = decoding.instruction;
  const Operand &to = decoding.operand(0), &from = decoding.operand(1);
  decoding.allow({type.c_str()});
  if (type == "pred") {
    decoding.addPredicate(to);
    instruction.width = from.kind == Operand::Integer;
    if (instruction.width)
      instruction.immediate = from.value;
    else
      decoding.addPredicate(from);
    instruction.execute = executeMovePredicate;
    return;
  }
  size_t bytes = sizeOfType(type, decoding.statement.line);
  if (to.kind != Operand::Vector && from.kind != Operand::Vector) {
    decoding.addSlot(to, type);
    decoding.addSlot(from, type);
    instruction.execute = executeCopy;
    return;
  }
  bool isPack = from.kind == Operand::Vector;
  size_t count = (isPack ? from : to).parts.size();
  std::string part = "b" + std::to_string(8 * bytes / count);
  decoding.addVector(to, isPack ? type : part);
  decoding.addVector(from, isPack ? part : type);
  instruction.width = static_cast<uint8_t>(count);
  instruction.immediate = 8 * bytes / count;
  instruction.execute = isPack ? executePack : executeUnpack;
}

void decodeAddressConversion(Decoding &decoding) {
  decoding.allow({"to", "global", "shared", "shared::cta", "shared::cluster",
                  "local", "const", "param", "u64", "u32"});
  // A cluster is one block.
  bool isShared = decoding.has("shared") || decoding.has("shared::cta") ||
                  decoding.has("shared::cluster");
  uint64_t window = isShared                ? kSharedWindow
                    : decoding.has("local") ? kLocalWindow
                    : decoding.has("param") ? kParamWindow
                                            : 0;
  decoding.addSlots({0, 1}, "b64");
  decoding.instruction.immediate = decoding.has("to") ? -window : window;
  decoding.instruction.execute = executeOffset;
}

} // namespace

bool standin::decodeMove(Decoding &decoding) {
  const std::string &name = decoding.name();
  if (name == "mov") {
    decodeMov(decoding);
  } else if (name == "cvta") {
    decodeAddressConversion(decoding);
  } else if (name == "isspacep") {
    decoding.addPredicate(decoding.operand(0));
    decoding.addSlot(decoding.operand(1), "b64");
    decoding.instruction.execute =
        decoding.has("shared")   ? executeIsSpace<Space::Shared>
        : decoding.has("local")  ? executeIsSpace<Space::Local>
        : decoding.has("global") ? executeIsSpace<Space::Global>
                                 : nullptr;
  } else {
    return false;
  }
  return true;
}
