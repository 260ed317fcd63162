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

#include "quantc/Dialect/NN/IR/Constants.h"
#include "quantc/Dialect/NN/IR/ShapeInference.h"
#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::nn {
#define GEN_PASS_DEF_SINKTRANSPOSES
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

/// list[i] for position permutation[i]: what belongs to dimensions of
/// transpose[permutation](x), for those of x.
SmallVector<int64_t> unpermute(ArrayRef<int64_t> list,
                               ArrayRef<int64_t> permutation) {
  SmallVector<int64_t> result(list.size());
  for (auto [value, dimension] : llvm::zip_equal(list, permutation))
    result[dimension] = value;
  return result;
}

/// The type of x for a value of type `type` that is transpose[permutation](x).
RankedTensorType unpermute(Type type, ArrayRef<int64_t> permutation) {
  auto tensor = cast<RankedTensorType>(type);
  return cast<RankedTensorType>(
      tensor.clone(unpermute(tensor.getShape(), permutation)));
}

/// Whether transposing `value` costs nothing at run time.
bool isTransposedFreely(Value value, ArrayRef<int64_t> permutation) {
  auto type = cast<RankedTensorType>(value.getType());
  std::optional<RealConstant> constant = RealConstant::match(value);
  return (constant && constant->isPerTensor()) ||
         !movesElements(type.getShape(), permutation);
}

/// op(transpose(x)) -> transpose(op(x)) for an op whose result has the
/// dimensions of its operands. What is not transposed alike must be transposed
/// back freely; `adapt` changes attributes that name dimensions.
LogicalResult sink(PatternRewriter &rewriter, Operation *op,
                   function_ref<void(Operation *, ArrayRef<int64_t>)> adapt) {
  // One that moves no elements is on its way to a reshape, and may come from
  // here: sunk, it would come back as the inverse.
  TransposeOp transpose;
  for (Value operand : op->getOperands())
    if (auto found = operand.getDefiningOp<TransposeOp>();
        found && movesElements(found.getInput().getType().getShape(),
                               found.getPermutation()))
      transpose = found;
  if (!transpose)
    return rewriter.notifyMatchFailure(op, "no operand is a transpose that "
                                           "moves elements");
  ArrayRef<int64_t> permutation = transpose.getPermutation();
  SmallVector<int64_t> inverse = invertPermutationVector(permutation);
  SmallVector<Value> operands; // null: to be transposed back
  for (Value operand : op->getOperands()) {
    auto other = operand.getDefiningOp<TransposeOp>();
    if (other && other.getPermutation() == permutation)
      operands.push_back(other.getInput());
    else if (isTransposedFreely(operand, inverse))
      operands.push_back(nullptr);
    else
      return rewriter.notifyMatchFailure(op, "operands are laid out "
                                             "differently");
  }
  for (auto [operand, before] : llvm::zip_equal(operands, op->getOperands()))
    if (!operand)
      operand = rewriter.createOrFold<TransposeOp>(
          before.getLoc(), unpermute(before.getType(), permutation), before,
          inverse);

  Operation *sunk = rewriter.clone(*op);
  sunk->setOperands(operands);
  sunk->getResult(0).setType(
      unpermute(op->getResult(0).getType(), permutation));
  adapt(sunk, permutation);
  rewriter.replaceOpWithNewOp<TransposeOp>(op, op->getResult(0).getType(),
                                           sunk->getResult(0), permutation);
  return success();
}

struct SinkThroughElementwise : OpTraitRewritePattern<Elementwise> {
  using OpTraitRewritePattern::OpTraitRewritePattern;
  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    return sink(rewriter, op, [](Operation *, ArrayRef<int64_t>) {});
  }
};

/// op(reshape(x)) -> reshape(op(x)), which brings activations to their layers
/// in networks of one spatial dimension
struct SinkReshape : OpTraitRewritePattern<Elementwise> {
  using OpTraitRewritePattern::OpTraitRewritePattern;
  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    auto reshape = op->getOperand(0).getDefiningOp<ReshapeOp>();
    if (op->getNumOperands() != 1 || !reshape || !reshape->hasOneUse())
      return rewriter.notifyMatchFailure(op, "no reshape of its own before it");
    Operation *sunk = rewriter.clone(*op);
    sunk->setOperands(reshape.getInput());
    sunk->getResult(0).setType(reshape.getInput().getType());
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op->getResult(0).getType(),
                                           sunk->getResult(0));
    return success();
  }
};

/// Softmax and concat name one dimension.
template <typename OpT> struct SinkThroughAxis : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    return sink(rewriter, op,
                [](Operation *sunk, ArrayRef<int64_t> permutation) {
                  auto moved = cast<OpT>(sunk);
                  moved.setAxis(permutation[moved.getAxis()]);
                });
  }
};

struct SinkThroughPad : OpRewritePattern<PadOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PadOp op,
                                PatternRewriter &rewriter) const override {
    return sink(rewriter, op,
                [](Operation *sunk, ArrayRef<int64_t> permutation) {
                  auto pad = cast<PadOp>(sunk);
                  pad.setLow(unpermute(pad.getLow(), permutation));
                  pad.setHigh(unpermute(pad.getHigh(), permutation));
                });
  }
};

