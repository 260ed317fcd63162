//===- FoldScaleShift.cpp - Constants into contractions -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A batch normalization is a multiplication and an addition of one constant per
// channel; so is a bias that the model adds apart. Behind a convolution or a
// fully connected layer that nothing else uses, they become part of its weight
// and bias.
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::nn {
#define GEN_PASS_DEF_FOLDSCALESHIFT
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

/// The f32 values of a constant; nothing for other values.
std::optional<SmallVector<float>> floatsOf(Value value) {
  DenseElementsAttr values;
  if (!matchPattern(value, m_Constant(&values)) ||
      !values.getElementType().isF32())
    return std::nullopt;
  return llvm::to_vector(values.getValues<float>());
}

/// One value per channel, the last dimension of `type`, out of a constant that
/// is broadcast to it; nothing where it varies along another dimension.
std::optional<SmallVector<float>> channelsOf(Value constant,
                                             RankedTensorType type) {
  auto values = floatsOf(constant);
  if (!values)
    return std::nullopt;
  auto shape = cast<RankedTensorType>(constant.getType()).getShape();
  int64_t channels = type.getShape().back();
  if (!llvm::all_of(shape.drop_back(), [](int64_t e) { return e == 1; }))
    return std::nullopt;
  if (static_cast<int64_t>(values->size()) != channels)
    values = SmallVector<float>(channels, values->front());
  return values;
}

/// The contraction whose results an op of two operands changes by a constant.
struct Match {
  Value value; // the results, reshaped or not
  QuantizableOpInterface contraction;
  SmallVector<float> constant;
};

/// The contraction that `value` alone takes its elements from, in a shape that
/// keeps the channels last; or null.
QuantizableOpInterface findContraction(Value value) {
  auto channelsOf = [](Value tensor) {
    auto type = cast<RankedTensorType>(tensor.getType());
    return type.getShape().take_back();
  };
  auto reshape = value.getDefiningOp<ReshapeOp>();
  if (reshape && value.hasOneUse() &&
      channelsOf(value) == channelsOf(reshape.getInput()))
    value = reshape.getInput();
  auto contraction = value.getDefiningOp<QuantizableOpInterface>();
  bool isFound =
      contraction && contraction.getWeightOperand() && value.hasOneUse();
  return isFound ? contraction : nullptr;
}

/// `allowSwapped`: the constant may be the left operand.
template <typename OpT> std::optional<Match> match(OpT op, bool allowSwapped) {
  for (bool isSwapped : {false, true}) {
    if (isSwapped && !allowSwapped)
      break;
    Value value = isSwapped ? op.getRhs() : op.getLhs();
    Value constant = isSwapped ? op.getLhs() : op.getRhs();
    auto contraction = findContraction(value);
    if (!contraction || value.getType() != op.getType())
      continue;
    if (auto channels =
            channelsOf(constant, cast<RankedTensorType>(op.getType())))
      return Match{value, contraction, *channels};
  }
  return std::nullopt;
}

/// The bias of `op`, or zeros; nothing where it is no constant.
std::optional<SmallVector<float>> biasOf(QuantizableOpInterface op) {
  if (OpOperand *bias = op.getBiasOperand())
    return floatsOf(bias->get());
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  return SmallVector<float>(type.getShape().back(), 0.0f);
}

Value createConstant(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                     ArrayRef<float> values) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, values));
}

/// Makes `bias` that of the contraction, which may have had none.
void setBias(RewriterBase &rewriter, QuantizableOpInterface op,
             ArrayRef<float> bias) {
  rewriter.setInsertionPoint(op);
  Value constant = createConstant(rewriter, op.getLoc(),
                                  {static_cast<int64_t>(bias.size())}, bias);
  OpOperand *operand = op.getBiasOperand();
  rewriter.modifyOpInPlace(op, [&] {
    if (operand)
      operand->set(constant);
    else
      op->insertOperands(op->getNumOperands(), constant);
  });
}

/// add(conv(x, w, b), c) -> conv(x, w, b + c), and sub
template <typename OpT> struct FoldShift : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    constexpr bool isSub = std::is_same_v<OpT, SubOp>;
    std::optional<Match> matched = match(op, /*allowSwapped=*/!isSub);
    if (!matched)
      return rewriter.notifyMatchFailure(op, "no contraction and constant");
    auto bias = biasOf(matched->contraction);
    if (!bias)
      return rewriter.notifyMatchFailure(op, "the bias is no constant");
    for (auto [value, shift] : llvm::zip_equal(*bias, matched->constant))
      value = isSub ? value - shift : value + shift;
    setBias(rewriter, matched->contraction, *bias);
    rewriter.replaceOp(op, matched->value);
    return success();
  }
};

