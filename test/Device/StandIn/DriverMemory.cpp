//===- DriverMemory.cpp - Memory and copies of the stand-in ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copies of streams are put off like all work in them.
//
//===----------------------------------------------------------------------===//

#include "World.h"

#include <algorithm>
#include <cstring>

using namespace standin;

API cuMemGetInfo_v2(size_t *available, size_t *total) {
  Guard guard(world().mutex);
  if (currentContexts().empty())
    return kInvalidContext;
  *total = world().machine.memory;
  *available = *total - world().memory.used(currentContexts().back()->device);
  return kSuccess;
}

API cuMemAlloc_v2(uint64_t *address, size_t bytes) {
  Guard guard(world().mutex);
  if (currentContexts().empty())
    return kInvalidContext;
  if (bytes == 0)
    return kInvalidValue;
  *address = world().memory.allocate(bytes, currentContexts().back()->device,
                                     world().machine.memory);
  return *address ? kSuccess : kOutOfMemory;
}

API cuMemFree_v2(uint64_t address) {
  Guard guard(world().mutex);
  Result result = world().drain();
  if (!world().memory.release(address))
    return kInvalidValue;
  return result;
}

/// Whether all bytes are in one allocation.
static bool isOnDevice(uint64_t address, size_t bytes) {
  const Allocation *found = world().memory.find(address);
  return found && found->holds(address, bytes);
}

static Result copyLater(void *to, const void *from, size_t bytes) {
  enqueue([=] { std::memcpy(to, from, bytes); });
  return world().sticky;
}

static void *asPointer(uint64_t address) {
  return reinterpret_cast<void *>(address);
}

API cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t bytes) {
  Guard guard(world().mutex);
  if (!isOnDevice(to, bytes))
    return kInvalidValue;
  Result result = world().drain();
  std::memcpy(asPointer(to), from, bytes);
  return result;
}

API cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) {
  Guard guard(world().mutex);
  if (!isOnDevice(from, bytes))
    return kInvalidValue;
  Result result = world().drain();
  std::memcpy(to, asPointer(from), bytes);
  return result;
}

API cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes,
                         StreamObject *) {
  Guard guard(world().mutex);
  if (!isOnDevice(to, bytes) || isOnDevice(reinterpret_cast<uint64_t>(from), 1))
    return kInvalidValue;
  return copyLater(asPointer(to), from, bytes);
}

API cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes,
                         StreamObject *) {
  Guard guard(world().mutex);
  if (!isOnDevice(from, bytes) || isOnDevice(reinterpret_cast<uint64_t>(to), 1))
    return kInvalidValue;
  return copyLater(to, asPointer(from), bytes);
}

API cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes,
                         StreamObject *) {
  Guard guard(world().mutex);
  if (!isOnDevice(from, bytes) || !isOnDevice(to, bytes))
    return kInvalidValue;
  return copyLater(asPointer(to), asPointer(from), bytes);
}

API cuMemsetD8Async(uint64_t to, uint8_t value, size_t bytes, StreamObject *) {
  Guard guard(world().mutex);
  if (!isOnDevice(to, bytes))
    return kInvalidValue;
  enqueue([=] { std::memset(asPointer(to), value, bytes); });
  return world().sticky;
}

API cuMemGetAddressRange_v2(uint64_t *begin, size_t *size, uint64_t address) {
  Guard guard(world().mutex);
  const Allocation *found = world().memory.find(address);
  if (!found)
    return kNotFound;
  *begin = found->begin;
  *size = found->size;
  if (uint64_t piece = world().machine.piece) {
    *begin += (address - found->begin) / piece * piece;
    *size = std::min(piece, found->begin + found->size - *begin);
  }
  return kSuccess;
}

API cuPointerGetAttribute(void *value, int32_t attribute, uint64_t address) {
  constexpr int32_t kMemoryType = 2, kOrdinal = 9;
  constexpr uint32_t kDeviceMemory = 2;
  Guard guard(world().mutex);
  const Allocation *found = world().memory.find(address);
  if (!found)
    return kInvalidValue;
  if (attribute == kMemoryType)
    *static_cast<uint32_t *>(value) = kDeviceMemory;
  else if (attribute == kOrdinal)
    *static_cast<int32_t *>(value) = found->device;
  else
    return kInvalidValue;
  return kSuccess;
}
