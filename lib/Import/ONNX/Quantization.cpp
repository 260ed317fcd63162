//===- Quantization.cpp - Integers of quantized models ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Quantization.h"

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Support/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

int32_t quantc::onnx::storageOffset(DataType type) {
  return type == UINT8 ? 128 : 0;
}

/// A quantized type, per axis where `axis` is one. The storage is full.
static quant::QuantizedType getType(MLIRContext *context, unsigned width,
                                    ArrayRef<float> scales,
                                    ArrayRef<int64_t> zeroPoints,
                                    int64_t axis) {
  using quant::QuantizedType;
  Type storage = IntegerType::get(context, width);
  Type expressed = Float32Type::get(context);
  int64_t lo = QuantizedType::getDefaultMinimumForInteger(true, width);
  int64_t hi = QuantizedType::getDefaultMaximumForInteger(true, width);
  if (axis < 0)
    return quant::UniformQuantizedType::get(quant::QuantizationFlags::Signed,
                                            storage, expressed, scales[0],
                                            zeroPoints[0], lo, hi);
  SmallVector<double> wide(scales.begin(), scales.end());
  return quant::UniformQuantizedPerAxisType::get(
      quant::QuantizationFlags::Signed, storage, expressed, wide, zeroPoints,
      axis, lo, hi);
}

quant::QuantizedType
QuantizationParameters::toType(MLIRContext *context) const {
  SmallVector<int64_t> shifted(ArrayRef<int64_t>{zeroPoints});
  for (int64_t &zeroPoint : shifted)
    zeroPoint -= storageOffset(type);
  return getType(context, type == INT32 ? 32 : 8, scales, shifted, axis);
}

FailureOr<QuantizationParameters> quantc::onnx::readQuantization(
    NodeImporter &node, unsigned scaleIndex, ArrayRef<int64_t> shape,
    int64_t axis, std::optional<DataType> known, DataType fallback) {
  FailureOr<const Constant *> scale = node.requireFloats(scaleIndex, "scale");
  if (failed(scale))
    return failure();
  QuantizationParameters parameters;
  parameters.scales = (*scale)->floats;
  parameters.type = known.value_or(fallback);
  size_t count = parameters.scales.size();
  parameters.zeroPoints.assign(count, 0);
  if (node.hasInput(scaleIndex + 1)) {
    FailureOr<const Constant *> zeroPoint =
        node.requireInts(scaleIndex + 1, "zero point");
    if (failed(zeroPoint))
      return failure();
    if (known && (*zeroPoint)->type != *known)
      return node.fail()
             << "expected a zero point of the type of the integers, "
             << nameOf(*known) << ", but got " << nameOf((*zeroPoint)->type);
    if ((*zeroPoint)->ints.size() != count)
      return node.fail() << "expected as many zero points as scales, " << count
                         << ", but got " << (*zeroPoint)->ints.size();
    parameters.type = (*zeroPoint)->type;
    parameters.zeroPoints = (*zeroPoint)->ints;
  }
  if (parameters.type != UINT8 && parameters.type != INT8 &&
      parameters.type != INT32)
    return node.fail() << "expected integers of type uint8 or int8, but got "
                       << nameOf(parameters.type)
                       << ": quantize the model with 8 bits";
  for (float value : parameters.scales)
    if (!std::isnormal(value) || value < 0)
      return node.fail() << "expected scales that are positive, normal f32 "
                            "numbers, but got "
                         << value;
  if ((*scale)->shape.size() > 1)
    return node.fail() << "expected one scale, or one per index along an axis, "
                          "but got a tensor of rank "
                       << (*scale)->shape.size();
  if (count == 1)
    return parameters;
  int64_t rank = shape.size();
  // A vector has one axis, whatever the attribute's default says.
  if (rank == 1)
    axis = 0;
  if (axis < -rank || axis >= rank)
    return node.fail() << "expected an axis of " << rank
                       << " dimensions, but got " << axis;
  parameters.axis = axis < 0 ? axis + rank : axis;
  int64_t extent = shape[parameters.axis];
  if (extent != static_cast<int64_t>(count))
    return node.fail() << "expected one scale for each of " << extent
                       << " indices of axis " << parameters.axis << ", but got "
                       << count;
  return parameters;
}

Constant quantc::onnx::dequantize(const Constant &integers,
                                  const QuantizationParameters &parameters) {
  StoredIntegers stored;
  stored.type = parameters.type == INT32 ? INT32 : INT8;
  stored.scales = parameters.scales;
  stored.axis = parameters.axis;
  int32_t offset = storageOffset(parameters.type);
  for (int64_t zeroPoint : parameters.zeroPoints)
    stored.zeroPoints.push_back(static_cast<int32_t>(zeroPoint) - offset);
  Constant result;
  result.shape = integers.shape;
  result.floats.reserve(integers.ints.size());
  stored.elements.reserve(integers.ints.size());
  int64_t axis = parameters.axis;
  int64_t inner = axis < 0 ? 1 : getStrides(integers.shape)[axis];
  int64_t channels = stored.scales.size();
  for (auto [index, integer] : llvm::enumerate(integers.ints)) {
    int64_t channel = static_cast<int64_t>(index) / inner % channels;
    auto element = static_cast<int32_t>(integer - offset);
    stored.elements.push_back(element);
    result.floats.push_back(quantc::dequantize(
        element, {stored.scales[channel], stored.zeroPoints[channel]}));
  }
  result.stored = std::make_shared<const StoredIntegers>(std::move(stored));
  return result;
}