/// mul(conv(x, w, b), c) -> conv(x, w * c, b * c)
struct FoldScale : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MulOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<Match> matched = match(op, /*allowSwapped=*/true);
    if (!matched)
      return rewriter.notifyMatchFailure(op, "no contraction and constant");
    QuantizableOpInterface contraction = matched->contraction;
    OpOperand *weight = contraction.getWeightOperand();
    auto weights = floatsOf(weight->get());
    auto bias = biasOf(contraction);
    if (!weights || !bias)
      return rewriter.notifyMatchFailure(op, "weight or bias is no constant");
    auto type = cast<RankedTensorType>(weight->get().getType());
    int64_t axis = contraction.getWeightChannelAxis();
    int64_t inner =
        ShapedType::getNumElements(type.getShape().drop_front(axis + 1));
    int64_t channels = type.getDimSize(axis);
    for (auto [index, value] : llvm::enumerate(*weights))
      value *= matched->constant[index / inner % channels];
    for (auto [value, factor] : llvm::zip_equal(*bias, matched->constant))
      value *= factor;

    rewriter.setInsertionPoint(contraction);
    Value scaled = createConstant(rewriter, weight->get().getLoc(),
                                  type.getShape(), *weights);
    rewriter.modifyOpInPlace(contraction, [&] { weight->set(scaled); });
    if (contraction.getBiasOperand())
      setBias(rewriter, contraction, *bias);
    rewriter.replaceOp(op, matched->value);
    return success();
  }
};

bool isAll(ArrayRef<int64_t> values, int64_t expected) {
  return llvm::all_of(values, [&](int64_t value) { return value == expected; });
}

/// Whether output channel c is input channel c times a factor plus a summand.
bool isPerChannel(Conv2DOp op) {
  ArrayRef<int64_t> filter =
      cast<RankedTensorType>(op.getFilter().getType()).getShape();
  return isAll(filter.drop_front(), 1) &&
         static_cast<int64_t>(op.getGroups()) == filter[0] &&
         op.getInput().getType() == op.getType() && isAll(op.getStrides(), 1) &&
         isAll(op.getPad(), 0);
}

/// conv(x * a + b, w, c) -> conv(x, w * a, c + sum of w * b), which the
/// padding, real zeros behind the summands b, allows without one of the two.
struct FoldLeadingScaleShift : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    auto first = op.getInput().getDefiningOp<Conv2DOp>();
    if (!first || !first->hasOneUse() || !isPerChannel(first))
      return rewriter.notifyMatchFailure(op, "no factor and summand per "
                                             "channel before it");
    auto factors = floatsOf(first.getFilter());
    auto shifts = biasOf(first);
    auto weights = floatsOf(op.getFilter());
    auto bias = biasOf(op);
    if (!factors || !shifts || !weights || !bias)
      return rewriter.notifyMatchFailure(op, "weights or biases are unknown");
    bool isShifted = llvm::any_of(*shifts, [](float b) { return b != 0; });
    if (isShifted && !isAll(op.getPad(), 0))
      return rewriter.notifyMatchFailure(op, "its padding is 0 behind the "
                                             "summands");

    auto type = cast<RankedTensorType>(op.getFilter().getType());
    int64_t outputs = type.getDimSize(0), depth = type.getDimSize(3);
    int64_t outputsOfGroup = outputs / op.getGroups();
    int64_t elements = type.getNumElements() / outputs;
    for (int64_t output = 0; output < outputs; ++output) {
      int64_t firstChannel = output / outputsOfGroup * depth;
      double sum = 0;
      for (int64_t element = 0; element < elements; ++element) {
        float &weight = (*weights)[output * elements + element];
        int64_t channel = firstChannel + element % depth;
        sum += static_cast<double>(weight) * (*shifts)[channel];
        weight *= (*factors)[channel];
      }
      (*bias)[output] += static_cast<float>(sum);
    }
    Value scaled = createConstant(rewriter, op.getFilter().getLoc(),
                                  type.getShape(), *weights);
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(first.getInput());
      op.getFilterMutable().assign(scaled);
    });
    if (isShifted)
      setBias(rewriter, op, *bias);
    return success();
  }
};

struct FoldScaleShift : quantc::nn::impl::FoldScaleShiftBase<FoldScaleShift> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldLeadingScaleShift, FoldScale, FoldShift<AddOp>,
                 FoldShift<SubOp>>(&getContext());
    // Every pattern takes an op away, so that this ends; the default limit is
    // less than what a deep network may take.
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace
