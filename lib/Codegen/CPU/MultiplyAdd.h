//===- MultiplyAdd.h - Who has a fused multiply-add --------------*- C++
//-*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_MULTIPLYADD_H
#define QUANTC_LIB_CODEGEN_CPU_MULTIPLYADD_H

#include "mlir/IR/BuiltinOps.h"

namespace quantc {

/// Whether f32 fma is an instruction of the CPU that `module` is for. Fails,
/// with a diagnostic, where its 'llvm.target' is missing.
mlir::FailureOr<bool> hasMultiplyAdd(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_MULTIPLYADD_H
