//===- ImageBorder.h - Windows that reach over a border ---------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_IMAGEBORDER_H
#define QUANTC_LIB_CODEGEN_GPU_IMAGEBORDER_H

#include "Emitter.h"

#include "quantc/Codegen/Common/Contraction.h"
#include "quantc/Dialect/MK/IR/MK.h"

namespace quantc {

/// The windows of a convolution along the lines or columns of an image.
struct WindowAxis {
  int64_t low, extent;    // of the border in front of the image, and of that
  int64_t outputs, step;  // windows, and from one to the next
  int64_t taps, dilation; // of a window

  int64_t reach() const { return (taps - 1) * dilation + 1; }
  bool isInside(int64_t window, int64_t tap) const {
    int64_t place = window * step + tap * dilation - low;
    return place >= 0 && place < extent;
  }

  /// Windows that may lack taps, each its own class, are before the first of
  /// these and from the second on; all between are whole, and one class.
  int64_t firstWhole() const;
  int64_t endWhole() const;
  int64_t classes() const { return firstWhole() + 1 + outputs - endWhole(); }
  /// One that is of `windowClass`, or no window.
  int64_t windowOf(int64_t windowClass) const;
  mlir::Value classOf(Emitter &emit, mlir::Value window) const;
};

/// Along the lines (0) or columns (1) of the image that `contraction`, a
/// convolution, reads, with or without a border.
WindowAxis windowAxisOf(const Contraction &contraction, size_t axis);

/// What is inside of a border; else `image` itself.
mlir::Value withoutBorder(mlir::Value image);

/// The border of the image that a convolution reads (mk.border). Kernels find
/// zeros there; where the border has another value, sums start from what that
/// contributes, by which taps a window lacks: its class.
class ImageBorder {
public:
  /// Nothing where the left operand of `contraction` has no border.
  static std::optional<ImageBorder> of(const Contraction &contraction);

  const WindowAxis &lines() const { return axes[0]; }
  const WindowAxis &columns() const { return axes[1]; }
  /// Neighbours in the image.
  int64_t channels() const { return channelCount; }
  /// The value of the border.
  int64_t padding() const { return value; }
  /// Whether sums of different windows start from different values.
  bool hasClasses() const { return value != 0; }
  int64_t classes() const { return lines().classes() * columns().classes(); }
  /// What sums start from: for each class one value per column, with zeros up
  /// to `columnsOfClass`.
  mlir::DenseElementsAttr startsOfClasses(const Contraction &contraction,
                                          int64_t columnsOfClass) const;
  /// The class of the window of output `row`, both i32.
  mlir::Value classOf(Emitter &emit, mlir::Value row) const;

  /// Which taps of the window of output `row` are inside, an i32 for isInside.
  mlir::Value maskOf(Emitter &emit, mlir::Value row) const;
  /// Whether element `k` of a window is, an i1; what is behind all is not.
  mlir::Value isInside(Emitter &emit, mlir::Value mask, mlir::Value k) const;

private:
  struct Window {
    mlir::Value line, column; // i32
  };
  Window placeOf(Emitter &emit, mlir::Value row) const;

  std::array<WindowAxis, 2> axes;
  int64_t channelCount = 0, value = 0;
};

/// Whether kernels of `op`, a contraction, may read its left operand through
/// `border`.
bool isImageBorder(mlir::linalg::LinalgOp op, mk::BorderOp border);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_IMAGEBORDER_H
