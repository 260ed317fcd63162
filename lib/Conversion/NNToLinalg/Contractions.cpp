//===- Contractions.cpp - Convolution and dense layers to linalg --------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A quantized contraction is sum((a - za) * w) + bias, where w has its zero
// point taken off. Here it becomes a named op on plain integers, sum(a * w),
// that starts from bias - za * sum(w): the partial sums wrap modulo 2^32, and
// -nn-fold-scales has proved that the final one fits. A w that needs 9 bits is
// the sum of two of 8, with a named op for each.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "quantc/Dialect/NN/IR/QuantTypes.h"
#include "quantc/Support/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace quantc;

namespace {

/// The values that a contraction has after type conversion, and what they mean.
struct Contraction {
  nn::QuantizableOpInterface op;
  Value input;  // i8 or f32
  Value weight; // i8 or f32
  Value bias;   // i32 or f32, may be null

  bool isQuantized() const { return elementOf(input).isInteger(8); }
  /// Whether a sum takes the accumulators as they are.
  bool givesAccumulators() {
    return nn::isAccumulator(elementOf(op->getResult(0)));
  }
  Type accumulatorType() const {
    MLIRContext *context = op->getContext();
    return isQuantized() ? Type(IntegerType::get(context, 32))
                         : Type(Float32Type::get(context));
  }
  quant::UniformQuantizedType inputType() {
    return cast<quant::UniformQuantizedType>(
        elementOf(op.getActivationOperands()[0]->get()));
  }
  quant::UniformQuantizedType resultType() {
    return cast<quant::UniformQuantizedType>(elementOf(op->getResult(0)));
  }
  /// Of each channel.
  SmallVector<int64_t> weightZeroPoints() {
    return nn::zeroPointsOf(
        cast<quant::QuantizedType>(elementOf(op.getWeightOperand()->get())),
        channels());
  }
  bool hasWeightZeroPoint() {
    return isQuantized() &&
           llvm::any_of(weightZeroPoints(), [](int64_t z) { return z != 0; });
  }
  int64_t channels() const {
    return cast<RankedTensorType>(weight.getType()).getDimSize(0);
  }
};

/// The integers of the weight with their zero points taken off; nothing where
/// it is no constant.
std::optional<SmallVector<int32_t>> centeredWeight(Contraction contraction) {
  DenseElementsAttr weight;
  if (!matchPattern(contraction.weight, m_Constant(&weight)))
    return std::nullopt;
  int64_t channels = contraction.channels();
  SmallVector<int64_t> zeroPoints = contraction.weightZeroPoints();
  int64_t inner = channels ? weight.getNumElements() / channels : 0;
  SmallVector<int32_t> centered;
  centered.reserve(weight.getNumElements());
  for (auto [index, stored] : llvm::enumerate(weight.getValues<int8_t>()))
    centered.push_back(
        static_cast<int32_t>(stored - zeroPoints[index / inner]));
  return centered;
}

/// bias - za * sum(w) per output channel, modulo 2^32; null where weight or
/// bias is no constant.
DenseElementsAttr foldZeroPoint(Contraction contraction) {
  std::optional<SmallVector<int32_t>> weight = centeredWeight(contraction);
  DenseElementsAttr bias;
  if (!weight ||
      (contraction.bias && !matchPattern(contraction.bias, m_Constant(&bias))))
    return nullptr;
  int64_t channels = contraction.channels();
  SmallVector<int32_t> sums(channels, 0);
  int64_t inner = channels ? weight->size() / channels : 0;
  auto zeroPoint =
      static_cast<uint32_t>(contraction.inputType().getZeroPoint());
  for (int64_t channel = 0; channel < channels; ++channel) {
    uint32_t sum = 0;
    for (int64_t k = 0; k < inner; ++k)
      sum += static_cast<uint32_t>((*weight)[channel * inner + k]);
    uint32_t start = bias ? bias.getValues<int32_t>()[channel] : 0;
    sums[channel] = static_cast<int32_t>(start - zeroPoint * sum);
  }
  auto type = RankedTensorType::get(
      channels, IntegerType::get(contraction.op->getContext(), 32));
  return DenseElementsAttr::get(type, ArrayRef<int32_t>(sums));
}

/// What named ops multiply by, one after the other into the same accumulators:
/// the weight, or two i8 constants that add up to it.
SmallVector<Value> createFactors(OpBuilder &builder, Location loc,
                                 Contraction contraction) {
  if (!contraction.hasWeightZeroPoint())
    return {contraction.weight};
  SmallVector<int32_t> rest = *centeredWeight(contraction);
  SmallVector<Value> factors;
  auto type = cast<RankedTensorType>(contraction.weight.getType());
  do {
    SmallVector<int8_t> factor;
    factor.reserve(rest.size());
    for (int32_t &value : rest) {
      factor.push_back(static_cast<int8_t>(std::clamp(value, -128, 127)));
      value -= factor.back();
    }
    factors.push_back(arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(type, ArrayRef<int8_t>(factor))));
  } while (llvm::any_of(rest, [](int32_t value) { return value != 0; }));
  return factors;
}

