//===- Passes.h - To run LLVM's passes --------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_PASSES_H
#define QUANTC_LIB_TARGET_PASSES_H

#include "llvm/Passes/PassBuilder.h"

namespace quantc {

/// Runs what `build` makes of a builder for `machine`.
void runPasses(
    llvm::Module &llvmModule, llvm::TargetMachine &machine,
    llvm::function_ref<llvm::ModulePassManager(llvm::PassBuilder &)> build);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_PASSES_H
