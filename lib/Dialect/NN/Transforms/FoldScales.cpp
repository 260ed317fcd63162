//===- FoldScales.cpp - dequantize - op - quantize to integers ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From here on the integers are the network: what this pass writes is normative
// (docs/numerics.md), and no later pass may change a bit of its results.
//
//===----------------------------------------------------------------------===//

#include "QuantizeConstants.h"
#include "quantc/Dialect/NN/IR/Constants.h"
#include "quantc/Dialect/NN/IR/QuantTypes.h"
#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

namespace quantc::nn {
#define GEN_PASS_DEF_FOLDSCALES
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

Type elementOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

/// `type` with an activation clamp folded into its bounds. Quantization is
/// monotone, so clamping the stored integers to the quantized bounds equals
/// quantizing the clamped real numbers. Null where one integer is left: the
/// type cannot say that.
quant::UniformQuantizedType foldClamp(quant::UniformQuantizedType type,
                                      ClampOp clamp) {
  int32_t lo = quantize(clamp.getMin().convertToFloat(), type);
  int32_t hi = quantize(clamp.getMax().convertToFloat(), type);
  if (lo == hi)
    return nullptr;
  return quant::UniformQuantizedType::get(
      type.getFlags(), type.getStorageType(), type.getExpressedType(),
      type.getScale(), type.getZeroPoint(), lo, hi);
}

/// The users of `value` whose results have its element type.
SmallVector<QuantizableOpInterface> sharingUsers(Value value) {
  SmallVector<QuantizableOpInterface> sharing;
  for (Operation *user : value.getUsers())
    if (auto op = dyn_cast<QuantizableOpInterface>(user))
      if (op.sharesScale())
        sharing.push_back(op);
  return sharing;
}

/// Whether the bounds of `value` are known to ops of the dialect only.
bool canNarrow(Value value) {
  return llvm::all_of(value.getUsers(),
                      [](Operation *user) {
                        return isa<NNDialect>(user->getDialect());
                      }) &&
         llvm::all_of(sharingUsers(value), [](QuantizableOpInterface op) {
           return canNarrow(op->getResult(0));
         });
}

void narrow(Value value, quant::UniformQuantizedType type) {
  value.setType(cast<RankedTensorType>(value.getType()).clone(type));
  for (QuantizableOpInterface op : sharingUsers(value))
    narrow(op->getResult(0), type);
}

/// Proves that no accumulator of `op`, a contraction on integers, leaves i32:
/// for each output channel |bias| + sum |w - zw| * max|a - za| < 2^31.
LogicalResult proveAccumulator(QuantizableOpInterface op) {
  DenseElementsAttr weight, bias;
  auto constantOf = [](OpOperand *operand, DenseElementsAttr &attr) {
    auto cast = operand->get().getDefiningOp<quant::StorageCastOp>();
    return cast && matchPattern(cast.getInput(), m_Constant(&attr));
  };
  if (!constantOf(op.getWeightOperand(), weight))
    return op->emitOpError("requires a constant weight");
  if (op.getBiasOperand() && !constantOf(op.getBiasOperand(), bias))
    return op->emitOpError("requires a constant bias");

  auto activation = cast<quant::UniformQuantizedType>(
      elementOf(op.getActivationOperands()[0]->get()));
  int64_t reach = reachOf(activation);
  // Channels are the leading dimension of every weight so far.
  assert(op.getWeightChannelAxis() == 0 && "channels lead");
  int64_t channels = weight.getType().getDimSize(0);
  int64_t inner = channels ? weight.getNumElements() / channels : 0;
  auto weights = weight.getValues<int8_t>();
  SmallVector<int64_t> weightZeroPoints = zeroPointsOf(
      cast<quant::QuantizedType>(elementOf(op.getWeightOperand()->get())),
      channels);
  for (int64_t channel = 0; channel < channels; ++channel) {
    int64_t sum =
        bias ? std::abs<int64_t>(bias.getValues<int32_t>()[channel]) : 0;
    for (int64_t k = 0; k < inner; ++k)
      sum += std::abs<int64_t>(weights[channel * inner + k] -
                               weightZeroPoints[channel]) *
             reach;
    if (sum > std::numeric_limits<int32_t>::max())
      return op->emitOpError("expected an accumulator that fits into i32, but "
                             "channel ")
             << channel << " can reach " << sum
             << "; keep this layer in float or scale its weights down";
  }
  return success();
}

/// Whether integers of `type` count in activation scale * weight scale already.
bool hasScale(quant::QuantizedType type, float activationScale,
              ArrayRef<float> weightScales) {
  if (!type || type.getStorageTypeIntegralWidth() != 32)
    return false;
  SmallVector<float> scales = getScales(type);
  // One scale stands for all channels.
  size_t count = std::max(scales.size(), weightScales.size());
  for (size_t channel = 0; channel < count; ++channel) {
    float scale = scales[scales.size() == 1 ? 0 : channel];
    float weightScale = weightScales[weightScales.size() == 1 ? 0 : channel];
    if (scale != activationScale * weightScale)
      return false;
  }
  return true;
}

/// The bias as an i32 constant in scale (activation scale * weight scale), from
/// whatever real numbers it holds. Null where it is no constant that fits.
Value foldBias(RewriterBase &rewriter, QuantizableOpInterface op, Value weight,
               Value activation) {
  Value bias = op.getBiasOperand()->get();
  std::optional<RealConstant> constant = RealConstant::match(bias);
  if (!constant)
    return nullptr;
  auto activationType =
      cast<quant::UniformQuantizedType>(elementOf(activation));
  auto scale = static_cast<float>(activationType.getScale());
  SmallVector<float> weightScales =
      getScales(cast<quant::QuantizedType>(elementOf(weight)));
  if (hasScale(constant->type, scale, weightScales))
    return bias.getDefiningOp<DequantizeOp>().getInput();
  return quantizeBias(rewriter, bias.getLoc(), constant->toFloat(), scale,
                      weightScales);
}

bool isSum(Operation *op) { return isa<AddOp, SubOp>(op); }

/// Whether `op` has a form on integers, given the values that its operands are
/// dequantized from.
bool isFoldable(QuantizableOpInterface op, const IRMapping &stored) {
  for (OpOperand *operand : op.getActivationOperands()) {
    Value source = stored.lookup(operand->get());
    auto type = dyn_cast<quant::UniformQuantizedType>(elementOf(source));
    bool isActivation = type && type.getStorageTypeIntegralWidth() == 8;
    auto layer = source.getDefiningOp<QuantizableOpInterface>();
    bool isSummed = isSum(op) && layer && layer.getWeightOperand();
    if (!isActivation && !isSummed)
      return false;
  }
  OpOperand *weight = op.getWeightOperand();
  if (!weight)
    return true;
  Type element = elementOf(stored.lookup(weight->get()));
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element);
  return !perAxis ||
         perAxis.getQuantizedDimension() == op.getWeightChannelAxis();
}

