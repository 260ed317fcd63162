//===- Memory.cpp - The memory of the stand-in ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memory.h"

#include <cstdlib>
#include <cstring>

using namespace standin;

Memory::~Memory() {
  for (auto &[address, allocation] : allocations)
    std::free(reinterpret_cast<void *>(address));
}

uint64_t Memory::allocate(uint64_t bytes, int32_t device, uint64_t limit) {
  constexpr uint64_t kAlignment = 512; // of cuMemAlloc, in practice
  if (bytes > limit || used(device) > limit - bytes)
    return 0;
  uint64_t room = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void *memory = std::aligned_alloc(kAlignment, room + kAlignment);
  if (!memory)
    return 0;
  constexpr int kPattern = 0xcd;
  std::memset(memory, kPattern, room);
  auto address = reinterpret_cast<uint64_t>(memory);
  allocations[address] = {address, bytes, device};
  return address;
}

bool Memory::release(uint64_t address) {
  auto found = allocations.find(address);
  if (found == allocations.end())
    return false;
  allocations.erase(found);
  std::free(reinterpret_cast<void *>(address));
  return true;
}

const Allocation *Memory::findBefore(uint64_t address) const {
  auto after = allocations.upper_bound(address);
  return after == allocations.begin() ? nullptr : &std::prev(after)->second;
}

const Allocation *Memory::find(uint64_t address) const {
  const Allocation *candidate = findBefore(address);
  return candidate && candidate->holds(address, 1) ? candidate : nullptr;
}

uint64_t Memory::used(int32_t device) const {
  uint64_t sum = 0;
  for (auto &[address, allocation] : allocations)
    if (allocation.device == device)
      sum += allocation.size;
  return sum;
}
