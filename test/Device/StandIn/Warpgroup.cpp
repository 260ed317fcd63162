//===- Warpgroup.cpp - What four warps do together ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, sections 9.7.16 (wgmma of 8-bit integers, both operands in shared
// memory along K with a swizzle) and 9.7.20.5 (setmaxnreg). Products come when
// their group is awaited, and not before: who writes over their operands, or
// reads their sums, too early has other values. A warp computes its 16 rows.
//
//===----------------------------------------------------------------------===//

#include "Apply.h"
#include "Swizzle.h"

#include <algorithm>
#include <limits>

using namespace standin;

namespace {

constexpr unsigned kRows = 16, kDepth = 32, kMaxColumns = 256;

void take(Warp &warp, const Instruction &instruction, const GroupStep &step) {
  unsigned group = warp.index / kWarpsOfGroup;
  if (group >= warp.block->warpgroups.size())
    warp.fault(kIllegalInstruction, instruction, 0,
               "an instruction of four warps in less");
  if (!warp.block->warpgroups[group].take(warp.index % kWarpsOfGroup, step))
    warp.fault(kIllegalInstruction, instruction, 0,
               "the four warps of a group are not in step");
}

/// What a descriptor says of rows of bytes along K.
class Operand8 {
public:
  Operand8(uint64_t bits)
      : start((bits & 0x3fff) << 4), groupStep((bits >> 32 & 0x3fff) << 4),
        swizzle{kRowBytes[bits >> 62]}, hasBase(bits >> 49 & 7) {}

  bool isSupported() const { return swizzle.rowBytes > 0 && !hasBase; }
  /// Of a chunk in a row; eight rows follow each other.
  uint64_t placeOf(unsigned row, unsigned chunk) const {
    return swizzle(start + row / 8 * groupStep + row % 8 * swizzle.rowBytes +
                   chunk * Swizzle::kChunk);
  }

private:
  static constexpr uint32_t kRowBytes[] = {0, 128, 64, 32};
  uint64_t start, groupStep;
  Swizzle swizzle;
  bool hasBase;
};

/// Rows of an operand may be read: they are in shared memory, and there.
void verifyRows(Warp &warp, const Instruction &instruction, uint64_t bits,
                unsigned begin, unsigned end) {
  Operand8 operand(bits);
  if (!operand.isSupported())
    warp.fault(kIllegalInstruction, instruction, 0,
               "a descriptor without a swizzle, or with an offset, is not "
               "supported");
  Instruction shared = instruction;
  shared.space = Space::Shared;
  for (unsigned row = begin; row < end; ++row)
    for (unsigned chunk = 0; chunk < kDepth / Swizzle::kChunk; ++chunk)
      warp.resolve(shared, operand.placeOf(row, chunk), Swizzle::kChunk,
                   /*isWrite=*/false, 0);
}

void loadRow(const Warp &warp, const Operand8 &operand, unsigned row,
             bool isSigned, int16_t *values) {
  for (unsigned chunk = 0; chunk < kDepth / Swizzle::kChunk; ++chunk) {
    const uint8_t *bytes =
        warp.block->shared.data() + operand.placeOf(row, chunk);
    for (unsigned byte = 0; byte < Swizzle::kChunk; ++byte)
      *values++ = isSigned ? static_cast<int8_t>(bytes[byte]) : bytes[byte];
  }
}

/// PTX ISA, "Register Fragments for wgmma.mma_async.m64nNk32": rows and columns
/// of the sums.
void multiply(Warp &warp, const GroupStep &step) {
  const Instruction &instruction = *step.instruction;
  const std::vector<uint32_t> &sums =
      warp.block->kernel->registerLists[instruction.immediate];
  unsigned columns = instruction.target;
  int16_t a[kRows][kDepth], b[kMaxColumns][kDepth];
  unsigned firstRow = warp.index % kWarpsOfGroup * kRows;
  for (unsigned row = 0; row < kRows; ++row)
    loadRow(warp, Operand8(step.a), firstRow + row, instruction.width & 1,
            a[row]);
  for (unsigned column = 0; column < columns; ++column)
    loadRow(warp, Operand8(step.b), column, instruction.width & 2, b[column]);
  for (unsigned number = 0; number < sums.size(); ++number)
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      unsigned row = lane / 4 + number % 4 / 2 * 8;
      unsigned column = number / 4 * 8 + lane % 4 * 2 + number % 2;
      uint64_t &slot = warp.slots[sums[number]].lane[lane];
      int64_t sum = step.accumulates ? fromBits<int32_t>(slot) : 0;
      int32_t products = 0;
      for (unsigned k = 0; k < kDepth; ++k)
        products += a[row][k] * b[column][k];
      sum += products;
      if (instruction.saturate)
        sum = std::clamp<int64_t>(sum, std::numeric_limits<int32_t>::min(),
                                  std::numeric_limits<int32_t>::max());
      slot = static_cast<uint32_t>(sum);
    }
}

