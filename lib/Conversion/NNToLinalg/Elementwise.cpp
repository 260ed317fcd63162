//===- Elementwise.cpp - quantize, dequantize and clamp to linalg -------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "quantc/Support/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace quantc;

namespace {

using BodyBuilder =
    function_ref<Value(OpBuilder &builder, Location loc, ValueRange arguments)>;

/// A linalg.generic that computes `type` elementwise from `input` and from
/// `parameters`, vectors along dimension `axis`.
Value createElementwise(OpBuilder &builder, Location loc, RankedTensorType type,
                        Value input, ValueRange parameters, int64_t axis,
                        BodyBuilder body) {
  unsigned rank = type.getRank();
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  SmallVector<AffineMap> maps = {identity};
  if (!parameters.empty())
    maps.append(parameters.size(),
                AffineMap::get(rank, 0, builder.getAffineDimExpr(axis)));
  maps.push_back(identity);
  SmallVector<Value> inputs = {input};
  llvm::append_range(inputs, parameters);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  Value init = createEmpty(builder, loc, type, input);
  return linalg::GenericOp::create(
             builder, loc, TypeRange{type}, inputs, ValueRange{init}, maps,
             iterators,
             [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
               linalg::YieldOp::create(nested, nestedLoc,
                                       body(nested, nestedLoc, arguments));
             })
      .getResult(0);
}

/// x -> roundeven(clamp(x / scale, lo - zp, hi - zp)) + zp
struct LowerQuantize : OpConversionPattern<nn::QuantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::QuantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto element =
        dyn_cast<quant::UniformQuantizedType>(elementOf(op.getOutput()));
    if (!element)
      return rewriter.notifyMatchFailure(op, "quantized per axis");
    auto type = cast<RankedTensorType>(
        getTypeConverter()->convertType(op.getType()));
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), type, adaptor.getInput(), {}, 0,
                [&](OpBuilder &builder, Location loc, ValueRange arguments) {
                  Value scale = createConstant(
                      builder, loc, builder.getF32Type(), element.getScale());
                  Value scaled = arith::DivFOp::create(builder, loc,
                                                       arguments[0], scale);
                  return createRoundToStorage(builder, loc, scaled, element);
                }));
    return success();
  }
};

/// q -> f32(q - zp) * scale
struct LowerDequantize : OpConversionPattern<nn::DequantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::DequantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getType());
    Type i32 = rewriter.getI32Type();
    auto compute = [&](OpBuilder &builder, Location loc, Value stored,
                       Value scale, Value zeroPoint) -> Value {
      Value wide = stored.getType() == i32
                       ? stored
                       : arith::ExtSIOp::create(builder, loc, i32, stored)
                             .getResult();
      Value shifted = arith::SubIOp::create(builder, loc, wide, zeroPoint);
      Value real = arith::SIToFPOp::create(builder, loc, type.getElementType(),
                                           shifted);
      return arith::MulFOp::create(builder, loc, real, scale);
    };
    Type element = elementOf(op.getInput());
    if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(element)) {
      rewriter.replaceOp(
          op,
          createElementwise(
              rewriter, loc, type, adaptor.getInput(), {}, 0,
              [&](OpBuilder &builder, Location loc, ValueRange arguments) {
                Value scale = createConstant(builder, loc,
                                             type.getElementType(),
                                             perTensor.getScale());
                Value zeroPoint =
                    createConstant(builder, loc, i32, perTensor.getZeroPoint());
                return compute(builder, loc, arguments[0], scale, zeroPoint);
              }));
      return success();
    }
    auto perAxis = cast<quant::UniformQuantizedPerAxisType>(element);
    SmallVector<float> scales(perAxis.getScales().begin(),
                              perAxis.getScales().end());
    SmallVector<int32_t> zeroPoints(perAxis.getZeroPoints().begin(),
                                    perAxis.getZeroPoints().end());
    auto vector = [&](auto values, Type elementType) -> Value {
      auto vectorType = RankedTensorType::get(values.size(), elementType);
      return arith::ConstantOp::create(
          rewriter, loc, DenseElementsAttr::get(vectorType, llvm::ArrayRef(values)));
    };
    Value parameters[] = {vector(scales, type.getElementType()),
                          vector(zeroPoints, i32)};
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, loc, type, adaptor.getInput(), parameters,
                perAxis.getQuantizedDimension(),
                [&](OpBuilder &builder, Location loc, ValueRange arguments) {
                  return compute(builder, loc, arguments[0], arguments[1],
                                 arguments[2]);
                }));
    return success();
  }
};

/// Float: compare and select. Quantized: the same on the integers, since
/// quantization is monotone.
struct LowerClamp : OpConversionPattern<nn::ClampOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::ClampOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(
        getTypeConverter()->convertType(op.getType()));
    double min = op.getMin().convertToFloat();
    double max = op.getMax().convertToFloat();
    auto clampFloat = [&](OpBuilder &builder, Location loc,
                          ValueRange arguments) -> Value {
      return createClamp(builder, loc, arguments[0], min, max);
    };
    auto clampInteger = [&](OpBuilder &builder, Location loc,
                            ValueRange arguments) -> Value {
      auto element = cast<quant::UniformQuantizedType>(elementOf(op.getOutput()));
      QuantParams params = {static_cast<float>(element.getScale()),
                            static_cast<int32_t>(element.getZeroPoint())};
      StorageBounds bounds = {
          static_cast<int32_t>(element.getStorageTypeMin()),
          static_cast<int32_t>(element.getStorageTypeMax())};
      Type storage = type.getElementType();
      Value lo = createConstant(builder, loc, storage,
                                quantize(static_cast<float>(min), params, bounds));
      Value hi = createConstant(builder, loc, storage,
                                quantize(static_cast<float>(max), params, bounds));
      Value raised = arith::MaxSIOp::create(builder, loc, arguments[0], lo);
      return arith::MinSIOp::create(builder, loc, raised, hi);
    };
    bool isFloat = isa<FloatType>(type.getElementType());
    rewriter.replaceOp(op, createElementwise(rewriter, op.getLoc(), type,
                                             adaptor.getInput(), {}, 0,
                                             isFloat ? BodyBuilder(clampFloat)
                                                     : BodyBuilder(clampInteger)));
    return success();
  }
};

/// scast(q) -> q: both are the storage integers.
struct LowerStorageCast : OpConversionPattern<quant::StorageCastOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(quant::StorageCastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, adaptor.getInput());
    return success();
  }
};

} // namespace

void quantc::populateElementwisePatterns(const TypeConverter &converter,
                                         RewritePatternSet &patterns) {
  patterns.add<LowerQuantize, LowerDequantize, LowerClamp, LowerStorageCast>(
      converter, patterns.getContext());
}
