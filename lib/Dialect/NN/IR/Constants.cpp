//===- Constants.cpp - Elements of constant tensors ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/Constants.h"

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Support/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::nn;

template <typename T>
static DenseElementsAttr
permute(DenseElementsAttr constant, ArrayRef<int64_t> shape,
        ArrayRef<int64_t> permutation, RankedTensorType type) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * shape[axis];
  SmallVector<int64_t> extents, steps;
  for (int64_t dimension : permutation) {
    extents.push_back(shape[dimension]);
    steps.push_back(strides[dimension]);
  }
  auto values = constant.getValues<T>();
  SmallVector<T> result;
  result.reserve(constant.getNumElements());
  SmallVector<int64_t> index(shape.size(), 0);
  for (int64_t count = constant.getNumElements(); count > 0; --count) {
    int64_t offset = 0;
    for (auto [position, step] : llvm::zip_equal(index, steps))
      offset += position * step;
    result.push_back(values[offset]);
    for (size_t axis = extents.size(); axis-- > 0;) {
      if (++index[axis] < extents[axis])
        break;
      index[axis] = 0;
    }
  }
  return DenseElementsAttr::get(type, ArrayRef<T>(result));
}

DenseElementsAttr quantc::nn::permuteElements(DenseElementsAttr constant,
                                              ArrayRef<int64_t> shape,
                                              ArrayRef<int64_t> permutation,
                                              RankedTensorType type) {
  if (constant.isSplat())
    return constant.reshape(type);
  Type element = constant.getElementType();
  if (element.isInteger(8))
    return permute<int8_t>(constant, shape, permutation, type);
  if (element.isInteger(32))
    return permute<int32_t>(constant, shape, permutation, type);
  assert(element.isF32() && "constants are real numbers or their storage");
  return permute<float>(constant, shape, permutation, type);
}

std::optional<RealConstant> RealConstant::match(Value value) {
  RealConstant constant;
  if (matchPattern(value, m_Constant(&constant.elements))) {
    if (!constant.elements.getElementType().isF32())
      return std::nullopt;
    return constant;
  }
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  auto cast = dequantize
                  ? dequantize.getInput().getDefiningOp<quant::StorageCastOp>()
                  : quant::StorageCastOp();
  if (!cast || !matchPattern(cast.getInput(), m_Constant(&constant.elements)))
    return std::nullopt;
  constant.type = mlir::cast<quant::QuantizedType>(
      mlir::cast<RankedTensorType>(cast.getType()).getElementType());
  return constant;
}

bool RealConstant::hasScalesAlong(int64_t axis) const {
  auto perAxis = dyn_cast_if_present<quant::UniformQuantizedPerAxisType>(type);
  return !perAxis || perAxis.getQuantizedDimension() == axis;
}

DenseElementsAttr RealConstant::toFloat() const {
  if (!type)
    return elements;
  SmallVector<QuantParams> params;
  int64_t inner = 1;
  if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(type)) {
    params.push_back({static_cast<float>(perTensor.getScale()),
                      static_cast<int32_t>(perTensor.getZeroPoint())});
  } else {
    auto perAxis = cast<quant::UniformQuantizedPerAxisType>(type);
    for (auto [scale, zeroPoint] :
         llvm::zip_equal(perAxis.getScales(), perAxis.getZeroPoints()))
      params.push_back(
          {static_cast<float>(scale), static_cast<int32_t>(zeroPoint)});
    inner = ShapedType::getNumElements(
        getType().getShape().drop_front(perAxis.getQuantizedDimension() + 1));
  }
  SmallVector<float> real;
  real.reserve(elements.getNumElements());
  for (auto [index, stored] : llvm::enumerate(elements.getValues<APInt>())) {
    const QuantParams &param =
        params[static_cast<int64_t>(index) / inner % params.size()];
    real.push_back(
        dequantize(static_cast<int32_t>(stored.getSExtValue()), param));
  }
  Type f32 = Float32Type::get(elements.getContext());
  return DenseElementsAttr::get(
      RankedTensorType::get(getType().getShape(), f32), ArrayRef<float>(real));
}

Value RealConstant::create(OpBuilder &builder, Location loc) const {
  Value value = arith::ConstantOp::create(builder, loc, elements);
  if (!type)
    return value;
  auto tensor = cast<RankedTensorType>(value.getType());
  value = quant::StorageCastOp::create(builder, loc, tensor.clone(type), value);
  return DequantizeOp::create(builder, loc, tensor.clone(builder.getF32Type()),
                              value);
}
