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
  std::fprintf(stderr, "stand-in: cuTensorMapEncode %s\n", text);
  return kInvalidValue;
}

/// CUtensorMapDataType of integers of 8, 16, 32 and 64 bits; else 0.
uint8_t bytesOfType(int32_t type) {
  constexpr uint8_t kBytes[] = {1, 2, 4, 4, 8, 8};
  return type >= 0 && type < static_cast<int32_t>(std::size(kBytes))
             ? kBytes[type]
             : 0;
}

/// The arguments that all kinds of maps have.
struct Arguments {
  int32_t type;
  uint32_t rank;
  uint64_t address;
  const uint64_t *extents, *strides;
  const uint32_t *elementStrides;
  int32_t interleave, swizzle, promotion, fill;
};

/// Fills in what these say.
Result fill(TensorMap &map, const Arguments &from) {
  constexpr uint64_t kAddressAlignment = 16;
  constexpr uint64_t kMaxStride = uint64_t{1} << 40;
  constexpr uint32_t kMaxStep = 8;
  constexpr uint8_t kSwizzles[] = {0, 32, 64, 128};
  map.magic = TensorMap::kMagic;
  map.address = from.address;
  map.elementBytes = bytesOfType(from.type);
  map.rank = static_cast<uint8_t>(from.rank);
  if (!map.elementBytes || from.interleave != 0 || from.fill != 0)
    return refuse("supports integers, neither interleaved nor with NaNs");
  if (from.rank < 1 || from.rank > TensorMap::kMaxRank)
    return refuse("expects 1 to 5 dimensions");
  if (from.address % kAddressAlignment)
    return refuse("expects an address that is a multiple of 16");
  if (from.swizzle < 0 || from.swizzle > 3 || from.promotion < 0 ||
      from.promotion > 3)
    return refuse("expects another swizzle or promotion");
  map.swizzle = kSwizzles[from.swizzle];
  for (uint32_t axis = 0; axis < from.rank; ++axis) {
    if (from.extents[axis] == 0 || from.extents[axis] > 0xffffffff)
      return refuse("expects extents of 1 to 2^32 - 1");
    if (from.elementStrides[axis] == 0 || from.elementStrides[axis] > kMaxStep)
      return refuse("expects steps of 1 to 8");
    map.extents[axis] = static_cast<uint32_t>(from.extents[axis]);
    map.steps[axis] = static_cast<uint8_t>(from.elementStrides[axis]);
    if (axis == 0)
      continue;
    map.strides[axis] = from.strides[axis - 1];
    if (map.strides[axis] % kAddressAlignment || map.strides[axis] > kMaxStride)
      return refuse("expects strides that are multiples of 16");
  }
  return kSuccess;
}

/// The opaque bytes.
Result finish(const TensorMap &map, void *result) {
  if (reinterpret_cast<uintptr_t>(result) % TensorMap::kAlignment)
    return refuse("expects a map at a multiple of 64");
  if (map.rowBytes() % 16)
    return refuse("expects rows of a box that are multiples of 16 bytes");
  if (map.swizzle && map.rowBytes() != map.swizzle)
    return refuse("supports rows of a box as long as the swizzle");
  std::memset(result, 0, TensorMap::kBytes);
  std::memcpy(result, &map, sizeof(map));
  return kSuccess;
}

constexpr uint32_t kMaxBox = 256;

} // namespace

API cuTensorMapEncodeTiled(void *result, int32_t type, uint32_t rank,
                           uint64_t address, const uint64_t *extents,
                           const uint64_t *strides, const uint32_t *box,
                           const uint32_t *elementStrides, int32_t interleave,
                           int32_t swizzle, int32_t promotion, int32_t fill) {
  TensorMap map = {};
  if (Result failure =
          ::fill(map, {type, rank, address, extents, strides, elementStrides,
                       interleave, swizzle, promotion, fill}))
    return failure;
  for (uint32_t axis = 0; axis < rank; ++axis) {
    if (box[axis] == 0 || box[axis] > kMaxBox)
      return refuse("expects boxes of 1 to 256");
    if (elementStrides[axis] != 1)
      return refuse("supports elements that are neighbours");
    map.box[axis] = static_cast<uint16_t>(box[axis]);
  }
  return finish(map, result);
}

API cuTensorMapEncodeIm2col(void *result, int32_t type, uint32_t rank,
                            uint64_t address, const uint64_t *extents,
                            const uint64_t *strides, const int32_t *lower,
                            const int32_t *upper, uint32_t channels,
                            uint32_t pixels, const uint32_t *elementStrides,
                            int32_t interleave, int32_t swizzle,
                            int32_t promotion, int32_t fill) {
  constexpr uint32_t kMaxPixels = 1024;
  constexpr int32_t kMaxCorner = 127;
  TensorMap map = {};
  if (Result failure =
          ::fill(map, {type, rank, address, extents, strides, elementStrides,
                       interleave, swizzle, promotion, fill}))
    return failure;
  if (rank != 4)
    return refuse("supports windows of images");
  if (channels == 0 || channels > kMaxBox || pixels == 0 || pixels > kMaxPixels)
    return refuse("expects 1 to 256 channels of 1 to 1024 pixels");
  map.box[0] = static_cast<uint16_t>(channels);
  map.pixels = static_cast<uint16_t>(pixels);
  for (uint32_t axis = 1; axis + 1 < rank; ++axis) {
    int32_t corners[2] = {lower[axis - 1], upper[axis - 1]};
    for (int end = 0; end < 2; ++end) {
      if (corners[end] < -kMaxCorner - 1 || corners[end] > kMaxCorner)
        return refuse("expects corners of -128 to 127");
      map.corners[end][axis] = static_cast<int16_t>(corners[end]);
    }
    if (map.positions(axis) <= 0)
      return refuse("expects windows that fit the image");
  }
  return finish(map, result);
}
