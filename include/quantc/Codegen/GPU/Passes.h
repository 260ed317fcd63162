//===- Passes.h - Code generation for GPUs ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CODEGEN_GPU_PASSES_H
#define QUANTC_CODEGEN_GPU_PASSES_H

// The dialects that the passes depend on.
#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"

namespace quantc {

#define GEN_PASS_DECL
#include "quantc/Codegen/GPU/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "quantc/Codegen/GPU/Passes.h.inc"

} // namespace quantc

#endif // QUANTC_CODEGEN_GPU_PASSES_H
