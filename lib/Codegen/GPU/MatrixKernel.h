//===- MatrixKernel.h - A contraction on tensor cores -----------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_MATRIXKERNEL_H
#define QUANTC_LIB_CODEGEN_GPU_MATRIXKERNEL_H

#include "LoopKernel.h"
#include "MatrixBuilder.h"

namespace quantc {

/// The contraction that `loops` are, where tensor cores can take it and it has
/// enough for them; nothing otherwise.
std::optional<Contraction> matchMatrixKernel(FusedLoops loops);

/// Makes `contraction`, of `loops`, a kernel of `tile` and its launch, and
/// erases the ops. Failure after a diagnostic.
mlir::LogicalResult createMatrixKernel(KernelModule &kernels,
                                       const Contraction &contraction,
                                       FusedLoops loops, const MatrixTile &tile,
                                       MatrixFeatures features);

/// How many rows the outputs of a sample have.
mlir::FailureOr<int64_t> rowsPerSample(const Contraction &contraction);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_MATRIXKERNEL_H
