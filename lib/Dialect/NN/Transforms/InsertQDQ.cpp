//===- InsertQDQ.cpp - Observers to quantize/dequantize pairs -----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decides every scale of the network: activations from the calibrated ranges,
// weights from their values. What follows only moves these scales around.
//
//===----------------------------------------------------------------------===//

#include "ActivationStorage.h"
#include "QuantizeConstants.h"

#include "quantc/Dialect/NN/IR/QuantTypes.h"
#include "quantc/Dialect/NN/Transforms/Passes.h"
#include "quantc/Support/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/Regex.h"

#include <limits>

namespace quantc::nn {
#define GEN_PASS_DEF_INSERTQDQ
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

/// Largest |bias| in units of the accumulator: half of i32, the other half is
/// for the products.
constexpr float kBiasLimit = 0x1p30f;

/// The smallest weight scale that is a normal number and so is, with it, the
/// scale of the accumulator.
float leastNormalScale(float activationScale) {
  constexpr float kLeastNormal = std::numeric_limits<float>::min();
  // Twice, since the product is rounded.
  return std::max(2 * kLeastNormal / activationScale, kLeastNormal);
}

/// The values of `value` on the other side of a quantization.
Value roundTrip(OpBuilder &builder, Value value, Type element, Attribute edge) {
  auto type = cast<RankedTensorType>(value.getType());
  auto quantize =
      QuantizeOp::create(builder, value.getLoc(), type.clone(element), value);
  if (edge)
    quantize->setAttr(NNDialect::getEdgeAttrName(), edge);
  return DequantizeOp::create(builder, value.getLoc(), type, quantize);
}

quant::QuantizedType quantizedElement(Value quantized) {
  return cast<quant::QuantizedType>(
      cast<RankedTensorType>(quantized.getType()).getElementType());
}

/// The tensor, quantized per tensor, that `operand` holds the real values of,
/// or null.
Value quantizedSource(OpOperand *operand) {
  auto dequantize = operand->get().getDefiningOp<DequantizeOp>();
  if (!dequantize || !isa<quant::UniformQuantizedType>(
                         quantizedElement(dequantize.getInput())))
    return nullptr;
  return dequantize.getInput();
}

bool isMarkedFloat(Operation *op) {
  return op->hasAttr(NNDialect::getFloatAttrName());
}

/// The layers that compute `value` or compute with it, where other ops move it.
SmallVector<QuantizableOpInterface> findLayersAround(Value value) {
  SmallVector<QuantizableOpInterface> layers;
  auto isMoving = [](Operation *op) {
    auto quantizable = dyn_cast_or_null<QuantizableOpInterface>(op);
    return isa_and_nonnull<ObserveOp>(op) ||
           (quantizable && quantizable.sharesScale());
  };
  Value source = value;
  while (isMoving(source.getDefiningOp()))
    source = source.getDefiningOp()->getOperand(0);
  if (auto layer = source.getDefiningOp<QuantizableOpInterface>())
    layers.push_back(layer);
  SmallVector<Value> moved = {value};
  while (!moved.empty())
    for (Operation *user : moved.pop_back_val().getUsers()) {
      if (isMoving(user))
        moved.push_back(user->getResult(0));
      else if (auto layer = dyn_cast<QuantizableOpInterface>(user))
        layers.push_back(layer);
    }
  return layers;
}

/// Whether `value` is next to a layer that was asked to stay float, and to none
/// that computes on integers.
bool isLeftFloat(Value value) {
  SmallVector<QuantizableOpInterface> layers = findLayersAround(value);
  return llvm::any_of(layers, isMarkedFloat) &&
         llvm::all_of(layers, [](QuantizableOpInterface layer) {
           return layer.isFloatOnly() || isMarkedFloat(layer);
         });
}

/// Whether a sum adds what a layer gives, and what `op` observes, to a
/// quantized tensor that is there before the layer runs. The layer adds it,
/// then, before it rounds to 8 bits: quicker and more exact than rounding
/// twice.
bool isSummedByLayer(ObserveOp op) {
  auto layer = op.getInput().getDefiningOp<QuantizableOpInterface>();
  if (!layer || !layer.getWeightOperand() || isMarkedFloat(layer) ||
      !layer.getWeightOperand()->get().getDefiningOp<DequantizeOp>() ||
      !quantizedSource(layer.getActivationOperands()[0]) ||
      !op.getInput().hasOneUse() || !op.getOutput().hasOneUse())
    return false;
  Operation *sum = *op.getOutput().user_begin();
  if (!isa<AddOp, SubOp>(sum) || isMarkedFloat(sum) ||
      sum->getResult(0).getType() != op.getType())
    return false;
  for (OpOperand &operand : sum->getOpOperands()) {
    if (operand.get() == op.getOutput())
      continue;
    Value other = quantizedSource(&operand);
    if (!other || (other.getDefiningOp() &&
                   !other.getDefiningOp()->isBeforeInBlock(layer)))
      return false;
  }
  // Its own result is quantized, too.
  return llvm::all_of(sum->getUsers(), [](Operation *user) {
    auto clamp = dyn_cast<ClampOp>(user);
    auto observe = dyn_cast<ObserveOp>(
        clamp && clamp->hasOneUse() ? *clamp->user_begin() : user);
    return observe && !isLeftFloat(observe);
  });
}

struct InsertQDQ : quantc::nn::impl::InsertQDQBase<InsertQDQ> {
  using Base::Base;

