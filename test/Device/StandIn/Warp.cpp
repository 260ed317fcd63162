//===- Warp.cpp - Runs the lanes of a warp --------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lanes at one place run together. Where they part, those at the lowest place
// go first, until they come to others: code in the order of its structure
// brings them together where branches do.
//
//===----------------------------------------------------------------------===//

#include "Warp.h"

#include <algorithm>

using namespace standin;

void Warp::fault(int32_t code, const Instruction &instruction, unsigned lane,
                 const std::string &text) const {
  unsigned thread = index * kLanes + lane;
  throw Fault(code, "kernel '" + block->kernel->name + "', line " +
                        std::to_string(instruction.line) + ", block (" +
                        std::to_string(block->index[0]) + ", " +
                        std::to_string(block->index[1]) + ", " +
                        std::to_string(block->index[2]) + "), thread " +
                        std::to_string(thread) + ": " + text);
}

void Warp::requireAll(const Instruction &instruction, uint32_t lanes) const {
  if (lanes != kAllLanes)
    fault(kIllegalInstruction, instruction, __builtin_ctz(lanes),
          "an instruction of whole warps with lanes " + std::to_string(lanes));
}

uint8_t *Warp::resolve(const Instruction &instruction, uint64_t address,
                       uint64_t bytes, bool isWrite, unsigned lane) const {
  auto describe = [&] {
    return std::string(isWrite ? "a write of " : "a read of ") +
           std::to_string(bytes) + " bytes at " + std::to_string(address);
  };
  if (address % bytes)
    fault(kMisalignedAddress, instruction, lane, describe() + " is misaligned");
  Space space = instruction.space;
  if (space == Space::Generic) {
    space = Space::Global;
    if (address >= kLocalWindow) {
      space = Space::Local;
      address -= kLocalWindow;
    } else if (address >= kSharedWindow) {
      space = Space::Shared;
      address -= kSharedWindow;
    } else if (address >= kParamWindow) {
      space = Space::Param;
      address -= kParamWindow;
    }
  }
  switch (space) {
  case Space::Shared: {
    uint64_t size = block->shared.size();
    if (address > size || size - address < bytes)
      fault(kIllegalAddress, instruction, lane,
            describe() + " of shared memory" + ", which has " +
                std::to_string(size));
    if (const char *reason = block->mbarriers.forbids(address, bytes))
      fault(kLaunchFailed, instruction, lane,
            describe() + " of shared memory" + reason);
    if (block->detectsRaces) {
      int other = block->races.access(address, bytes, index, isWrite);
      if (other >= 0)
        fault(kLaunchFailed, instruction, lane,
              describe() + " of shared memory" + " races with warp " +
                  std::to_string(other));
    }
    return block->shared.data() + address;
  }
  case Space::Local: {
    uint64_t size = block->kernel->localBytes;
    if (address > size || size - address < bytes)
      fault(kIllegalAddress, instruction, lane,
            describe() + " of local memory");
    return const_cast<uint8_t *>(local.data()) + lane * size + address;
  }
  case Space::Param:
    if (isWrite || address + bytes > block->kernel->parameterBytes)
      fault(kIllegalAddress, instruction, lane,
            describe() + " of parameter memory");
    return const_cast<uint8_t *>(block->parameters) + address;
  default:
    break;
  }
  if (!recent.holds(address, bytes)) {
    const Allocation *found = block->memory->findBefore(address);
    if (!found || !found->holds(address, bytes))
      fault(kIllegalAddress, instruction, lane,
            describe() + " of global memory" +
                (found && address - found->begin < 2 * found->size
                     ? ", which is behind an allocation of " +
                           std::to_string(found->size) + " bytes"
                     : ", where nothing is allocated"));
    recent = *found;
  }
  return reinterpret_cast<uint8_t *>(address);
}

namespace {

/// Runs one fragment of a warp after the other.
class Stepper {
public:
  Stepper(Warp &warp, uint64_t budget)
      : warp(warp), kernel(*warp.block->kernel), budget(budget) {}

  void run();

private:
  bool pickFragment();
  void runFragment();
  void put(uint32_t place, uint32_t lanes);
  void branch(const Instruction &instruction, uint32_t lanes);
  void branchByIndex(const Instruction &instruction, uint32_t lanes);
  void wait(const Instruction &instruction, uint32_t lanes);
  void waitInWarp(const Instruction &instruction, uint32_t lanes);
  uint32_t guarded(const Instruction &instruction) const {
    if (!instruction.isGuarded)
      return current.lanes;
    uint32_t guard = warp.predicates[instruction.guard];
    return current.lanes & (instruction.isGuardNegated ? ~guard : guard);
  }

