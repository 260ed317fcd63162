//===- CreateEntry.cpp - The function that the runtime calls ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"
#include "quantc/Codegen/Common/MemRefs.h"

#include "quantc-rt/quantc_rt.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace quantc {
#define GEN_PASS_DEF_CREATEENTRY
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// Element `index` of an array of pointers.
Value loadPointer(OpBuilder &builder, Location loc, Value array,
                  int32_t index) {
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  Value address = LLVM::GEPOp::create(builder, loc, pointer, pointer, array,
                                      ArrayRef<LLVM::GEPArg>{index});
  return LLVM::LoadOp::create(builder, loc, pointer, address);
}

struct CreateEntry : quantc::impl::CreateEntryBase<CreateEntry> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp body;
    for (auto function : module.getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      if (body) {
        function.emitOpError("expected one network function, but '")
            << body.getName() << "' is there, too";
        return signalPassFailure();
      }
      body = function;
    }
    auto inputs = module->getAttrOfType<ArrayAttr>("quantc.inputs");
    if (!body || !inputs || !module->hasAttr("quantc.workspace_fixed")) {
      module.emitError("requires a network function, quantc.inputs and "
                       "quantc.workspace_fixed: run -convert-nn-to-linalg and "
                       "-codegen-plan-workspace first");
      return signalPassFailure();
    }
    if (failed(passContext(body)))
      return signalPassFailure();
    readPanels(body);
    body.setName(kBodyName);
    body.setPrivate();
    createEntry(body, inputs.size());
  }

private:
  /// Hands a new last argument, the context of the run, to every observer.
  LogicalResult passContext(func::FuncOp body) {
    Type pointer = LLVM::LLVMPointerType::get(&getContext());
    unsigned index = body.getNumArguments();
    if (failed(body.insertArgument(index, pointer, {}, body.getLoc())))
      return failure();
    for (auto observer : getOperation().getOps<func::FuncOp>())
      if (observer.isExternal() &&
          failed(observer.insertArgument(0, pointer, {}, observer.getLoc())))
        return failure();
    body.walk([&](func::CallOp call) {
      SmallVector<Value> operands = {body.getArgument(index)};
      llvm::append_range(operands, call.getOperands());
      call.getOperandsMutable().assign(operands);
    });
    return success();
  }

  /// Takes the panels that `prepare` packed from the context of the run.
  void readPanels(func::FuncOp body) {
    auto panels =
        getOperation()->getAttrOfType<ArrayAttr>(quantc::kPanelsAttrName);
    if (!panels)
      return;
    auto builder = OpBuilder::atBlockBegin(&body.getBody().front());
    Location loc = body.getLoc();
    LLVMTypeConverter converter(&getContext());
    constexpr int32_t kPointers = sizeof(quantc_run_args) / sizeof(void *);
    Value table =
        loadPointer(builder, loc, body.getArguments().back(), kPointers);
    SymbolTable symbols(getOperation());
    for (auto [index, entry] :
         llvm::enumerate(panels.getAsRange<DictionaryAttr>())) {
      auto global = symbols.lookup<memref::GlobalOp>(
          entry.getAs<FlatSymbolRefAttr>("panels").getValue());
      if (!global)
        continue; // no tile reads it
      Value data = loadPointer(builder, loc, table, index);
      Value buffer = createMemRef(builder, loc, converter, global.getType(),
                                  data, /*extent=*/{});
      body.walk([&](memref::GetGlobalOp op) {
        if (op.getName() != global.getSymName())
          return;
        op.replaceAllUsesWith(buffer);
        op.erase();
      });
      global.erase();
    }
  }

  void createEntry(func::FuncOp body, unsigned inputCount) {
    OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
    Location loc = body.getLoc();
    LLVMTypeConverter converter(&getContext());
    Type pointer = LLVM::LLVMPointerType::get(&getContext());
    Type i64 = builder.getI64Type();
    auto type =
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(&getContext()),
                                    {pointer, pointer, pointer, i64, pointer});
    auto entry = LLVM::LLVMFuncOp::create(builder, loc, "quantc_network", type);
    Block *block = entry.addEntryBlock(builder);
    builder.setInsertionPointToStart(block);
    Value batch = block->getArgument(3);

    // (inputs..., outputs..., workspace, context)
    SmallVector<Value> operands;
    unsigned tensorCount = body.getNumArguments() - 2;
    for (unsigned index = 0; index < tensorCount; ++index) {
      bool isInput = index < inputCount;
      Value array = block->getArgument(isInput ? 0 : 1);
      Value data = loadPointer(builder, loc, array,
                               isInput ? index : index - inputCount);
      operands.push_back(createMemRef(
          builder, loc, converter,
          cast<MemRefType>(body.getArgument(index).getType()), data, batch));
    }
    // The views know their extents, nothing asks for that of the whole.
    Value unknown = LLVM::ConstantOp::create(
        builder, loc, i64, builder.getI64IntegerAttr(INT64_MAX));
    operands.push_back(
        createMemRef(builder, loc, converter,
                     cast<MemRefType>(body.getArgument(tensorCount).getType()),
                     block->getArgument(2), unknown));
    operands.push_back(block->getArgument(4));
    func::CallOp::create(builder, loc, body, operands);
    LLVM::ReturnOp::create(builder, loc, ValueRange{});
  }
};

} // namespace