/// What the operands of `op` are dequantized from; a bias is folded. Nothing
/// where `op` has no form on these.
std::optional<IRMapping> findStored(RewriterBase &rewriter,
                                    QuantizableOpInterface op) {
  if (op->hasAttr(NNDialect::getFloatAttrName()) || op.isFloatOnly())
    return std::nullopt;
  IRMapping stored;
  for (OpOperand &operand : op->getOpOperands()) {
    if (&operand == op.getBiasOperand())
      continue;
    auto dequantize = operand.get().getDefiningOp<DequantizeOp>();
    if (!dequantize)
      return std::nullopt;
    stored.map(operand.get(), dequantize.getInput());
  }
  if (!isFoldable(op, stored))
    return std::nullopt;
  OpOperand *bias = op.getBiasOperand();
  if (!bias)
    return stored;
  rewriter.setInsertionPoint(op);
  Value folded =
      foldBias(rewriter, op, stored.lookup(op.getWeightOperand()->get()),
               stored.lookup(op.getActivationOperands()[0]->get()));
  if (!folded) {
    op->emitWarning("stays in float: expected a constant bias that fits into "
                    "i32 in units of its accumulator");
    return std::nullopt;
  }
  stored.map(bias->get(), folded);
  return stored;
}

/// `op` on integers, with a result of `element`, in front of the insertion
/// point. Fails, with a diagnostic, where the integers would overflow.
FailureOr<Operation *> createFolded(RewriterBase &rewriter,
                                    QuantizableOpInterface op,
                                    const IRMapping &stored, Type element) {
  IRMapping mapping = stored;
  Operation *folded = rewriter.clone(*op, mapping);
  auto floatType = cast<RankedTensorType>(op->getResult(0).getType());
  folded->getResult(0).setType(floatType.clone(element));
  if (op.getWeightOperand() &&
      failed(proveAccumulator(cast<QuantizableOpInterface>(folded))))
    return failure();
  return folded;
}

/// The layer that gives `value`, which `sum` adds as it is, to it alone.
QuantizableOpInterface findSummedLayer(Value value, Operation *sum) {
  auto layer = value.getDefiningOp<QuantizableOpInterface>();
  bool isSummed = layer && layer.getWeightOperand() && value.hasOneUse() &&
                  value.getType() == sum->getResult(0).getType();
  return isSummed ? layer : QuantizableOpInterface();
}

