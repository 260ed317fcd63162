//===- QuantTypes.cpp - Verifies quantized element types ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/QuantTypes.h"

#include "quantc/Dialect/NN/IR/NN.h"

#include <cmath>

using namespace mlir;

namespace {

LogicalResult verifyZeroPoint(Operation *op, quant::QuantizedType type,
                              int64_t zeroPoint) {
  // The bounds of the full storage: narrower ones are clamps, and a clamp need
  // not let the zero point through.
  unsigned width = type.getStorageTypeIntegralWidth();
  int64_t lowest =
      quant::QuantizedType::getDefaultMinimumForInteger(type.isSigned(), width);
  int64_t highest =
      quant::QuantizedType::getDefaultMaximumForInteger(type.isSigned(), width);
  if (zeroPoint < lowest || zeroPoint > highest)
    return op->emitOpError("expected a zero point in ")
           << lowest << ".." << highest << ", but got " << zeroPoint;
  return success();
}

LogicalResult verifyScale(Operation *op, double scale) {
  float single = static_cast<float>(scale);
  if (static_cast<double>(single) != scale || !std::isnormal(single))
    return op->emitOpError("expected a scale that is a normal f32 number, "
                           "but got ")
           << scale;
  return success();
}

LogicalResult verifyStorage(Operation *op, quant::QuantizedType type) {
  unsigned width = type.getStorageTypeIntegralWidth();
  if (!type.isSigned() || (width != 8 && width != 32))
    return op->emitOpError("expected signed storage of 8 or 32 bits, but got ")
           << type;
  return success();
}

/// Only the leading dimension, the batch, may be dynamic.
LogicalResult verifyDimensions(Operation *op, RankedTensorType tensor) {
  for (int64_t axis = 1; axis < tensor.getRank(); ++axis)
    if (tensor.isDynamicDim(axis))
      return op->emitOpError("expected only the leading dimension to be "
                             "dynamic, but got ")
             << tensor;
  return success();
}

LogicalResult verifyQuantizedTensor(Operation *op, RankedTensorType tensor) {
  Type element = tensor.getElementType();
  if (auto type = dyn_cast<quant::QuantizedType>(element);
      type && failed(verifyStorage(op, type)))
    return failure();
  if (auto type = dyn_cast<quant::UniformQuantizedType>(element)) {
    if (failed(verifyScale(op, type.getScale())))
      return failure();
    return verifyZeroPoint(op, type, type.getZeroPoint());
  }
  auto type = dyn_cast<quant::UniformQuantizedPerAxisType>(element);
  if (!type)
    return success();
  int64_t axis = type.getQuantizedDimension();
  if (axis < 0 || axis >= tensor.getRank())
    return op->emitOpError("expected a quantized dimension in 0..")
           << tensor.getRank() - 1 << ", but got " << axis;
  int64_t count = type.getScales().size();
  if (tensor.getDimSize(axis) != count)
    return op->emitOpError("expected one scale for each of ")
           << tensor.getDimSize(axis) << " channels of dimension " << axis
           << ", but got " << count;
  for (double scale : type.getScales())
    if (failed(verifyScale(op, scale)))
      return failure();
  for (int64_t zeroPoint : type.getZeroPoints())
    if (failed(verifyZeroPoint(op, type, zeroPoint)))
      return failure();
  return success();
}

} // namespace

LogicalResult quantc::nn::verifyQuantTypes(Operation *op) {
  auto verifyType = [&](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return success();
    if (failed(verifyDimensions(op, tensor)))
      return failure();
    return verifyQuantizedTensor(op, tensor);
  };
  for (Type type : op->getOperandTypes())
    if (failed(verifyType(type)))
      return failure();
  for (Type type : op->getResultTypes())
    if (failed(verifyType(type)))
      return failure();
  return success();
}

SmallVector<int64_t> quantc::nn::zeroPointsOf(quant::QuantizedType type,
                                              int64_t count) {
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type))
    return SmallVector<int64_t>(perAxis.getZeroPoints());
  return SmallVector<int64_t>(
      count, cast<quant::UniformQuantizedType>(type).getZeroPoint());
}

SmallVector<float> quantc::nn::getScales(quant::QuantizedType type) {
  if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(type))
    return {static_cast<float>(perTensor.getScale())};
  SmallVector<float> scales;
  for (double scale :
       cast<quant::UniformQuantizedPerAxisType>(type).getScales())
    scales.push_back(static_cast<float>(scale));
  return scales;
}

bool quantc::nn::isAccumulator(Type type) {
  auto quantized = dyn_cast<quant::QuantizedType>(type);
  if (!quantized || quantized.getStorageTypeIntegralWidth() != 32)
    return false;
  return llvm::all_of(zeroPointsOf(quantized, 1),
                      [](int64_t zeroPoint) { return zeroPoint == 0; });
}

quant::QuantizedType
quantc::nn::accumulatorOf(quant::UniformQuantizedType activation,
                          quant::QuantizedType weight, int32_t axis) {
  auto activationScale = static_cast<float>(activation.getScale());
  SmallVector<double> scales;
  for (float weightScale : getScales(weight)) {
    float scale = activationScale * weightScale;
    if (!std::isnormal(scale))
      return nullptr;
    scales.push_back(scale);
  }
  auto storage = IntegerType::get(weight.getContext(), 32);
  constexpr bool kSigned = true;
  int64_t lo = quant::QuantizedType::getDefaultMinimumForInteger(kSigned, 32);
  int64_t hi = quant::QuantizedType::getDefaultMaximumForInteger(kSigned, 32);
  if (isa<quant::UniformQuantizedType>(weight))
    return quant::UniformQuantizedType::get(
        quant::QuantizationFlags::Signed, storage, weight.getExpressedType(),
        scales.front(), /*zeroPoint=*/0, lo, hi);
  SmallVector<int64_t> zeroPoints(scales.size(), 0);
  return quant::UniformQuantizedPerAxisType::get(
      quant::QuantizationFlags::Signed, storage, weight.getExpressedType(),
      scales, zeroPoints, axis, lo, hi);
}

quantc::QuantParams quantc::nn::paramsOf(quant::UniformQuantizedType type) {
  return {static_cast<float>(type.getScale()),
          static_cast<int32_t>(type.getZeroPoint())};
}

quantc::StorageBounds quantc::nn::boundsOf(quant::UniformQuantizedType type) {
  return {static_cast<int32_t>(type.getStorageTypeMin()),
          static_cast<int32_t>(type.getStorageTypeMax())};
}

int64_t quantc::nn::reachOf(quant::UniformQuantizedType type) {
  return std::max(std::abs(type.getStorageTypeMin() - type.getZeroPoint()),
                  std::abs(type.getStorageTypeMax() - type.getZeroPoint()));
}

int32_t quantc::nn::quantize(float real, quant::UniformQuantizedType type) {
  return quantc::quantize(real, paramsOf(type), boundsOf(type));
}

float quantc::nn::dequantize(int32_t stored, quant::UniformQuantizedType type) {
  return quantc::dequantize(stored, paramsOf(type));
}
