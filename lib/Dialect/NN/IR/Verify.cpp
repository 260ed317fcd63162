//===- Verify.cpp - What verifiers of nn ops share ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

using namespace mlir;
using namespace quantc::nn;

ArrayRef<int64_t> quantc::nn::shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

Type quantc::nn::elementOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

LogicalResult quantc::nn::verifyShape(Operation *op,
                                      FailureOr<Shape> expected) {
  if (failed(expected))
    return failure();
  ArrayRef<int64_t> actual = shapeOf(op->getResult(0));
  if (llvm::equal(*expected, actual))
    return success();
  auto print = [](ArrayRef<int64_t> shape) {
    std::string text;
    llvm::raw_string_ostream os(text);
    llvm::interleave(
        shape, os,
        [&](int64_t extent) {
          ShapedType::isDynamic(extent) ? os << "?" : os << extent;
        },
        "x");
    return text;
  };
  return op->emitOpError("expected a result of shape ")
         << print(*expected) << ", but got " << print(actual);
}

LogicalResult quantc::nn::verifySameElement(Operation *op) {
  if (isa<quant::UniformQuantizedPerAxisType>(elementOf(op->getOperand(0))))
    return op->emitOpError("expected per-tensor quantized activations");
  if (elementOf(op->getResult(0)) == elementOf(op->getOperand(0)))
    return success();
  return op->emitOpError("expected operand and result of one element type, "
                         "but got ")
         << elementOf(op->getOperand(0)) << " and "
         << elementOf(op->getResult(0));
}

LogicalResult quantc::nn::verifyActivations(Operation *op) {
  bool isFloat = elementOf(op->getResult(0)).isF32();
  auto verify = [&](Value value) -> LogicalResult {
    Type element = elementOf(value);
    if (element.isF32() != isFloat)
      return op->emitOpError("expected all operands and the result to be "
                             "float, or all to be quantized");
    if (!isFloat && !isa<quant::UniformQuantizedType>(element))
      return op->emitOpError("expected per-tensor quantized activations");
    return success();
  };
  for (Value operand : op->getOperands())
    if (failed(verify(operand)))
      return failure();
  return verify(op->getResult(0));
}
