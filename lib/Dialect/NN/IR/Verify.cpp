//===- Verify.cpp - What verifiers of nn ops share ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

#include "quantc/Dialect/NN/IR/QuantTypes.h"

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

LogicalResult quantc::nn::verifyActivations(Operation *op, bool summed) {
  Value result = op->getResult(0);
  bool isFloat = elementOf(result).isF32();
  auto verify = [&](Value value, bool mayBeAccumulator) -> LogicalResult {
    Type element = elementOf(value);
    if (element.isF32() != isFloat)
      return op->emitOpError("expected all operands and the result to be "
                             "float, or all to be quantized");
    if (isFloat)
      return success();
    if (mayBeAccumulator && isAccumulator(element)) {
      auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element);
      int64_t lastAxis = shapeOf(value).size() - 1;
      if (shapeOf(value) != shapeOf(result) ||
          (perAxis && perAxis.getQuantizedDimension() != lastAxis))
        return op->emitOpError("expected accumulators of the result's shape, "
                               "with scales along the last dimension");
      return success();
    }
    auto type = dyn_cast<quant::UniformQuantizedType>(element);
    if (!type || type.getStorageTypeIntegralWidth() != 8)
      return op->emitOpError("expected per-tensor quantized activations");
    return success();
  };
  for (Value operand : op->getOperands())
    if (failed(verify(operand, summed)))
      return failure();
  return verify(result, /*mayBeAccumulator=*/false);
}
