//===- ModelTable.h - The constant struct of a binary -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_MODELTABLE_H
#define QUANTC_LIB_TARGET_MODELTABLE_H

#include "ConstantSection.h"

#include "llvm/IR/Module.h"

namespace quantc {

/// Sets the constants that the embedded runtime in `llvmModule` reads, from the
/// `quantc.*` attributes of the variant and what its machine must have.
void defineRuntimeConstants(llvm::Module &llvmModule, const Variant &variant);

/// The functions of one of several variants in the module that holds them all.
struct VariantFunctions {
  llvm::Function *workspaceBytes, *run;
  llvm::Function *prepare = nullptr, *release = nullptr; // of a GPU
};

/// Sets the table that chooses between `variants`, of which `functions` are,
/// and the weights that `prepare` packs for them, or the `section` that it
/// decodes, if there is one. Returns the bytes of these.
uint64_t defineVariants(llvm::Module &llvmModule,
                        llvm::ArrayRef<Variant> variants,
                        llvm::ArrayRef<VariantFunctions> functions,
                        const ConstantSection *section);

/// Adds to `llvmModule`, which holds the network and the embedded runtime, the
/// struct SYMBOL of type quantc_model (include/quantc-rt/quantc_rt.h) with all
/// that it points to. Names, shapes, scales and sources come from the
/// `quantc.*` attributes. `weightsBytes`: of the network's constants in the
/// file, also those of the `section`, if there is one.
llvm::GlobalVariable *addModelTable(llvm::Module &llvmModule,
                                    llvm::ArrayRef<Variant> variants,
                                    llvm::StringRef symbol,
                                    uint64_t weightsBytes,
                                    const ConstantSection *section);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_MODELTABLE_H
