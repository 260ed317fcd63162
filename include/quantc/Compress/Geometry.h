//===- Geometry.h - The shape of a layer ------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_GEOMETRY_H
#define QUANTC_COMPRESS_GEOMETRY_H

#include <cstdint>

namespace quantc::compress {

/// A convolution of one sample, or a dense layer as one of 1x1 windows over a
/// line of rows: output[p, o] = bias[o] + sum over k of window(p)[k] *
/// weight[o, k], where a window of a group has its taps row by row and, of
/// each, the channels of the group.
struct Geometry {
  int64_t height = 1, width = 1, channels = 1;
  int64_t outHeight = 1, outWidth = 1, outputs = 1;
  int64_t kernelHeight = 1, kernelWidth = 1;
  int64_t strideHeight = 1, strideWidth = 1;
  int64_t dilationHeight = 1, dilationWidth = 1;
  int64_t padTop = 0, padLeft = 0;
  int64_t groups = 1;

  int64_t positions() const { return outHeight * outWidth; }
  int64_t taps() const { return kernelHeight * kernelWidth; }
  /// Of a window over all groups.
  int64_t windowSize() const { return taps() * channels; }
  /// Weights of an output channel.
  int64_t depth() const { return windowSize() / groups; }
  int64_t rowsOfGroup() const { return outputs / groups; }
  int64_t multiplyAdds() const { return positions() * outputs * depth(); }
  bool isDepthwise() const { return groups > 1 && rowsOfGroup() == 1; }
};

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_GEOMETRY_H
