//===- PassPointers.cpp - Addresses as parameters of kernels --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include "quantc/Codegen/Common/MemRefs.h"
#include "quantc/Codegen/GPU/Passes.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

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
  /// An address that is asked for is that of global memory, and of the argument
  /// that it is a view of; or of a tensor map, which is no global memory.
  void passAddresses(gpu::GPUFuncOp kernel) {
    SmallVector<memref::ExtractAlignedPointerAsIndexOp> addresses;
    kernel.walk([&](memref::ExtractAlignedPointerAsIndexOp op) {
      addresses.push_back(op);
    });
    for (memref::ExtractAlignedPointerAsIndexOp op : addresses) {
      Value source = op.getSource();
      while (auto view = source.getDefiningOp<ViewLikeOpInterface>())
        source = view.getViewSource();
      OpBuilder builder(op);
      auto argument = cast<BlockArgument>(source);
      Type type = isMap(kernel, argument)
                      ? LLVM::LLVMPointerType::get(&getContext())
                      : pointerInGlobal();
      Value number = LLVM::PtrToIntOp::create(
          builder, op.getLoc(), builder.getI64Type(),
          UnrealizedConversionCastOp::create(builder, op.getLoc(), type, source)
              .getResult(0));
      op.replaceAllUsesWith(
          UnrealizedConversionCastOp::create(builder, op.getLoc(),
                                             builder.getIndexType(), number)
              .getResult(0));
      op.erase();
    }
  }

  static bool isMap(gpu::GPUFuncOp kernel, BlockArgument argument) {
    return kernel.getArgAttr(argument.getArgNumber(), kTensorMapAttrName) !=
           Attribute();
  }

  LLVM::LLVMPointerType pointerInGlobal() {
    return LLVM::LLVMPointerType::get(
        &getContext(), static_cast<unsigned>(NVVM::NVVMMemorySpace::Global));
  }

  /// Maps are the first arguments: -codegen-pass-tensor-maps finds so many.
  void passMap(gpu::GPUFuncOp kernel, BlockArgument argument) {
    int64_t index = argument.getArgNumber();
    kernel.removeArgAttr(index, kTensorMapAttrName);
    kernel->setAttr(kTensorMapsAttrName,
                    Builder(&getContext()).getI64IntegerAttr(index + 1));
    argument.setType(LLVM::LLVMPointerType::get(&getContext()));
    SmallVector<Operation *> addresses(argument.getUsers());
    for (Operation *address : addresses) {
      address->getResult(0).replaceAllUsesWith(argument);
      address->erase();
    }
  }

  void passPointers(gpu::GPUFuncOp kernel) {
    passAddresses(kernel);
    Block &block = kernel.getBody().front();
    auto builder = OpBuilder::atBlockBegin(&block);
    Location loc = kernel.getLoc();
    LLVMTypeConverter converter(&getContext());
    auto generic = LLVM::LLVMPointerType::get(&getContext());
    Value batch =
        UnrealizedConversionCastOp::create(
            builder, loc, converter.getIndexType(), block.getArguments().back())
            .getResult(0);
    for (BlockArgument argument : block.getArguments().drop_back()) {
      if (isMap(kernel, argument)) {
        passMap(kernel, argument);
        continue;
      }
      kernel.setArgAttr(argument.getArgNumber(),
                        LLVM::LLVMDialect::getAlignAttrName(),
                        builder.getI64IntegerAttr(kAlignment));
      builder.setInsertionPointAfterValue(batch);
      auto type = cast<MemRefType>(argument.getType());
      argument.setType(pointerInGlobal());
      Value pointer =
          LLVM::AddrSpaceCastOp::create(builder, loc, generic, argument);
      Value buffer =
          createMemRef(builder, loc, converter, type, pointer, batch);
      SmallPtrSet<Operation *, 4> addresses = {pointer.getDefiningOp()};
      for (Operation *user : argument.getUsers())
        if (isa<UnrealizedConversionCastOp>(user))
          addresses.insert(user);
      argument.replaceAllUsesExcept(buffer, addresses);
      addresses.erase(pointer.getDefiningOp());
      for (Operation *address : addresses) {
        address->getResult(0).replaceAllUsesWith(argument);
        address->erase();
      }
    }
    kernel.setFunctionType(
        builder.getFunctionType(block.getArgumentTypes(), {}));
  }
};

} // namespace
