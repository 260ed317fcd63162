//===- MarkLayers.cpp - Where layers end in the code ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last pass before stage `loops`: nothing is fused or moved afterwards, so
// that the code between two marks is that of a network without any.
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Layers.h"
#include "quantc/Pipelines/Pipelines.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringMap.h"

namespace quantc {
#define GEN_PASS_DEF_MARKLAYERS
#include "quantc/Pipelines/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

struct MarkLayers : quantc::impl::MarkLayersBase<MarkLayers> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto layers = module->getAttrOfType<ArrayAttr>(kLayersAttrName);
    if (!layers) {
      module.emitError("requires the attribute '")
          << kLayersAttrName << "'; -quantc-list-kernels sets it";
      return signalPassFailure();
    }
    SmallVector<Attribute> timed;
    for (auto [index, entry] :
         llvm::enumerate(layers.getAsRange<DictionaryAttr>())) {
      auto layer = LayerCosts::fromAttribute(entry);
      positions[layer.name] = index;
      // One text says how it is computed.
      if (!layer.tile.empty())
        layer.kernel += " " + std::exchange(layer.tile, "");
      timed.push_back(layer.toAttribute(&getContext()));
    }
    module->setAttr(kTimedLayersAttrName, ArrayAttr::get(&getContext(), timed));
    OpBuilder builder(module.getBodyRegion());
    auto type =
        builder.getFunctionType(builder.getI32Type(), /*results=*/TypeRange());
    auto finish = func::FuncOp::create(builder, module.getLoc(),
                                       "quantc_finish_layer", type);
    finish.setPrivate();
    for (auto function : module.getOps<func::FuncOp>())
      if (!function.isExternal())
        mark(function.getBody().front(), finish);
  }

private:
  /// Calls `finish` where the ops of another layer begin, and at the end. What
  /// belongs to no layer is counted with the one before.
  void mark(Block &block, func::FuncOp finish) {
    std::optional<int32_t> current;
    auto end = [&](Operation &next) {
      OpBuilder builder(&next);
      Value layer = arith::ConstantOp::create(
          builder, next.getLoc(), builder.getI32IntegerAttr(*current));
      func::CallOp::create(builder, next.getLoc(), finish, layer);
    };
    for (Operation &op :
         llvm::make_early_inc_range(block.without_terminator())) {
      auto found = positions.find(nameOfLayer(op.getLoc()));
      if (isMemoryEffectFree(&op) || found == positions.end())
        continue;
      if (current && *current != found->second)
        end(op);
      current = found->second;
    }
    if (current)
      end(*block.getTerminator());
  }

  llvm::StringMap<int32_t> positions;
};

} // namespace
