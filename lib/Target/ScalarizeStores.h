//===- ScalarizeStores.h - Masked stores of one element --------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_SCALARIZESTORES_H
#define QUANTC_LIB_TARGET_SCALARIZESTORES_H

#include "llvm/IR/PassManager.h"

namespace quantc {

/// Makes ordinary stores of masked ones whose constant mask has one element.
/// For CPUs with AVX-512 LLVM 22 writes more than this element where it is
/// narrower than the vector's elements in a register
/// (test/Regression/upstream/masked-store-of-one-element.ll).
struct ScalarizeStores : llvm::PassInfoMixin<ScalarizeStores> {
  llvm::PreservedAnalyses run(llvm::Function &function,
                              llvm::FunctionAnalysisManager &);
};

} // namespace quantc

#endif // QUANTC_LIB_TARGET_SCALARIZESTORES_H
