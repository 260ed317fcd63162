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
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    // The larger tensor is there when a part of it is computed.
    getOperation().walk([](tensor::InsertSliceOp op) {
      Operation *producer = op.getSource().getDefiningOp();
      if (producer && producer->getBlock() == op->getBlock())
        moveBefore(op.getDest(), producer);
    });
    separateEmptyTensors();
  }

private:
  /// One for every result, where that is computed.
  void separateEmptyTensors() {
    SmallVector<tensor::EmptyOp> empties;
    getOperation().walk([&](tensor::EmptyOp op) { empties.push_back(op); });
    for (tensor::EmptyOp op : empties) {
      for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
        OpBuilder builder(use.getOwner());
        use.set(builder.clone(*op)->getResult(0));
      }
      op.erase();
    }
  }
};

} // namespace