  Warp &warp;
  const Kernel &kernel;
  uint64_t budget;
  Fragment current = {};
};

/// Lanes that come to where others are go on with them.
void Stepper::put(uint32_t place, uint32_t lanes) {
  if (!lanes)
    return;
  for (Fragment &other : warp.fragments)
    if (other.place == place) {
      other.lanes |= lanes;
      return;
    }
  warp.fragments.push_back({place, lanes});
}

bool Stepper::pickFragment() {
  if (warp.fragments.empty())
    return false;
  auto least = std::min_element(
      warp.fragments.begin(), warp.fragments.end(),
      [](const Fragment &a, const Fragment &b) { return a.place < b.place; });
  current = *least;
  *least = warp.fragments.back();
  warp.fragments.pop_back();
  return true;
}

void Stepper::branch(const Instruction &instruction, uint32_t lanes) {
  uint32_t others = current.lanes & ~lanes;
  if (!others) {
    current.place = instruction.target;
    return;
  }
  ++current.place;
  if (!lanes)
    return;
  put(current.place, others);
  put(instruction.target, lanes);
  current.lanes = 0;
}

void Stepper::branchByIndex(const Instruction &instruction, uint32_t lanes) {
  const std::vector<uint32_t> &table =
      kernel.branchTables[instruction.immediate];
  const uint64_t *indices = warp.in(instruction, 0);
  put(current.place + 1, current.lanes & ~lanes);
  forLanes(lanes, [&](unsigned lane) {
    auto index = static_cast<uint32_t>(indices[lane]);
    if (index >= table.size())
      warp.fault(kIllegalInstruction, instruction, lane,
                 "brx.idx by " + std::to_string(index) + " of " +
                     std::to_string(table.size()));
    put(table[index], uint32_t{1} << lane);
  });
  current.lanes = 0;
}

/// bar.sync and bar.arrive: operands are the barrier and the threads, 0 for
/// all.
void Stepper::wait(const Instruction &instruction, uint32_t lanes) {
  put(current.place + 1, current.lanes & ~lanes);
  current.lanes = 0;
  if (!lanes)
    return;
  unsigned first = __builtin_ctz(lanes);
  uint64_t number = warp.in(instruction, 0)[first];
  auto expected = static_cast<uint32_t>(warp.in(instruction, 1)[first]);
  if (number >= Block::kBarriers || expected % kLanes)
    warp.fault(kIllegalInstruction, instruction, first,
               "barrier " + std::to_string(number) + " of " +
                   std::to_string(expected) + " threads");
  Barrier &barrier = warp.block->barriers[number];
  barrier.arrived += __builtin_popcount(lanes);
  barrier.expected = expected;
  if (instruction.immediate) // of bar.arrive
    put(current.place + 1, lanes);
  else
    warp.waiting.push_back(
        {{current.place + 1, lanes}, static_cast<uint32_t>(number)});
}

/// bar.warp.sync: the operand is the mask. Lanes go on together.
void Stepper::waitInWarp(const Instruction &instruction, uint32_t lanes) {
  put(current.place + 1, current.lanes & ~lanes);
  current.lanes = 0;
  if (!lanes)
    return;
  uint32_t come = lanes;
  auto isHere = [&](const WaitingFragment &other) {
    return other.barrier == kWarpBarrier &&
           other.fragment.place == current.place + 1;
  };
  for (const WaitingFragment &other : warp.waiting)
    if (isHere(other))
      come |= other.fragment.lanes;
  auto mask =
      static_cast<uint32_t>(warp.in(instruction, 0)[__builtin_ctz(lanes)]);
  if (mask & warp.present & ~come) {
    warp.waiting.push_back({{current.place + 1, lanes}, kWarpBarrier});
    return;
  }
  warp.waiting.erase(
      std::remove_if(warp.waiting.begin(), warp.waiting.end(), isHere),
      warp.waiting.end());
  put(current.place + 1, come);
}

void Stepper::runFragment() {
  uint32_t limit = ~uint32_t{0};
  for (const Fragment &other : warp.fragments)
    limit = std::min(limit, other.place);
  while (current.lanes && current.place < limit) {
    const Instruction &instruction = kernel.code[current.place];
    uint32_t lanes = guarded(instruction);
    warp.executed += __builtin_popcount(lanes);
    if (budget > 0)
      --budget;
    switch (instruction.kind) {
    case Instruction::Plain:
      if (lanes)
        instruction.execute(warp, instruction, lanes);
      ++current.place;
      if (warp.isYielding || budget == 0) {
        put(current.place, current.lanes);
        return;
      }
      break;
    case Instruction::Branch:
      branch(instruction, lanes);
      break;
    case Instruction::IndexedBranch:
      branchByIndex(instruction, lanes);
      break;
    case Instruction::Exit:
      warp.block->running -= __builtin_popcount(lanes);
      warp.present &= ~lanes;
      current.lanes &= ~lanes;
      ++current.place;
      break;
    case Instruction::Barrier:
      wait(instruction, lanes);
      break;
    case Instruction::WarpBarrier:
      waitInWarp(instruction, lanes);
      break;
    case Instruction::Trap:
      if (lanes)
        warp.fault(kIllegalInstruction, instruction, __builtin_ctz(lanes),
                   "trap");
      ++current.place;
      break;
    }
  }
  put(current.place, current.lanes);
}

void Stepper::run() {
  warp.isYielding = false;
  while (!warp.isYielding && budget > 0 && pickFragment())
    runFragment();
}

} // namespace

Warp::State Warp::run(uint64_t budget) {
  Stepper(*this, budget).run();
  if (!fragments.empty())
    return State::Running;
  return waiting.empty() ? State::Done : State::Waiting;
}
