//===- ListLaunches.cpp - The table of launches ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/GPU/Passes.h"

#include "Kernel.h"

#include "mlir/IR/Matchers.h"

namespace quantc {
#define GEN_PASS_DEF_LISTLAUNCHES
#include "quantc/Codegen/GPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// Bytes per sample of a view of the workspace: its offset is a constant, or
/// one times the batch.
FailureOr<int64_t> offsetOf(memref::ViewOp view) {
  Value offset = view.getByteShift();
  if (auto scaled = offset.getDefiningOp<arith::MulIOp>())
    offset = matchPattern(scaled.getRhs(), m_Constant()) ? scaled.getRhs()
                                                         : scaled.getLhs();
  APInt bytes;
  if (!matchPattern(offset, m_ConstantInt(&bytes))) {
    // The batch itself: an offset of one byte is none of a buffer's.
    return view.emitOpError("expected an offset that is a multiple of the "
                            "batch: run -codegen-plan-workspace=linear");
  }
  return bytes.getSExtValue();
}

struct ListLaunches : quantc::impl::ListLaunchesBase<ListLaunches> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto inputs = module->getAttrOfType<ArrayAttr>("quantc.inputs");
    auto networks = llvm::to_vector(module.getOps<func::FuncOp>());
    if (networks.size() != 1 || !inputs ||
        !module->hasAttr("quantc.workspace_fixed")) {
      module.emitError("requires a network function, quantc.inputs and "
                       "quantc.workspace_fixed: run -convert-nn-to-linalg and "
                       "-codegen-plan-workspace first");
      return signalPassFailure();
    }
    inputCount = inputs.size();
    SmallVector<Attribute> launches;
    for (auto launch : networks.front().getOps<gpu::LaunchFuncOp>()) {
      FailureOr<Attribute> entry = describe(launch);
      if (failed(entry))
        return signalPassFailure();
      launches.push_back(*entry);
    }
    module->setAttr("quantc.launches", ArrayAttr::get(&getContext(), launches));
    networks.front().erase();
  }

private:
  FailureOr<Attribute> describe(gpu::LaunchFuncOp launch) {
    Builder builder(&getContext());
    auto kernel = SymbolTable::lookupNearestSymbolFrom<gpu::GPUFuncOp>(
        launch, launch.getKernel());
    auto integer = [&](int64_t value) {
      return builder.getI64IntegerAttr(value);
    };
    auto constant = [&](Value value) {
      APInt number;
      return integer(matchPattern(value, m_ConstantInt(&number))
                         ? number.getSExtValue()
                         : 0);
    };
    SmallVector<Attribute> arguments;
    for (auto [index, operand] :
         llvm::enumerate(launch.getKernelOperands().drop_back())) {
      auto place = placeOf(launch, operand);
      if (failed(place))
        return failure();
      if (Attribute map = kernel.getArgAttr(index, kTensorMapAttrName))
        place->append("map", map);
      arguments.push_back(place->getDictionary(&getContext()));
    }
    Value sharedBytes = launch.getDynamicSharedMemorySize();
    SmallVector<NamedAttribute> fields = {
        {"kernel", launch.getKernelName()},
        {"items_per_sample", kernel->getAttr(kItemsPerSampleAttrName)},
        {"items_per_block", kernel->getAttr(kItemsPerBlockAttrName)},
        {"blocks_y", constant(launch.getGridSizeY())},
        {"threads", constant(launch.getBlockSizeX())},
        {"shared_bytes", sharedBytes ? constant(sharedBytes) : integer(0)},
        {"arguments", builder.getArrayAttr(arguments)}};
    if (Attribute resident = kernel->getAttr(kResidentBlocksAttrName))
      fields.emplace_back("resident_blocks", resident);
    return Attribute(builder.getDictionaryAttr(fields));
  }

  FailureOr<NamedAttrList> placeOf(gpu::LaunchFuncOp launch, Value buffer) {
    Builder builder(&getContext());
    auto place = [&](StringRef space, StringRef key, Attribute value) {
      NamedAttrList fields;
      fields.append("space", builder.getStringAttr(space));
      fields.append(key, value);
      return fields;
    };
    if (auto argument = dyn_cast<BlockArgument>(buffer)) {
      int64_t index = argument.getArgNumber();
      bool isInput = index < inputCount;
      return place(
          isInput ? "input" : "output", "index",
          builder.getI64IntegerAttr(isInput ? index : index - inputCount));
    }
    if (auto global = buffer.getDefiningOp<memref::GetGlobalOp>())
      return place("constant", "symbol", global.getNameAttr());
    auto view = buffer.getDefiningOp<memref::ViewOp>();
    if (!view)
      return launch.emitOpError("expected constants, the workspace, inputs and "
                                "outputs as buffers of a kernel");
    FailureOr<int64_t> offset = offsetOf(view);
    if (failed(offset))
      return failure();
    return place("workspace", "offset", builder.getI64IntegerAttr(*offset));
  }

  int64_t inputCount = 0;
};

} // namespace
