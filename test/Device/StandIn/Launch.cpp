//===- Launch.cpp - Runs a grid -------------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launch.h"

#include "Warp.h"

using namespace standin;

namespace {

class GridRunner {
public:
  GridRunner(const Kernel &kernel, const Grid &grid, const Memory &memory,
             const uint8_t *parameters);

  uint64_t run();

private:
  void beginBlock(uint32_t x, uint32_t y, uint32_t z);
  void beginWarp(Warp &warp);
  void runBlock();
  void verifyEnd() const;
  bool openBarriers();
  [[noreturn]] void fault(int32_t code, const std::string &text) const;
  uint64_t initialValue(const InitialSlot &initial, const Warp &warp,
                        unsigned lane) const;

  const Kernel &kernel;
  const Grid &grid;
  Block block = {};
  std::vector<Warp> warps;
  uint32_t threads;
};

GridRunner::GridRunner(const Kernel &kernel, const Grid &grid,
                       const Memory &memory, const uint8_t *parameters)
    : kernel(kernel), grid(grid),
      threads(grid.threads[0] * grid.threads[1] * grid.threads[2]) {
  block.kernel = &kernel;
  block.memory = &memory;
  block.parameters = parameters;
  for (unsigned axis = 0; axis < 3; ++axis) {
    block.count[axis] = grid.blocks[axis];
    block.threads[axis] = grid.threads[axis];
  }
  block.shared.resize(kernel.sharedBytes + grid.sharedBytes);
  block.detectsRaces = !kernel.usesFineBarriers;
  if (block.detectsRaces)
    block.races.resize(block.shared.size());
  warps.resize((threads + kLanes - 1) / kLanes);
  for (size_t index = 0; index < warps.size(); ++index) {
    Warp &warp = warps[index];
    warp.block = &block;
    warp.index = static_cast<uint32_t>(index);
    warp.slots.resize(kernel.slotCount);
    warp.predicates.resize(kernel.predicateCount);
    warp.local.resize(kLanes * kernel.localBytes);
  }
}

uint64_t GridRunner::initialValue(const InitialSlot &initial, const Warp &warp,
                                  unsigned lane) const {
  uint32_t thread = warp.index * kLanes + lane;
  uint32_t bit = uint32_t{1} << lane;
  switch (initial.kind) {
  case InitialSlot::Constant:
    return initial.value;
  case InitialSlot::ThreadX:
    return thread % grid.threads[0];
  case InitialSlot::ThreadY:
    return thread / grid.threads[0] % grid.threads[1];
  case InitialSlot::ThreadZ:
    return thread / grid.threads[0] / grid.threads[1];
  case InitialSlot::BlockX:
  case InitialSlot::BlockY:
  case InitialSlot::BlockZ:
    return block.index[initial.kind - InitialSlot::BlockX];
  case InitialSlot::ThreadsX:
  case InitialSlot::ThreadsY:
  case InitialSlot::ThreadsZ:
    return grid.threads[initial.kind - InitialSlot::ThreadsX];
  case InitialSlot::BlocksX:
  case InitialSlot::BlocksY:
  case InitialSlot::BlocksZ:
    return grid.blocks[initial.kind - InitialSlot::BlocksX];
  case InitialSlot::Lane:
    return lane;
  case InitialSlot::WarpIndex:
    return warp.index;
  case InitialSlot::LaneMaskLt:
    return bit - 1;
  case InitialSlot::LaneMaskLe:
    return bit | (bit - 1);
  case InitialSlot::LaneMaskEq:
    return bit;
  case InitialSlot::LaneMaskGt:
    return ~(bit | (bit - 1));
  case InitialSlot::LaneMaskGe:
    return ~(bit - 1);
  case InitialSlot::SharedBytes:
    return grid.sharedBytes;
  }
  return 0;
}

void GridRunner::beginWarp(Warp &warp) {
  for (const InitialSlot &initial : kernel.initialSlots)
    for (unsigned lane = 0; lane < kLanes; ++lane)
      warp.slots[initial.slot].lane[lane] = initialValue(initial, warp, lane);
  uint32_t left = threads - warp.index * kLanes;
  uint32_t lanes = left >= kLanes ? kAllLanes : (uint32_t{1} << left) - 1;
  warp.present = lanes;
  warp.fragments = {{0, lanes}};
  warp.waiting.clear();
  warp.openProducts.clear();
  warp.productGroups.clear();
  warp.isFenced = false;
  warp.registers = 0;
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    warp.openCopies[lane].clear();
    warp.copyGroups[lane].clear();
  }
}

