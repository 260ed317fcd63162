//===- PassPointers.cpp - Addresses as parameters of kernels --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/Common/MemRefs.h"
#include "quantc/Codegen/GPU/Passes.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace quantc {
#define GEN_PASS_DEF_PASSPOINTERS
#include "quantc/Codegen/GPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// Bytes that every buffer is aligned to: what a thread reads at once. The host
/// holds inputs and outputs to it, which no one else does.
constexpr int64_t kAlignment = 16;

struct PassPointers : quantc::impl::PassPointersBase<PassPointers> {
  void runOnOperation() override {
    getOperation().walk([&](gpu::GPUFuncOp kernel) { passPointers(kernel); });
  }

private:
  void passPointers(gpu::GPUFuncOp kernel) {
    Block &block = kernel.getBody().front();
    auto builder = OpBuilder::atBlockBegin(&block);
    Location loc = kernel.getLoc();
    LLVMTypeConverter converter(&getContext());
    auto inGlobal = LLVM::LLVMPointerType::get(
        &getContext(), static_cast<unsigned>(NVVM::NVVMMemorySpace::Global));
    auto generic = LLVM::LLVMPointerType::get(&getContext());
    Value batch =
        UnrealizedConversionCastOp::create(
            builder, loc, converter.getIndexType(), block.getArguments().back())
            .getResult(0);
    for (BlockArgument argument : block.getArguments().drop_back()) {
      kernel.setArgAttr(argument.getArgNumber(),
                        LLVM::LLVMDialect::getAlignAttrName(),
                        builder.getI64IntegerAttr(kAlignment));
      auto type = cast<MemRefType>(argument.getType());
      argument.setType(inGlobal);
      Value pointer =
          LLVM::AddrSpaceCastOp::create(builder, loc, generic, argument);
      Value buffer =
          createMemRef(builder, loc, converter, type, pointer, batch);
      argument.replaceAllUsesExcept(buffer, pointer.getDefiningOp());
    }
    kernel.setFunctionType(
        builder.getFunctionType(block.getArgumentTypes(), {}));
  }
};

} // namespace
