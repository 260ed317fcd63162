//===- PlaceResults.cpp - Results where they belong ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_PLACERESULTS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;

namespace {

/// Moves what computes `value` in front of `anchor`, where that does not depend
/// on `anchor`.
bool moveBefore(Value value, Operation *anchor) {
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != anchor->getBlock() ||
      op->isBeforeInBlock(anchor))
    return true;
  if (op == anchor || !isPure(op) ||
      !llvm::all_of(op->getOperands(),
                    [&](Value operand) { return moveBefore(operand, anchor); }))
    return false;
  op->moveBefore(anchor);
  return true;
}

struct PlaceResults : quantc::impl::PlaceResultsBase<PlaceResults> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateDecomposePadPatterns(patterns);
    tensor::populateDecomposeTensorConcatPatterns(patterns);
    memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
    // There are only so many pads and concats, and dimensions are asked for
    // ever nearer to the arguments, so that this ends; the default limit is
    // less than what a deep network may take.
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      return signalPassFailure();
    // The larger tensor is there when a part of it is computed.
    getOperation().walk([](tensor::InsertSliceOp op) {
      Operation *producer = op.getSource().getDefiningOp();
      if (producer && producer->getBlock() == op->getBlock())
        moveBefore(op.getDest(), producer);
    });
    // What reads first, so that the copies get copies.
    separate<linalg::FillOp>();
    separate<linalg::BroadcastOp>();
    separate<tensor::EmptyOp>();
  }

private:
  /// One for every op that writes into it, in front of that op.
  template <typename OpT> void separate() {
    SmallVector<OpT> ops;
    getOperation().walk([&](OpT op) { ops.push_back(op); });
    for (OpT op : ops) {
      for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
        auto writer = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
        if (op->hasOneUse() || !writer || !writer.isDpsInit(&use))
          continue;
        OpBuilder builder(writer);
        use.set(builder.clone(*op)->getResult(0));
      }
      if (op->use_empty())
        op.erase();
    }
  }
};

} // namespace
