//===- Canonicalization.cpp - Folders and canonical forms of nn ops -----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/NN.h"

using namespace mlir;
using namespace quantc::nn;

namespace {

/// reshape(reshape(x)) -> reshape(x)
struct ComposeReshapes : OpRewritePattern<ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    auto first = op.getInput().getDefiningOp<ReshapeOp>();
    if (!first)
      return rewriter.notifyMatchFailure(op, "operand is no reshape");
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), first.getInput());
    return success();
  }
};

/// transpose[q](transpose[p](x)) -> transpose[p . q](x)
struct ComposeTransposes : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto first = op.getInput().getDefiningOp<TransposeOp>();
    if (!first)
      return rewriter.notifyMatchFailure(op, "operand is no transpose");
    SmallVector<int64_t> composed;
    for (int64_t dimension : op.getPermutation())
      composed.push_back(first.getPermutation()[dimension]);
    rewriter.replaceOpWithNewOp<TransposeOp>(op, op.getType(), first.getInput(),
                                             composed);
    return success();
  }
};

/// A transpose that moves only dimensions of extent 1 moves no data:
/// transpose(x) -> reshape(x)
struct TransposeToReshape : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto input = cast<RankedTensorType>(op.getInput().getType());
    SmallVector<int64_t> moving;
    for (int64_t dimension : op.getPermutation())
      if (input.getDimSize(dimension) != 1)
        moving.push_back(dimension);
    if (!llvm::is_sorted(moving))
      return rewriter.notifyMatchFailure(op, "it moves data");
    auto output = cast<RankedTensorType>(op.getType());
    if (input.getRank() > 0 &&
        input.isDynamicDim(0) != output.isDynamicDim(0))
      return rewriter.notifyMatchFailure(op, "it moves the batch");
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, output, op.getInput());
    return success();
  }
};

} // namespace

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : nullptr;
}

void ReshapeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<ComposeReshapes>(context);
}

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  for (auto [index, dimension] : llvm::enumerate(getPermutation()))
    if (static_cast<int64_t>(index) != dimension)
      return nullptr;
  return getInput();
}

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<ComposeTransposes, TransposeToReshape>(context);
}
