//===- FuseTransposes.cpp - Elementwise ops and transposes ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/Common/Contraction.h"
#include "quantc/Codegen/GPU/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_FUSETRANSPOSES
#include "quantc/Codegen/GPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// transpose(generic(x)) -> generic(x) with loops in the order of the result.
struct FuseTranspose : OpRewritePattern<linalg::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto producer = op.getInput().getDefiningOp<linalg::GenericOp>();
    if (!producer || !isElementwiseEpilogue(producer))
      return rewriter.notifyMatchFailure(op, "is behind no elementwise op");
    if (!producer->hasOneUse())
      return rewriter.notifyMatchFailure(op, "others read the op in front");
    // Loop permutation[i] of the producer is loop i now.
    SmallVector<AffineExpr> loops(op.getPermutation().size());
    for (auto [place, loop] : llvm::enumerate(op.getPermutation()))
      loops[loop] = rewriter.getAffineDimExpr(static_cast<unsigned>(place));
    auto permutation =
        AffineMap::get(loops.size(), 0, loops, rewriter.getContext());
    SmallVector<AffineMap> maps;
    for (OpOperand *input : producer.getDpsInputOperands())
      maps.push_back(
          producer.getMatchingIndexingMap(input).compose(permutation));
    maps.push_back(rewriter.getMultiDimIdentityMap(loops.size()));
    auto fused = linalg::GenericOp::create(
        rewriter, rewriter.getFusedLoc({producer.getLoc(), op.getLoc()}),
        op->getResultTypes(), producer.getDpsInputs(), op.getInit(), maps,
        producer.getIteratorTypesArray());
    rewriter.cloneRegionBefore(producer.getRegion(), fused.getRegion(),
                               fused.getRegion().begin());
    rewriter.replaceOp(op, fused.getResults());
    return success();
  }
};

struct FuseTransposes : quantc::impl::FuseTransposesBase<FuseTransposes> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseTranspose>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
