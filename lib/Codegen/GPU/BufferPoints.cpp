//===- BufferPoints.cpp - Elements of buffers, by coordinates ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferPoints.h"

#include "Emitter.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace quantc;

std::optional<SmallVector<Collapse>> quantc::collapsesBetween(Value from,
                                                              Value to) {
  SmallVector<Collapse> path;
  auto add = [&](SmallVector<ReassociationIndices> groups, Value of) {
    auto extents = cast<MemRefType>(of.getType()).getShape();
    path.push_back({std::move(groups), SmallVector<int64_t>(extents)});
  };
  auto collapse = to.getDefiningOp<memref::CollapseShapeOp>();
  auto expand = from.getDefiningOp<memref::ExpandShapeOp>();
  bool isCollapsed = collapse && collapse.getSrc() == from;
  if (from != to && !isCollapsed && expand) {
    add(expand.getReassociationIndices(), from);
    from = expand.getSrc();
    isCollapsed = collapse && collapse.getSrc() == from;
  }
  if (isCollapsed)
    add(collapse.getReassociationIndices(), from);
  else if (from != to)
    return std::nullopt;
  return path;
}

SmallVector<Value> quantc::applyMap(OpBuilder &builder, Location loc,
                                    AffineMap map,
                                    ArrayRef<Value> coordinates) {
  SmallVector<Value> indices;
  for (AffineExpr result : map.getResults()) {
    auto single = AffineMap::get(map.getNumDims(), 0, result);
    indices.push_back(
        affine::makeComposedAffineApply(
            builder, loc, single, getAsOpFoldResult(ValueRange(coordinates)))
            .getResult());
  }
  return indices;
}

SmallVector<Value> quantc::collapsePoint(OpBuilder &builder, Location loc,
                                         ArrayRef<Collapse> path,
                                         SmallVector<Value> point) {
  for (const Collapse &collapse : path) {
    SmallVector<Value> collapsed;
    for (const ReassociationIndices &group : collapse.groups) {
      AffineExpr index = builder.getAffineConstantExpr(0);
      SmallVector<Value> coordinates;
      for (auto [place, dimension] : llvm::enumerate(group)) {
        int64_t extent = collapse.extents[dimension];
        index = (place == 0 ? index : index * extent) +
                builder.getAffineDimExpr(place);
        coordinates.push_back(point[dimension]);
      }
      llvm::append_range(collapsed,
                         applyMap(builder, loc,
                                  AffineMap::get(group.size(), 0, index),
                                  coordinates));
    }
    point = collapsed;
  }
  return point;
}

/// `count` neighbours of `buffer` from `indices` on, at a multiple of their
/// bytes; of one the element, of more a vector.
static Value loadNeighbours(OpBuilder &builder, Location loc, Value buffer,
                            ArrayRef<Value> indices, int64_t count) {
  if (count == 1)
    return memref::LoadOp::create(builder, loc, buffer, indices);
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)type.getStridesAndOffset(strides, offset);
  Emitter emit(builder, loc);
  Value place = emit.index(offset);
  for (auto [index, stride] : llvm::zip_equal(indices, strides))
    place = emit.add(place, emit.multiply(index, stride));
  int64_t bytes = type.getElementTypeBitWidth() / 8;
  Value begin =
      memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, buffer);
  return emit.load(VectorType::get({count}, type.getElementType()),
                   emit.pointer(emit.add(begin, emit.multiply(place, bytes))),
                   count * bytes);
}

Value quantc::loadWithin(OpBuilder &builder, Location loc, Value buffer,
                         SmallVector<Value> indices, int64_t count) {
  auto border = buffer.getDefiningOp<mk::BorderOp>();
  if (!border)
    return loadNeighbours(builder, loc, buffer, indices, count);
  auto image = cast<MemRefType>(border.getSource().getType());
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value isInside;
  for (auto [axis, index] : llvm::enumerate(indices)) {
    int64_t low = border.getLow()[axis];
    if (low + border.getHigh()[axis] == 0)
      continue;
    Value place = arith::SubIOp::create(builder, loc, index, constant(low));
    Value isThere = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::ult, place,
        constant(image.getDimSize(static_cast<unsigned>(axis))));
    // The first element is there whatever is read.
    index = arith::SelectOp::create(builder, loc, isThere, place, constant(0));
    isInside =
        isInside
            ? arith::AndIOp::create(builder, loc, isInside, isThere).getResult()
            : isThere;
  }
  Value loaded = loadWithin(builder, loc, border.getSource(), indices, count);
  if (!isInside)
    return loaded;
  TypedAttr padding = border.getValue();
  if (auto type = dyn_cast<VectorType>(loaded.getType()))
    padding = DenseElementsAttr::get(type, padding);
  Value value = arith::ConstantOp::create(builder, loc, padding);
  return arith::SelectOp::create(builder, loc, isInside, loaded, value);
}
