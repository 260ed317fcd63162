//===- Arithmetic.cpp - Add, sub, mul, div to linalg --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;

namespace {

/// How to read an operand of the result's rank: an extent of 1 is repeated.
AffineMap broadcastMap(OpBuilder &builder, RankedTensorType operand,
                       RankedTensorType result) {
  SmallVector<AffineExpr> indices;
  for (int64_t axis = 0; axis < result.getRank(); ++axis)
    indices.push_back(operand.getDimSize(axis) == 1
                          ? builder.getAffineConstantExpr(0)
                          : builder.getAffineDimExpr(axis));
  return AffineMap::get(result.getRank(), 0, indices, builder.getContext());
}

/// The types of a quantized op.
struct Terms {
  quant::UniformQuantizedType lhs, rhs, output;
};

/// f32(a - za) * f32(sa / so)
Value createTerm(OpBuilder &builder, Location loc, Value stored,
                 quant::UniformQuantizedType type,
                 quant::UniformQuantizedType output) {
  Value centered = createCentered(builder, loc, stored, type.getZeroPoint());
  Value ratio = createConstant(builder, loc, builder.getF32Type(),
                               static_cast<float>(type.getScale()) /
                                   static_cast<float>(output.getScale()));
  return arith::MulFOp::create(builder, loc, centered, ratio);
}

/// Add and sub: three roundings, no fma.
template <typename ArithOp>
Value combine(OpBuilder &builder, Location loc, ValueRange arguments,
              const Terms &terms) {
  Value lhs = createTerm(builder, loc, arguments[0], terms.lhs, terms.output);
  Value rhs = createTerm(builder, loc, arguments[1], terms.rhs, terms.output);
  return ArithOp::create(builder, loc, lhs, rhs);
}

/// f32((a - za) * (b - zb)) * m, m = f32(f32(sa * sb) / so). The product of two
/// 9-bit integers is exact in f32.
template <>
Value combine<arith::MulFOp>(OpBuilder &builder, Location loc,
                             ValueRange arguments, const Terms &terms) {
  Value lhs =
      createCentered(builder, loc, arguments[0], terms.lhs.getZeroPoint());
  Value rhs =
      createCentered(builder, loc, arguments[1], terms.rhs.getZeroPoint());
  Value product = arith::MulFOp::create(builder, loc, lhs, rhs);
  float scale = static_cast<float>(terms.lhs.getScale()) *
                static_cast<float>(terms.rhs.getScale());
  Value multiplier =
      createConstant(builder, loc, builder.getF32Type(),
                     scale / static_cast<float>(terms.output.getScale()));
  return arith::MulFOp::create(builder, loc, product, multiplier);
}

template <typename OpT, typename ArithOp>
struct LowerBinary : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;
  LogicalResult
  matchAndRewrite(OpT op, typename OpConversionPattern<OpT>::OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(
        this->getTypeConverter()->convertType(op.getType()));
    // A dynamic batch is that of the first input.
    bool isSwapped =
        type.getRank() > 0 && type.isDynamicDim(0) &&
        !cast<RankedTensorType>(op.getLhs().getType()).isDynamicDim(0);
    Value inputs[] = {adaptor.getLhs(), adaptor.getRhs()};
    if (isSwapped)
      std::swap(inputs[0], inputs[1]);
    AffineMap maps[2];
    for (int index : {0, 1})
      maps[index] = broadcastMap(
          rewriter, cast<RankedTensorType>(inputs[index].getType()), type);
    Value result = createParallel(
        rewriter, op.getLoc(), type, inputs, maps,
        [&](OpBuilder &builder, Location loc, ValueRange arguments) {
          Value operands[] = {arguments[isSwapped], arguments[!isSwapped]};
          return compute(builder, loc, op, operands);
        });
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  static Value compute(OpBuilder &builder, Location loc, OpT op,
                       ValueRange operands) {
    auto output =
        dyn_cast<quant::UniformQuantizedType>(elementOf(op.getOutput()));
    if (!output)
      return ArithOp::create(builder, loc, operands[0], operands[1]);
    if constexpr (std::is_same_v<OpT, nn::DivOp>)
      llvm_unreachable("nn.div has no form on integers");
    Terms terms = {cast<quant::UniformQuantizedType>(elementOf(op.getLhs())),
                   cast<quant::UniformQuantizedType>(elementOf(op.getRhs())),
                   output};
    Value real = combine<ArithOp>(builder, loc, operands, terms);
    return createRoundToStorage(builder, loc, real, output);
  }
};

} // namespace

void quantc::populateArithmeticPatterns(const TypeConverter &converter,
                                        RewritePatternSet &patterns) {
  patterns.add<LowerBinary<nn::AddOp, arith::AddFOp>,
               LowerBinary<nn::SubOp, arith::SubFOp>,
               LowerBinary<nn::MulOp, arith::MulFOp>,
               LowerBinary<nn::DivOp, arith::DivFOp>>(converter,
                                                      patterns.getContext());
}
