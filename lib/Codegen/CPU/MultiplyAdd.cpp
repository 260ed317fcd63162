//===- MultiplyAdd.cpp - Who has a fused multiply-add ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MultiplyAdd.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace mlir;

FailureOr<bool> quantc::hasMultiplyAdd(ModuleOp module) {
  auto target = module->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
  if (!target)
    return module.emitError("requires an 'llvm.target' attribute: run "
                            "-codegen-attach-target");
  if (!llvm::Triple(target.getTriple().getValue()).isX86())
    return true;
  SmallVector<StringRef> ofChip;
  llvm::X86::getFeaturesForCPU(target.getChip(), ofChip);
  llvm::StringMap<bool> present;
  for (StringRef feature : ofChip)
    present[feature] = true;
  if (LLVM::TargetFeaturesAttr features = target.getFeatures())
    for (StringAttr feature : features.getFeatures())
      llvm::X86::updateImpliedFeatures(feature.getValue().drop_front(),
                                       feature.getValue().starts_with("+"),
                                       present);
  return present.lookup("fma");
}