  void runOnOperation() override {
    if (failed(verifyOptions()) || failed(markExcluded()))
      return signalPassFailure();
    if (isUnsigned)
      getOperation()->setAttr(NNDialect::getUnsignedAttrName(),
                              UnitAttr::get(&getContext()));
    WalkResult walk = getOperation()->walk([&](Operation *op) {
      if (auto observe = dyn_cast<ObserveOp>(op))
        return WalkResult(quantizeEdge(observe));
      if (auto quantizable = dyn_cast<QuantizableOpInterface>(op);
          quantizable && !isMarkedFloat(op))
        return WalkResult(quantizable.sharesScale()
                              ? shareScale(quantizable)
                              : quantizeConstants(quantizable));
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

private:
  /// Ranges that were chosen for other integers do not fit these.
  LogicalResult verifyOptions() {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    auto options = module->getAttrOfType<DictionaryAttr>(
        NNDialect::getQuantizationAttrName());
    auto activations =
        options ? options.getAs<StringAttr>(kActivationsKey) : StringAttr();
    if (!activations ||
        activations.getValue() == describeActivations(symmetric))
      return success();
    return getOperation().emitError("expected ranges that were chosen for '")
           << describeActivations(symmetric)
           << "' activations, but nn.quantization says '"
           << activations.getValue() << "': apply the calibration record anew";
  }

  /// Whether `op` is a layer that `entry` of `exclude` names. Ops that only
  /// move values follow their operands.
  static bool isNamed(QuantizableOpInterface op, StringRef entry,
                      const std::optional<llvm::Regex> &regex) {
    if (op.sharesScale())
      return false;
    StringRef name = getLayerName(op->getLoc());
    return regex ? regex->match(name)
                 : entry == name || entry == op->getName().getStringRef();
  }

  LogicalResult markExcluded() {
    auto reason = StringAttr::get(&getContext(), "it was asked to stay float");
    for (StringRef entry : exclude) {
      std::optional<llvm::Regex> regex;
      if (entry.size() > 2 && entry.starts_with("/") && entry.ends_with("/"))
        regex.emplace(entry.drop_front().drop_back());
      std::string error;
      if (regex && !regex->isValid(error))
        return getOperation().emitError("malformed regular expression '")
               << entry << "': " << error;
      bool isFound = false;
      getOperation()->walk([&](QuantizableOpInterface op) {
        if (!isNamed(op, entry, regex))
          return;
        isFound = true;
        op->setAttr(NNDialect::getFloatAttrName(), reason);
      });
      if (!isFound)
        return getOperation().emitError("no layer to exclude is named '")
               << entry << "'";
    }
    return success();
  }

  /// observe(x) -> dequantize(quantize(x)), or x among layers in float and
  /// where a layer adds to it.
  LogicalResult quantizeEdge(ObserveOp op) {
    if (isLeftFloat(op) || isSummedByLayer(op)) {
      op.replaceAllUsesWith(op.getInput());
      op.erase();
      return success();
    }
    if (!op.getRange())
      return op.emitOpError(
          "requires a range: run -nn-apply-calibration first");
    auto range = cast<quant::CalibratedQuantizedType>(*op.getRange());
    quantc::QuantParams params = quantc::chooseParams(
        static_cast<float>(range.getMin()), static_cast<float>(range.getMax()),
        {kActivationBounds, symmetric});
    OpBuilder builder(op);
    auto element = quant::UniformQuantizedType::get(
        quant::QuantizationFlags::Signed, builder.getI8Type(),
        builder.getF32Type(), params.scale, params.zeroPoint,
        kActivationBounds.lo, kActivationBounds.hi);
    auto edge = EdgeAttr::get(op.getContext(), op.getId(), op.getName());
    op.replaceAllUsesWith(roundTrip(builder, op.getInput(), element, edge));
    op.erase();
    return success();
  }

  /// An op that only moves values keeps their scale.
  LogicalResult shareScale(QuantizableOpInterface op) {
    Value source = quantizedSource(op.getActivationOperands()[0]);
    Value result = op->getResult(0);
    // Followed by a quantization already: an observed activation.
    bool quantized = llvm::all_of(result.getUsers(), [](Operation *user) {
      return isa<ObserveOp, QuantizeOp>(user);
    });
    if (!source || quantized)
      return success();
    OpBuilder builder(op->getContext());
    builder.setInsertionPointAfter(op);
    Value shared = roundTrip(builder, result, quantizedElement(source), {});
    result.replaceAllUsesExcept(
        shared,
        shared.getDefiningOp<DequantizeOp>().getInput().getDefiningOp());
    return success();
  }

  /// The constant operands of an op with quantized activations become integers.
  LogicalResult quantizeConstants(QuantizableOpInterface op) {
    if (!op.isFloatOnly())
      quantizeOperands(op);
    return quantizeWeightOf(op);
  }

  /// Constants beside an activation, as in a sum with a row.
  void quantizeOperands(QuantizableOpInterface op) {
    SmallVector<OpOperand *> operands = op.getActivationOperands();
    if (llvm::none_of(operands, quantizedSource))
      return;
    OpBuilder builder(op);
    for (OpOperand *operand : operands) {
      DenseElementsAttr values;
      if (!matchPattern(operand->get(), m_Constant(&values)))
        continue;
      Location loc = operand->get().getLoc();
      if (Value quantized = quantizeOperand(builder, loc, values, symmetric))
        operand->set(
            DequantizeOp::create(builder, loc, values.getType(), quantized));
    }
  }

  LogicalResult quantizeWeightOf(QuantizableOpInterface op) {
    OpOperand *weight = op.getWeightOperand();
    DenseElementsAttr values;
    if (!weight || !matchPattern(weight->get(), m_Constant(&values)))
      return success();
    Value source = quantizedSource(op.getActivationOperands()[0]);
    if (!source)
      return success();
    float activationScale = getScales(quantizedElement(source)).front();
    OpBuilder builder(op);
    Location loc = weight->get().getLoc();
    FailureOr<SmallVector<float>> least =
        leastWeightScales(op, activationScale);
    if (failed(least))
      return failure();
    if (op->hasAttr(NNDialect::getWeightScalesAttrName()))
      return keepWeightOf(op, values, *least);
    if (perTensor)
      least = SmallVector<float>{*llvm::max_element(*least)};
    Value quantized =
        perTensor
            ? quantizeWeightPerTensor(builder, loc, values, least->front(),
                                      pairRunOf(op))
            : quantizeWeight(builder, loc, values, op.getWeightChannelAxis(),
                             *least, pairRunOf(op));
    reportEnlarged(op, quantized, *least, leastNormalScale(activationScale));
    weight->set(
        DequantizeOp::create(builder, loc, values.getType(), quantized));
    return success();
  }

  /// Weights that are integers times scales already.
  LogicalResult keepWeightOf(QuantizableOpInterface op,
                             DenseElementsAttr values, ArrayRef<float> least) {
    StringRef name = NNDialect::getWeightScalesAttrName();
    auto scales = op->getAttrOfType<DenseF32ArrayAttr>(name);
    if (!scales || static_cast<size_t>(scales.size()) != least.size())
      return op->emitOpError("expected '")
             << name << "' to be " << least.size()
             << " scales, one for each output channel";
    for (auto [scale, minimum] : llvm::zip_equal(scales.asArrayRef(), least))
      if (!(scale >= minimum) || !std::isfinite(scale))
        return op->emitOpError("expected scales in '")
               << name << "' of at least " << minimum
               << ", which its bias and the scale of its input need, but got "
               << scale;
    OpOperand *weight = op.getWeightOperand();
    OpBuilder builder(op);
    Location loc = weight->get().getLoc();
    Value quantized = quantizeMultiples(
        builder, loc, values, op.getWeightChannelAxis(), scales.asArrayRef());
    if (!quantized)
      return op->emitOpError("expected weights that are integers from -127 to "
                             "127 times the scales in '")
             << name << "'";
    weight->set(
        DequantizeOp::create(builder, loc, values.getType(), quantized));
    op->removeAttr(name);
    return success();
  }

  /// Weights of a channel that are multiplied with neighbours, if those shall
  /// not saturate: a row of a window. Where each channel is by itself, the
  /// neighbours are others.
  std::optional<int64_t> pairRunOf(QuantizableOpInterface op) {
    auto type = cast<RankedTensorType>(op.getWeightOperand()->get().getType());
    int64_t run = type.getShape().back();
    auto conv = dyn_cast<Conv2DOp>(op.getOperation());
    if (!pairSafe || (conv && conv.getGroups() > 1 && run == 1))
      return std::nullopt;
    if (conv && conv.getDilations()[1] == 1)
      run *= type.getShape().drop_back().back();
    return run;
  }

  /// Per output channel, the smallest weight scale with which the bias fits
  /// into i32 and scales are normal numbers.
  FailureOr<SmallVector<float>> leastWeightScales(QuantizableOpInterface op,
                                                  float activationScale) {
    auto type = cast<RankedTensorType>(op.getWeightOperand()->get().getType());
    SmallVector<float> scales(type.getDimSize(op.getWeightChannelAxis()),
                              leastNormalScale(activationScale));
    OpOperand *bias = op.getBiasOperand();
    DenseElementsAttr values;
    if (!bias)
      return scales;
    if (!matchPattern(bias->get(), m_Constant(&values)))
      return op->emitOpError("requires a constant bias to be quantized");
    for (auto [scale, value] :
         llvm::zip_equal(scales, values.getValues<float>())) {
      scale = std::max(scale, std::fabs(value) / kBiasLimit / activationScale);
      if (!std::isfinite(scale))
        return op->emitOpError("expected a finite bias that fits the input's "
                               "scale ")
               << activationScale << ", but got " << value;
    }
    return scales;
  }

  void reportEnlarged(QuantizableOpInterface op, Value weight,
                      ArrayRef<float> least, float leastNormal) {
    SmallVector<float> scales = getScales(quantizedElement(weight));
    int64_t forBias = 0, forNormal = 0;
    for (auto [scale, minimum] : llvm::zip_equal(scales, least))
      if (scale == minimum)
        ++(minimum == leastNormal ? forNormal : forBias);
    auto report = [&](int64_t enlarged, StringRef reason) {
      if (enlarged)
        op->emitRemark("weight scale enlarged in ")
            << enlarged << " of " << scales.size() << " channels, so that "
            << reason;
    };
    report(forBias, "the bias fits into i32");
    report(forNormal, "it and the scale of the accumulator are normal numbers");
  }
};

} // namespace
