//===- WarpgroupLeft.h - Boxes of the left operand --------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_WARPGROUPLEFT_H
#define QUANTC_LIB_CODEGEN_GPU_WARPGROUPLEFT_H

#include "ImageBorder.h"

namespace quantc {

/// The left operand as a tensor whose boxes are what stages hold: a matrix, or
/// images of which each stage has some channels at one place of all windows.
class WarpgroupLeft {
public:
  /// Nothing where no tensor map describes it.
  static std::optional<WarpgroupLeft> analyze(const Contraction &contraction);

  int64_t depth() const; // bytes along K of a box
  int64_t run() const { return channels; }
  int64_t paddedRun() const;
  int64_t stages() const; // along K

  /// The tensor map of a kernel whose tiles have so many rows: fields as
  /// kTensorMapAttrName says.
  mlir::DenseI64ArrayAttr describe(mlir::MLIRContext *context,
                                   int64_t rowsOfTile, int64_t rowsPerSample,
                                   bool isPerSample) const;

  /// Lets the box of stage `stage` of the rows from `firstRow` on come to
  /// `target`, and counts its bytes at `barrier`.
  void copy(Emitter &emit, mlir::Value map, mlir::Value target,
            mlir::Value barrier, mlir::Value stage, mlir::Value firstRow) const;

private:
  /// Along the lines or columns of images.
  struct Window : WindowAxis {
    int64_t stride; // bytes, from element to element

    /// Of what is in images and windows reach.
    int64_t reached() const { return std::min(extent, end()); }
    /// How far the last window reaches over that.
    int64_t high() const { return end() - reached(); }

  private:
    int64_t end() const { return (outputs - 1) * step + reach() - low; }
  };
  static std::optional<WarpgroupLeft>
  analyzeMatrix(const Contraction &contraction);
  static std::optional<WarpgroupLeft>
  analyzeImages(const Contraction &contraction);
  bool isMatrix() const { return windows.empty(); }

  int64_t offset = 0;   // of the first element
  int64_t channels = 0; // neighbours: of a row of the matrix, or a pixel
  int64_t pitch = 0;    // from row to row, or image to image
  llvm::SmallVector<Window, 2> windows; // along columns, then lines
};

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_WARPGROUPLEFT_H
