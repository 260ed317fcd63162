//===- Compile.h - LLVM modules and machines of a network ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_COMPILE_H
#define QUANTC_LIB_TARGET_COMPILE_H

#include "quantc/Target/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace quantc {

/// The machine that `llvm.target` of `module` names.
mlir::FailureOr<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(mlir::ModuleOp module);

/// Translates `module`, links the embedded runtime, adds the model table and
/// optimizes. What `kind` is decides only whether `quantc_model` exists.
mlir::FailureOr<std::unique_ptr<llvm::Module>>
compileToLLVM(mlir::ModuleOp module, BinaryKind kind, llvm::StringRef name,
              llvm::TargetMachine &machine, llvm::LLVMContext &context);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_COMPILE_H
