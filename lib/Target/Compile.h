//===- Compile.h - LLVM modules and machines of a network ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_COMPILE_H
#define QUANTC_LIB_TARGET_COMPILE_H

#include "Variants.h"

#include "llvm/IR/Module.h"

namespace quantc {

/// Translates the modules of `variants`, links the embedded runtime, adds the
/// model table and optimizes. Functions of one of several variants carry its
/// target as attributes. What `kind` is decides only whether `quantc_model`
/// exists. `constantBytes`: of the constants in the file.
mlir::FailureOr<std::unique_ptr<llvm::Module>>
compileToLLVM(llvm::ArrayRef<Variant> variants, BinaryKind kind,
              llvm::StringRef name, llvm::LLVMContext &context,
              uint64_t &constantBytes);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_COMPILE_H
