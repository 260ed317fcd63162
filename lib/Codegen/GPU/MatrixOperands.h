//===- MatrixOperands.h - What a contraction's kernel reads -----*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_MATRIXOPERANDS_H
#define QUANTC_LIB_CODEGEN_GPU_MATRIXOPERANDS_H

#include "ImageBorder.h"
#include "Kernel.h"
#include "MatrixConstants.h"

namespace quantc {

/// The constants of a contraction in the order of tiles, and what else its
/// kernel and the epilogue in it read.
struct MatrixOperands {
  KernelImports imports;
  mlir::Value weights, bias; // in the network function; no bias: 0
  /// Of the left operand, where kernels find zeros there; if it has classes,
  /// `bias` has one for each of them.
  std::optional<ImageBorder> border;
  llvm::SmallVector<mlir::Value> params; // one value per column, padded

  /// All but the left operand: `packed` are the weights, and zeros are behind
  /// constants per column up to a multiple of `columns`.
  mlir::LogicalResult add(KernelModule &kernels, const Contraction &contraction,
                          mlir::DenseElementsAttr packed, int64_t columns);
  bool hasClasses() const { return border && border->hasClasses(); }
  /// Where in `bias` that of the class of `row`, an index, is.
  mlir::Value startsOf(Emitter &emit, mlir::Value row) const;
  /// An empty kernel in place of `contraction`.
  mlir::gpu::GPUFuncOp createKernel(KernelModule &kernels,
                                    const Contraction &contraction,
                                    const LaunchShape &shape);
  /// What the epilogue takes from outside, at the place of `builder`.
  void importCaptured(mlir::OpBuilder &builder, const Contraction &contraction);
};

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_MATRIXOPERANDS_H
