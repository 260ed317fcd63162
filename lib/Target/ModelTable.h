//===- ModelTable.h - The constant struct of a binary -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_MODELTABLE_H
#define QUANTC_LIB_TARGET_MODELTABLE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

namespace quantc {

/// Adds to `llvmModule`, which holds the network and the embedded runtime, the
/// struct SYMBOL of type quantc_model (include/quantc-rt/quantc_rt.h) with all
/// that it points to, and the constants that the runtime reads. Names, shapes,
/// scales and sources come from the `quantc.*` attributes of `module`, what the
/// CPU must have from `machine`. `weightsBytes`: of the network's constants.
llvm::GlobalVariable *addModelTable(llvm::Module &llvmModule,
                                    mlir::ModuleOp module,
                                    llvm::StringRef symbol,
                                    const llvm::TargetMachine &machine,
                                    uint64_t weightsBytes);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_MODELTABLE_H
