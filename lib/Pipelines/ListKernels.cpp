//===- ListKernels.cpp - Which layers are in tiles ----------------------===//
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

#include "quantc/Dialect/MK/IR/MK.h"
#include "quantc/Pipelines/Layers.h"
#include "quantc/Pipelines/Pipelines.h"

#include "mlir/Pass/Pass.h"

namespace quantc {
#define GEN_PASS_DEF_LISTKERNELS
#include "quantc/Pipelines/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

struct ListKernels : quantc::impl::ListKernelsBase<ListKernels> {
  void runOnOperation() override {
    NamedAttrList kernels;
    getOperation().walk([&](Operation *op) {
      auto strategy = op->getAttrOfType<StringAttr>("strategy");
      std::string layer = nameOfLayer(op->getLoc());
      if (isa<mk::TileOp, mk::DepthwiseOp>(op) && !layer.empty())
        kernels.set(layer, StringAttr::get(&getContext(),
                                           strategy.getValue() + " " +
                                               op->getName().stripDialect()));
    });
    getOperation()->setAttr(kKernelsAttrName,
                            kernels.getDictionary(&getContext()));
    markAllAnalysesPreserved();
  }
};

} // namespace
