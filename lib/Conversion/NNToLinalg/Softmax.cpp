//===- Softmax.cpp - Softmax to linalg ----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatValue.h"
#include "Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <limits>

using namespace mlir;
using namespace quantc;

namespace {

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
    // The order of these does not matter: it is that of the sum.
    Value greatest = createFloatReduction(
        rewriter, loc, type, input, maps[0], axis,
        -std::numeric_limits<double>::infinity(), maximumOf,
        [](OpBuilder &, Location, ValueRange arguments) {
          return arguments[0];
        });
    Value powers = createParallel(
        rewriter, loc, type, {input, greatest}, maps,
        [](OpBuilder &builder, Location loc, ValueRange arguments) -> Value {
          FloatValue x(builder, loc, arguments[0]);
          return exp(x - x.with(arguments[1]));
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
};

} // namespace

void quantc::populateSoftmaxPatterns(const TypeConverter &converter,
                                     RewritePatternSet &patterns) {
  patterns.add<LowerSoftmax>(converter, patterns.getContext());
}
