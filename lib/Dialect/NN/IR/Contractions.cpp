//===- Contractions.cpp - Convolution and dense layers ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

#include "quantc/Dialect/NN/IR/QuantTypes.h"

#include <limits>

using namespace mlir;
using namespace quantc::nn;

/// Weight and bias are float where the activations are, else both quantized;
/// the bias has one value per output channel.
static LogicalResult verifyContraction(QuantizableOpInterface op) {
  bool quantized = !isa<FloatType>(elementOf(op->getResult(0)));
  for (OpOperand &operand : op->getOpOperands())
    if (isa<FloatType>(elementOf(operand.get())) == quantized)
      return op->emitOpError("expected all operands and the result to be "
                             "float, or all to be quantized");
  int64_t channels = shapeOf(op->getResult(0)).back();
  OpOperand *bias = op.getBiasOperand();
  if (bias && shapeOf(bias->get()) != ArrayRef<int64_t>{channels})
    return op->emitOpError("expected a bias of ") << channels << " values";
  if (!quantized)
    return success();
  Type result = elementOf(op->getResult(0));
  auto activation = dyn_cast<quant::UniformQuantizedType>(
      elementOf(op.getActivationOperands()[0]->get()));
  if (!activation ||
      (!isa<quant::UniformQuantizedType>(result) && !isAccumulator(result)))
    return op->emitOpError("expected per-tensor quantized activations");
  auto weight =
      cast<quant::QuantizedType>(elementOf(op.getWeightOperand()->get()));
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(weight))
    if (perAxis.getQuantizedDimension() != op.getWeightChannelAxis())
      return op->emitOpError("expected a weight quantized along dimension ")
             << op.getWeightChannelAxis() << ", but got "
             << perAxis.getQuantizedDimension();
  int32_t lastAxis = shapeOf(op->getResult(0)).size() - 1;
  if (isAccumulator(result) &&
      result != accumulatorOf(activation, weight, lastAxis))
    return op->emitOpError("expected accumulators in scale (activation scale "
                           "* weight scale) of each index of the last "
                           "dimension, but got ")
           << result;
  return success();
}

OpOperand *Conv2DOp::getWeightOperand() { return &getFilterMutable(); }

OpOperand *Conv2DOp::getBiasOperand() {
  MutableOperandRange bias = getBiasMutable();
  return bias.empty() ? nullptr : &bias[0];
}

LogicalResult Conv2DOp::verify() {
  auto fail = [&] { return emitOpError(); };
  Window window = {{}, getStrides(), getPad(), getDilations()};
  if (failed(verifyShape(*this, inferConv2DShape(shapeOf(getInput()),
                                                 shapeOf(getFilter()), window,
                                                 getGroups(), fail))))
    return failure();
  return verifyContraction(*this);
}

OpOperand *FullyConnectedOp::getWeightOperand() { return &getWeightMutable(); }

OpOperand *FullyConnectedOp::getBiasOperand() {
  MutableOperandRange bias = getBiasMutable();
  return bias.empty() ? nullptr : &bias[0];
}

LogicalResult FullyConnectedOp::verify() {
  auto fail = [&] { return emitOpError(); };
  if (failed(verifyShape(*this,
                         inferFullyConnectedShape(shapeOf(getInput()),
                                                  shapeOf(getWeight()), fail))))
    return failure();
  return verifyContraction(*this);
}

int64_t MatmulOp::countMultiplyAdds() {
  int64_t k = getLhs().getType().getShape().back();
  return countElements(getOutput()) * (ShapedType::isDynamic(k) ? 1 : k);
}

LogicalResult MatmulOp::verify() {
  auto fail = [&] { return emitOpError(); };
  if (failed(verifyShape(
          *this, inferMatmulShape(shapeOf(getLhs()), shapeOf(getRhs()), fail))))
    return failure();
  if (failed(verifyActivations(*this)))
    return failure();
  auto lhs = dyn_cast<quant::UniformQuantizedType>(elementOf(getLhs()));
  auto rhs = dyn_cast<quant::UniformQuantizedType>(elementOf(getRhs()));
  if (!lhs)
    return success();
  int64_t sum = shapeOf(getLhs()).back() * reachOf(lhs) * reachOf(rhs);
  if (sum > std::numeric_limits<int32_t>::max())
    return emitOpError("expected an accumulator that fits into i32, but it can "
                       "reach ")
           << sum << "; keep this layer in float";
  return success();
}
