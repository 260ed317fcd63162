//===- Softmax.cpp - Softmax to linalg ----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The exponential of the numerics contract: IEEE single multiplications and
// additions in a fixed order, so that every target gives the same bits.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <limits>

using namespace mlir;
using namespace quantc;

namespace {

// exp(x) = 2^n * exp(r), n = roundeven(x * log2(e)), r = x - n * ln(2) in
// [-ln(2)/2, ln(2)/2]. ln(2) is split into a part whose product with n is exact
// (9 bits of n, 15 of the part) and the rest.
constexpr float kLog2E = 0x1.715476p+0f;
constexpr float kLn2High = 0x1.62e4p-1f;
constexpr float kLn2Low = 0x1.7f7d1cp-20f;
// exp(-104) is 0 in f32 and exp(89) infinite; x is clamped to these, which keeps
// n in -151..129.
constexpr float kMinArgument = -104;
constexpr float kMaxArgument = 89;
constexpr float kMinExponent = -151;
constexpr float kMaxExponent = 129;
// Taylor coefficients 1/k!, from k = 6 down to 0. The term left out, r^7 / 5040,
// is below 2^-22.
constexpr float kCoefficients[] = {0x1.6c16c2p-10f, 0x1.111112p-7f,
                                   0x1.555556p-5f,  0x1.555556p-3f,
                                   0x1p-1f,         0x1p+0f,
                                   0x1p+0f};
constexpr int64_t kMantissaBits = 23;
constexpr int64_t kExponentBias = 127;

/// Single operations on f32 scalars.
struct Float {
  OpBuilder &builder;
  Location loc;

  Value constant(float value) {
    return createConstant(builder, loc, builder.getF32Type(), value);
  }
  Value integer(int64_t value) {
    return createConstant(builder, loc, builder.getI32Type(), value);
  }
  Value add(Value a, Value b) {
    return arith::AddFOp::create(builder, loc, a, b);
  }
  Value sub(Value a, Value b) {
    return arith::SubFOp::create(builder, loc, a, b);
  }
  Value mul(Value a, Value b) {
    return arith::MulFOp::create(builder, loc, a, b);
  }
  /// 2^n for an i32 in -126..127
  Value powerOfTwo(Value n) {
    Value biased =
        arith::AddIOp::create(builder, loc, n, integer(kExponentBias));
    Value bits =
        arith::ShLIOp::create(builder, loc, biased, integer(kMantissaBits));
    return arith::BitcastOp::create(builder, loc, builder.getF32Type(), bits);
  }
};

Value createExp(OpBuilder &builder, Location loc, Value x) {
  Float f{builder, loc};
  x = createClamp(builder, loc, x, kMinArgument, kMaxArgument);
  // This clamp changes nothing; it shows code generation the range of n.
  Value scaled = createClamp(builder, loc, f.mul(x, f.constant(kLog2E)),
                             kMinExponent, kMaxExponent);
  Value n = math::RoundEvenOp::create(builder, loc, scaled);
  Value r = f.sub(x, f.mul(n, f.constant(kLn2High)));
  r = f.sub(r, f.mul(n, f.constant(kLn2Low)));
  Value sum = f.constant(kCoefficients[0]);
  for (float coefficient : llvm::drop_begin(kCoefficients))
    sum = f.add(f.mul(sum, r), f.constant(coefficient));
  // In two steps: 2^n alone may not be a normal number.
  Value whole =
      arith::FPToSIOp::create(builder, loc, builder.getI32Type(), n);
  Value half = arith::ShRSIOp::create(builder, loc, whole, f.integer(1));
  Value rest = arith::SubIOp::create(builder, loc, whole, half);
  return f.mul(f.mul(sum, f.powerOfTwo(half)), f.powerOfTwo(rest));
}

struct LowerSoftmax : OpConversionPattern<nn::SoftmaxOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::SoftmaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    int64_t axis = op.getAxis();
    auto type = cast<RankedTensorType>(op.getType());
    Value input = adaptor.getInput();
    SmallVector<AffineExpr> indices;
    for (int64_t dimension = 0; dimension < type.getRank(); ++dimension)
      if (dimension != axis)
        indices.push_back(rewriter.getAffineDimExpr(dimension));
    AffineMap maps[] = {
        rewriter.getMultiDimIdentityMap(type.getRank()),
        AffineMap::get(type.getRank(), 0, indices, rewriter.getContext())};
    Value greatest = createMax(rewriter, loc, input, axis);
    Value powers = createParallel(
        rewriter, loc, type, {input, greatest}, maps,
        [](OpBuilder &builder, Location loc, ValueRange arguments) {
          Value shifted = arith::SubFOp::create(builder, loc, arguments[0],
                                                arguments[1]);
          return createExp(builder, loc, shifted);
        });
    Value sum = createSum(rewriter, loc, powers, axis);
    rewriter.replaceOp(
        op, createParallel(
                rewriter, loc, type, {powers, sum}, maps,
                [](OpBuilder &builder, Location loc, ValueRange arguments) {
                  return arith::DivFOp::create(builder, loc, arguments[0],
                                               arguments[1])
                      .getResult();
                }));
    return success();
  }

private:
  static Value createMax(OpBuilder &builder, Location loc, Value input,
                         int64_t axis) {
    auto type = cast<RankedTensorType>(input.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape.erase(shape.begin() + axis);
    auto resultType = cast<RankedTensorType>(type.clone(shape));
    Value lowest = createConstant(builder, loc, type.getElementType(),
                                  -std::numeric_limits<double>::infinity());
    Value init = linalg::FillOp::create(
                     builder, loc, lowest,
                     createEmpty(builder, loc, resultType, input))
                     .getResult(0);
    return linalg::ReduceOp::create(
               builder, loc, input, init, ArrayRef<int64_t>{axis},
               [](OpBuilder &nested, Location nestedLoc,
                  ValueRange arguments) {
                 Value greater = arith::MaximumFOp::create(
                     nested, nestedLoc, arguments[1], arguments[0]);
                 linalg::YieldOp::create(nested, nestedLoc, greater);
               })
        ->getResult(0);
  }
};

} // namespace

void quantc::populateSoftmaxPatterns(const TypeConverter &converter,
                                     RewritePatternSet &patterns) {
  patterns.add<LowerSoftmax>(converter, patterns.getContext());
}
