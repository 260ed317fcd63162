//===- NumberEdges.cpp - Edges of networks that others quantized --------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calibration numbers the edges of a network. An imported one that is quantized
// already comes without; with numbers its edges can be observed, too.
//
//===----------------------------------------------------------------------===//

#include "EdgeNames.h"

#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace quantc::nn {
#define GEN_PASS_DEF_NUMBEREDGES
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

struct NumberEdges : quantc::nn::impl::NumberEdgesBase<NumberEdges> {
  void runOnOperation() override {
    StringRef attribute = NNDialect::getEdgeAttrName();
    WalkResult walk = getOperation().walk([&](Operation *op) {
      return op->hasAttr(attribute) ? WalkResult::interrupt()
                                    : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return;
    EdgeNames names;
    int32_t nextId = 0;
    getOperation().walk([&](QuantizeOp op) {
      StringRef name = getLayerName(op.getInput().getLoc());
      op->setAttr(attribute, EdgeAttr::get(&getContext(), nextId++,
                                           names.makeUnique(name)));
    });
  }
};

} // namespace