struct SinkThroughSlice : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    return sink(rewriter, op,
                [](Operation *sunk, ArrayRef<int64_t> permutation) {
                  auto slice = cast<SliceOp>(sunk);
                  slice.setOffsets(unpermute(slice.getOffsets(), permutation));
                  slice.setStrides(unpermute(slice.getStrides(), permutation));
                });
  }
};

/// reduce(transpose(x)) -> reduce(x), behind it a transpose of what is left
/// where that changes order
struct SinkThroughReduce : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReduceOp op,
                                PatternRewriter &rewriter) const override {
    auto transpose = op.getInput().getDefiningOp<TransposeOp>();
    if (!transpose)
      return rewriter.notifyMatchFailure(op, "operand is no transpose");
    SmallVector<int64_t> axes, left;
    for (auto [axis, dimension] : llvm::enumerate(transpose.getPermutation())) {
      bool isReduced =
          llvm::is_contained(op.getAxes(), static_cast<int64_t>(axis));
      (isReduced ? axes : left).push_back(dimension);
    }
    llvm::sort(axes);
    // Position of each dimension that is left among those that are left.
    SmallVector<int64_t> sorted(left), permutation;
    llvm::sort(sorted);
    for (int64_t dimension : left)
      permutation.push_back(llvm::find(sorted, dimension) - sorted.begin());
    auto reduce = ReduceOp::create(rewriter, op.getLoc(),
                                   unpermute(op.getType(), permutation),
                                   op.getKind(), transpose.getInput(), axes);
    rewriter.replaceOpWithNewOp<TransposeOp>(op, op.getType(), reduce,
                                             permutation);
    return success();
  }
};

/// dequantize(quantize(move(x))) -> move(dequantize(quantize(x))), for a
/// transpose or a reshape. The quantization stays where others use it.
template <typename OpT>
struct SinkThroughQuantization : OpRewritePattern<DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DequantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto quantize = op.getInput().getDefiningOp<QuantizeOp>();
    auto move =
        quantize ? quantize.getInput().template getDefiningOp<OpT>() : OpT();
    if (!move)
      return rewriter.notifyMatchFailure(op, "no values are moved before");
    Type element = quantize.getType().getElementType();
    if (!isa<quant::UniformQuantizedType>(element))
      return rewriter.notifyMatchFailure(op, "dimensions have their scales");
    auto type = cast<RankedTensorType>(move.getInput().getType());
    auto moved = cast<QuantizeOp>(rewriter.clone(*quantize));
    moved.getInputMutable().assign(move.getInput());
    moved.getOutput().setType(cast<RankedTensorType>(type.clone(element)));
    Value real = DequantizeOp::create(rewriter, op.getLoc(), type, moved);
    Operation *last = rewriter.clone(*move);
    last->setOperand(0, real);
    rewriter.replaceOp(op, last);
    return success();
  }
};

/// move(dequantize(constant)) -> dequantize(moved constant); f32 constants
/// fold.
template <typename OpT> struct FoldIntoConstant : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    std::optional<RealConstant> constant = RealConstant::match(op.getInput());
    if (!constant || !constant->type || !constant->isPerTensor())
      return rewriter.notifyMatchFailure(op, "no integers of one scale");
    auto type = cast<RankedTensorType>(
        op.getType().clone(constant->getType().getElementType()));
    if constexpr (std::is_same_v<OpT, TransposeOp>)
      constant->elements =
          permuteElements(constant->elements, constant->getType().getShape(),
                          op.getPermutation(), type);
    else
      constant->elements = constant->elements.reshape(type);
    rewriter.replaceOp(op, constant->create(rewriter, op.getLoc()));
    return success();
  }
};

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
    std::optional<RealConstant> weight = RealConstant::match(op.getWeight());
    if (!weight || !weight->hasScalesAlong(/*axis=*/0))
      return rewriter.notifyMatchFailure(op, "weight is no constant, or one "
                                             "with a scale per column");

    // The weight as rows of transposed samples, whose dimensions go back.
    SmallVector<int64_t> rows(
        cast<RankedTensorType>(transpose.getType()).getShape());
    RankedTensorType weightType = weight->getType();
    rows[0] = weightType.getDimSize(0);
    weight->elements =
        permuteElements(weight->elements, rows,
                        invertPermutationVector(permutation), weightType);
    Value permuted = weight->create(rewriter, op.getWeight().getLoc());
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
    patterns
        .add<SinkThroughElementwise, SinkReshape, SinkThroughAxis<ConcatOp>,
             SinkThroughAxis<SoftmaxOp>, SinkThroughPad, SinkThroughReduce,
             SinkThroughSlice, SinkThroughQuantization<TransposeOp>,
             SinkThroughQuantization<ReshapeOp>, FoldIntoConstant<TransposeOp>,
             FoldIntoConstant<ReshapeOp>, FoldIntoFullyConnected>(
            &getContext());
    TransposeOp::getCanonicalizationPatterns(patterns, &getContext());
    ReshapeOp::getCanonicalizationPatterns(patterns, &getContext());
    // Every transpose only moves on, so that this ends; the default limit is
    // less than what a deep network takes.
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace
