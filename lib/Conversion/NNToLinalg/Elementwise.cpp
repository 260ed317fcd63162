//===- Elementwise.cpp - Quantization ops and clamp to linalg -----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "quantc/Dialect/NN/IR/Constants.h"
#include "quantc/Dialect/NN/IR/QuantTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

namespace {

/// As createElementwise, where the body also gets the scale and the zero point,
/// an i32, of every element's index along the quantized dimension of `type`.
Value createPerAxis(OpBuilder &builder, Location loc,
                    RankedTensorType resultType, Value input,
                    quant::UniformQuantizedPerAxisType type, BodyBuilder body) {
  SmallVector<float> scales(type.getScales().begin(), type.getScales().end());
  SmallVector<int32_t> zeroPoints(type.getZeroPoints().begin(),
                                  type.getZeroPoints().end());
  auto vector = [&](const auto &values, Type elementType) -> Value {
    auto vectorType = RankedTensorType::get(values.size(), elementType);
    return arith::ConstantOp::create(
        builder, loc,
        DenseElementsAttr::get(vectorType, llvm::ArrayRef(values)));
  };
  unsigned rank = resultType.getRank();
  AffineMap along = AffineMap::get(
      rank, 0, builder.getAffineDimExpr(type.getQuantizedDimension()));
  return createParallel(builder, loc, resultType,
                        {input, vector(scales, builder.getF32Type()),
                         vector(zeroPoints, builder.getI32Type())},
                        {builder.getMultiDimIdentityMap(rank), along, along},
                        body);
}

/// x -> roundeven(clamp(x / scale, lo - zp, hi - zp)) + zp
struct LowerQuantize : OpConversionPattern<nn::QuantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::QuantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type element = elementOf(op.getOutput());
    auto type =
        cast<RankedTensorType>(getTypeConverter()->convertType(op.getType()));
    Value result;
    if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(element))
      result = lowerPerTensor(rewriter, op.getLoc(), type, adaptor.getInput(),
                              perTensor);
    else
      result = lowerPerAxis(rewriter, op.getLoc(), type, adaptor.getInput(),
                            cast<quant::UniformQuantizedPerAxisType>(element));
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  static Value lowerPerTensor(OpBuilder &builder, Location loc,
                              RankedTensorType resultType, Value input,
                              quant::UniformQuantizedType type) {
    return createElementwise(
        builder, loc, resultType, input,
        [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
          Value scale = createConstant(nested, nestedLoc, nested.getF32Type(),
                                       type.getScale());
          Value scaled =
              arith::DivFOp::create(nested, nestedLoc, arguments[0], scale);
          return createRoundToStorage(nested, nestedLoc, scaled, type);
        });
  }

  /// The bounds of every zero point lie in those of all, which are constants;
  /// rounded, the integers are clamped to the storage.
  static Value lowerPerAxis(OpBuilder &builder, Location loc,
                            RankedTensorType resultType, Value input,
                            quant::UniformQuantizedPerAxisType type) {
    int64_t lo = type.getStorageTypeMin(), hi = type.getStorageTypeMax();
    return createPerAxis(
        builder, loc, resultType, input, type,
        [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
          Type i32 = nested.getI32Type();
          Value x = arith::DivFOp::create(nested, nestedLoc, arguments[0],
                                          arguments[1]);
          int64_t reach = llvm::maxUIntN(type.getStorageTypeIntegralWidth());
          x = createClamp(nested, nestedLoc, x, -reach, reach);
          x = math::RoundEvenOp::create(nested, nestedLoc, x);
          x = arith::FPToSIOp::create(nested, nestedLoc, i32, x);
          x = arith::AddIOp::create(nested, nestedLoc, x, arguments[2]);
          x = arith::MaxSIOp::create(
              nested, nestedLoc, x, createConstant(nested, nestedLoc, i32, lo));
          x = arith::MinSIOp::create(
              nested, nestedLoc, x, createConstant(nested, nestedLoc, i32, hi));
          return arith::TruncIOp::create(nested, nestedLoc,
                                         type.getStorageType(), x)
              .getResult();
        });
  }
};

