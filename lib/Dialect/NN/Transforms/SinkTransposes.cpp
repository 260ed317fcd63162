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

/// The transposed constant of which `constant` is transpose[permutation].
DenseElementsAttr unpermute(DenseElementsAttr constant,
                            ArrayRef<int64_t> permutation) {
  RankedTensorType type = unpermute(constant.getType(), permutation);
  ArrayRef<int64_t> shape = constant.getType().getShape();
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * shape[axis];
  SmallVector<int64_t> steps = unpermute(strides, permutation);
  SmallVector<int64_t> index(shape.size(), 0);
  auto values = constant.getValues<float>();
  SmallVector<float> result;
  for (int64_t count = constant.getNumElements(); count > 0; --count) {
    int64_t offset = 0;
    for (auto [position, step] : llvm::zip_equal(index, steps))
      offset += position * step;
    result.push_back(values[offset]);
    for (size_t axis = shape.size(); axis-- > 0;) {
      if (++index[axis] < type.getDimSize(axis))
        break;
      index[axis] = 0;
    }
  }
  return DenseElementsAttr::get(type, ArrayRef<float>(result));
}

/// op(transpose(x)) -> transpose(op(x)) for an op whose result has the dimensions
/// of its operands. All operands must be transposed alike, or f32 constants;
/// `adapt` changes attributes that name dimensions.
LogicalResult
sink(PatternRewriter &rewriter, Operation *op,
     function_ref<void(Operation *, ArrayRef<int64_t>)> adapt) {
  TransposeOp transpose;
  for (Value operand : op->getOperands())
    if (auto found = operand.getDefiningOp<TransposeOp>())
      transpose = found;
  if (!transpose)
    return rewriter.notifyMatchFailure(op, "no operand is a transpose");
  ArrayRef<int64_t> permutation = transpose.getPermutation();
  SmallVector<Value> operands;
  SmallVector<DenseElementsAttr> constants;
  for (Value operand : op->getOperands()) {
    auto other = operand.getDefiningOp<TransposeOp>();
    DenseElementsAttr constant;
    bool isConstant = matchPattern(operand, m_Constant(&constant)) &&
                      constant.getElementType().isF32();
    if (!isConstant && (!other || other.getPermutation() != permutation))
      return rewriter.notifyMatchFailure(op, "operands are laid out "
                                             "differently");
    operands.push_back(isConstant ? Value() : other.getInput());
    constants.push_back(constant);
  }
  for (auto [operand, constant, before] :
       llvm::zip_equal(operands, constants, op->getOperands()))
    if (!operand)
      operand = arith::ConstantOp::create(rewriter, before.getLoc(),
                                          unpermute(constant, permutation));

  Operation *sunk = rewriter.clone(*op);
  sunk->setOperands(operands);
  sunk->getResult(0).setType(
      unpermute(op->getResult(0).getType(), permutation));
  adapt(sunk, permutation);
  rewriter.replaceOpWithNewOp<TransposeOp>(op, op->getResult(0).getType(),
                                           sunk->getResult(0), permutation);
  return success();
}

template <typename OpT>
struct SinkThroughElementwise : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    return sink(rewriter, op, [](Operation *, ArrayRef<int64_t>) {});
  }
};

/// Softmax and concat name one dimension.
template <typename OpT>
struct SinkThroughAxis : OpRewritePattern<OpT> {
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

/// reduce(transpose(x)) -> reduce(x), behind it a transpose of what is left where
/// that changes order
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
    auto reduce = ReduceOp::create(
        rewriter, op.getLoc(), unpermute(op.getType(), permutation),
        op.getKind(), transpose.getInput(), axes);
    rewriter.replaceOpWithNewOp<TransposeOp>(op, op.getType(), reduce,
                                             permutation);
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
    patterns.add<SinkThroughElementwise<ClampOp>, SinkThroughElementwise<AddOp>,
                 SinkThroughElementwise<SubOp>, SinkThroughElementwise<MulOp>,
                 SinkThroughAxis<ConcatOp>, SinkThroughAxis<SoftmaxOp>,
                 SinkThroughPad, SinkThroughReduce, SinkThroughSlice,
                 FoldIntoFullyConnected>(&getContext());
    TransposeOp::getCanonicalizationPatterns(patterns, &getContext());
    ReshapeOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
