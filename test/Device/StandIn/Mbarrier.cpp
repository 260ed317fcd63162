//===- Mbarrier.cpp - Barriers in shared memory, and copies to it ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, sections 9.7.13.15 (mbarrier) and 9.7.9.25 (cp.async.bulk and its
// tensors). The bytes of a copy come when somebody asks its mbarrier, and not
// before.
//
//===----------------------------------------------------------------------===//

#include "Mbarrier.h"

#include "Apply.h"
#include "TensorMap.h"

#include <array>

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
    copy.bring(warp.block->shared.data());
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

constexpr uint64_t kUnit = 16; // of bulk copies

Instruction inSpace(const Instruction &instruction, Space space) {
  Instruction result = instruction;
  result.space = space;
  return result;
}

/// Operands of all bulk copies: target, source, the mbarrier and its offset;
/// the offset of the source is in the immediate, that of the target in
/// `target`.
BulkCopy beginCopy(Warp &warp, const Instruction &instruction, unsigned lane) {
  BulkCopy copy;
  copy.target = warp.in(instruction, 0)[lane] + instruction.target;
  copy.mbarrier = offsetOf(
      warp, instruction,
      warp.in(instruction, 2)[lane] + warp.in(instruction, 3)[lane], lane);
  find(warp, instruction, copy.mbarrier, lane);
  return copy;
}

void enqueue(Warp &warp, const Instruction &instruction, BulkCopy copy,
             unsigned lane) {
  for (uint64_t at = 0; at < copy.bytes; at += kUnit)
    warp.resolve(instruction, copy.target + at, kUnit, /*isWrite=*/true, lane);
  warp.block->mbarriers.copies.push_back(std::move(copy));
}

/// The last operand: bytes.
void executeBulkCopy(Warp &warp, const Instruction &instruction,
                     uint32_t lanes) {
  Instruction global = inSpace(instruction, Space::Global);
  forLanes(lanes, [&](unsigned lane) {
    BulkCopy copy = beginCopy(warp, instruction, lane);
    uint64_t source = warp.in(instruction, 1)[lane] + instruction.immediate;
    copy.bytes = static_cast<uint32_t>(warp.in(instruction, 4)[lane]);
    if (copy.bytes % kUnit)
      warp.fault(kIllegalInstruction, instruction, lane,
                 "a bulk copy of " + std::to_string(copy.bytes) + " bytes");
    for (uint64_t at = 0; at < copy.bytes; at += kUnit)
      warp.resolve(global, source + at, kUnit, /*isWrite=*/false, lane);
    copy.bring = [source, target = copy.target,
                  bytes = copy.bytes](uint8_t *shared) {
      std::memcpy(shared + target, reinterpret_cast<const uint8_t *>(source),
                  bytes);
    };
    enqueue(warp, instruction, std::move(copy), lane);
  });
}

/// The map that an operand is the address of.
TensorMap readMap(Warp &warp, const Instruction &instruction, unsigned lane) {
  Instruction generic = inSpace(instruction, Space::Generic);
  uint64_t address = warp.in(instruction, 1)[lane] + instruction.immediate;
  TensorMap map;
  std::memcpy(&map,
              warp.resolve(generic, address, TensorMap::kAlignment,
                           /*isWrite=*/false, lane),
              sizeof(map));
  if (map.magic != TensorMap::kMagic)
    warp.fault(kIllegalInstruction, instruction, lane,
               "no tensor map is at " + std::to_string(address));
  return map;
}

/// The last operands: coordinates, as many as `width`; of windows, which
/// `saturate` says, the offsets of all but the first and the last.
void executeBoxCopy(Warp &warp, const Instruction &instruction,
                    uint32_t lanes) {
  Instruction global = inSpace(instruction, Space::Global);
  forLanes(lanes, [&](unsigned lane) {
    BulkCopy copy = beginCopy(warp, instruction, lane);
    TensorMap map = readMap(warp, instruction, lane);
    if ((map.pixels > 0) != instruction.saturate)
      warp.fault(kIllegalInstruction, instruction, lane,
                 "the tensor map is of another kind");
    if (map.rank != instruction.width)
      warp.fault(kIllegalInstruction, instruction, lane,
                 "the tensor map has " + std::to_string(map.rank) +
                     " dimensions");
    // Without a swizzle addresses are multiples of 128, too.
    uint64_t alignment = std::max<uint64_t>(128, 8 * map.swizzle);
    if (copy.target % alignment)
      warp.fault(kMisalignedAddress, instruction, lane,
                 "a box at " + std::to_string(copy.target) +
                     " of shared memory is misaligned");
    std::array<int32_t, TensorMap::kMaxRank> coordinates = {};
    for (unsigned axis = 0; axis < map.rank; ++axis)
      coordinates[axis] =
          static_cast<int32_t>(warp.in(instruction, 4 + axis)[lane]);
    std::array<uint16_t, TensorMap::kMaxRank> offsets = {};
    for (unsigned axis = 0; map.pixels && axis + 2 < map.rank; ++axis)
      offsets[axis] = static_cast<uint16_t>(
          warp.in(instruction, 4 + map.rank + axis)[lane]);
    for (uint64_t row = 0; row < map.rows(); ++row) {
      TensorMap::Part part =
          map.partOf(coordinates.data(), offsets.data(), row);
      if (part.begin == part.end)
        continue;
      uint64_t last = part.source + (part.end - part.begin) - 1;
      for (uint64_t address : {part.source, last})
        warp.resolve(global, address, 1, /*isWrite=*/false, lane);
    }
    copy.bytes = map.boxBytes();
    copy.bring = [map, coordinates, offsets,
                  target = copy.target](uint8_t *shared) {
      map.copy(coordinates.data(), offsets.data(), shared, target);
    };
    enqueue(warp, instruction, std::move(copy), lane);
  });
}

void decodeBulkCopy(Decoding &decoding) {
  bool isBox = decoding.has("tensor");
  decoding.allow({"async", "bulk", "shared::cluster", "shared::cta", "global",
                  "mbarrier::complete_tx::bytes", "tensor", "tile", "im2col",
                  "1d", "2d", "3d", "4d", "5d"});
  Instruction &instruction = decoding.instruction;
  if (!decoding.has("mbarrier::complete_tx::bytes") ||
      decoding.statement.modifiers[isBox ? 4 : 2] == "global")
    decoding.failUnknown();
  instruction.space = Space::Shared;
  decoding.addAddress(decoding.operand(0));
  instruction.target = static_cast<uint32_t>(instruction.immediate);
  const Operand &source = decoding.operand(1);
  decoding.addAddress(source);
  uint64_t sourceOffset = instruction.immediate;
  decoding.addAddress(decoding.operand(isBox ? 2 : 3));
  decoding.addConstant(instruction.immediate);
  instruction.immediate = sourceOffset;
  if (!isBox) {
    decoding.addSlot(decoding.operand(2), "u32");
    instruction.execute = executeBulkCopy;
    return;
  }
  if (source.parts.size() != 2)
    decoding.fail("expected a tensor map and coordinates");
  instruction.width =
      static_cast<uint8_t>(decoding.addVector(source.parts[1], "s32"));
  if (!decoding.has((std::to_string(instruction.width) + "d").c_str()))
    decoding.fail("other coordinates than dimensions");
  instruction.saturate = decoding.has("im2col");
  if (instruction.saturate &&
      decoding.addVector(decoding.operand(3), "u16") + 2 != instruction.width)
    decoding.fail("other offsets than dimensions of windows");
  instruction.execute = executeBoxCopy;
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
