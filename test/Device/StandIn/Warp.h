//===- Warp.h - 32 lanes and their block ----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_WARP_H
#define QUANTC_TEST_DEVICE_STANDIN_WARP_H

#include "Mbarrier.h"
#include "Memory.h"
#include "Program.h"
#include "Warpgroup.h"

#include <cstring>
#include <utility>
#include <vector>

namespace standin {

constexpr unsigned kLanes = 32;
constexpr uint32_t kAllLanes = ~uint32_t{0};

/// A register of all lanes; narrow values are in the low bits.
struct alignas(64) Slot {
  uint64_t lane[kLanes];
};

/// Windows of the generic address space, where the process has nothing.
constexpr uint64_t kParamWindow = uint64_t{1} << 59;
constexpr uint64_t kSharedWindow = uint64_t{1} << 60;
constexpr uint64_t kLocalWindow = uint64_t{1} << 61;

/// Finds accesses of two warps to a byte of shared memory, one of them a write,
/// with no barrier between them.
class RaceDetector {
public:
  void resize(uint64_t bytes) { shadow.assign(bytes, {}); }
  void passBarrier() { ++epoch; }
  /// The other warp, or -1.
  int access(uint64_t offset, uint64_t bytes, uint32_t warp, bool isWrite) {
    for (uint64_t at = offset; at < offset + bytes; ++at) {
      Shadow &byte = shadow[at];
      if (byte.writeEpoch == epoch && byte.writer != warp)
        return byte.writer;
      if (isWrite && byte.readEpoch == epoch &&
          (byte.reader != warp || byte.hasReaders))
        return byte.reader;
      if (isWrite) {
        byte.writeEpoch = epoch;
        byte.writer = static_cast<uint16_t>(warp);
      } else {
        byte.hasReaders =
            byte.readEpoch == epoch && (byte.hasReaders || byte.reader != warp);
        byte.readEpoch = epoch;
        byte.reader = static_cast<uint16_t>(warp);
      }
    }
    return -1;
  }

private:
  struct Shadow {
    uint32_t writeEpoch = 0, readEpoch = 0;
    uint16_t writer = 0, reader = 0;
    bool hasReaders = false; // other warps than `reader`
  };
  std::vector<Shadow> shadow;
  uint32_t epoch = 1;
};

/// A barrier of a block, by threads.
struct Barrier {
  uint32_t arrived = 0;
  uint32_t expected = 0; // 0: all that have not exited
};

struct Block {
  const Kernel *kernel;
  const Memory *memory;
  const uint8_t *parameters;
  uint32_t index[3], count[3], threads[3];
  std::vector<uint8_t> shared;
  bool detectsRaces = false;
  RaceDetector races;
  static constexpr unsigned kBarriers = 16;
  Barrier barriers[kBarriers];
  Mbarriers mbarriers;
  std::vector<Warpgroup> warpgroups;
  uint32_t running = 0; // threads that have not exited
};

/// A copy that a thread has begun and not awaited.
struct AsyncCopy {
  uint64_t target; // an offset in shared memory
  const uint8_t *source;
  uint32_t bytes, valid;
};

/// Lanes that are at the same place.
struct Fragment {
  uint32_t place;
  uint32_t lanes;
};
struct WaitingFragment {
  Fragment fragment;
  uint32_t barrier; // of the block, or that of the warp
};
constexpr uint32_t kWarpBarrier = ~uint32_t{0};

class Warp {
public:
  enum class State { Running, Waiting, Done };

  Block *block;
  uint32_t index; // in the block
  std::vector<Slot> slots;
  std::vector<uint32_t> predicates;
  std::vector<uint8_t> local; // of all lanes, one behind the other
  std::vector<Fragment> fragments;
  std::vector<WaitingFragment> waiting;
  uint32_t present = 0;    // lanes that have not exited
  bool isYielding = false; // an instruction waits for another warp
  // Copies by cp.async: those since the last commit, and groups behind it.
  std::vector<AsyncCopy> openCopies[kLanes];
  std::vector<std::vector<AsyncCopy>> copyGroups[kLanes];
  // Products by wgmma, likewise.
  std::vector<GroupStep> openProducts;
  std::vector<std::vector<GroupStep>> productGroups;
  bool isFenced = false;     // by wgmma.fence
  uint32_t registers = 0;    // by setmaxnreg
  mutable Allocation recent; // of the last access

  /// Runs until all lanes wait or have exited, at most so many instructions.
  State run(uint64_t budget);
  uint64_t executed = 0; // lane-instructions

  /// Where an access goes. Throws Fault where it must not.
  uint8_t *resolve(const Instruction &instruction, uint64_t address,
                   uint64_t bytes, bool isWrite, unsigned lane) const;
  [[noreturn]] void fault(int32_t code, const Instruction &instruction,
                          unsigned lane, const std::string &text) const;
  void requireAll(const Instruction &instruction, uint32_t lanes) const;

  const uint64_t *in(const Instruction &instruction, unsigned operand) const {
    return slots[instruction.operands[operand]].lane;
  }
  uint64_t *out(const Instruction &instruction, unsigned operand) {
    return slots[instruction.operands[operand]].lane;
  }
};

template <typename F> inline void forLanes(uint32_t lanes, F body) {
  if (lanes == kAllLanes) {
    for (unsigned lane = 0; lane < kLanes; ++lane)
      body(lane);
    return;
  }
  for (; lanes; lanes &= lanes - 1)
    body(static_cast<unsigned>(__builtin_ctz(lanes)));
}

/// Between a slot and a value of a type.
template <typename T> inline T fromBits(uint64_t bits) {
  T value;
  std::memcpy(&value, &bits, sizeof(T));
  return value;
}
template <typename T> inline uint64_t toBits(T value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T));
  return bits;
}

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_WARP_H