/// Operands: the descriptors, and whether to add.
void executeProduct(Warp &warp, const Instruction &instruction,
                    uint32_t lanes) {
  warp.requireAll(instruction, lanes);
  GroupStep step = {&instruction, warp.in(instruction, 0)[0],
                    warp.in(instruction, 1)[0],
                    (warp.predicates[instruction.operands[2]] & 1) != 0};
  if (!warp.isFenced)
    warp.fault(kIllegalInstruction, instruction, 0,
               "wgmma.mma_async without a wgmma.fence before it");
  take(warp, instruction, step);
  unsigned firstRow = warp.index % kWarpsOfGroup * kRows;
  verifyRows(warp, instruction, step.a, firstRow, firstRow + kRows);
  verifyRows(warp, instruction, step.b, 0, instruction.target);
  warp.openProducts.push_back(step);
}

void executeFence(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  warp.requireAll(instruction, lanes);
  warp.isFenced = true;
}

void executeCommit(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  warp.requireAll(instruction, lanes);
  warp.productGroups.push_back(std::move(warp.openProducts));
  warp.openProducts.clear();
}

/// Until at most so many of the last groups are under way.
void executeWait(Warp &warp, const Instruction &instruction, uint32_t lanes) {
  warp.requireAll(instruction, lanes);
  auto &groups = warp.productGroups;
  while (groups.size() > instruction.immediate) {
    for (const GroupStep &step : groups.front())
      multiply(warp, step);
    groups.erase(groups.begin());
  }
  warp.isFenced = !groups.empty();
}

void executeSetRegisters(Warp &warp, const Instruction &instruction,
                         uint32_t lanes) {
  warp.requireAll(instruction, lanes);
  take(warp, instruction, {&instruction});
  warp.registers = static_cast<uint32_t>(instruction.immediate);
}

void decodeProduct(Decoding &decoding) {
  Instruction &instruction = decoding.instruction;
  const auto &modifiers = decoding.statement.modifiers;
  // mma_async.sync.aligned.m64nNk32[.satfinite].s32.a.b
  std::string shape = modifiers.size() > 3 ? modifiers[3] : "";
  unsigned columns = 0;
  if (shape.compare(0, 4, "m64n") == 0)
    columns =
        static_cast<unsigned>(std::strtoul(shape.c_str() + 4, nullptr, 10));
  decoding.allow({"mma_async", "sync", "aligned", shape.c_str(), "satfinite",
                  "s32", "s8", "u8"});
  const std::string &aType = decoding.typeBefore(1),
                    &bType = decoding.typeBefore(0);
  auto isByte = [](const std::string &type) {
    return type == "s8" || type == "u8";
  };
  // 8, 16 or 24, and multiples of 16.
  bool hasShape = columns <= kMaxColumns && columns % 8 == 0 && columns > 0 &&
                  (columns % 16 == 0 || columns <= 24) &&
                  shape == "m64n" + std::to_string(columns) + "k32";
  if (!isByte(aType) || !isByte(bType) || !hasShape ||
      decoding.operand(1).kind == Operand::Vector)
    decoding.failUnknown();
  instruction.width = (aType == "s8" ? 1 : 0) | (bType == "s8" ? 2 : 0);
  instruction.saturate = decoding.has("satfinite");
  instruction.target = columns;
  if (decoding.addRegisterList(decoding.operand(0)) != columns / 2)
    decoding.fail("a wgmma with other numbers of registers than its shape has");
  decoding.addSlots({1, 2}, "b64");
  decoding.addPredicate(decoding.operand(3));
  instruction.execute = executeProduct;
}

void decodeSetRegisters(Decoding &decoding) {
  decoding.allow({"inc", "dec", "sync", "aligned", "u32"});
  uint64_t count = decoding.operand(0).value;
  if (count < 24 || count > 256 || count % 8)
    decoding.fail("setmaxnreg expects a multiple of 8 from 24 to 256");
  decoding.instruction.immediate = count;
  decoding.instruction.execute = executeSetRegisters;
}

} // namespace

bool standin::decodeWarpgroup(Decoding &decoding) {
  if (decoding.name() == "setmaxnreg") {
    decodeSetRegisters(decoding);
    return true;
  }
  if (decoding.name() != "wgmma")
    return false;
  Instruction &instruction = decoding.instruction;
  if (decoding.has("fence")) {
    instruction.execute = executeFence;
  } else if (decoding.has("commit_group")) {
    instruction.execute = executeCommit;
  } else if (decoding.has("wait_group")) {
    instruction.immediate = decoding.operand(0).value;
    instruction.execute = executeWait;
  } else {
    decodeProduct(decoding);
  }
  return true;
}
