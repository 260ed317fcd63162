//===- Pooling.cpp - Pools and reductions to linalg ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "quantc/Support/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <limits>

using namespace mlir;
using namespace quantc;

namespace {

/// Windows over a tensor padded with the smallest value, which never wins.
struct LowerMaxPool : OpConversionPattern<nn::MaxPool2DOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::MaxPool2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type =
        cast<RankedTensorType>(getTypeConverter()->convertType(op.getType()));
    Type element = type.getElementType();
    double least = isa<FloatType>(element)
                       ? -std::numeric_limits<double>::infinity()
                       : std::numeric_limits<int8_t>::min();
    Value lowest = createConstant(rewriter, loc, element, least);
    Value input =
        padSpatial(rewriter, loc, adaptor.getInput(), op.getPad(), lowest);
    Value init = createEmpty(rewriter, loc, type, input);
    init = linalg::FillOp::create(rewriter, loc, lowest, init).getResult(0);
    Value window =
        tensor::EmptyOp::create(rewriter, loc, op.getKernel(), element);
    auto pool = linalg::PoolingNhwcMaxOp::create(
        rewriter, loc, TypeRange{type}, ValueRange{input, window},
        ValueRange{init}, rewriter.getI64TensorAttr(op.getStrides()),
        rewriter.getI64TensorAttr(op.getDilations()));
    rewriter.replaceOp(op, pool);
    return success();
  }
};

/// A vector of f32 constants of this shape.
Value createFloats(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                   ArrayRef<float> values) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return arith::ConstantOp::create(builder, loc,
                                   DenseElementsAttr::get(type, values));
}

/// Sums over windows, in i32 of q - zp, or in f32 one element after the other;
/// then a multiplication by f32(sa / f32(so * n)), or a division by n, where n
/// may depend on the position.
struct LowerAvgPool : OpConversionPattern<nn::AvgPool2DOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::AvgPool2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type =
        cast<RankedTensorType>(getTypeConverter()->convertType(op.getType()));
    auto from = dyn_cast<quant::UniformQuantizedType>(elementOf(op.getInput()));
    auto to = dyn_cast<quant::UniformQuantizedType>(elementOf(op.getOutput()));
    Type accumulator =
        from ? Type(rewriter.getI32Type()) : type.getElementType();
    int64_t zeroPoint = from ? from.getZeroPoint() : 0;
    Value outside = createConstant(
        rewriter, loc,
        cast<RankedTensorType>(adaptor.getInput().getType()).getElementType(),
        zeroPoint);
    Value input =
        padSpatial(rewriter, loc, adaptor.getInput(), op.getPad(), outside);
    // Every tap, of the padding too, adds its zero point.
    Value start =
        createConstant(rewriter, loc, accumulator,
                       -zeroPoint * op.getKernel()[0] * op.getKernel()[1]);
    auto sumType = cast<RankedTensorType>(type.clone(accumulator));
    Value init =
        linalg::FillOp::create(rewriter, loc, start,
                               createEmpty(rewriter, loc, sumType, input))
            .getResult(0);
    Value window = tensor::EmptyOp::create(rewriter, loc, op.getKernel(),
                                           elementOf(input));
    Value sums =
        linalg::PoolingNhwcSumOp::create(
            rewriter, loc, TypeRange{sumType}, ValueRange{input, window},
            ValueRange{init}, rewriter.getI64TensorAttr(op.getStrides()),
            rewriter.getI64TensorAttr(op.getDilations()))
            .getResult(0);

    SmallVector<float> factors;
    for (int64_t count : op.getCounts())
      factors.push_back(
          from ? averageMultiplier(from.getScale(), to.getScale(), count)
               : static_cast<float>(count));
    Value factor =
        createFloats(rewriter, loc, type.getShape().slice(1, 2), factors);
    AffineMap maps[] = {rewriter.getMultiDimIdentityMap(4),
                        AffineMap::get(4, 0,
                                       {rewriter.getAffineDimExpr(1),
                                        rewriter.getAffineDimExpr(2)},
                                       rewriter.getContext())};
    rewriter.replaceOp(
        op, createParallel(
                rewriter, loc, type, {sums, factor}, maps,
                [&](OpBuilder &builder, Location loc, ValueRange arguments) {
                  return finish(builder, loc, arguments[0], arguments[1], to);
                }));
    return success();
  }

private:
  static Value finish(OpBuilder &builder, Location loc, Value sum, Value factor,
                      quant::UniformQuantizedType to) {
    if (!to)
      return arith::DivFOp::create(builder, loc, sum, factor);
    return createRequantizedAccumulator(builder, loc, sum, factor, to);
  }
};

