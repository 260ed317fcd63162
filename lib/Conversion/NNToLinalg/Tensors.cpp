//===- Tensors.cpp - Building blocks on whole tensors -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc;

Value quantc::createParallel(OpBuilder &builder, Location loc,
                             RankedTensorType type, ValueRange inputs,
                             ArrayRef<AffineMap> maps, BodyBuilder body) {
  unsigned rank = type.getRank();
  SmallVector<AffineMap> allMaps(maps);
  allMaps.push_back(builder.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  Value init = createEmpty(builder, loc, type, inputs[0]);
  return linalg::GenericOp::create(
             builder, loc, TypeRange{type}, inputs, ValueRange{init}, allMaps,
             iterators,
             [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
               linalg::YieldOp::create(nested, nestedLoc,
                                       body(nested, nestedLoc, arguments));
             })
      .getResult(0);
}

Value quantc::createElementwise(OpBuilder &builder, Location loc,
                                RankedTensorType type, ValueRange inputs,
                                BodyBuilder body) {
  SmallVector<AffineMap> maps(inputs.size(),
                              builder.getMultiDimIdentityMap(type.getRank()));
  return createParallel(builder, loc, type, inputs, maps, body);
}

Value quantc::createRequantize(OpBuilder &builder, Location loc, Value stored,
                               quant::UniformQuantizedType from,
                               quant::UniformQuantizedType to) {
  if (from == to)
    return stored;
  return createElementwise(
      builder, loc, cast<RankedTensorType>(stored.getType()), stored,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        auto scaleOf = [&](quant::UniformQuantizedType type) {
          return createConstant(nested, nestedLoc, nested.getF32Type(),
                                type.getScale());
        };
        Value real = arith::MulFOp::create(nested, nestedLoc,
                                           createCentered(nested, nestedLoc,
                                                          arguments[0],
                                                          from.getZeroPoint()),
                                           scaleOf(from));
        Value scaled =
            arith::DivFOp::create(nested, nestedLoc, real, scaleOf(to));
        return createRoundToStorage(nested, nestedLoc, scaled, to);
      });
}

/// How many partial sums a float reduction has, by the contract.
static constexpr int64_t kPartialSums = 16;

/// The elements [begin, begin + count) along `axis`.
static Value createPart(OpBuilder &builder, Location loc, Value input,
                        int64_t axis, int64_t begin, int64_t count) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, input);
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  offsets[axis] = builder.getIndexAttr(begin);
  sizes[axis] = builder.getIndexAttr(count);
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = count;
  return tensor::ExtractSliceOp::create(builder, loc, type.clone(shape), input,
                                        offsets, sizes, strides);
}

/// [.., n, ..] -> [.., ceil(n / 16), 16, ..], zeros behind the last element:
/// they change no sum.
static Value splitIntoPartials(OpBuilder &builder, Location loc, Value input,
                               int64_t axis) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  int64_t count = shape[axis];
  int64_t padding = llvm::alignTo(count, kPartialSums) - count;
  if (padding) {
    shape[axis] += padding;
    SmallVector<int64_t> low(type.getRank(), 0), high(type.getRank(), 0);
    high[axis] = padding;
    Value zero = createConstant(builder, loc, type.getElementType(), 0);
    input = tensor::PadOp::create(
        builder, loc, type.clone(shape), input,
        getAsIndexOpFoldResult(builder.getContext(), low),
        getAsIndexOpFoldResult(builder.getContext(), high), zero);
  }
  shape[axis] /= kPartialSums;
  shape.insert(shape.begin() + axis + 1, kPartialSums);
  SmallVector<ReassociationIndices> groups;
  int64_t next = 0;
  for (int64_t dimension = 0; dimension < type.getRank(); ++dimension) {
    groups.push_back({next++});
    if (dimension == axis)
      groups.back().push_back(next++);
  }
  return tensor::ExpandShapeOp::create(builder, loc, type.clone(shape), input,
                                       groups);
}

/// Adds up along `axis`, which vanishes, one element after the other from 0.
static Value createSequentialSum(OpBuilder &builder, Location loc, Value input,
                                 int64_t axis) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + axis);
  auto resultType = cast<RankedTensorType>(type.clone(shape));
  Value zero = createConstant(builder, loc, type.getElementType(), 0);
  Value init =
      linalg::FillOp::create(builder, loc, zero,
                             createEmpty(builder, loc, resultType, input))
          .getResult(0);
  return linalg::ReduceOp::create(
             builder, loc, input, init, ArrayRef<int64_t>{axis},
             [](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
               Value sum = arith::AddFOp::create(nested, nestedLoc,
                                                 arguments[1], arguments[0]);
               linalg::YieldOp::create(nested, nestedLoc, sum);
             })
      ->getResult(0);
}

Value quantc::createSum(OpBuilder &builder, Location loc, Value input,
                        int64_t axis) {
  Value partials = createSequentialSum(
      builder, loc, splitIntoPartials(builder, loc, input, axis), axis);
  for (int64_t distance = kPartialSums / 2; distance > 0; distance /= 2) {
    Value halves[] = {
        createPart(builder, loc, partials, axis, 0, distance),
        createPart(builder, loc, partials, axis, distance, distance)};
    partials = createElementwise(
        builder, loc, cast<RankedTensorType>(halves[0].getType()), halves,
        [](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
          return arith::AddFOp::create(nested, nestedLoc, arguments[0],
                                       arguments[1])
              .getResult();
        });
  }
  // One partial sum is left: [.., 1, ..] -> [.., ..].
  auto type = cast<RankedTensorType>(partials.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + axis);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, partials);
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(
      builder, loc, cast<RankedTensorType>(type.clone(shape)), partials,
      offsets, sizes, strides);
}
