//===- DriverTensorMap.cpp - Tensor maps of the stand-in ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// CUDA Driver API, "Tensor Map Object Management". What is right there and not
// supported here is told on stderr.
//
//===----------------------------------------------------------------------===//

#include "TensorMap.h"
#include "World.h"

#include <cstdio>

using namespace standin;

namespace {

Result refuse(const char *text) {
  std::fprintf(stderr, "stand-in: cuTensorMapEncodeTiled %s\n", text);
  return kInvalidValue;
}

/// CUtensorMapDataType of integers of 8, 16, 32 and 64 bits; else 0.
uint8_t bytesOfType(int32_t type) {
  constexpr uint8_t kBytes[] = {1, 2, 4, 4, 8, 8};
  return type >= 0 && type < static_cast<int32_t>(std::size(kBytes))
             ? kBytes[type]
             : 0;
}

} // namespace

API cuTensorMapEncodeTiled(void *result, int32_t type, uint32_t rank,
                           uint64_t address, const uint64_t *extents,
                           const uint64_t *strides, const uint32_t *box,
                           const uint32_t *elementStrides, int32_t interleave,
                           int32_t swizzle, int32_t promotion, int32_t fill) {
  constexpr uint64_t kAddressAlignment = 16, kMaxBox = 256;
  constexpr uint64_t kMaxStride = uint64_t{1} << 40;
  constexpr uint8_t kSwizzles[] = {0, 32, 64, 128};
  TensorMap map = {};
  map.magic = TensorMap::kMagic;
  map.address = address;
  map.elementBytes = bytesOfType(type);
  map.rank = static_cast<uint8_t>(rank);
  if (!map.elementBytes || interleave != 0 || fill != 0)
    return refuse("supports integers, neither interleaved nor with NaNs");
  if (reinterpret_cast<uintptr_t>(result) % TensorMap::kAlignment)
    return refuse("expects a map at a multiple of 64");
  if (rank < 1 || rank > TensorMap::kMaxRank)
    return refuse("expects 1 to 5 dimensions");
  if (address % kAddressAlignment)
    return refuse("expects an address that is a multiple of 16");
  if (swizzle < 0 || swizzle > 3 || promotion < 0 || promotion > 3)
    return refuse("expects another swizzle or promotion");
  for (uint32_t axis = 0; axis < rank; ++axis) {
    if (extents[axis] == 0 || extents[axis] > 0xffffffff)
      return refuse("expects extents of 1 to 2^32 - 1");
    if (box[axis] == 0 || box[axis] > kMaxBox)
      return refuse("expects boxes of 1 to 256");
    if (elementStrides[axis] != 1)
      return refuse("supports elements that are neighbours");
    map.extents[axis] = static_cast<uint32_t>(extents[axis]);
    map.box[axis] = static_cast<uint16_t>(box[axis]);
    if (axis == 0)
      continue;
    map.strides[axis] = strides[axis - 1];
    if (map.strides[axis] % kAddressAlignment || map.strides[axis] > kMaxStride)
      return refuse("expects strides that are multiples of 16");
  }
  map.swizzle = kSwizzles[swizzle];
  if (map.rowBytes() % kAddressAlignment)
    return refuse("expects rows of a box that are multiples of 16 bytes");
  if (map.swizzle && map.rowBytes() != map.swizzle)
    return refuse("supports rows of a box as long as the swizzle");
  std::memset(result, 0, TensorMap::kBytes);
  std::memcpy(result, &map, sizeof(map));
  return kSuccess;
}
