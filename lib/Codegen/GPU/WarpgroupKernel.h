//===- WarpgroupKernel.h - A contraction by wgmma ---------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_WARPGROUPKERNEL_H
#define QUANTC_LIB_CODEGEN_GPU_WARPGROUPKERNEL_H

#include "Kernel.h"
#include "WarpgroupLeft.h"
#include "WarpgroupTile.h"

#include "quantc/Codegen/Common/Contraction.h"

namespace quantc {

/// Adds a kernel of `tile` for `contraction`, and its launch. Failure after a
/// diagnostic.
mlir::LogicalResult createWarpgroupKernel(KernelModule &kernels,
                                          const Contraction &contraction,
                                          const WarpgroupLeft &left,
                                          const WarpgroupTile &tile);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_WARPGROUPKERNEL_H
