//===- SinkTransposes.cpp - Moves and cancels transposes ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NCHW models arrive with a transpose before and after every spatial op. Moving
// each one down past elementwise ops brings inverse pairs together, which the
// canonical forms of nn.transpose then cancel; what is left before a fully
// connected layer becomes a permutation of its weight's columns.
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::nn {
#define GEN_PASS_DEF_SINKTRANSPOSES
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

/// clamp(transpose(x)) -> transpose(clamp(x))
struct SinkThroughClamp : OpRewritePattern<ClampOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ClampOp op,
                                PatternRewriter &rewriter) const override {
    auto transpose = op.getInput().getDefiningOp<TransposeOp>();
    if (!transpose || !transpose->hasOneUse())
      return rewriter.notifyMatchFailure(op, "operand is no transpose of its "
                                             "own");
    Value input = transpose.getInput();
    auto clamp = ClampOp::create(rewriter, op.getLoc(), input.getType(), input,
                                 op.getMinAttr(), op.getMaxAttr());
    rewriter.replaceOpWithNewOp<TransposeOp>(op, op.getType(), clamp,
                                             transpose.getPermutation());
    return success();
  }
};

/// Reorders columns of `weight` [O, K] that count elements of a tensor of shape
/// `sample[permutation]` so that they count elements of one of shape `sample`.
DenseElementsAttr permuteColumns(DenseElementsAttr weight,
                                 ArrayRef<int64_t> sample,
                                 ArrayRef<int64_t> permutation) {
  // Column of the transposed sample for each element of the sample.
  SmallVector<int64_t> strides(sample.size());
  int64_t columns = 1;
  for (int64_t dimension : llvm::reverse(permutation)) {
    strides[dimension] = columns;
    columns *= sample[dimension];
  }
  SmallVector<int64_t> source;
  SmallVector<int64_t> index(sample.size(), 0);
  for (int64_t column = 0; column < columns; ++column) {
    int64_t offset = 0;
    for (auto [position, stride] : llvm::zip_equal(index, strides))
      offset += position * stride;
    source.push_back(offset);
    for (int64_t d = sample.size() - 1; d >= 0 && ++index[d] == sample[d]; --d)
      index[d] = 0;
  }
  auto values = weight.getValues<float>();
  SmallVector<float> permuted;
  permuted.reserve(values.size());
  for (int64_t row = 0; row < weight.getType().getDimSize(0); ++row)
    for (int64_t column : source)
      permuted.push_back(values[row * columns + column]);
  return DenseElementsAttr::get(weight.getType(), ArrayRef<float>(permuted));
}

/// fully_connected(reshape(transpose(x)), w)
///   -> fully_connected(reshape(x), w with permuted columns)
/// where the transpose leaves the batch and the reshape flattens the rest.
struct FoldIntoFullyConnected : OpRewritePattern<FullyConnectedOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(FullyConnectedOp op,
                                PatternRewriter &rewriter) const override {
    auto reshape = op.getInput().getDefiningOp<ReshapeOp>();
    if (!reshape)
      return rewriter.notifyMatchFailure(op, "operand is no reshape");
    auto transpose = reshape.getInput().getDefiningOp<TransposeOp>();
    if (!transpose)
      return rewriter.notifyMatchFailure(op, "no transpose before the reshape");
    auto inputType = cast<RankedTensorType>(transpose.getInput().getType());
    ArrayRef<int64_t> permutation = transpose.getPermutation();
    auto flat = cast<RankedTensorType>(reshape.getType());
    if (permutation[0] != 0 || flat.getDimSize(0) != inputType.getDimSize(0))
      return rewriter.notifyMatchFailure(op, "it does not flatten samples");
    DenseElementsAttr weight;
    if (!matchPattern(op.getWeight(), m_Constant(&weight)) ||
        !weight.getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "weight is no f32 constant");

    SmallVector<int64_t> within;
    for (int64_t dimension : permutation.drop_front())
      within.push_back(dimension - 1);
    Value permuted = arith::ConstantOp::create(
        rewriter, op.getWeight().getLoc(),
        permuteColumns(weight, inputType.getShape().drop_front(), within));
    Value flattened = ReshapeOp::create(rewriter, reshape.getLoc(), flat,
                                        transpose.getInput());
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(flattened);
      op.getWeightMutable().assign(permuted);
    });
    return success();
  }
};

struct SinkTransposes : quantc::nn::impl::SinkTransposesBase<SinkTransposes> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SinkThroughClamp, FoldIntoFullyConnected>(&getContext());
    TransposeOp::getCanonicalizationPatterns(patterns, &getContext());
    ReshapeOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
