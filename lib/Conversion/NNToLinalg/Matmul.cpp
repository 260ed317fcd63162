//===- Matmul.cpp - Products of two activations to linalg ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "quantc/Dialect/NN/IR/QuantTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc;

namespace {

/// Products of two activations: linalg.matmul, batch_matmul or, with several
/// batch dimensions, contract. On integers, with inner extent K,
///   sum((a - za) * (b - zb)) =
///       sum(a * b) - zb * sum(a) - za * sum(b) + K * za * zb,
/// sums over k; the last three terms are added where the result is requantized.
struct LowerMatmul : OpConversionPattern<nn::MatmulOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::MatmulOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getType());
    unsigned rank = type.getRank();
    Operand lhs = dropBroadcast(rewriter, loc, adaptor.getLhs(), type);
    Operand rhs = dropBroadcast(rewriter, loc, adaptor.getRhs(), type);
    // Dimensions are those of the result, then k.
    lhs.dimensions.append({rank - 2, rank});
    rhs.dimensions.append({rank, rank - 1});
    auto lhsElement =
        dyn_cast<quant::UniformQuantizedType>(elementOf(op.getLhs()));
    Type accumulator =
        lhsElement ? Type(rewriter.getI32Type()) : type.getElementType();
    auto accType = cast<RankedTensorType>(type.clone(accumulator));
    // The batch is that of the operand that has one.
    Value batchOf = lhs.isBatched() ? lhs.value : rhs.value;
    Value init =
        linalg::FillOp::create(rewriter, loc,
                               createConstant(rewriter, loc, accumulator, 0),
                               createEmpty(rewriter, loc, accType, batchOf))
            .getResult(0);
    Value product = createProduct(rewriter, loc, lhs, rhs, init);
    if (lhsElement)
      product = requantize(rewriter, op, lhs, rhs, product);
    rewriter.replaceOp(op, product);
    return success();
  }

