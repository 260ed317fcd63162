//===- Scalars.cpp - Building blocks of the lowering --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

Type quantc::elementOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

Value quantc::createEmpty(OpBuilder &builder, Location loc,
                          RankedTensorType type, Value batchOf) {
  SmallVector<Value> sizes;
  if (type.getRank() && type.isDynamicDim(0))
    sizes.push_back(tensor::DimOp::create(builder, loc, batchOf, 0));
  return tensor::EmptyOp::create(builder, loc, type, sizes);
}

Value quantc::createConstant(OpBuilder &builder, Location loc, Type type,
                             double value) {
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(builder, loc,
                                     builder.getFloatAttr(type, value));
  return arith::ConstantOp::create(
      builder, loc, builder.getIntegerAttr(type, static_cast<int64_t>(value)));
}

Value quantc::createClamp(OpBuilder &builder, Location loc, Value x, double lo,
                          double hi) {
  Value low = createConstant(builder, loc, x.getType(), lo);
  Value high = createConstant(builder, loc, x.getType(), hi);
  Value isAbove =
      arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGT, x, low);
  x = arith::SelectOp::create(builder, loc, isAbove, x, low);
  Value isBelow =
      arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT, x, high);
  return arith::SelectOp::create(builder, loc, isBelow, x, high);
}

Value quantc::createCentered(OpBuilder &builder, Location loc, Value stored,
                             int64_t zeroPoint) {
  Type i32 = builder.getI32Type();
  if (stored.getType() != i32)
    stored = arith::ExtSIOp::create(builder, loc, i32, stored);
  Value centered = arith::SubIOp::create(
      builder, loc, stored, createConstant(builder, loc, i32, zeroPoint));
  return arith::SIToFPOp::create(builder, loc, builder.getF32Type(), centered);
}

Value quantc::createRoundToStorage(OpBuilder &builder, Location loc, Value x,
                                   quant::UniformQuantizedType type) {
  int64_t zeroPoint = type.getZeroPoint();
  Value clamped =
      createClamp(builder, loc, x, type.getStorageTypeMin() - zeroPoint,
                  type.getStorageTypeMax() - zeroPoint);
  Value rounded = math::RoundEvenOp::create(builder, loc, clamped);
  Value integer =
      arith::FPToSIOp::create(builder, loc, builder.getI32Type(), rounded);
  Value shifted = arith::AddIOp::create(
      builder, loc, integer,
      createConstant(builder, loc, builder.getI32Type(), zeroPoint));
  return arith::TruncIOp::create(builder, loc, type.getStorageType(), shifted);
}

Value quantc::createRequantizedAccumulator(OpBuilder &builder, Location loc,
                                           Value accumulator, Value multiplier,
                                           quant::UniformQuantizedType type) {
  Value real =
      arith::SIToFPOp::create(builder, loc, builder.getF32Type(), accumulator);
  Value scaled = arith::MulFOp::create(builder, loc, real, multiplier);
  return createRoundToStorage(builder, loc, scaled, type);
}