/// The accumulators' first values: the bias of its channel everywhere. `type`
/// has the channels last.
Value createInit(OpBuilder &builder, Location loc, Contraction contraction,
                 DenseElementsAttr folded, RankedTensorType type) {
  Value init = createEmpty(builder, loc, type, contraction.input);
  if (!contraction.isQuantized() && !contraction.bias) {
    Value zero = createConstant(builder, loc, type.getElementType(), 0.0);
    return linalg::FillOp::create(builder, loc, zero, init).getResult(0);
  }
  Value bias = folded ? arith::ConstantOp::create(builder, loc, folded)
                      : contraction.bias;
  SmallVector<int64_t> others =
      llvm::to_vector(llvm::seq<int64_t>(0, type.getRank() - 1));
  return linalg::BroadcastOp::create(builder, loc, bias, init, others)
      ->getResult(0);
}

/// Accumulators to stored integers:
/// roundeven(clamp(f32(acc) * m, lo - zp, hi - zp)) + zp,
/// m = f32(f32(sa * sw) / so), one per channel.
Value requantize(OpBuilder &builder, Location loc, Contraction contraction,
                 Value accumulators) {
  quant::UniformQuantizedType resultType = contraction.resultType();
  Type weightType = elementOf(contraction.op.getWeightOperand()->get());
  SmallVector<double> weightScales;
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(weightType))
    llvm::append_range(weightScales, perAxis.getScales());
  else
    weightScales.assign(
        contraction.channels(),
        cast<quant::UniformQuantizedType>(weightType).getScale());
  SmallVector<float> multipliers;
  for (double weightScale : weightScales)
    multipliers.push_back(requantizeMultiplier(
        static_cast<float>(contraction.inputType().getScale()),
        static_cast<float>(weightScale),
        static_cast<float>(resultType.getScale())));
  Value multiplier = arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(
          RankedTensorType::get(multipliers.size(), builder.getF32Type()),
          ArrayRef<float>(multipliers)));

  auto accType = cast<RankedTensorType>(accumulators.getType());
  auto type =
      cast<RankedTensorType>(accType.clone(resultType.getStorageType()));
  unsigned rank = type.getRank();
  AffineMap maps[] = {
      builder.getMultiDimIdentityMap(rank),
      AffineMap::get(rank, 0, builder.getAffineDimExpr(rank - 1))};
  return createParallel(
      builder, loc, type, {accumulators, multiplier}, maps,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        return createRequantizedAccumulator(nested, nestedLoc, arguments[0],
                                            arguments[1], resultType);
      });
}

