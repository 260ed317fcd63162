//===- ListKernels.cpp - What became of layers ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tiles are expanded long before a report is written, and the code generator
// does not know layers: this pass notes between the two what became of each.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"
#include "quantc/Pipelines/Layers.h"
#include "quantc/Pipelines/Pipelines.h"

#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringMap.h"

namespace quantc {
#define GEN_PASS_DEF_LISTKERNELS
#include "quantc/Pipelines/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

/// Adds what another op of a layer costs.
static void add(LayerCosts &layer, const LayerCosts &op) {
  // Of the ops the one in tiles stands for the layer, or the first.
  if (layer.kernel.empty() || (layer.tile.empty() && !op.tile.empty())) {
    layer.kernel = op.kernel;
    layer.tile = op.tile;
  }
  // What takes most of the time explains it.
  if (!op.why.empty() &&
      (layer.why.empty() || op.expectedCycles > layer.expectedCycles))
    layer.why = op.why;
  layer.multiplyAdds += op.multiplyAdds;
  layer.bytes += op.bytes;
  layer.expectedCycles += op.expectedCycles;
  layer.leastCycles += op.leastCycles;
}

namespace {

struct ListKernels : quantc::impl::ListKernelsBase<ListKernels> {
  void runOnOperation() override {
    auto costs = getOperation()->getAttrOfType<ArrayAttr>(kCostsAttrName);
    if (!costs) {
      getOperation().emitError("requires the attribute '")
          << kCostsAttrName << "'; -codegen-tile-contractions sets it";
      return signalPassFailure();
    }
    SmallVector<LayerCosts> layers; // in program order
    llvm::StringMap<size_t> positions;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (!isa<mk::TileOp, mk::DepthwiseOp, linalg::LinalgOp>(op))
        return;
      std::string name = nameOfLayer(op->getLoc());
      if (!name.empty() && positions.try_emplace(name, layers.size()).second)
        layers.emplace_back().name = name;
    });
    for (auto entry : costs.getAsRange<DictionaryAttr>()) {
      auto location = cast<Location>(entry.getAs<LocationAttr>("location"));
      auto found = positions.find(nameOfLayer(location));
      if (found != positions.end())
        add(layers[found->second], LayerCosts::fromAttribute(entry));
    }
    SmallVector<Attribute> list;
    for (LayerCosts &layer : layers) {
      if (2 * layer.leastCycles >= layer.expectedCycles)
        layer.why.clear();
      list.push_back(layer.toAttribute(&getContext()));
    }
    getOperation()->removeAttr(kCostsAttrName);
    getOperation()->setAttr(kLayersAttrName,
                            ArrayAttr::get(&getContext(), list));
    markAllAnalysesPreserved();
  }
};

} // namespace
