//===- WarpgroupKernel.h - A contraction by wgmma ---------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_WARPGROUPKERNEL_H
#define QUANTC_LIB_CODEGEN_GPU_WARPGROUPKERNEL_H

#include "Kernel.h"
#include "WarpgroupTile.h"

#include "quantc/Codegen/Common/Contraction.h"

namespace quantc {

/// Whether the left operand is a matrix whose boxes can be copied: rows of
/// neighbours, one behind the other, at multiples of 16 bytes.
bool fitsWarpgroups(const Contraction &contraction);

/// Adds a kernel of `tile` for `contraction`, which fits, and its launch.
/// Failure after a diagnostic.
mlir::LogicalResult createWarpgroupKernel(KernelModule &kernels,
                                          const Contraction &contraction,
                                          const WarpgroupTile &tile);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_WARPGROUPKERNEL_H
