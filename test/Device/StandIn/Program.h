//===- Program.h - PTX ready to be run ------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_PROGRAM_H
#define QUANTC_TEST_DEVICE_STANDIN_PROGRAM_H

#include <cstdint>
#include <string>
#include <vector>

namespace standin {

class Warp;

enum class Space : uint8_t { Generic, Global, Shared, Local, Param, Const };

enum class Rounding : uint8_t { Nearest, Zero, Down, Up };

/// An instruction with its operands as places: every register, immediate and
/// special register of a kernel has a slot in each warp, predicates are bits.
struct Instruction {
  enum Kind : uint8_t {
    Plain, // `execute` is called with the lanes whose guard holds
    Branch,
    IndexedBranch,
    Exit,
    Barrier,
    WarpBarrier,
    Trap,
  };
  using Execute = void (*)(Warp &warp, const Instruction &instruction,
                           uint32_t lanes);

  Execute execute = nullptr;
  Kind kind = Plain;
  Space space = Space::Generic;
  Rounding rounding = Rounding::Nearest;
  bool flush = false;    // .ftz
  bool saturate = false; // .sat, .satfinite
  bool isGuarded = false;
  bool isGuardNegated = false;
  uint8_t width = 0; // elements of a vector, bytes of a copy
  uint32_t guard = 0;
  uint32_t line = 0;
  uint32_t target = 0;    // of a branch
  uint64_t immediate = 0; // an offset, a mode
  uint32_t operands[18] = {};
};

/// What a slot holds when a warp starts.
struct InitialSlot {
  enum Kind : uint8_t {
    Constant,
    ThreadX,
    ThreadY,
    ThreadZ,
    BlockX,
    BlockY,
    BlockZ,
    ThreadsX,
    ThreadsY,
    ThreadsZ,
    BlocksX,
    BlocksY,
    BlocksZ,
    Lane,
    WarpIndex,
    LaneMaskLt,
    LaneMaskLe,
    LaneMaskEq,
    LaneMaskGt,
    LaneMaskGe,
    SharedBytes,
  };
  uint32_t slot;
  Kind kind;
  uint64_t value;
};

struct Kernel {
  std::string name;
  std::vector<Instruction> code;
  std::vector<std::vector<uint32_t>> branchTables;
  std::vector<std::vector<uint32_t>> registerLists; // longer than operands
  std::vector<InitialSlot> initialSlots;
  uint32_t slotCount = 0;
  uint32_t predicateCount = 0;
  uint64_t parameterBytes = 0;
  std::vector<uint64_t> parameterOffsets, parameterSizes;
  uint64_t sharedBytes = 0; // static; dynamic memory is behind it
  uint64_t localBytes = 0;  // of a thread
  uint64_t requiredThreads = 0, maxThreads = 0;
  bool usesFineBarriers = false; // blocks do not advance in whole steps
};

/// A module in memory, whose global variables are `globals`.
struct Program {
  std::string target;
  unsigned version = 0;
  std::vector<Kernel> kernels;
  std::vector<uint64_t> globals; // addresses, to be freed
};

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_PROGRAM_H
