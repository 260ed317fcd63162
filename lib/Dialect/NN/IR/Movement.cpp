//===- Movement.cpp - Ops that only move values -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

#include "quantc/Dialect/NN/IR/QuantTypes.h"

using namespace mlir;
using namespace quantc::nn;

bool ReshapeOp::sharesScale() { return true; }

LogicalResult ReshapeOp::verify() {
  ArrayRef<int64_t> input = shapeOf(getInput());
  ArrayRef<int64_t> output = shapeOf(getOutput());
  auto isBatched = [](ArrayRef<int64_t> shape) {
    return !shape.empty() && ShapedType::isDynamic(shape[0]);
  };
  auto elementsPerBatch = [&](ArrayRef<int64_t> shape) {
    return ShapedType::getNumElements(shape.drop_front(isBatched(shape)));
  };
  if (isBatched(input) != isBatched(output) ||
      ShapedType::isDynamicShape(input.drop_front(isBatched(input))) ||
      ShapedType::isDynamicShape(output.drop_front(isBatched(output))))
    return emitOpError("expected a dynamic batch to stay the leading "
                       "dimension");
  if (elementsPerBatch(input) != elementsPerBatch(output))
    return emitOpError("expected as many elements as before, ")
           << elementsPerBatch(input) << ", but got "
           << elementsPerBatch(output);
  return verifySameElement(*this);
}

bool TransposeOp::sharesScale() { return true; }

LogicalResult TransposeOp::verify() {
  auto fail = [&] { return emitOpError(); };
  if (failed(verifyShape(*this, inferTransposeShape(shapeOf(getInput()),
                                                    getPermutation(), fail))))
    return failure();
  return verifySameElement(*this);
}

bool PadOp::sharesScale() { return true; }

bool PadOp::isExactOnIntegers(quant::UniformQuantizedType type) {
  float value = getValue().convertToFloat();
  return dequantize(quantize(value, type), type) == value;
}

LogicalResult PadOp::verify() {
  auto fail = [&] { return emitOpError(); };
  if (failed(verifyShape(*this, inferPadShape(shapeOf(getInput()), getLow(),
                                              getHigh(), fail))))
    return failure();
  return verifySameElement(*this);
}

bool SliceOp::sharesScale() { return true; }

LogicalResult SliceOp::verify() {
  ArrayRef<int64_t> input = shapeOf(getInput());
  ArrayRef<int64_t> output = shapeOf(getOutput());
  if (output.size() != input.size() || getOffsets().size() != input.size() ||
      getStrides().size() != input.size())
    return emitOpError("expected a result, offsets and strides of ")
           << input.size() << " dimensions";
  for (auto [axis, extent, taken, offset, stride] :
       llvm::enumerate(input, output, getOffsets(), getStrides())) {
    if (ShapedType::isDynamic(extent) || ShapedType::isDynamic(taken)) {
      if (extent != taken || offset != 0 || stride != 1)
        return emitOpError("expected a dynamic batch to be kept whole");
      continue;
    }
    if (offset < 0 || stride < 1 || taken < 0 ||
        (taken > 0 && offset + (taken - 1) * stride >= extent))
      return emitOpError("expected elements 0..")
             << extent - 1 << " of dimension " << axis << ", but got " << taken
             << " from " << offset << " in steps of " << stride;
  }
  return verifySameElement(*this);
}

LogicalResult ConcatOp::verify() {
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Value input : getInputs())
    shapes.push_back(shapeOf(input));
  auto fail = [&] { return emitOpError(); };
  if (failed(verifyShape(*this, inferConcatShape(shapes, getAxis(), fail))))
    return failure();
  return verifyActivations(*this);
}
