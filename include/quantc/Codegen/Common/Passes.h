//===- Passes.h - Code generation for any target ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CODEGEN_COMMON_PASSES_H
#define QUANTC_CODEGEN_COMMON_PASSES_H

// The dialects that the passes depend on.
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"

namespace quantc {

#define GEN_PASS_DECL
#include "quantc/Codegen/Common/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "quantc/Codegen/Common/Passes.h.inc"

/// What the name of a GPU begins with where a target is named.
constexpr llvm::StringLiteral kGPUPrefix = "nvidia-";

inline bool isGPUTarget(llvm::StringRef text) {
  return text.starts_with(kGPUPrefix);
}

/// The target that `text` names as -codegen-attach-target takes it. Failure
/// after a diagnostic.
mlir::FailureOr<mlir::LLVM::TargetAttr>
parseTarget(mlir::MLIRContext *context, llvm::StringRef text,
            llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

} // namespace quantc

#endif // QUANTC_CODEGEN_COMMON_PASSES_H
