//===- QuantizeConstants.cpp - Integer weights and biases ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuantizeConstants.h"

#include "ActivationStorage.h"
#include "PairSafeWeights.h"

#include "quantc/Support/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

/// Weights are symmetric: -128 stays unused, so that |w| fits into 7 bits.
static constexpr quantc::StorageBounds kWeightBounds = {-127, 127};

/// `storage`, as integers of a type with `scales` along `axis`, zero points 0.
static Value castToPerAxis(OpBuilder &builder, Location loc,
                           DenseElementsAttr storage, ArrayRef<float> scales,
                           int64_t axis, quantc::StorageBounds bounds) {
  SmallVector<double> wide(scales.begin(), scales.end());
  SmallVector<int64_t> zeroPoints(scales.size(), 0);
  auto element = quant::UniformQuantizedPerAxisType::get(
      quant::QuantizationFlags::Signed, storage.getElementType(),
      builder.getF32Type(), wide, zeroPoints, axis, bounds.lo, bounds.hi);
  Value constant = arith::ConstantOp::create(builder, loc, storage);
  return quant::StorageCastOp::create(
      builder, loc, storage.getType().clone(element), constant);
}

Value quantc::nn::quantizeWeight(OpBuilder &builder, Location loc,
                                 DenseElementsAttr weight, int64_t axis,
                                 ArrayRef<float> leastScales,
                                 std::optional<int64_t> pairRun) {
  ShapedType type = weight.getType();
  ArrayRef<int64_t> shape = type.getShape();
  int64_t inner = ShapedType::getNumElements(shape.drop_front(axis + 1));
  int64_t channels = shape[axis];
  auto values = weight.getValues<float>();
  auto channelOf = [&](int64_t index) { return index / inner % channels; };

  SmallVector<float> scales(channels, 0.0f);
  for (auto [index, value] : llvm::enumerate(values)) {
    float &greatest = scales[channelOf(index)];
    greatest = std::max(greatest, std::fabs(value));
  }
  for (auto [channel, scale] : llvm::enumerate(scales)) {
    scale = chooseSymmetricScale(scale, kWeightBounds.hi);
    if (!leastScales.empty())
      scale = std::max(scale, leastScales[channel]);
  }

  std::vector<int8_t> stored(values.size());
  if (pairRun) {
    assert(axis == 0 && "channels lead");
    std::vector<float> weights(values.begin(), values.end());
    for (auto [channel, scale] : llvm::enumerate(scales))
      scale = quantizePairSafe(
          ArrayRef(weights).slice(channel * inner, inner), inner, *pairRun,
          scale, MutableArrayRef(stored).slice(channel * inner, inner));
  } else {
    for (auto [index, value] : llvm::enumerate(values))
      stored[index] = static_cast<int8_t>(
          quantize(value, {scales[channelOf(index)], 0}, kWeightBounds));
  }
  auto storageType = RankedTensorType::get(shape, builder.getI8Type());
  return castToPerAxis(
      builder, loc,
      DenseElementsAttr::get(storageType, ArrayRef<int8_t>(stored)), scales,
      axis, kWeightBounds);
}

Value quantc::nn::quantizeMultiples(OpBuilder &builder, Location loc,
                                    DenseElementsAttr weight, int64_t axis,
                                    ArrayRef<float> scales) {
  ArrayRef<int64_t> shape = weight.getType().getShape();
  int64_t inner = ShapedType::getNumElements(shape.drop_front(axis + 1));
  SmallVector<int8_t> stored;
  for (auto [index, value] : llvm::enumerate(weight.getValues<float>())) {
    QuantParams params = {scales[index / inner % shape[axis]], 0};
    stored.push_back(
        static_cast<int8_t>(quantize(value, params, kWeightBounds)));
    if (dequantize(stored.back(), params) != value)
      return nullptr;
  }
  auto storageType = RankedTensorType::get(shape, builder.getI8Type());
  return castToPerAxis(
      builder, loc,
      DenseElementsAttr::get(storageType, ArrayRef<int8_t>(stored)), scales,
      axis, kWeightBounds);
}

