//===- Arithmetic.cpp - Add, sub, mul, div to linalg --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "quantc/Dialect/NN/IR/QuantTypes.h"

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

quant::UniformQuantizedType activationType(Value value) {
  return cast<quant::UniformQuantizedType>(elementOf(value));
}

/// A binary op under lowering: what its body reads, beginning with the
/// operands.
struct Inputs {
  SmallVector<Value> values;
  SmallVector<AffineMap> maps;

  /// The number of the new input.
  size_t add(Value value, AffineMap map) {
    values.push_back(value);
    maps.push_back(map);
    return values.size() - 1;
  }
};

/// An operand of a quantized sum: f32(a - za) * f32(sa / so). Accumulators have
/// a ratio for each index of the last dimension, which is an input by itself.
struct Term {
  size_t stored = 0; // the number of the input
  int64_t zeroPoint = 0;
  float ratio = 0;
  std::optional<size_t> ratios; // the number of the input

  static Term get(OpBuilder &builder, Value operand, Value result,
                  size_t stored, Inputs &inputs) {
    auto type = cast<quant::QuantizedType>(elementOf(operand));
    Term term;
    term.stored = stored;
    term.zeroPoint = nn::zeroPointsOf(type, /*count=*/1).front();
    SmallVector<float> ratios = nn::getScales(type);
    for (float &ratio : ratios)
      ratio /= static_cast<float>(activationType(result).getScale());
    if (isa<quant::UniformQuantizedType>(type)) {
      term.ratio = ratios.front();
      return term;
    }
    int64_t rank = cast<RankedTensorType>(result.getType()).getRank();
    auto listType = RankedTensorType::get(ratios.size(), builder.getF32Type());
    Value list = arith::ConstantOp::create(
        builder, operand.getLoc(),
        DenseElementsAttr::get(listType, ArrayRef<float>(ratios)));
    term.ratios = inputs.add(
        list, AffineMap::get(rank, 0, builder.getAffineDimExpr(rank - 1)));
    return term;
  }

  Value create(OpBuilder &builder, Location loc, ValueRange arguments) const {
    Value centered = createCentered(builder, loc, arguments[stored], zeroPoint);
    Value factor =
        ratios ? arguments[*ratios]
               : createConstant(builder, loc, builder.getF32Type(), ratio);
    return arith::MulFOp::create(builder, loc, centered, factor);
  }
};

/// f32((a - za) * (b - zb)) * m, m = f32(f32(sa * sb) / so). The product of two
/// 9-bit integers is exact in f32.
Value createProduct(OpBuilder &builder, Location loc, nn::MulOp op, Value a,
                    Value b) {
  quant::UniformQuantizedType lhs = activationType(op.getLhs());
  quant::UniformQuantizedType rhs = activationType(op.getRhs());
  Value product = arith::MulFOp::create(
      builder, loc, createCentered(builder, loc, a, lhs.getZeroPoint()),
      createCentered(builder, loc, b, rhs.getZeroPoint()));
  float scale =
      static_cast<float>(lhs.getScale()) * static_cast<float>(rhs.getScale());
  float outputScale =
      static_cast<float>(activationType(op.getOutput()).getScale());
  return arith::MulFOp::create(
      builder, loc, product,
      createConstant(builder, loc, builder.getF32Type(), scale / outputScale));
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
    size_t lhs = type.getRank() > 0 && type.isDynamicDim(0) &&
                 !cast<RankedTensorType>(op.getLhs().getType()).isDynamicDim(0);
    size_t rhs = 1 - lhs;
    Value operands[] = {adaptor.getLhs(), adaptor.getRhs()};
    Inputs inputs;
    for (Value operand : {operands[lhs], operands[rhs]})
      inputs.add(operand,
                 broadcastMap(rewriter,
                              cast<RankedTensorType>(operand.getType()), type));
    SmallVector<Term> terms;
    if (isSum(op))
      for (auto [operand, input] :
           {std::pair(op.getLhs(), lhs), std::pair(op.getRhs(), rhs)})
        terms.push_back(
            Term::get(rewriter, operand, op.getOutput(), input, inputs));
    Value result = createParallel(
        rewriter, op.getLoc(), type, inputs.values, inputs.maps,
        [&](OpBuilder &builder, Location loc, ValueRange arguments) -> Value {
          Value a = arguments[lhs], b = arguments[rhs];
          if (isFloat(op))
            return ArithOp::create(builder, loc, a, b);
          Value real;
          if constexpr (std::is_same_v<OpT, nn::MulOp>)
            real = createProduct(builder, loc, op, a, b);
          else // Three roundings, no fma.
            real = ArithOp::create(builder, loc,
                                   terms[0].create(builder, loc, arguments),
                                   terms[1].create(builder, loc, arguments));
          return createRoundToStorage(builder, loc, real,
                                      activationType(op.getOutput()));
        });
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  static bool isFloat(OpT op) { return elementOf(op.getOutput()).isF32(); }
  static bool isSum(OpT op) {
    return !isFloat(op) &&
           (std::is_same_v<OpT, nn::AddOp> || std::is_same_v<OpT, nn::SubOp>);
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
