//===- NNOps.cpp - Verifiers and interfaces of nn ops -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Dialect/NN/IR/ShapeInference.h"

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

//===----------------------------------------------------------------------===//
// What verifiers share
//===----------------------------------------------------------------------===//

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static Type elementOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

static LogicalResult verifyShape(Operation *op, FailureOr<Shape> expected) {
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

/// Result and operand hold the same values, float or quantized per tensor.
static LogicalResult verifySameElement(Operation *op) {
  if (isa<quant::UniformQuantizedPerAxisType>(elementOf(op->getOperand(0))))
    return op->emitOpError("expected per-tensor quantized activations");
  if (elementOf(op->getResult(0)) == elementOf(op->getOperand(0)))
    return success();
  return op->emitOpError("expected operand and result of one element type, "
                         "but got ")
         << elementOf(op->getOperand(0)) << " and "
         << elementOf(op->getResult(0));
}

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

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
// Elementwise
//===----------------------------------------------------------------------===//

bool ClampOp::sharesScale() { return true; }

LogicalResult ClampOp::verify() {
  // Written so that NaN bounds fail, too.
  if (!(getMin() <= getMax()))
    return emitOpError("expected min <= max, but got ")
           << getMin().convertToFloat() << " and "
           << getMax().convertToFloat();
  if (failed(verifyShape(*this, Shape(shapeOf(getInput())))))
    return failure();
  auto input = dyn_cast<quant::UniformQuantizedType>(elementOf(getInput()));
  auto output = dyn_cast<quant::UniformQuantizedType>(elementOf(getOutput()));
  if (!input || !output)
    return verifySameElement(*this);
  // Bounds of the storage may differ: they can hold the clamp.
  if (input.getStorageType() != output.getStorageType() ||
      input.isSigned() != output.isSigned() ||
      input.getScale() != output.getScale() ||
      input.getZeroPoint() != output.getZeroPoint())
    return emitOpError("expected one scale, zero point and storage type, "
                       "but got ")
           << input << " and " << output;
  return success();
}

//===----------------------------------------------------------------------===//
// Pooling and shape
//===----------------------------------------------------------------------===//

bool MaxPool2DOp::sharesScale() { return true; }

LogicalResult MaxPool2DOp::verify() {
  auto fail = [&] { return emitOpError(); };
  Window window = {getKernel(), getStrides(), getPad(), getDilations()};
  if (failed(verifyShape(*this,
                         inferPool2DShape(shapeOf(getInput()), window, fail))))
    return failure();
  return verifySameElement(*this);
}

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

LogicalResult PadOp::verify() {
  auto fail = [&] { return emitOpError(); };
  if (failed(verifyShape(*this, inferPadShape(shapeOf(getInput()), getLow(),
                                              getHigh(), fail))))
    return failure();
  return verifySameElement(*this);
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
