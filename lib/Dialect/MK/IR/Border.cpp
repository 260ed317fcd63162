//===- Border.cpp - A tensor within a border that is not stored -----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace quantc::mk;

/// `source` within a border; of a buffer its strides stay, and the first
/// element of the border would be in front of it. Null where strides are not
/// known.
static ShapedType addBorder(ShapedType source, ArrayRef<int64_t> low,
                            ArrayRef<int64_t> high) {
  SmallVector<int64_t> shape(source.getShape());
  for (auto [extent, before, behind] : llvm::zip_equal(shape, low, high))
    if (!ShapedType::isDynamic(extent))
      extent += before + behind;
  auto buffer = dyn_cast<MemRefType>(source);
  if (!buffer)
    return source.clone(shape);
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(buffer.getStridesAndOffset(strides, offset)) ||
      ShapedType::isDynamicShape(strides) || ShapedType::isDynamic(offset))
    return {};
  for (auto [stride, before] : llvm::zip_equal(strides, low))
    offset -= stride * before;
  auto layout = StridedLayoutAttr::get(source.getContext(), offset, strides);
  return MemRefType::get(shape, buffer.getElementType(), layout,
                         buffer.getMemorySpace());
}

void BorderOp::build(OpBuilder &builder, OperationState &state, Value source,
                     ArrayRef<int64_t> low, ArrayRef<int64_t> high,
                     TypedAttr value) {
  build(builder, state,
        addBorder(cast<ShapedType>(source.getType()), low, high), source, low,
        high, value);
}

LogicalResult BorderOp::verify() {
  auto source = cast<ShapedType>(getSource().getType());
  auto rank = static_cast<size_t>(source.getRank());
  if (getLow().size() != rank || getHigh().size() != rank)
    return emitOpError("expected a border of ")
           << rank << " dimensions, but got one of " << getLow().size()
           << " in front and " << getHigh().size() << " behind";
  for (auto [extent, before, behind] :
       llvm::zip_equal(source.getShape(), getLow(), getHigh()))
    if (before < 0 || behind < 0 ||
        (ShapedType::isDynamic(extent) && before + behind > 0))
      return emitOpError("expected none or more elements around a known "
                         "extent, but got ")
             << before << " and " << behind;
  if (getValue().getType() != source.getElementType())
    return emitOpError("expected a value of type ")
           << source.getElementType() << ", but got " << getValue();
  ShapedType expected = addBorder(source, getLow(), getHigh());
  if (!expected)
    return emitOpError("expected known strides, but got ") << source;
  if (expected != getResult().getType())
    return emitOpError("expected a result of type ")
           << expected << ", but got " << getResult().getType();
  return success();
}

Value BorderOp::getViewSource() { return getSource(); }

LogicalResult BorderOp::reifyResultShapes(OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes) {
  SmallVector<OpFoldResult> &shape = shapes.emplace_back();
  auto type = cast<ShapedType>(getResult().getType());
  for (auto [axis, extent] : llvm::enumerate(type.getShape()))
    shape.push_back(ShapedType::isDynamic(extent)
                        ? tensor::getMixedSize(builder, getLoc(), getSource(),
                                               static_cast<int64_t>(axis))
                        : builder.getIndexAttr(extent));
  return success();
}

//===----------------------------------------------------------------------===//
// Bufferization
//===----------------------------------------------------------------------===//

bool BorderOp::bufferizesToMemoryRead(OpOperand &,
                                      const bufferization::AnalysisState &) {
  return false;
}

bool BorderOp::bufferizesToMemoryWrite(OpOperand &,
                                       const bufferization::AnalysisState &) {
  return false;
}

bufferization::AliasingValueList
BorderOp::getAliasingValues(OpOperand &, const bufferization::AnalysisState &) {
  return {
      {getOperation()->getResult(0), bufferization::BufferRelation::Unknown}};
}

FailureOr<bufferization::BufferLikeType>
BorderOp::getBufferType(Value,
                        const bufferization::BufferizationOptions &options,
                        const bufferization::BufferizationState &state,
                        SmallVector<Value> &invocationStack) {
  auto source = bufferization::getBufferType(getSource(), options, state,
                                             invocationStack);
  if (failed(source))
    return failure();
  ShapedType type = addBorder(cast<MemRefType>(*source), getLow(), getHigh());
  if (!type)
    return failure(); // bufferize says why
  return cast<bufferization::BufferLikeType>(Type(type));
}

LogicalResult
BorderOp::bufferize(RewriterBase &rewriter,
                    const bufferization::BufferizationOptions &options,
                    bufferization::BufferizationState &state) {
  FailureOr<Value> buffer =
      bufferization::getBuffer(rewriter, getSource(), options, state);
  if (failed(buffer))
    return failure();
  if (!addBorder(cast<MemRefType>(buffer->getType()), getLow(), getHigh()))
    return emitOpError("expected known strides, but got ") << buffer->getType();
  bufferization::replaceOpWithNewBufferizedOp<BorderOp>(
      rewriter, *this, *buffer, getLow(), getHigh(), getValue());
  return success();
}
