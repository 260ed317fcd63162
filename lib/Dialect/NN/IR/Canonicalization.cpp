//===- Canonicalization.cpp - Folders and canonical forms of nn ops -----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/Constants.h"
#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Dialect/NN/IR/ShapeInference.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

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
    if (movesElements(input.getShape(), op.getPermutation()))
      return rewriter.notifyMatchFailure(op, "it moves data");
    auto output = cast<RankedTensorType>(op.getType());
    if (input.getRank() > 0 && input.isDynamicDim(0) != output.isDynamicDim(0))
      return rewriter.notifyMatchFailure(op, "it moves the batch");
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, output, op.getInput());
    return success();
  }
};

/// matmul(x, constant) -> fully_connected(x, transpose(constant)), rank 2
struct MatmulToFullyConnected : OpRewritePattern<MatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MatmulOp op,
                                PatternRewriter &rewriter) const override {
    DenseElementsAttr matrix;
    if (!matchPattern(op.getRhs(), m_Constant(&matrix)) ||
        matrix.getType().getRank() != 2)
      return rewriter.notifyMatchFailure(op, "no constant matrix on the right");
    ArrayRef<int64_t> shape = matrix.getType().getShape();
    Value weight = TransposeOp::create(
        rewriter, op.getRhs().getLoc(),
        RankedTensorType::get({shape[1], shape[0]}, rewriter.getF32Type()),
        op.getRhs(), ArrayRef<int64_t>{1, 0});
    rewriter.replaceOpWithNewOp<FullyConnectedOp>(op, op.getType(), op.getLhs(),
                                                  weight, /*bias=*/Value());
    return success();
  }
};

} // namespace

void MatmulOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<MatmulToFullyConnected>(context);
}

OpFoldResult RequantizeOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : nullptr;
}

/// The operand's elements, where it is an f32 constant.
static DenseElementsAttr getFloats(Attribute operand) {
  auto constant = dyn_cast_if_present<DenseElementsAttr>(operand);
  return constant && constant.getElementType().isF32() ? constant : nullptr;
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (DenseElementsAttr constant = getFloats(adaptor.getInput()))
    return constant.reshape(getType());
  return nullptr;
}

void ReshapeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<ComposeReshapes>(context);
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (llvm::is_sorted(getPermutation()))
    return getInput();
  if (DenseElementsAttr constant = getFloats(adaptor.getInput()))
    return permuteElements(constant, constant.getType().getShape(),
                           getPermutation(), getType());
  return nullptr;
}

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<ComposeTransposes, TransposeToReshape>(context);
}
