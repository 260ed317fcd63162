//===- PassTensorMaps.cpp - Tensor maps as parameters by value ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/GPU/Passes.h"

#include "Kernel.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace quantc {
#define GEN_PASS_DEF_PASSTENSORMAPS
#include "quantc/Codegen/GPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// A CUtensorMap.
constexpr int64_t kMapBytes = 128, kMapAlignment = 64;

struct PassTensorMaps : quantc::impl::PassTensorMapsBase<PassTensorMaps> {
  void runOnOperation() override {
    Builder builder(&getContext());
    Type type = LLVM::LLVMArrayType::get(builder.getI8Type(), kMapBytes);
    for (auto kernel : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      auto count = kernel->getAttrOfType<IntegerAttr>(kTensorMapsAttrName);
      if (!count)
        continue;
      for (int64_t index = 0; index < count.getInt(); ++index) {
        kernel.setArgAttr(index, LLVM::LLVMDialect::getByValAttrName(),
                          TypeAttr::get(type));
        kernel.setArgAttr(index, LLVM::LLVMDialect::getAlignAttrName(),
                          builder.getI64IntegerAttr(kMapAlignment));
        kernel.setArgAttr(index, NVVM::NVVMDialect::getGridConstantAttrName(),
                          builder.getUnitAttr());
      }
      kernel->removeAttr(kTensorMapsAttrName);
    }
  }
};

} // namespace
