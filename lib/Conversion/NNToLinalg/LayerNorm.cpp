//===- LayerNorm.cpp - Layer normalization to linalg --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatValue.h"
#include "Patterns.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace quantc;

namespace {

/// Per row, with n elements: mean = sum(x) / n, then
/// factor = 1 / sqrt(sum((x - mean)^2) / n + epsilon), then
/// ((x - mean) * factor) * scale + bias.
struct LowerLayerNorm : OpConversionPattern<nn::LayerNormOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::LayerNormOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getType());
    int64_t last = type.getRank() - 1;
    double count = type.getDimSize(last);
    double epsilon = op.getEpsilon().convertToFloat();
    Value input = adaptor.getInput();
    AffineMap everywhere = rewriter.getMultiDimIdentityMap(last + 1);
    AffineMap perRow =
        AffineMap::get(last + 1, 0, everywhere.getResults().drop_back(),
                       rewriter.getContext());
    AffineMap perColumn = everywhere.getMinorSubMap(1);

    Value sum = createSum(rewriter, loc, input, last);
    auto rowType = cast<RankedTensorType>(sum.getType());
    Value mean = createElementwise(
        rewriter, loc, rowType, sum,
        [&](OpBuilder &builder, Location loc, ValueRange arguments) -> Value {
          return FloatValue(builder, loc, arguments[0]) / count;
        });
    Value sumOfSquares = createFloatReduction(
        rewriter, loc, type, {input, mean}, {everywhere, perRow}, last,
        /*neutral=*/0, addFloats,
        [](OpBuilder &builder, Location loc, ValueRange arguments) -> Value {
          FloatValue x(builder, loc, arguments[0]);
          FloatValue difference = x - x.with(arguments[1]);
          return difference * difference;
        });
    Value factor = createElementwise(
        rewriter, loc, rowType, sumOfSquares,
        [&](OpBuilder &builder, Location loc, ValueRange arguments) -> Value {
          FloatValue total(builder, loc, arguments[0]);
          return 1.0 / sqrt(total / count + epsilon);
        });
    SmallVector<Value> inputs = {input, mean, factor, adaptor.getScale()};
    SmallVector<AffineMap> maps = {everywhere, perRow, perRow, perColumn};
    if (Value bias = adaptor.getBias()) {
      inputs.push_back(bias);
      maps.push_back(perColumn);
    }
    bool hasBias = op.getBias() != nullptr;
    rewriter.replaceOp(
        op, createParallel(rewriter, loc, type, inputs, maps,
                           [&](OpBuilder &builder, Location loc,
                               ValueRange arguments) -> Value {
                             FloatValue x(builder, loc, arguments[0]);
                             FloatValue result = x - x.with(arguments[1]);
                             result = result * x.with(arguments[2]);
                             result = result * x.with(arguments[3]);
                             return hasBias ? result + x.with(arguments[4])
                                            : result;
                           }));
    return success();
  }
};

} // namespace

void quantc::populateLayerNormPatterns(const TypeConverter &converter,
                                       RewritePatternSet &patterns) {
  patterns.add<LowerLayerNorm>(converter, patterns.getContext());
}
