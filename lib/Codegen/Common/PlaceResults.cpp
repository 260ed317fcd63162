//===- PlaceResults.cpp - Results where they belong ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/Common/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
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
#include "quantc/Codegen/Common/Passes.h.inc"
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

/// tensor.pad with a constant -> the borders, filled, around the source:
/// nothing is written twice.
struct FillBorders : OpRewritePattern<tensor::PadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::PadOp op,
                                PatternRewriter &rewriter) const override {
    Value value = op.getConstantPaddingValue();
    if (!value)
      return rewriter.notifyMatchFailure(op, "pads with different values");
    Location loc = op.getLoc();
    ReifiedRankedShapedTypeDims shapes;
    if (failed(reifyResultShapes(rewriter, op, shapes)))
      return rewriter.notifyMatchFailure(op, "has an unknown shape");
    ArrayRef<OpFoldResult> shape = shapes.front();
    SmallVector<OpFoldResult> source =
        tensor::getMixedSizes(rewriter, loc, op.getSource());
    SmallVector<OpFoldResult> low = op.getMixedLowPad();
    SmallVector<OpFoldResult> high = op.getMixedHighPad();
    SmallVector<OpFoldResult> ones(shape.size(), rewriter.getIndexAttr(1));
    Type element = op.getResultType().getElementType();
    Value padded = tensor::EmptyOp::create(rewriter, loc, shape, element);
    // What is between the borders of the dimensions so far.
    SmallVector<OpFoldResult> offsets(shape.size(), rewriter.getIndexAttr(0));
    SmallVector<OpFoldResult> sizes(shape);
    auto fill = [&](unsigned dimension, OpFoldResult offset,
                    OpFoldResult size) {
      SmallVector<OpFoldResult> begins(offsets), extents(sizes);
      begins[dimension] = offset;
      extents[dimension] = size;
      Value border = tensor::EmptyOp::create(rewriter, loc, extents, element);
      border = linalg::FillOp::create(rewriter, loc, value, border).result();
      padded = tensor::InsertSliceOp::create(rewriter, loc, border, padded,
                                             begins, extents, ones);
    };
    AffineExpr before = rewriter.getAffineSymbolExpr(0);
    AffineExpr extent = rewriter.getAffineSymbolExpr(1);
    for (unsigned dimension = 0; dimension < shape.size(); ++dimension) {
      if (!isZeroInteger(low[dimension]))
        fill(dimension, rewriter.getIndexAttr(0), low[dimension]);
      if (!isZeroInteger(high[dimension]))
        fill(dimension,
             affine::makeComposedFoldedAffineApply(
                 rewriter, loc, before + extent,
                 {low[dimension], source[dimension]}),
             high[dimension]);
      offsets[dimension] = low[dimension];
      sizes[dimension] = source[dimension];
    }
    rewriter.replaceOpWithNewOp<tensor::InsertSliceOp>(
        op, op.getSource(), padded, low, source, ones);
    return success();
  }
};

struct PlaceResults : quantc::impl::PlaceResultsBase<PlaceResults> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FillBorders>(&getContext());
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
