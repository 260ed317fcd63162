//===- TensorMap.h - Tensors that copies take boxes of --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_TENSORMAP_H
#define QUANTC_TEST_DEVICE_STANDIN_TENSORMAP_H

#include "Swizzle.h"

#include <algorithm>
#include <cstring>

namespace standin {

/// What is in the 128 bytes of a CUtensorMap. Extents and coordinates are in
/// elements, from the innermost dimension on.
struct TensorMap {
  static constexpr uint64_t kBytes = 128, kAlignment = 64;
  static constexpr uint32_t kMaxRank = 5;
  static constexpr uint64_t kMagic = 0x70614d726f736e54;

  uint64_t magic;
  uint64_t address;
  uint64_t strides[kMaxRank]; // bytes
  uint32_t extents[kMaxRank];
  uint16_t box[kMaxRank];
  uint16_t pixels; // that a window takes in turn; 0: of a box of all
  int16_t corners[2][kMaxRank]; // of these, from both ends
  uint8_t steps[kMaxRank];      // of windows
  uint8_t rank, elementBytes;
  uint8_t swizzle; // bytes of a row; 0: none

  uint64_t rowBytes() const { return uint64_t{box[0]} * elementBytes; }
  uint64_t rows() const {
    if (pixels)
      return pixels;
    uint64_t count = 1;
    for (uint32_t axis = 1; axis < rank; ++axis)
      count *= box[axis];
    return count;
  }
  uint64_t boxBytes() const { return rows() * rowBytes(); }

  /// The part of a row of the box that is in the tensor: `source` is where its
  /// first byte is, `begin` and `end` its place in the row.
  struct Part {
    uint64_t source, begin, end;
  };
  Part partOf(const int32_t *coordinates, const uint16_t *offsets,
              uint64_t row) const {
    Part part = {address, 0, 0};
    for (uint32_t axis = 1; axis < rank; ++axis) {
      int64_t at =
          pixels ? positionOf(coordinates, offsets, axis, row)
                 : coordinates[axis] + static_cast<int64_t>(row % box[axis]);
      row /= pixels ? 1 : box[axis];
      if (at < 0 || at >= extents[axis])
        return part;
      part.source += at * strides[axis];
    }
    int64_t first = coordinates[0];
    int64_t begin = std::max<int64_t>(first, 0);
    int64_t end = std::min<int64_t>(first + box[0], extents[0]);
    if (begin >= end)
      return part;
    part.source += begin * elementBytes;
    part.begin = (begin - first) * elementBytes;
    part.end = (end - first) * elementBytes;
    return part;
  }

  /// Of windows: how many positions an axis has.
  int64_t positions(uint32_t axis) const {
    int64_t length =
        int64_t{extents[axis]} + corners[1][axis] - corners[0][axis];
    return (length + steps[axis] - 1) / steps[axis];
  }
  /// PTX ISA, section 5.5.4: windows go on along the first axis, then the next,
  /// at last from image to image; `row` counts what is left for an axis.
  int64_t positionOf(const int32_t *coordinates, const uint16_t *offsets,
                     uint32_t axis, uint64_t &row) const {
    if (axis + 1 == rank)
      return coordinates[axis] + static_cast<int64_t>(row);
    int64_t first = coordinates[axis] - corners[0][axis];
    int64_t position = first / steps[axis] + static_cast<int64_t>(row);
    row = position / positions(axis);
    return corners[0][axis] + position % positions(axis) * steps[axis] +
           offsets[axis - 1];
  }

  /// Brings a box to `target`; what is not in the tensor is 0.
  void copy(const int32_t *coordinates, const uint16_t *offsets,
            uint8_t *shared, uint64_t target) const {
    for (uint64_t row = 0; row < rows(); ++row) {
      Part part = partOf(coordinates, offsets, row);
      for (uint64_t byte = 0; byte < rowBytes(); ++byte) {
        uint64_t place = target + row * rowBytes() + byte;
        if (swizzle)
          place = Swizzle{swizzle}(place);
        bool isInside = byte >= part.begin && byte < part.end;
        shared[place] = isInside ? *reinterpret_cast<const uint8_t *>(
                                       part.source + byte - part.begin)
                                 : 0;
      }
    }
  }
};

static_assert(sizeof(TensorMap) <= TensorMap::kBytes, "it is opaque");

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_TENSORMAP_H
