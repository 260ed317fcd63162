//===- Elementwise.cpp - Clamp, arithmetic, normalizations --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

#include "quantc/Dialect/NN/IR/QuantTypes.h"

using namespace mlir;
using namespace quantc::nn;

bool ClampOp::sharesScale() { return true; }

/// Each bound is the real number of an integer, or bounds nothing.
bool ClampOp::isExactOnIntegers(quant::UniformQuantizedType type) {
  float min = getMin().convertToFloat(), max = getMax().convertToFloat();
  auto isExact = [&](float bound) {
    return dequantize(quantize(bound, type), type) == bound;
  };
  quantc::StorageBounds bounds = boundsOf(type);
  return (isExact(min) || min <= dequantize(bounds.lo, type)) &&
         (isExact(max) || max >= dequantize(bounds.hi, type));
}

LogicalResult ClampOp::verify() {
  // Written so that NaN bounds fail, too.
  if (!(getMin() <= getMax()))
    return emitOpError("expected min <= max, but got ")
           << getMin().convertToFloat() << " and " << getMax().convertToFloat();
  if (failed(verifyShape(*this, Shape(shapeOf(getInput())))))
    return failure();
  auto input = dyn_cast<quant::UniformQuantizedType>(elementOf(getInput()));
  auto output = dyn_cast<quant::UniformQuantizedType>(elementOf(getOutput()));
  if (!input || !output)
    return verifySameElement(*this);
  // Bounds of the storage may differ: they can hold the clamp.
  if (input.getStorageType() != output.getStorageType() ||
      input.isSigned() != output.isSigned() ||
      input.getScale() != output.getScale() ||
      input.getZeroPoint() != output.getZeroPoint())
    return emitOpError("expected one scale, zero point and storage type, "
                       "but got ")
           << input << " and " << output;
  return success();
}

template <typename OpT>
static LogicalResult verifyBinary(OpT op, bool summed = false) {
  auto fail = [&] { return op.emitOpError(); };
  if (failed(verifyShape(op, inferBroadcastShape(shapeOf(op.getLhs()),
                                                 shapeOf(op.getRhs()), fail))))
    return failure();
  return verifyActivations(op, summed);
}

LogicalResult AddOp::verify() { return verifyBinary(*this, /*summed=*/true); }
LogicalResult SubOp::verify() { return verifyBinary(*this, /*summed=*/true); }
LogicalResult MulOp::verify() { return verifyBinary(*this); }
LogicalResult DivOp::verify() { return verifyBinary(*this); }

bool DivOp::isFloatOnly() { return true; }

/// How many of alpha and beta a function takes.
static int countParameters(UnaryKind kind) {
  switch (kind) {
  case UnaryKind::HardSigmoid:
  case UnaryKind::Selu:
    return 2;
  case UnaryKind::LeakyRelu:
  case UnaryKind::Elu:
  case UnaryKind::Celu:
    return 1;
  default:
    return 0;
  }
}

LogicalResult UnaryOp::verify() {
  int count = countParameters(getKind());
  if (getAlpha().has_value() != (count > 0) ||
      getBeta().has_value() != (count > 1))
    return emitOpError("expected ")
           << (count == 0   ? "neither alpha nor beta"
               : count == 1 ? "alpha and no beta"
                            : "alpha and beta")
           << " for '" << stringifyUnaryKind(getKind()) << "'";
  if (failed(verifyShape(*this, Shape(shapeOf(getInput())))))
    return failure();
  return verifyActivations(*this);
}

bool SoftmaxOp::isFloatOnly() { return true; }

LogicalResult SoftmaxOp::verify() {
  int64_t rank = shapeOf(getInput()).size();
  int64_t axis = getAxis();
  if (axis < 0 || axis >= rank || getInput().getType().isDynamicDim(axis))
    return emitOpError("expected an axis of the ")
           << rank << " dimensions that is not the batch, but got " << axis;
  return verifyShape(*this, Shape(shapeOf(getInput())));
}

bool LayerNormOp::isFloatOnly() { return true; }

LogicalResult LayerNormOp::verify() {
  ArrayRef<int64_t> shape = shapeOf(getInput());
  if (shape.empty() || shape.back() == ShapedType::kDynamic || !shape.back())
    return emitOpError("expected a last dimension that is neither the batch "
                       "nor empty");
  for (auto [name, parameter] :
       {std::pair("scale", getScale()), std::pair("bias", getBias())}) {
    if (parameter && shapeOf(parameter) != shape.take_back())
      return emitOpError("expected a ")
             << name << " of " << shape.back()
             << " values, one per index of the last dimension, but got "
             << parameter.getType();
  }
  // Written so that NaN fails, too.
  if (!(getEpsilon().convertToFloat() >= 0))
    return emitOpError("expected an epsilon of at least 0, but got ")
           << getEpsilon().convertToFloat();
  return verifyShape(*this, Shape(shape));
}