Value quantc::onnx::createDequantize(NodeImporter &node,
                                     const Constant &constant) {
  const StoredIntegers &stored = *constant.stored;
  OpBuilder &builder = node.builder;
  unsigned width = stored.type == INT32 ? 32 : 8;
  auto type =
      RankedTensorType::get(constant.shape, builder.getIntegerType(width));
  DenseElementsAttr integers;
  if (width == 32) {
    integers = DenseElementsAttr::get(type, ArrayRef(stored.elements));
  } else {
    SmallVector<int8_t> narrow(stored.elements.begin(), stored.elements.end());
    integers = DenseElementsAttr::get(type, ArrayRef<int8_t>(narrow));
  }
  SmallVector<int64_t> zeroPoints(stored.zeroPoints.begin(),
                                  stored.zeroPoints.end());
  quant::QuantizedType element = getType(
      builder.getContext(), width, stored.scales, zeroPoints, stored.axis);
  Value value = arith::ConstantOp::create(builder, node.loc, integers);
  value = quant::StorageCastOp::create(builder, node.loc, type.clone(element),
                                       value);
  return nn::DequantizeOp::create(builder, node.loc,
                                  node.tensorType(constant.shape), value);
}

Value quantc::onnx::toIntegers(OpBuilder &builder, Location loc,
                               const Symbol &integers) {
  if (!integers.movedType)
    return integers.value;
  auto type = cast<RankedTensorType>(integers.value.getType());
  return nn::QuantizeOp::create(builder, loc, type.clone(integers.movedType),
                                integers.value);
}

/// The real numbers that integers stand for in a quantized type, which need not
/// be the one that they have.
static Value dequantizeAs(NodeImporter &node, const Symbol &integers,
                          quant::QuantizedType type) {
  if (integers.movedType == type)
    return integers.value;
  OpBuilder &builder = node.builder;
  Value stored = toIntegers(builder, node.loc, integers);
  auto tensor = cast<RankedTensorType>(stored.getType());
  if (auto current = cast<quant::QuantizedType>(tensor.getElementType());
      current != type) {
    stored = quant::StorageCastOp::create(
        builder, node.loc, tensor.clone(current.getStorageType()), stored);
    stored = quant::StorageCastOp::create(builder, node.loc, tensor.clone(type),
                                          stored);
  }
  return nn::DequantizeOp::create(builder, node.loc,
                                  node.tensorType(tensor.getShape()), stored);
}

FailureOr<Symbol> quantc::onnx::dequantizeOperand(NodeImporter &node,
                                                  unsigned index,
                                                  unsigned scaleIndex,
                                                  int64_t axis) {
  const Constant *constant = node.getConstant(index);
  Symbol integers;
  if (constant) {
    integers.type = constant->type;
  } else {
    FailureOr<Symbol> operand = node.getIntegers(index);
    if (failed(operand))
      return failure();
    integers = *operand;
  }
  if (isFloat(integers.type))
    return node.fail() << "expected integers, but got "
                       << nameOf(integers.type);
  ArrayRef<int64_t> shape =
      constant ? ArrayRef<int64_t>(constant->shape) : shapeOf(integers.value);
  auto parameters = readQuantization(node, scaleIndex, shape, axis,
                                     integers.type, integers.type);
  if (failed(parameters))
    return failure();
  if (parameters->type == INT32 &&
      llvm::any_of(parameters->zeroPoints, [](int64_t z) { return z != 0; }))
    return node.fail() << "expected zero point 0 for integers of type int32";
  Symbol real;
  if (constant)
    real.constant =
        std::make_shared<const Constant>(dequantize(*constant, *parameters));
  else
    real.value = dequantizeAs(node, integers,
                              parameters->toType(node.builder.getContext()));
  return real;
}

FailureOr<Value> quantc::onnx::convertToFloat(NodeImporter &node,
                                              unsigned index) {
  FailureOr<Symbol> integers = node.getIntegers(index);
  if (failed(integers))
    return failure();
  QuantizationParameters parameters{integers->type, {1.0f}, {0}};
  return dequantizeAs(node, *integers,
                      parameters.toType(node.builder.getContext()));
}

void quantc::onnx::setQuantized(NodeImporter &node, Value real,
                                const QuantizationParameters &parameters) {
  auto type = cast<RankedTensorType>(real.getType());
  node.setIntegers(nn::QuantizeOp::create(
                       node.builder, node.loc,
                       type.clone(parameters.toType(node.builder.getContext())),
                       real),
                   parameters.type);
}