void GridRunner::beginBlock(uint32_t x, uint32_t y, uint32_t z) {
  block.index[0] = x;
  block.index[1] = y;
  block.index[2] = z;
  constexpr uint8_t kPattern = 0xcd; // nobody may rely on zeros
  std::fill(block.shared.begin(), block.shared.end(), kPattern);
  block.races.passBarrier();
  for (Barrier &barrier : block.barriers)
    barrier = {};
  block.mbarriers = {};
  block.warpgroups.assign(warps.size() / kWarpsOfGroup, {});
  block.running = threads;
  for (Warp &warp : warps)
    beginWarp(warp);
}

/// Lets those go on for whom all have come.
bool GridRunner::openBarriers() {
  bool isOneOpen = false;
  for (uint32_t number = 0; number < Block::kBarriers; ++number) {
    Barrier &barrier = block.barriers[number];
    uint32_t expected = barrier.expected ? barrier.expected : block.running;
    if (barrier.arrived == 0 || barrier.arrived < expected)
      continue;
    barrier = {};
    isOneOpen = true;
    block.races.passBarrier();
    for (Warp &warp : warps)
      for (size_t at = 0; at < warp.waiting.size();)
        if (warp.waiting[at].barrier == number) {
          warp.fragments.push_back(warp.waiting[at].fragment);
          warp.waiting.erase(warp.waiting.begin() + at);
        } else {
          ++at;
        }
  }
  return isOneOpen;
}

void GridRunner::fault(int32_t code, const std::string &text) const {
  throw Fault(code, "kernel '" + kernel.name + "', block (" +
                        std::to_string(block.index[0]) + ", " +
                        std::to_string(block.index[1]) + ", " +
                        std::to_string(block.index[2]) + "): " + text);
}

void GridRunner::runBlock() {
  // Between turns of a warp, where others may have what it waits for.
  constexpr uint64_t kTurn = 100000;
  // Turns of all warps in which nobody gets anywhere.
  constexpr unsigned kPatience = 1000;
  unsigned idle = 0;
  for (bool isDone = false; !isDone;) {
    isDone = true;
    bool hasAdvanced = false;
    uint64_t changes = block.mbarriers.changes;
    for (Warp &warp : warps) {
      if (warp.fragments.empty()) {
        isDone &= warp.waiting.empty();
        continue;
      }
      Warp::State state = warp.run(kTurn);
      hasAdvanced |= !warp.isYielding;
      isDone &= state == Warp::State::Done;
    }
    hasAdvanced |= openBarriers() || block.mbarriers.changes != changes;
    idle = hasAdvanced ? 0 : idle + 1;
    if (!isDone && idle > kPatience)
      fault(kLaunchTimeout, "all warps wait, and nothing will come" +
                                block.mbarriers.describeAwaited());
  }
  verifyEnd();
}

/// What warps must have come to by the end.
void GridRunner::verifyEnd() const {
  if (!block.mbarriers.copies.empty())
    fault(kLaunchFailed, "the block ends before its bulk copies do");
  for (const Warpgroup &group : block.warpgroups)
    if (!group.isInStep())
      fault(kIllegalInstruction,
            "only some warps of a group came to an instruction of all four");
  // CUDA Programming Guide, technical specifications: of a multiprocessor. A
  // warp that asks for none has at most its part of them.
  constexpr uint32_t kRegisters = 65536;
  uint32_t asked = 0, usual = kRegisters / threads / 8 * 8;
  bool isOneAsking = false;
  for (const Warp &warp : warps) {
    if (!warp.productGroups.empty() || !warp.openProducts.empty())
      fault(kLaunchFailed, "a warp ends before its products do");
    isOneAsking |= warp.registers > 0;
    asked += kLanes * (warp.registers ? warp.registers : usual);
  }
  if (isOneAsking && asked > kRegisters)
    fault(kLaunchTimeout, "setmaxnreg waits for " + std::to_string(asked) +
                              " registers of " + std::to_string(kRegisters));
}

uint64_t GridRunner::run() {
  for (uint32_t z = 0; z < grid.blocks[2]; ++z)
    for (uint32_t y = 0; y < grid.blocks[1]; ++y)
      for (uint32_t x = 0; x < grid.blocks[0]; ++x) {
        beginBlock(x, y, z);
        runBlock();
      }
  uint64_t executed = 0;
  for (const Warp &warp : warps)
    executed += warp.executed;
  return executed;
}

} // namespace

uint64_t standin::runGrid(const Kernel &kernel, const Grid &grid,
                          const Memory &memory, const uint8_t *parameters) {
  return GridRunner(kernel, grid, memory, parameters).run();
}