private:
  /// A value, and the dimension of the product that each of its own is.
  struct Operand {
    Value value;
    SmallVector<unsigned> dimensions;

    bool isBatched() const {
      auto type = cast<RankedTensorType>(value.getType());
      return type.getRank() && type.isDynamicDim(0);
    }
    AffineMap map(unsigned count) const {
      return AffineMap::getMultiDimMapWithTargets(count, dimensions,
                                                  value.getContext());
    }
  };

  /// Batch dimensions of extent 1 that are repeated in `result` vanish.
  static Operand dropBroadcast(OpBuilder &builder, Location loc, Value value,
                               RankedTensorType result) {
    auto type = cast<RankedTensorType>(value.getType());
    int64_t rank = type.getRank();
    SmallVector<unsigned> kept;
    SmallVector<int64_t> shape;
    SmallVector<ReassociationIndices> groups;
    ReassociationIndices group;
    for (int64_t axis = 0; axis < rank; ++axis) {
      group.push_back(axis);
      bool isMatrix = axis >= rank - 2;
      if (!isMatrix && type.getDimSize(axis) != result.getDimSize(axis))
        continue;
      if (!isMatrix)
        kept.push_back(axis);
      shape.push_back(type.getDimSize(axis));
      groups.push_back(std::exchange(group, {}));
    }
    if (static_cast<int64_t>(shape.size()) < rank)
      value = tensor::CollapseShapeOp::create(builder, loc, type.clone(shape),
                                              value, groups);
    return {value, kept};
  }

  static Value createProduct(OpBuilder &builder, Location loc,
                             const Operand &lhs, const Operand &rhs,
                             Value init) {
    auto type = cast<RankedTensorType>(init.getType());
    unsigned rank = type.getRank();
    Value inputs[] = {lhs.value, rhs.value};
    AffineMap result =
        AffineMap::getMultiDimIdentityMap(rank + 1, builder.getContext())
            .getMajorSubMap(rank);
    AffineMap maps[] = {lhs.map(rank + 1), rhs.map(rank + 1), result};
    ArrayAttr mapsAttr = builder.getAffineMapArrayAttr(maps);
    if (rank == 2)
      return linalg::MatmulOp::create(builder, loc, TypeRange{type}, inputs,
                                      ValueRange{init})
          .getResult(0);
    if (rank > 3)
      return linalg::ContractOp::create(builder, loc, TypeRange{type}, inputs,
                                        ValueRange{init}, mapsAttr)
          .getResult(0);
    auto matmul = linalg::BatchMatmulOp::create(builder, loc, TypeRange{type},
                                                inputs, ValueRange{init});
    matmul.setIndexingMapsAttr(mapsAttr);
    return matmul.getResult(0);
  }

  /// The i32 sums of `operand` over `axis`, which vanishes.
  static Value createSums(OpBuilder &builder, Location loc, Value operand,
                          int64_t axis) {
    Type i32 = builder.getI32Type();
    auto type = cast<RankedTensorType>(operand.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape.erase(shape.begin() + axis);
    Value init = linalg::FillOp::create(
                     builder, loc, createConstant(builder, loc, i32, 0),
                     createEmpty(builder, loc,
                                 RankedTensorType::get(shape, i32), operand))
                     .getResult(0);
    return linalg::ReduceOp::create(
               builder, loc, operand, init, ArrayRef<int64_t>{axis},
               [&](OpBuilder &nested, Location nestedLoc,
                   ValueRange arguments) {
                 Value wide = arith::ExtSIOp::create(nested, nestedLoc, i32,
                                                     arguments[0]);
                 Value sum = arith::AddIOp::create(nested, nestedLoc,
                                                   arguments[1], wide);
                 linalg::YieldOp::create(nested, nestedLoc, sum);
               })
        ->getResult(0);
  }

  static Value requantize(OpBuilder &builder, nn::MatmulOp op,
                          const Operand &lhs, const Operand &rhs,
                          Value product) {
    Location loc = op.getLoc();
    auto typeOf = [](Value value) {
      return cast<quant::UniformQuantizedType>(elementOf(value));
    };
    QuantParams lhsParams = nn::paramsOf(typeOf(op.getLhs()));
    QuantParams rhsParams = nn::paramsOf(typeOf(op.getRhs()));
    quant::UniformQuantizedType output = typeOf(op.getOutput());
    auto type = cast<RankedTensorType>(
        cast<RankedTensorType>(op.getType()).clone(output.getStorageType()));
    unsigned rank = type.getRank();

    SmallVector<Value> inputs = {product};
    SmallVector<AffineMap> maps = {builder.getMultiDimIdentityMap(rank)};
    SmallVector<int32_t> factors; // of inputs[1..]
    auto correct = [&](const Operand &operand, bool isLeft, int32_t factor) {
      if (factor == 0)
        return;
      int64_t inner = operand.dimensions.size() - (isLeft ? 1 : 2);
      inputs.push_back(createSums(builder, loc, operand.value, inner));
      Operand sums = operand;
      sums.dimensions.erase(sums.dimensions.begin() + inner);
      maps.push_back(sums.map(rank));
      factors.push_back(-factor);
    };
    correct(lhs, /*isLeft=*/true, rhsParams.zeroPoint);
    correct(rhs, /*isLeft=*/false, lhsParams.zeroPoint);
    int64_t offset = op.getLhs().getType().getShape().back() *
                     lhsParams.zeroPoint * rhsParams.zeroPoint;
    float multiplier = requantizeMultiplier(lhsParams.scale, rhsParams.scale,
                                            nn::paramsOf(output).scale);
    return createParallel(
        builder, loc, type, inputs, maps,
        [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
          auto integer = [&](int64_t value) {
            return createConstant(nested, nestedLoc, nested.getI32Type(),
                                  value);
          };
          Value sum = arguments[0];
          auto add = [&](Value term) {
            sum = arith::AddIOp::create(nested, nestedLoc, sum, term);
          };
          for (auto [argument, factor] :
               llvm::zip_equal(arguments.drop_front().drop_back(), factors))
            add(arith::MulIOp::create(nested, nestedLoc, argument,
                                      integer(factor)));
          if (offset)
            add(integer(offset));
          Value scale = createConstant(nested, nestedLoc, nested.getF32Type(),
                                       multiplier);
          return createRequantizedAccumulator(nested, nestedLoc, sum, scale,
                                              output);
        });
  }
};

} // namespace

void quantc::populateMatmulPatterns(const TypeConverter &converter,
                                    RewritePatternSet &patterns) {
  patterns.add<LowerMatmul>(converter, patterns.getContext());
}