struct LowerFullyConnected : OpConversionPattern<nn::FullyConnectedOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::FullyConnectedOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Contraction contraction = {op, adaptor.getInput(), adaptor.getWeight(),
                               adaptor.getBias()};
    DenseElementsAttr folded;
    if (contraction.isQuantized() && !(folded = foldZeroPoint(contraction)))
      return rewriter.notifyMatchFailure(op, "weight or bias is no constant");
    auto accType =
        cast<RankedTensorType>(cast<RankedTensorType>(op.getType())
                                   .clone(contraction.accumulatorType()));
    Value init = createInit(rewriter, loc, contraction, folded, accType);
    AffineExpr m, n, k;
    bindDims(rewriter.getContext(), m, n, k);
    auto map = [&](AffineExpr row, AffineExpr column) {
      return AffineMap::get(3, 0, {row, column}, rewriter.getContext());
    };
    AffineMap maps[] = {map(m, k), map(n, k), map(m, n)};
    Value result = init;
    for (Value factor : createFactors(rewriter, loc, contraction)) {
      Value inputs[] = {contraction.input, factor};
      auto matmul = linalg::MatmulOp::create(rewriter, loc, TypeRange{accType},
                                             inputs, ValueRange{result});
      matmul.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
      result = matmul.getResult(0);
    }
    if (contraction.isQuantized() && !contraction.givesAccumulators())
      result = requantize(rewriter, loc, contraction, result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// One group: conv_2d_nhwc_fhwc. Several: the channels split into [group,
/// channel of the group], conv_2d_nhwgc_gfhwc.
struct LowerConv2D : OpConversionPattern<nn::Conv2DOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::Conv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Contraction contraction = {op, adaptor.getInput(), adaptor.getFilter(),
                               adaptor.getBias()};
    bool quantized = contraction.isQuantized();
    DenseElementsAttr folded;
    if (quantized && !(folded = foldZeroPoint(contraction)))
      return rewriter.notifyMatchFailure(op, "filter or bias is no constant");
    Value zero =
        createConstant(rewriter, loc, elementOf(contraction.input),
                       quantized ? contraction.inputType().getZeroPoint() : 0);
    Value input =
        padSpatial(rewriter, loc, contraction.input, op.getPad(), zero);
    auto accType =
        cast<RankedTensorType>(cast<RankedTensorType>(op.getType())
                                   .clone(contraction.accumulatorType()));
    Value init = createInit(rewriter, loc, contraction, folded, accType);
    Value result = init;
    for (Value factor : createFactors(rewriter, loc, contraction))
      result = op.getGroups() == 1
                   ? createConv(rewriter, op, input, factor, result)
                   : createGroupedConv(rewriter, op, input, factor, result);
    if (quantized && !contraction.givesAccumulators())
      result = requantize(rewriter, loc, contraction, result);
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  static Value createConv(OpBuilder &builder, nn::Conv2DOp op, Value input,
                          Value filter, Value init) {
    return linalg::Conv2DNhwcFhwcOp::create(
               builder, op.getLoc(), TypeRange{init.getType()},
               ValueRange{input, filter}, ValueRange{init},
               builder.getI64TensorAttr(op.getStrides()),
               builder.getI64TensorAttr(op.getDilations()))
        .getResult(0);
  }

  static Value createGroupedConv(OpBuilder &builder, nn::Conv2DOp op,
                                 Value input, Value filter, Value init) {
    Location loc = op.getLoc();
    int64_t groups = op.getGroups();
    SmallVector<ReassociationIndices> lastSplit = {{0}, {1}, {2}, {3, 4}};
    SmallVector<ReassociationIndices> firstSplit = {{0, 1}, {2}, {3}, {4}};
    auto split = [&](Value value, bool last) -> Value {
      auto type = cast<RankedTensorType>(value.getType());
      SmallVector<int64_t> shape(type.getShape());
      int64_t &extent = last ? shape.back() : shape.front();
      extent /= groups;
      shape.insert(last ? shape.end() - 1 : shape.begin(), groups);
      return tensor::ExpandShapeOp::create(builder, loc, type.clone(shape),
                                           value,
                                           last ? lastSplit : firstSplit);
    };
    Value splitInit = split(init, /*last=*/true);
    auto conv = linalg::Conv2DNhwgcGfhwcOp::create(
        builder, loc, TypeRange{splitInit.getType()},
        ValueRange{split(input, /*last=*/true), split(filter, /*last=*/false)},
        ValueRange{splitInit}, builder.getI64TensorAttr(op.getStrides()),
        builder.getI64TensorAttr(op.getDilations()));
    return tensor::CollapseShapeOp::create(builder, loc, init.getType(),
                                           conv.getResult(0), lastSplit);
  }
};

} // namespace

void quantc::populateContractionPatterns(const TypeConverter &converter,
                                         RewritePatternSet &patterns) {
  patterns.add<LowerFullyConnected, LowerConv2D>(converter,
                                                 patterns.getContext());
}