struct LowerReduce : OpConversionPattern<nn::ReduceOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::ReduceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = adaptor.getInput();
    Value result;
    if (op.getKind() == nn::ReduceKind::Max)
      result = lowerMax(rewriter, loc, op, input);
    else if (isa<FloatType>(elementOf(input)))
      result = lowerFloatSum(rewriter, loc, op, input);
    else
      result = lowerIntegerSum(rewriter, loc, op, input);
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  /// linalg.reduce over the op's axes into a tensor filled with `start`.
  static Value
  reduce(OpBuilder &builder, Location loc, nn::ReduceOp op, Value input,
         Value start,
         function_ref<Value(OpBuilder &, Location, Value, Value)> combine) {
    auto type = cast<RankedTensorType>(
        cast<RankedTensorType>(op.getType()).clone(start.getType()));
    Value init = linalg::FillOp::create(builder, loc, start,
                                        createEmpty(builder, loc, type, input))
                     .getResult(0);
    return linalg::ReduceOp::create(
               builder, loc, input, init, op.getAxes(),
               [&](OpBuilder &nested, Location nestedLoc,
                   ValueRange arguments) {
                 linalg::YieldOp::create(
                     nested, nestedLoc,
                     combine(nested, nestedLoc, arguments[1], arguments[0]));
               })
        ->getResult(0);
  }

  static Value lowerMax(OpBuilder &builder, Location loc, nn::ReduceOp op,
                        Value input) {
    Type element = elementOf(input);
    bool isFloat = isa<FloatType>(element);
    double least = isFloat ? -std::numeric_limits<double>::infinity()
                           : std::numeric_limits<int8_t>::min();
    return reduce(
        builder, loc, op, input, createConstant(builder, loc, element, least),
        [&](OpBuilder &nested, Location nestedLoc, Value accumulator,
            Value value) -> Value {
          if (isFloat)
            return arith::MaximumFOp::create(nested, nestedLoc, accumulator,
                                             value);
          return arith::MaxSIOp::create(nested, nestedLoc, accumulator, value);
        });
  }

  /// The i32 sum of q - zp, times f32(sa / f32(so * n)).
  static Value lowerIntegerSum(OpBuilder &builder, Location loc,
                               nn::ReduceOp op, Value input) {
    auto from = cast<quant::UniformQuantizedType>(elementOf(op.getInput()));
    auto to = cast<quant::UniformQuantizedType>(elementOf(op.getOutput()));
    Type i32 = builder.getI32Type();
    Value start =
        createConstant(builder, loc, i32, -from.getZeroPoint() * op.getCount());
    Value sum = reduce(
        builder, loc, op, input, start,
        [&](OpBuilder &nested, Location nestedLoc, Value accumulator,
            Value value) -> Value {
          Value wide = arith::ExtSIOp::create(nested, nestedLoc, i32, value);
          return arith::AddIOp::create(nested, nestedLoc, accumulator, wide);
        });
    int64_t count = op.getKind() == nn::ReduceKind::Mean ? op.getCount() : 1;
    float multiplier = averageMultiplier(from.getScale(), to.getScale(), count);
    auto type = cast<RankedTensorType>(
        cast<RankedTensorType>(op.getType()).clone(to.getStorageType()));
    return createElementwise(
        builder, loc, type, sum,
        [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
          Value factor = createConstant(nested, nestedLoc, nested.getF32Type(),
                                        multiplier);
          return createRequantizedAccumulator(nested, nestedLoc, arguments[0],
                                              factor, to);
        });
  }

  /// The reduced dimensions become one, the last, whose elements are summed in
  /// the order of the contract; for a mean the sum is divided by n.
  static Value lowerFloatSum(OpBuilder &builder, Location loc, nn::ReduceOp op,
                             Value input) {
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<int64_t> permutation, shape;
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      if (!llvm::is_contained(op.getAxes(), axis))
        permutation.push_back(axis);
    int64_t kept = permutation.size();
    llvm::append_range(permutation, op.getAxes());
    for (int64_t axis : permutation)
      shape.push_back(type.getDimSize(axis));
    auto transposed = cast<RankedTensorType>(type.clone(shape));
    Value values =
        linalg::TransposeOp::create(
            builder, loc, input, createEmpty(builder, loc, transposed, input),
            permutation)
            ->getResult(0);
    SmallVector<ReassociationIndices> groups;
    for (int64_t axis = 0; axis < type.getRank(); ++axis) {
      if (axis <= kept)
        groups.emplace_back();
      groups.back().push_back(axis);
    }
    if (op.getAxes().size() > 1)
      values = tensor::CollapseShapeOp::create(builder, loc, values, groups);
    Value sum = createSum(builder, loc, values, kept);
    if (op.getKind() == nn::ReduceKind::Sum)
      return sum;
    return createElementwise(
        builder, loc, cast<RankedTensorType>(sum.getType()), sum,
        [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
          Value count = createConstant(nested, nestedLoc, nested.getF32Type(),
                                       op.getCount());
          return arith::DivFOp::create(nested, nestedLoc, arguments[0], count)
              .getResult();
        });
  }
};

} // namespace

void quantc::populatePoolingPatterns(const TypeConverter &converter,
                                     RewritePatternSet &patterns) {
  patterns.add<LowerMaxPool, LowerAvgPool, LowerReduce>(converter,
                                                        patterns.getContext());
}
