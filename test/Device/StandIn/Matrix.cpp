//===- Matrix.cpp - Products of small matrices in a warp ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTX ISA, sections 9.7.15.5 (ldmatrix, stmatrix, mma of 8-bit integers): which
// lane holds what is there.
//
//===----------------------------------------------------------------------===//

#include "Apply.h"

#include <algorithm>
#include <limits>

using namespace standin;

namespace {

/// The shape of an mma: A is rows x depth, B depth x 8.
constexpr unsigned kColumns = 8, kMaxRows = 16, kMaxDepth = 32;

/// The value of byte `place` of a register.
int32_t byteOf(uint64_t bits, unsigned place, bool isSigned) {
  auto byte = static_cast<uint8_t>(bits >> 8 * place);
  return isSigned ? static_cast<int8_t>(byte) : byte;
}

/// Operands: d, a, b, c with rows / 4, rows * depth / 128, depth / 16 and
/// rows / 4 registers.
template <unsigned rows, unsigned depth>
void executeProduct(Warp &warp, const Instruction &instruction,
                    uint32_t lanes) {
  warp.requireAll(instruction, lanes);
  constexpr unsigned kSums = rows / 4, kA = rows * depth / 128, kB = depth / 16;
  constexpr unsigned kRowGroups = rows / 8;
  bool isASigned = instruction.width & 1, isBSigned = instruction.width & 2;
  int32_t a[kMaxRows][kMaxDepth], b[kMaxDepth][kColumns];
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    unsigned group = lane / 4, first = lane % 4 * 4;
    for (unsigned number = 0; number < kA; ++number)
      for (unsigned byte = 0; byte < 4; ++byte)
        a[group + 8 * (number % kRowGroups)][first + byte +
                                             16 * (number / kRowGroups)] =
            byteOf(warp.in(instruction, kSums + number)[lane], byte, isASigned);
    for (unsigned number = 0; number < kB; ++number)
      for (unsigned byte = 0; byte < 4; ++byte)
        b[first + byte + 16 * number][group] = byteOf(
            warp.in(instruction, kSums + kA + number)[lane], byte, isBSigned);
  }
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    int64_t sums[kSums]; // d may have registers of c
    for (unsigned number = 0; number < kSums; ++number) {
      unsigned row = lane / 4 + 8 * (number / 2);
      unsigned column = lane % 4 * 2 + number % 2;
      int64_t &sum = sums[number];
      sum = fromBits<int32_t>(
          warp.in(instruction, kSums + kA + kB + number)[lane]);
      for (unsigned k = 0; k < depth; ++k)
        sum += static_cast<int64_t>(a[row][k]) * b[k][column];
      if (instruction.saturate)
        sum = std::clamp<int64_t>(sum, std::numeric_limits<int32_t>::min(),
                                  std::numeric_limits<int32_t>::max());
    }
    for (unsigned number = 0; number < kSums; ++number)
      warp.out(instruction, number)[lane] = static_cast<uint32_t>(sums[number]);
  }
}

void decodeProduct(Decoding &decoding) {
  decoding.allow({"sync", "aligned", "m16n8k32", "m16n8k16", "m8n8k16", "row",
                  "col", "satfinite", "s32", "s8", "u8"});
  Instruction &instruction = decoding.instruction;
  const std::string &aType = decoding.typeBefore(2),
                    &bType = decoding.typeBefore(1);
  auto isByte = [](const std::string &type) {
    return type == "s8" || type == "u8";
  };
  if (!isByte(aType) || !isByte(bType))
    decoding.failUnknown();
  instruction.width = (aType == "s8" ? 1 : 0) | (bType == "s8" ? 2 : 0);
  instruction.saturate = decoding.has("satfinite");
  size_t counts[4];
  for (size_t index = 0; index < 4; ++index)
    counts[index] = decoding.addVector(decoding.operand(index), "b32");
  unsigned rows = decoding.has("m8n8k16") ? 8 : 16;
  unsigned depth = decoding.has("m16n8k32") ? 32 : 16;
  if (counts[0] != rows / 4 || counts[1] != rows * depth / 128 ||
      counts[2] != depth / 16 || counts[3] != rows / 4)
    decoding.fail("an mma with other numbers of registers than its shape has");
  instruction.execute = rows == 8     ? executeProduct<8, 16>
                        : depth == 16 ? executeProduct<16, 16>
                                      : executeProduct<16, 32>;
}

/// Which half of which row of a matrix of 8 x 8 halves a lane has.
struct Element {
  unsigned row, column;
};
Element elementOf(unsigned lane, unsigned half, bool isTransposed) {
  unsigned across = lane % 4 * 2 + half;
  return isTransposed ? Element{across, lane / 4} : Element{lane / 4, across};
}

/// Operands: the registers, then the address of the row that a lane names.
template <bool isStore>
void executeMatrixAccess(Warp &warp, const Instruction &instruction,
                         uint32_t lanes) {
  warp.requireAll(instruction, lanes);
  constexpr unsigned kRows = 8, kRowBytes = 16;
  unsigned count = instruction.width;
  const uint64_t *base = warp.in(instruction, count);
  uint8_t *rows[kLanes];
  for (unsigned lane = 0; lane < kRows * count; ++lane)
    rows[lane] = warp.resolve(instruction, base[lane] + instruction.immediate,
                              kRowBytes, isStore, lane);
  for (unsigned matrix = 0; matrix < count; ++matrix)
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      uint64_t *bits = warp.out(instruction, matrix) + lane;
      uint64_t loaded = 0;
      for (unsigned half = 0; half < 2; ++half) {
        Element element = elementOf(lane, half, instruction.saturate);
        uint8_t *place =
            rows[kRows * matrix + element.row] + 2 * element.column;
        uint16_t value = static_cast<uint16_t>(*bits >> 16 * half);
        if (isStore)
          std::memcpy(place, &value, sizeof(value));
        else
          std::memcpy(&value, place, sizeof(value));
        loaded |= uint64_t{value} << 16 * half;
      }
      if (!isStore)
        *bits = loaded;
    }
}

void decodeMatrixAccess(Decoding &decoding, bool isStore) {
  decoding.allow({"sync", "aligned", "m8n8", "x1", "x2", "x4", "trans",
                  "shared", "shared::cta", "b16"});
  Instruction &instruction = decoding.instruction;
  bool isShared = decoding.has("shared") || decoding.has("shared::cta");
  instruction.space = isShared ? Space::Shared : Space::Generic;
  instruction.saturate = decoding.has("trans");
  size_t count = decoding.addVector(decoding.operand(isStore ? 1 : 0), "b32");
  if (count != (decoding.has("x4") ? 4 : decoding.has("x2") ? 2 : 1))
    decoding.fail("other registers than matrices");
  instruction.width = static_cast<uint8_t>(count);
  decoding.addAddress(decoding.operand(isStore ? 0 : 1));
  instruction.execute =
      isStore ? executeMatrixAccess<true> : executeMatrixAccess<false>;
}

} // namespace

bool standin::decodeMatrix(Decoding &decoding) {
  const std::string &name = decoding.name();
  if (name == "mma")
    decodeProduct(decoding);
  else if (name == "ldmatrix")
    decodeMatrixAccess(decoding, /*isStore=*/false);
  else if (name == "stmatrix")
    decodeMatrixAccess(decoding, /*isStore=*/true);
  else
    return false;
  return true;
}