/// What a sum of quantized numbers adds is not rounded to 8 bits before:
/// layer(dequantize..) -> dequantize(layer on integers, its accumulators).
LogicalResult foldSummedLayers(RewriterBase &rewriter,
                               QuantizableOpInterface sum) {
  SmallVector<QuantizableOpInterface> layers;
  for (Value operand : sum->getOperands()) {
    if (operand.getDefiningOp<DequantizeOp>())
      continue;
    layers.push_back(findSummedLayer(operand, sum));
    if (!layers.back())
      return success();
  }
  for (QuantizableOpInterface layer : layers) {
    std::optional<IRMapping> stored = findStored(rewriter, layer);
    if (!stored)
      continue;
    Value result = layer->getResult(0);
    auto typeOf = [&](OpOperand *operand) {
      return cast<quant::QuantizedType>(
          elementOf(stored->lookup(operand->get())));
    };
    quant::QuantizedType element =
        accumulatorOf(cast<quant::UniformQuantizedType>(
                          typeOf(layer.getActivationOperands()[0])),
                      typeOf(layer.getWeightOperand()),
                      cast<RankedTensorType>(result.getType()).getRank() - 1);
    if (!element)
      continue;
    rewriter.setInsertionPoint(layer);
    FailureOr<Operation *> folded =
        createFolded(rewriter, layer, *stored, element);
    if (failed(folded))
      return failure();
    rewriter.replaceOpWithNewOp<DequantizeOp>(layer, result.getType(),
                                              (*folded)->getResult(0));
  }
  return success();
}

/// quantize(dequantize(q)) -> requantize(q), which means just that.
FailureOr<Operation *> foldScaleChange(RewriterBase &rewriter, QuantizeOp root,
                                       DequantizeOp dequantize) {
  Operation *none = nullptr;
  auto isStored = [](Value value) {
    auto type = dyn_cast<quant::UniformQuantizedType>(elementOf(value));
    return type && type.getStorageTypeIntegralWidth() == 8;
  };
  if (!isStored(dequantize.getInput()) || !isStored(root.getOutput()))
    return none;
  rewriter.setInsertionPoint(root);
  auto requantize = RequantizeOp::create(rewriter, root.getLoc(),
                                         root.getType(), dequantize.getInput());
  if (Attribute edge = root->getAttr(NNDialect::getEdgeAttrName()))
    requantize->setAttr(NNDialect::getEdgeAttrName(), edge);
  rewriter.replaceOp(root, requantize);
  return requantize.getOperation();
}

/// quantize(op(dequantize..)) -> op on integers. Leaves it where an operand is
/// not quantized, or others need the real numbers. Fails, with a diagnostic,
/// where the integers would overflow.
FailureOr<Operation *> foldCluster(RewriterBase &rewriter, QuantizeOp root) {
  Operation *none = nullptr;
  if (auto dequantize = root.getInput().getDefiningOp<DequantizeOp>())
    return foldScaleChange(rewriter, root, dequantize);
  auto op = root.getInput().getDefiningOp<QuantizableOpInterface>();
  auto resultType =
      dyn_cast<quant::UniformQuantizedType>(elementOf(root.getOutput()));
  if (!op || op.sharesScale() || !resultType ||
      !llvm::all_of(op->getUsers(), llvm::IsaPred<QuantizeOp>))
    return none;

  if (isSum(op) && failed(foldSummedLayers(rewriter, op)))
    return failure();
  std::optional<IRMapping> stored = findStored(rewriter, op);
  if (!stored)
    return none;
  rewriter.setInsertionPoint(root);
  FailureOr<Operation *> folded =
      createFolded(rewriter, op, *stored, resultType);
  if (failed(folded))
    return failure();
  if (Attribute edge = root->getAttr(NNDialect::getEdgeAttrName()))
    (*folded)->setAttr(NNDialect::getEdgeAttrName(), edge);
  rewriter.replaceOp(root, *folded);
  if (op->use_empty())
    rewriter.eraseOp(op);
  return folded;
}

/// Takes a clamp behind `op`, on integers, into the bounds of its result.
void foldClamps(RewriterBase &rewriter, Operation *op) {
  Value result = op->getResult(0);
  while (result.hasOneUse()) {
    auto clamp = dyn_cast<ClampOp>(*result.user_begin());
    if (!clamp || !canNarrow(clamp.getOutput()))
      return;
    quant::UniformQuantizedType type =
        foldClamp(cast<quant::UniformQuantizedType>(elementOf(result)), clamp);
    if (!type)
      return;
    if (Attribute edge = clamp->getAttr(NNDialect::getEdgeAttrName()))
      op->setAttr(NNDialect::getEdgeAttrName(), edge);
    op->setLoc(rewriter.getFusedLoc({op->getLoc(), clamp.getLoc()}));
    rewriter.replaceOp(clamp, result);
    narrow(result, type);
  }
}

struct FoldScales : quantc::nn::impl::FoldScalesBase<FoldScales> {
  void runOnOperation() override {
    // In program order: the storage bounds of a producer are those of the ops
    // behind it that share its scale.
    SmallVector<QuantizeOp> roots;
    getOperation()->walk([&](QuantizeOp op) { roots.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (QuantizeOp root : roots) {
      FailureOr<Operation *> folded = foldCluster(rewriter, root);
      if (failed(folded))
        return signalPassFailure();
      if (*folded)
        foldClamps(rewriter, *folded);
    }
    // Operands of the clusters have no use left.
    SmallVector<DequantizeOp> dequantizes;
    getOperation()->walk([&](DequantizeOp op) { dequantizes.push_back(op); });
    for (DequantizeOp op : dequantizes)
      if (op.use_empty())
        rewriter.eraseOp(op);
  }
};

} // namespace