/// `stored`, as integers with `params`, in a type of one scale.
static Value castPerTensor(OpBuilder &builder, Location loc,
                           ArrayRef<int8_t> stored, ArrayRef<int64_t> shape,
                           quantc::QuantParams params,
                           quantc::StorageBounds bounds) {
  auto element = quant::UniformQuantizedType::get(
      quant::QuantizationFlags::Signed, builder.getI8Type(),
      builder.getF32Type(), params.scale, params.zeroPoint, bounds.lo,
      bounds.hi);
  auto storageType = RankedTensorType::get(shape, builder.getI8Type());
  Value constant = arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(storageType, stored));
  return quant::StorageCastOp::create(builder, loc, storageType.clone(element),
                                      constant);
}

/// `values` as integers with `params`, in a type of one scale.
static Value quantizePerTensor(OpBuilder &builder, Location loc,
                               DenseElementsAttr values,
                               quantc::QuantParams params,
                               quantc::StorageBounds bounds) {
  SmallVector<int8_t> stored;
  stored.reserve(values.getNumElements());
  for (float value : values.getValues<float>())
    stored.push_back(static_cast<int8_t>(quantize(value, params, bounds)));
  return castPerTensor(builder, loc, stored, values.getType().getShape(),
                       params, bounds);
}

Value quantc::nn::quantizeWeightPerTensor(OpBuilder &builder, Location loc,
                                          DenseElementsAttr weight,
                                          float leastScale,
                                          std::optional<int64_t> pairRun) {
  float greatest = 0;
  for (float value : weight.getValues<float>())
    greatest = std::max(greatest, std::fabs(value));
  float scale =
      std::max(chooseSymmetricScale(greatest, kWeightBounds.hi), leastScale);
  if (!pairRun)
    return quantizePerTensor(builder, loc, weight, {scale, 0}, kWeightBounds);
  auto values = weight.getValues<float>();
  std::vector<float> weights(values.begin(), values.end());
  std::vector<int8_t> stored(weights.size());
  scale =
      quantizePairSafe(weights, weights.size() / weight.getType().getShape()[0],
                       *pairRun, scale, stored);
  return castPerTensor(builder, loc, stored, weight.getType().getShape(),
                       {scale, 0}, kWeightBounds);
}

Value quantc::nn::quantizeOperand(OpBuilder &builder, Location loc,
                                  DenseElementsAttr values, bool isSymmetric) {
  // The least range that chooseAsymmetric takes.
  constexpr float kLeastRange = 0x1p-100f;
  float min = 0, max = 0;
  for (float value : values.getValues<float>()) {
    if (!std::isfinite(value))
      return nullptr;
    min = std::min(min, value);
    max = std::max(max, value);
  }
  if (max - min < kLeastRange)
    return nullptr;
  return quantizePerTensor(
      builder, loc, values,
      chooseParams(min, max, {kActivationBounds, isSymmetric}),
      kActivationBounds);
}

Value quantc::nn::quantizeBias(OpBuilder &builder, Location loc,
                               DenseElementsAttr bias, float activationScale,
                               ArrayRef<float> weightScales) {
  SmallVector<int32_t> stored;
  SmallVector<float> scales;
  for (auto [channel, value] : llvm::enumerate(bias.getValues<float>())) {
    // One scale for all channels where the weight is quantized per tensor.
    float weightScale = weightScales[weightScales.size() == 1 ? 0 : channel];
    std::optional<int32_t> integer =
        quantc::quantizeBias(value, activationScale, weightScale);
    if (!integer)
      return nullptr;
    stored.push_back(*integer);
    scales.push_back(activationScale * weightScale);
  }
  auto storageType =
      RankedTensorType::get(bias.getType().getShape(), builder.getI32Type());
  return castToPerAxis(
      builder, loc,
      DenseElementsAttr::get(storageType, ArrayRef<int32_t>(stored)), scales,
      /*axis=*/0,
      {std::numeric_limits<int32_t>::min(),
       std::numeric_limits<int32_t>::max()});
}
