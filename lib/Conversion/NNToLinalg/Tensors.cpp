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

/// How many partial results a float reduction has, by the contract.
static constexpr int64_t kPartials = 16;

/// [.., n, ..] -> [.., n / 16, 16, ..]
static Value splitAxis(OpBuilder &builder, Location loc, Value input,
                       int64_t axis) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] /= kPartials;
  shape.insert(shape.begin() + axis + 1, kPartials);
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

/// Fills `axis` up to a multiple of 16 with elements that change no result.
static Value padAxis(OpBuilder &builder, Location loc, Value input,
                     int64_t axis, Value neutral) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = llvm::alignTo(shape[axis], kPartials);
  SmallVector<int64_t> low(type.getRank(), 0), high(type.getRank(), 0);
  high[axis] = shape[axis] - type.getDimSize(axis);
  return tensor::PadOp::create(
      builder, loc, type.clone(shape), input,
      getAsIndexOpFoldResult(builder.getContext(), low),
      getAsIndexOpFoldResult(builder.getContext(), high), neutral);
}

/// Up to 16 partial results along `axis`, where element i went to i mod 16, to
/// those 8, 4, 2 and 1 apart combined.
static Value combinePartials(OpBuilder &builder, Location loc, Value partials,
                             int64_t axis, CombineFloats combine) {
  auto type = cast<RankedTensorType>(partials.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + axis);
  auto resultType = cast<RankedTensorType>(type.clone(shape));
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, partials);
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  sizes[axis] = builder.getIndexAttr(1);
  SmallVector<Value> parts;
  for (int64_t part = 0; part < type.getDimSize(axis); ++part) {
    offsets[axis] = builder.getIndexAttr(part);
    parts.push_back(tensor::ExtractSliceOp::create(
        builder, loc, resultType, partials, offsets, sizes, strides));
  }
  return createElementwise(
      builder, loc, resultType, parts,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        SmallVector<Value> values(arguments.take_front(parts.size()));
        for (size_t distance = kPartials / 2; distance > 0; distance /= 2)
          for (size_t i = distance; i < std::min(2 * distance, parts.size());
               ++i)
            values[i - distance] =
                combine(nested, nestedLoc, values[i - distance], values[i]);
        return values[0];
      });
}

Value quantc::createFloatReduction(OpBuilder &builder, Location loc,
                                   RankedTensorType type, ValueRange inputs,
                                   ArrayRef<AffineMap> maps, int64_t axis,
                                   double neutral, CombineFloats combine,
                                   BodyBuilder body) {
  Value start = createConstant(builder, loc, type.getElementType(), neutral);
  if (type.getDimSize(axis) <= kPartials) {
    Value partials = createParallel(
        builder, loc, type, inputs, maps,
        [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
          return combine(nested, nestedLoc, start,
                         body(nested, nestedLoc, arguments));
        });
    return combinePartials(builder, loc, partials, axis, combine);
  }
  if (type.getDimSize(axis) % kPartials != 0) {
    Value values = createParallel(builder, loc, type, inputs, maps, body);
    Value padded = padAxis(builder, loc, values, axis, start);
    return createFloatReduction(
        builder, loc, cast<RankedTensorType>(padded.getType()), padded,
        builder.getMultiDimIdentityMap(type.getRank()), axis, neutral, combine,
        [](OpBuilder &, Location, ValueRange arguments) {
          return arguments[0];
        });
  }
  // Loops are the dimensions of `type`, but two for `axis`: which of the
  // elements that go to one partial result, and which partial result.
  unsigned loops = type.getRank() + 1;
  SmallVector<AffineExpr> dimensions;
  for (unsigned loop = 0; loop < loops; ++loop)
    if (loop != axis + 1)
      dimensions.push_back(builder.getAffineDimExpr(loop));
  SmallVector<Value> split;
  SmallVector<AffineMap> splitMaps;
  for (auto [input, map] : llvm::zip_equal(inputs, maps)) {
    std::optional<unsigned> position =
        map.getResultPosition(builder.getAffineDimExpr(axis));
    split.push_back(position ? splitAxis(builder, loc, input, *position)
                             : input);
    auto results = llvm::to_vector(
        map.replaceDimsAndSymbols(dimensions, {}, loops, 0).getResults());
    if (position)
      results.insert(results.begin() + *position + 1,
                     builder.getAffineDimExpr(axis + 1));
    splitMaps.push_back(
        AffineMap::get(loops, 0, results, builder.getContext()));
  }
  SmallVector<AffineExpr> kept;
  for (unsigned loop = 0; loop < loops; ++loop)
    if (loop != axis)
      kept.push_back(builder.getAffineDimExpr(loop));
  splitMaps.push_back(AffineMap::get(loops, 0, kept, builder.getContext()));
  SmallVector<utils::IteratorType> iterators(loops,
                                             utils::IteratorType::parallel);
  iterators[axis] = utils::IteratorType::reduction;

  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = kPartials;
  auto partialType = cast<RankedTensorType>(type.clone(shape));
  Value init =
      linalg::FillOp::create(builder, loc, start,
                             createEmpty(builder, loc, partialType, inputs[0]))
          .getResult(0);
  Value partials =
      linalg::GenericOp::create(
          builder, loc, TypeRange{partialType}, split, ValueRange{init},
          splitMaps, iterators,
          [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
            Value value = body(nested, nestedLoc, arguments);
            linalg::YieldOp::create(
                nested, nestedLoc,
                combine(nested, nestedLoc, arguments.back(), value));
          })
          .getResult(0);
  return combinePartials(builder, loc, partials, axis, combine);
}

Value quantc::createSum(OpBuilder &builder, Location loc, Value input,
                        int64_t axis) {
  auto type = cast<RankedTensorType>(input.getType());
  return createFloatReduction(
      builder, loc, type, input, builder.getMultiDimIdentityMap(type.getRank()),
      axis, /*neutral=*/0, addFloats,
      [](OpBuilder &, Location, ValueRange arguments) { return arguments[0]; });
}

Value quantc::addFloats(OpBuilder &builder, Location loc, Value a, Value b) {
  return arith::AddFOp::create(builder, loc, a, b);
}

Value quantc::maximumOf(OpBuilder &builder, Location loc, Value a, Value b) {
  return arith::MaximumFOp::create(builder, loc, a, b);
}
