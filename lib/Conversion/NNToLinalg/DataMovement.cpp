//===- DataMovement.cpp - Pooling and shape ops to linalg ---------------===//
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

#include <limits>

using namespace mlir;
using namespace quantc;

namespace {

/// Through [leading, rest], or through one dimension where the leading extents
/// differ.
struct LowerReshape : OpConversionPattern<nn::ReshapeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::ReshapeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto inputType = cast<RankedTensorType>(adaptor.getInput().getType());
    auto type =
        cast<RankedTensorType>(getTypeConverter()->convertType(op.getType()));
    bool keepsLeading = inputType.getRank() > 1 && type.getRank() > 1 &&
                        inputType.getDimSize(0) == type.getDimSize(0);
    auto group = [&](int64_t rank) {
      SmallVector<ReassociationIndices> groups;
      int64_t first = keepsLeading ? 1 : rank;
      if (rank > 0)
        groups.push_back(llvm::to_vector<2>(llvm::seq<int64_t>(0, first)));
      if (first < rank)
        groups.push_back(llvm::to_vector<2>(llvm::seq<int64_t>(first, rank)));
      return groups;
    };
    Value flat = adaptor.getInput();
    if (inputType.getRank() != 1 + keepsLeading)
      flat = flatten(rewriter, loc, flat, group(inputType.getRank()));
    if (type.getRank() == 0)
      flat = tensor::CollapseShapeOp::create(rewriter, loc, type, flat,
                                             ArrayRef<ReassociationIndices>{});
    else if (type.getRank() != 1 + keepsLeading)
      flat = tensor::ExpandShapeOp::create(rewriter, loc, type, flat,
                                           group(type.getRank()));
    rewriter.replaceOp(op, flat);
    return success();
  }

private:
  /// A scalar becomes a vector of one element.
  static Value flatten(OpBuilder &builder, Location loc, Value value,
                       ArrayRef<ReassociationIndices> groups) {
    auto type = cast<RankedTensorType>(value.getType());
    if (type.getRank() == 0)
      return tensor::ExpandShapeOp::create(builder, loc, type.clone({1}), value,
                                           ArrayRef<ReassociationIndices>{});
    return tensor::CollapseShapeOp::create(builder, loc, value, groups);
  }
};

struct LowerTranspose : OpConversionPattern<nn::TransposeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::TransposeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type =
        cast<RankedTensorType>(getTypeConverter()->convertType(op.getType()));
    // The batch leads before and after, or is static.
    Value init = createEmpty(rewriter, op.getLoc(), type, adaptor.getInput());
    auto transpose = linalg::TransposeOp::create(
        rewriter, op.getLoc(), adaptor.getInput(), init, op.getPermutation());
    rewriter.replaceOp(op, transpose->getResults());
    return success();
  }
};

struct LowerPad : OpConversionPattern<nn::PadOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::PadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type =
        cast<RankedTensorType>(getTypeConverter()->convertType(op.getType()));
    double value = op.getValue().convertToFloat();
    if (auto element =
            dyn_cast<quant::UniformQuantizedType>(elementOf(op.getOutput())))
      value = nn::quantize(op.getValue().convertToFloat(), element);
    Value constant =
        createConstant(rewriter, loc, type.getElementType(), value);
    rewriter.replaceOpWithNewOp<tensor::PadOp>(
        op, type, adaptor.getInput(),
        getAsIndexOpFoldResult(getContext(), op.getLow()),
        getAsIndexOpFoldResult(getContext(), op.getHigh()), constant);
    return success();
  }
};

/// Each dimension from its offset in its step; the batch whole.
struct LowerSlice : OpConversionPattern<nn::SliceOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::SliceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type =
        cast<RankedTensorType>(getTypeConverter()->convertType(op.getType()));
    rewriter.replaceOpWithNewOp<tensor::ExtractSliceOp>(
        op, type, adaptor.getInput(),
        getAsIndexOpFoldResult(getContext(), op.getOffsets()),
        tensor::getMixedSizes(
            rewriter, op.getLoc(),
            createEmpty(rewriter, op.getLoc(), type, adaptor.getInput())),
        getAsIndexOpFoldResult(getContext(), op.getStrides()));
    return success();
  }
};

/// Operands, requantized to the result's scale, one behind the other.
struct LowerConcat : OpConversionPattern<nn::ConcatOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(nn::ConcatOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto type =
        cast<RankedTensorType>(getTypeConverter()->convertType(op.getType()));
    Value result = createEmpty(rewriter, loc, type, adaptor.getInputs()[0]);
    int64_t rank = type.getRank();
    SmallVector<int64_t> offsets(rank, 0), strides(rank, 1);
    for (auto [input, stored] :
         llvm::zip_equal(op.getInputs(), adaptor.getInputs())) {
      Value part = stored;
      if (auto to =
              dyn_cast<quant::UniformQuantizedType>(elementOf(op.getOutput())))
        part = createRequantize(
            rewriter, loc, part,
            cast<quant::UniformQuantizedType>(elementOf(input)), to);
      result = tensor::InsertSliceOp::create(
          rewriter, loc, part, result,
          getAsIndexOpFoldResult(getContext(), offsets),
          tensor::getMixedSizes(rewriter, loc, part),
          getAsIndexOpFoldResult(getContext(), strides));
      offsets[op.getAxis()] +=
          cast<RankedTensorType>(part.getType()).getDimSize(op.getAxis());
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

Value quantc::padSpatial(OpBuilder &builder, Location loc, Value input,
                         ArrayRef<int64_t> pad, Value value) {
  if (llvm::all_of(pad, [](int64_t extent) { return extent == 0; }))
    return input;
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[1] += pad[0] + pad[2];
  shape[2] += pad[1] + pad[3];
  auto indices = [&](int64_t height, int64_t width) {
    return getAsIndexOpFoldResult(builder.getContext(), {0, height, width, 0});
  };
  return tensor::PadOp::create(builder, loc, type.clone(shape), input,
                               indices(pad[0], pad[1]), indices(pad[2], pad[3]),
                               value);
}

void quantc::populateDataMovementPatterns(const TypeConverter &converter,
                                          RewritePatternSet &patterns) {
  patterns.add<LowerReshape, LowerTranspose, LowerPad, LowerSlice, LowerConcat>(
      converter, patterns.getContext());
}
