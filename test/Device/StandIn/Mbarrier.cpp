//===- Mbarrier.cpp - Barriers in shared memory, and copies to it ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, sections 9.7.13.15 (mbarrier) and 9.7.9.25 (cp.async.bulk). The
// bytes of a copy come when somebody asks its mbarrier, and not before.
//
//===----------------------------------------------------------------------===//

#include "Mbarrier.h"

#include "Apply.h"

using namespace standin;

namespace {

std::string describe(uint64_t offset) {
  return "the mbarrier at " + std::to_string(offset);
}

/// In shared memory.
uint64_t offsetOf(Warp &warp, const Instruction &instruction, uint64_t address,
                  unsigned lane) {
  uint64_t offset =
      instruction.space == Space::Generic ? address - kSharedWindow : address;
  uint64_t size = warp.block->shared.size();
  if (offset % Mbarrier::kBytes || offset > size ||
      size - offset < Mbarrier::kBytes)
    warp.fault(kIllegalAddress, instruction, lane,
               "an mbarrier at " + std::to_string(offset) +
                   " of shared memory, which has " + std::to_string(size));
  return offset;
}

Mbarrier &find(Warp &warp, const Instruction &instruction, uint64_t offset,
               unsigned lane) {
  auto &all = warp.block->mbarriers.all;
  auto found = all.find(offset);
  if (found == all.end())
    warp.fault(kIllegalInstruction, instruction, lane,
               describe(offset) + " is not initialized");
  ++warp.block->mbarriers.changes;
  return found->second;
}

/// Bytes that are expected, or, where negative, have come.
void addBytes(Warp &warp, const Instruction &instruction, uint64_t offset,
              Mbarrier &mbarrier, int64_t bytes, unsigned lane) {
  mbarrier.bytes += bytes;
  if (mbarrier.bytes > Mbarrier::kMax || mbarrier.bytes < -Mbarrier::kMax)
    warp.fault(kIllegalInstruction, instruction, lane,
               describe(offset) + " counts " + std::to_string(mbarrier.bytes) +
                   " bytes, which are too many");
}

/// Operands: the address, the arrivals.
void executeInit(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  forLanes(lanes, [&](unsigned lane) {
    uint64_t offset =
        offsetOf(warp, instruction,
                 warp.in(instruction, 0)[lane] + instruction.immediate, lane);
    auto count = static_cast<uint32_t>(warp.in(instruction, 1)[lane]);
    if (count == 0 || count > Mbarrier::kMax)
      warp.fault(kIllegalInstruction, instruction, lane,
                 "an mbarrier of " + std::to_string(count) + " arrivals");
    Mbarrier mbarrier;
    mbarrier.expected = mbarrier.pending = count;
    if (!warp.block->mbarriers.all.emplace(offset, mbarrier).second)
      warp.fault(kIllegalInstruction, instruction, lane,
                 describe(offset) + " is initialized already");
  });
}

void executeInvalidate(Warp &warp, const Instruction &instruction,
                       uint32_t lanes) {
  forLanes(lanes, [&](unsigned lane) {
    uint64_t offset =
        offsetOf(warp, instruction,
                 warp.in(instruction, 0)[lane] + instruction.immediate, lane);
    find(warp, instruction, offset, lane);
    warp.block->mbarriers.all.erase(offset);
  });
}

/// Operands: the address, the arrivals, the bytes to expect, the state.
void executeArrive(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  forLanes(lanes, [&](unsigned lane) {
    uint64_t offset =
        offsetOf(warp, instruction,
                 warp.in(instruction, 0)[lane] + instruction.immediate, lane);
    Mbarrier &mbarrier = find(warp, instruction, offset, lane);
    auto count = static_cast<uint32_t>(warp.in(instruction, 1)[lane]);
    addBytes(warp, instruction, offset, mbarrier,
             static_cast<uint32_t>(warp.in(instruction, 2)[lane]), lane);
    if (count > mbarrier.pending)
      warp.fault(kIllegalInstruction, instruction, lane,
                 describe(offset) + " expects " +
                     std::to_string(mbarrier.pending) +
                     " more arrivals, but got " + std::to_string(count));
    mbarrier.pending -= count;
    warp.out(instruction, 3)[lane] = mbarrier.phase;
    mbarrier.endPhase();
  });
}

/// Lets the copies that an mbarrier counts come to their end.
void finishCopies(Warp &warp, const Instruction &instruction, uint64_t offset,
                  Mbarrier &mbarrier, unsigned lane) {
  auto &copies = warp.block->mbarriers.copies;
  for (size_t at = 0; at < copies.size();) {
    BulkCopy copy = copies[at];
    if (copy.mbarrier != offset) {
      ++at;
      continue;
    }
    std::memcpy(warp.block->shared.data() + copy.target, copy.source,
                copy.bytes);
    addBytes(warp, instruction, offset, mbarrier,
             -static_cast<int64_t>(copy.bytes), lane);
    copies.erase(copies.begin() + at);
    mbarrier.endPhase();
  }
}

/// Operands: the predicate, the address, the state or the parity of the phase.
template <bool isParity>
void executeWait(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  uint32_t ended = 0;
  forLanes(lanes, [&](unsigned lane) {
    uint64_t offset =
        offsetOf(warp, instruction,
                 warp.in(instruction, 1)[lane] + instruction.immediate, lane);
    uint64_t changes = warp.block->mbarriers.changes;
    Mbarrier &mbarrier = find(warp, instruction, offset, lane);
    uint64_t before = mbarrier.phase;
    finishCopies(warp, instruction, offset, mbarrier, lane);
    // To ask again gets nobody on.
    if (mbarrier.phase == before)
      warp.block->mbarriers.changes = changes;
    uint64_t asked = warp.in(instruction, 2)[lane];
    if (isParity ? (mbarrier.phase & 1) != (asked & 1) : mbarrier.phase > asked)
      ended |= uint32_t{1} << lane;
    else
      mbarrier.isAwaited = warp.isYielding = true;
  });
  uint32_t &predicate = warp.predicates[instruction.operands[0]];
  predicate = (predicate & ~lanes) | ended;
}

/// Operands: target, source, bytes, the mbarrier; the offset of the source is
/// in the immediate, that of the target in `target`.
void executeBulkCopy(Warp &warp, const Instruction &instruction,
                     uint32_t lanes) {
  constexpr uint64_t kUnit = 16; // of both addresses and the size
  Instruction global = instruction;
  global.space = Space::Global;
  forLanes(lanes, [&](unsigned lane) {
    BulkCopy copy;
    copy.target = warp.in(instruction, 0)[lane] + instruction.target;
    uint64_t source = warp.in(instruction, 1)[lane] + instruction.immediate;
    copy.source = reinterpret_cast<const uint8_t *>(source);
    copy.bytes = static_cast<uint32_t>(warp.in(instruction, 2)[lane]);
    copy.mbarrier =
        offsetOf(warp, instruction, warp.in(instruction, 3)[lane], lane);
    find(warp, instruction, copy.mbarrier, lane);
    if (copy.bytes % kUnit)
      warp.fault(kIllegalInstruction, instruction, lane,
                 "a bulk copy of " + std::to_string(copy.bytes) + " bytes");
    for (uint64_t at = 0; at < copy.bytes; at += kUnit) {
      warp.resolve(instruction, copy.target + at, kUnit, /*isWrite=*/true,
                   lane);
      warp.resolve(global, source + at, kUnit, /*isWrite=*/false, lane);
    }
    warp.block->mbarriers.copies.push_back(copy);
  });
}

void decodeBulkCopy(Decoding &decoding) {
  decoding.allow({"async", "bulk", "shared::cluster", "shared::cta", "global",
                  "mbarrier::complete_tx::bytes"});
  Instruction &instruction = decoding.instruction;
  if (!decoding.has("mbarrier::complete_tx::bytes") ||
      decoding.statement.modifiers[2] == "global")
    decoding.failUnknown();
  instruction.space = Space::Shared;
  decoding.addAddress(decoding.operand(0));
  instruction.target = static_cast<uint32_t>(instruction.immediate);
  decoding.addAddress(decoding.operand(1));
  uint64_t sourceOffset = instruction.immediate;
  decoding.addSlot(decoding.operand(2), "u32");
  decoding.addAddress(decoding.operand(3));
  if (instruction.immediate != 0)
    decoding.fail("an mbarrier of a copy at an offset is not supported");
  instruction.immediate = sourceOffset;
  instruction.execute = executeBulkCopy;
}

void decodeArrive(Decoding &decoding) {
  bool expectsBytes = decoding.has("expect_tx");
  decoding.addAddress(decoding.operand(1));
  bool hasCount = !expectsBytes && decoding.operandCount() > 2;
  if (hasCount)
    decoding.addSlot(decoding.operand(2), "u32");
  else
    decoding.addConstant(1);
  if (expectsBytes)
    decoding.addSlot(decoding.operand(2), "u32");
  else
    decoding.addConstant(0);
  decoding.addSlot(decoding.operand(0), "b64");
  decoding.instruction.execute = executeArrive;
}

/// The hint how long to wait is of no use here.
void decodeWait(Decoding &decoding) {
  bool isParity = decoding.has("parity");
  decoding.addPredicate(decoding.operand(0));
  decoding.addAddress(decoding.operand(1));
  decoding.addSlot(decoding.operand(2), isParity ? "u32" : "b64");
  decoding.instruction.execute =
      isParity ? executeWait<true> : executeWait<false>;
}

} // namespace

bool standin::decodeMbarrier(Decoding &decoding) {
  if (decoding.name() == "cp" && decoding.has("bulk")) {
    decodeBulkCopy(decoding);
    return true;
  }
  if (decoding.name() != "mbarrier")
    return false;
  decoding.allow({"init", "inval", "arrive", "expect_tx", "test_wait",
                  "try_wait", "parity", "release", "acquire", "relaxed", "cta",
                  "shared", "shared::cta", "b64"});
  Instruction &instruction = decoding.instruction;
  bool isShared = decoding.has("shared") || decoding.has("shared::cta");
  instruction.space = isShared ? Space::Shared : Space::Generic;
  if (decoding.has("init")) {
    decoding.addAddress(decoding.operand(0));
    decoding.addSlot(decoding.operand(1), "u32");
    instruction.execute = executeInit;
  } else if (decoding.has("inval")) {
    decoding.addAddress(decoding.operand(0));
    instruction.execute = executeInvalidate;
  } else if (decoding.has("arrive")) {
    decodeArrive(decoding);
  } else if (decoding.has("test_wait") || decoding.has("try_wait")) {
    decodeWait(decoding);
  }
  return true;
}
