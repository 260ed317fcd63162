//===- ObserveEdges.cpp - Observers in a quantized network --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Quantization replaces the observers that calibration used. This pass puts
// them back, under their numbers and names, so that what became of an edge can
// be compared with what it was.
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace quantc::nn {
#define GEN_PASS_DEF_OBSERVEEDGES
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

struct ObserveEdges : quantc::nn::impl::ObserveEdgesBase<ObserveEdges> {
  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      auto edge = op->getAttrOfType<EdgeAttr>(NNDialect::getEdgeAttrName());
      if (!edge)
        return;
      OpBuilder builder(&getContext());
      builder.setInsertionPointAfter(op);
      Value result = op->getResult(0);
      auto observer =
          ObserveOp::create(builder, op->getLoc(), result.getType(), result,
                            edge.getId(), edge.getName(), /*range=*/TypeAttr());
      result.replaceAllUsesExcept(observer, observer);
    });
  }
};

} // namespace
