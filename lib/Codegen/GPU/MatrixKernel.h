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

/// The contraction of i8 with constant weights that `loops` are, or nothing.
std::optional<Contraction> matchContraction(FusedLoops loops);

/// Whether tensor cores can take `contraction` and it has enough for them.
bool fillsMatrices(const Contraction &contraction);

/// Adds a kernel of `tile` for `contraction`, and its launch. Failure after a
/// diagnostic.
mlir::LogicalResult createMatrixKernel(KernelModule &kernels,
                                       const Contraction &contraction,
                                       const MatrixTile &tile,
                                       MatrixFeatures features);

/// Whether there are more rows in a larger batch.
bool isBatched(const Contraction &contraction);

/// How many rows the outputs of a sample have.
mlir::FailureOr<int64_t> rowsPerSample(const Contraction &contraction);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_MATRIXKERNEL_H