/// q -> f32(q - zp) * scale
struct LowerDequantize : OpConversionPattern<nn::DequantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::DequantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // Constants of ops that stay float cost nothing at run time.
    if (auto constant = nn::RealConstant::match(op)) {
      rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, constant->toFloat());
      return success();
    }
    Type element = elementOf(op.getInput());
    Value result;
    if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(element))
      result = lowerPerTensor(rewriter, op, adaptor.getInput(), perTensor);
    else
      result = lowerPerAxis(rewriter, op, adaptor.getInput(),
                            cast<quant::UniformQuantizedPerAxisType>(element));
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  static Value lowerPerTensor(OpBuilder &builder, nn::DequantizeOp op,
                              Value stored, quant::UniformQuantizedType type) {
    return createElementwise(
        builder, op.getLoc(), cast<RankedTensorType>(op.getType()), stored,
        [&](OpBuilder &nested, Location loc, ValueRange arguments) {
          Value real =
              createCentered(nested, loc, arguments[0], type.getZeroPoint());
          Value scale =
              createConstant(nested, loc, nested.getF32Type(), type.getScale());
          return arith::MulFOp::create(nested, loc, real, scale).getResult();
        });
  }

  static Value lowerPerAxis(OpBuilder &builder, nn::DequantizeOp op,
                            Value stored,
                            quant::UniformQuantizedPerAxisType type) {
    return createPerAxis(
        builder, op.getLoc(), cast<RankedTensorType>(op.getType()), stored,
        type, [](OpBuilder &nested, Location loc, ValueRange arguments) {
          Type i32 = nested.getI32Type();
          Value wide = arguments[0];
          if (wide.getType() != i32)
            wide = arith::ExtSIOp::create(nested, loc, i32, wide);
          Value centered =
              arith::SubIOp::create(nested, loc, wide, arguments[2]);
          Value real = arith::SIToFPOp::create(nested, loc, nested.getF32Type(),
                                               centered);
          return arith::MulFOp::create(nested, loc, real, arguments[1])
              .getResult();
        });
  }
};

struct LowerRequantize : OpConversionPattern<nn::RequantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::RequantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto typeOf = [](Value value) {
      return cast<quant::UniformQuantizedType>(elementOf(value));
    };
    rewriter.replaceOp(
        op, createRequantize(rewriter, op.getLoc(), adaptor.getInput(),
                             typeOf(op.getInput()), typeOf(op.getOutput())));
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
    auto type =
        cast<RankedTensorType>(getTypeConverter()->convertType(op.getType()));
    double min = op.getMin().convertToFloat();
    double max = op.getMax().convertToFloat();
    auto clampFloat = [&](OpBuilder &builder, Location loc,
                          ValueRange arguments) -> Value {
      return createClamp(builder, loc, arguments[0], min, max);
    };
    auto clampInteger = [&](OpBuilder &builder, Location loc,
                            ValueRange arguments) -> Value {
      auto element =
          cast<quant::UniformQuantizedType>(elementOf(op.getOutput()));
      auto quantizeBound = [&](double bound) {
        return createConstant(builder, loc, type.getElementType(),
                              nn::quantize(static_cast<float>(bound), element));
      };
      Value lo = quantizeBound(min);
      Value hi = quantizeBound(max);
      Value raised = arith::MaxSIOp::create(builder, loc, arguments[0], lo);
      return arith::MinSIOp::create(builder, loc, raised, hi);
    };
    bool isFloat = isa<FloatType>(type.getElementType());
    rewriter.replaceOp(
        op, createElementwise(rewriter, op.getLoc(), type, adaptor.getInput(),
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
  patterns.add<LowerQuantize, LowerDequantize, LowerRequantize, LowerClamp,
               LowerStorageCast>(converter, patterns.getContext());
}
