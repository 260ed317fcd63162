//===- Quantization.cpp - quantize, dequantize and the like -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

using namespace mlir;
using namespace quantc::nn;

LogicalResult QuantizeOp::verify() {
  auto element = cast<quant::QuantizedType>(elementOf(getOutput()));
  // The clamp before rounding is in f32, which cannot hold wider bounds.
  if (element.getStorageTypeIntegralWidth() != 8)
    return emitOpError("expected storage of 8 bits, but got ") << element;
  return verifyShape(*this, Shape(shapeOf(getInput())));
}

LogicalResult DequantizeOp::verify() {
  return verifyShape(*this, Shape(shapeOf(getInput())));
}

/// 8-bit integers of one scale on both sides.
static LogicalResult verifyTable(Operation *op) {
  for (Value value : {op->getOperand(0), Value(op->getResult(0))}) {
    auto element = dyn_cast<quant::UniformQuantizedType>(elementOf(value));
    if (!element || element.getStorageTypeIntegralWidth() != 8)
      return op->emitOpError("expected 8-bit storage quantized per tensor, but "
                             "got ")
             << elementOf(value);
  }
  return verifyShape(op, Shape(shapeOf(op->getOperand(0))));
}

LogicalResult RequantizeOp::verify() { return verifyTable(*this); }

LogicalResult LookupOp::verify() {
  if (failed(verifyTable(*this)))
    return failure();
  constexpr int64_t kEntries = 256;
  if (getTable().getShapedType().getShape() != ArrayRef<int64_t>{kEntries})
    return emitOpError("expected a table of ")
           << kEntries << " entries, but got " << getTable().getShapedType();
  auto element = cast<quant::UniformQuantizedType>(elementOf(getOutput()));
  for (int8_t entry : getTable().getValues<int8_t>())
    if (entry < element.getStorageTypeMin() ||
        entry > element.getStorageTypeMax())
      return emitOpError("expected entries in ")
             << element.getStorageTypeMin() << ".."
             << element.getStorageTypeMax() << ", but got " << int(entry);
  return success();
}

LogicalResult ObserveOp::verify() {
  if (getInput().getType() != getOutput().getType())
    return emitOpError("expected operand and result of one type");
  if (std::optional<Type> range = getRange())
    if (!isa<quant::CalibratedQuantizedType>(*range))
      return emitOpError("expected a range of type !quant.calibrated, but got ")
             << *range;
  return success();
}
