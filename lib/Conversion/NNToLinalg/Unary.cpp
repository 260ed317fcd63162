//===- Unary.cpp - Functions of every element to linalg -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On f32 the function's operations; on 8-bit integers a table of 256 entries,
// computed here.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "UnaryFunctions.h"

#include "quantc/Dialect/NN/IR/QuantTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <limits>

using namespace mlir;
using namespace quantc;

namespace {

double valueOr0(std::optional<APFloat> parameter) {
  return parameter ? parameter->convertToFloat() : 0;
}

/// quantize(f32(f(dequantize(q)))), for q from -128 to 127.
DenseIntElementsAttr computeTable(nn::UnaryOp op) {
  auto from = cast<quant::UniformQuantizedType>(elementOf(op.getInput()));
  auto to = cast<quant::UniformQuantizedType>(elementOf(op.getOutput()));
  double alpha = valueOr0(op.getAlpha()), beta = valueOr0(op.getBeta());
  SmallVector<int8_t> entries;
  for (int stored = std::numeric_limits<int8_t>::min();
       stored <= std::numeric_limits<int8_t>::max(); ++stored) {
    Real x = nn::dequantize(stored, from);
    auto result =
        static_cast<float>(evaluate<Real>(op.getKind(), x, alpha, beta).value);
    entries.push_back(static_cast<int8_t>(nn::quantize(result, to)));
  }
  auto type = RankedTensorType::get(entries.size(),
                                    IntegerType::get(op.getContext(), 8));
  return DenseIntElementsAttr::get(type, ArrayRef<int8_t>(entries));
}

struct LowerUnary : OpConversionPattern<nn::UnaryOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::UnaryOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!elementOf(op.getOutput()).isF32()) {
      rewriter.replaceOpWithNewOp<nn::LookupOp>(op, op.getType(), op.getInput(),
                                                computeTable(op));
      return success();
    }
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), cast<RankedTensorType>(op.getType()),
                adaptor.getInput(),
                [&](OpBuilder &builder, Location loc,
                    ValueRange arguments) -> Value {
                  return evaluate(
                      op.getKind(), FloatValue(builder, loc, arguments[0]),
                      valueOr0(op.getAlpha()), valueOr0(op.getBeta()));
                }));
    return success();
  }
};

/// q -> table[q + 128]
struct LowerLookup : OpConversionPattern<nn::LookupOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::LookupOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type =
        cast<RankedTensorType>(getTypeConverter()->convertType(op.getType()));
    Value table = arith::ConstantOp::create(rewriter, op.getLoc(),
                                            cast<TypedAttr>(op.getTable()));
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), type, adaptor.getInput(),
                [&](OpBuilder &builder, Location loc,
                    ValueRange arguments) -> Value {
                  Type i32 = builder.getI32Type();
                  Value wide =
                      arith::ExtSIOp::create(builder, loc, i32, arguments[0]);
                  Value entry = arith::AddIOp::create(
                      builder, loc, wide,
                      createConstant(builder, loc, i32,
                                     -std::numeric_limits<int8_t>::min()));
                  Value index = arith::IndexCastOp::create(
                      builder, loc, builder.getIndexType(), entry);
                  return tensor::ExtractOp::create(builder, loc, table, index);
                }));
    return success();
  }
};

} // namespace

void quantc::populateUnaryPatterns(const TypeConverter &converter,
                                   RewritePatternSet &patterns) {
  patterns.add<LowerUnary, LowerLookup>(converter, patterns.getContext());
}
