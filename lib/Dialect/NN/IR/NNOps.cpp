//===- NNOps.cpp - Contractions and quantization ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/NN.h"

#include "Verify.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace quantc::nn;

//===----------------------------------------------------------------------===//
// Assembly
//===----------------------------------------------------------------------===//

/// `T` where operand and result have one type, else `T -> U`.
static ParseResult parseSameType(OpAsmParser &parser, Type &input,
                                 Type &output) {
  if (parser.parseType(input))
    return failure();
  output = input;
  if (succeeded(parser.parseOptionalArrow()))
    return parser.parseType(output);
  return success();
}

static void printSameType(OpAsmPrinter &printer, Operation *, Type input,
                          Type output) {
  printer << input;
  if (input != output)
    printer << " -> " << output;
}

#define GET_OP_CLASSES
#include "quantc/Dialect/NN/IR/NNOps.cpp.inc"

static bool hasZeroPoint(Type element) {
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element))
    return llvm::any_of(perAxis.getZeroPoints(),
                        [](int64_t zeroPoint) { return zeroPoint != 0; });
  return cast<quant::UniformQuantizedType>(element).getZeroPoint() != 0;
}

/// Weight and bias are float where the activations are, else both quantized;
/// the bias has one value per output channel.
static LogicalResult verifyContraction(QuantizableOpInterface op) {
  bool quantized = !isa<FloatType>(elementOf(op->getResult(0)));
  for (OpOperand &operand : op->getOpOperands())
    if (isa<FloatType>(elementOf(operand.get())) == quantized)
      return op->emitOpError("expected all operands and the result to be "
                             "float, or all to be quantized");
  int64_t channels = shapeOf(op->getResult(0)).back();
  OpOperand *bias = op.getBiasOperand();
  if (bias && shapeOf(bias->get()) != ArrayRef<int64_t>{channels})
    return op->emitOpError("expected a bias of ") << channels << " values";
  if (!quantized)
    return success();
  if (!isa<quant::UniformQuantizedType>(
          elementOf(op.getActivationOperands()[0]->get())) ||
      !isa<quant::UniformQuantizedType>(elementOf(op->getResult(0))))
    return op->emitOpError("expected per-tensor quantized activations");
  Type weight = elementOf(op.getWeightOperand()->get());
  if (hasZeroPoint(weight))
    return op->emitOpError("expected a weight with zero point 0, but got ")
           << weight;
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(weight))
    if (perAxis.getQuantizedDimension() != op.getWeightChannelAxis())
      return op->emitOpError("expected a weight quantized along dimension ")
             << op.getWeightChannelAxis() << ", but got "
             << perAxis.getQuantizedDimension();
  return success();
}

OpOperand *Conv2DOp::getWeightOperand() { return &getFilterMutable(); }

OpOperand *Conv2DOp::getBiasOperand() {
  MutableOperandRange bias = getBiasMutable();
  return bias.empty() ? nullptr : &bias[0];
}

LogicalResult Conv2DOp::verify() {
  auto fail = [&] { return emitOpError(); };
  Window window = {{}, getStrides(), getPad(), getDilations()};
  if (failed(verifyShape(*this, inferConv2DShape(shapeOf(getInput()),
                                                 shapeOf(getFilter()), window,
                                                 getGroups(), fail))))
    return failure();
  return verifyContraction(*this);
}

OpOperand *FullyConnectedOp::getWeightOperand() { return &getWeightMutable(); }

OpOperand *FullyConnectedOp::getBiasOperand() {
  MutableOperandRange bias = getBiasMutable();
  return bias.empty() ? nullptr : &bias[0];
}

LogicalResult FullyConnectedOp::verify() {
  auto fail = [&] { return emitOpError(); };
  if (failed(verifyShape(*this,
                         inferFullyConnectedShape(shapeOf(getInput()),
                                                  shapeOf(getWeight()), fail))))
    return failure();
  return verifyContraction(*this);
}

//===----------------------------------------------------------------------===//
// Quantization
//===----------------------------------------------------------------------===//

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

LogicalResult ObserveOp::verify() {
  if (getInput().getType() != getOutput().getType())
    return emitOpError("expected operand and result of one type");
  if (std::optional<Type> range = getRange())
    if (!isa<quant::CalibratedQuantizedType>(*range))
      return emitOpError("expected a range of type !quant.calibrated, but got ")
             << *range;
  return success();
}
