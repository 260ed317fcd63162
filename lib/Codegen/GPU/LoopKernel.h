//===- LoopKernel.h - A linalg op, a result per thread ----------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_LOOPKERNEL_H
#define QUANTC_LIB_CODEGEN_GPU_LOOPKERNEL_H

#include "Kernel.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace quantc {

/// A linalg op on buffers and its neighbours that its kernel takes in.
struct FusedLoops {
  mlir::linalg::LinalgOp op;
  /// The fill or broadcast in front that writes what the results start from, or
  /// null.
  mlir::linalg::LinalgOp start;
  /// The elementwise op behind that alone reads the results, or null. Requires
  /// a start.
  mlir::linalg::GenericOp epilogue;
};

/// `op` with the neighbours that there are.
FusedLoops findNeighbours(mlir::linalg::LinalgOp op);

/// What neither computes nor stores, and stays in the network function.
bool isBookkeeping(mlir::Operation *op);

/// Makes `loops` a kernel and its launch, and erases the ops. A thread computes
/// neighbouring results, adding up in the order of the op. Failure after a
/// diagnostic.
mlir::LogicalResult createLoopKernel(KernelModule &kernels, FusedLoops loops);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_LOOPKERNEL_H
