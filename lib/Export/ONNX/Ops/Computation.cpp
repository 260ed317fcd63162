//===- Computation.cpp - Ops that compute, and quantization -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX Runtime fuses an operator to an integer kernel where DequantizeLinear
// stands right before and QuantizeLinear right behind it: this form is written.
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include "quantc/Dialect/NN/IR/QuantTypes.h"

#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

using quant::UniformQuantizedType;

/// A quantization of `value` to a per-tensor type, which all its users are, or
/// null.
static nn::QuantizeOp quantizationOf(Value value) {
  nn::QuantizeOp first;
  for (Operation *user : value.getUsers()) {
    auto quantize = dyn_cast<nn::QuantizeOp>(user);
    if (!quantize ||
        !isa<UniformQuantizedType>(quantize.getType().getElementType()) ||
        (first && first.getType() != quantize.getType()))
      return nullptr;
    first = quantize;
  }
  return first;
}

static UniformQuantizedType dequantizedTypeOf(Value value) {
  auto dequantize = value.getDefiningOp<nn::DequantizeOp>();
  return dequantize ? dyn_cast<UniformQuantizedType>(
                          dequantize.getInput().getType().getElementType())
                    : UniformQuantizedType();
}

/// One node, in the layout of its operands.
static void exportElementwise(GraphWriter &writer, Operation *op,
                              StringRef opType,
                              GraphWriter::Attributes attributes = {}) {
  Layout layout = writer.chooseLayout(op->getOperands());
  std::vector<Name> inputs;
  for (Value operand : op->getOperands())
    inputs.push_back(writer.get(operand, layout));
  Value output = op->getResult(0);
  Name result = writer.createName(output, layout);
  writer.addNode(opType, std::move(inputs), result, std::move(attributes));
  writer.set(output, result, layout);
}

void quantc::onnx::exportBinary(GraphWriter &writer, Operation *op,
                                StringRef opType) {
  exportElementwise(writer, op, opType);
}

void quantc::onnx::exportSoftmax(GraphWriter &writer, nn::SoftmaxOp op) {
  Layout layout = writer.chooseLayout(op.getInput());
  exportElementwise(
      writer, op, "Softmax",
      {GraphWriter::makeInt("axis", toLayout(op.getAxis(), layout))});
}

/// Along the last dimension, in the layout of the op.
void quantc::onnx::exportLayerNorm(GraphWriter &writer, nn::LayerNormOp op) {
  std::vector<Name> inputs;
  for (Value operand : op->getOperands())
    inputs.push_back(writer.get(operand));
  Name result = writer.createName(op.getOutput());
  writer.addNode(
      "LayerNormalization", inputs, result,
      {GraphWriter::makeFloat("epsilon", op.getEpsilon().convertToFloat())});
  writer.set(op.getOutput(), result);
}

/// A clamp that the quantization behind it does anyway is none. Any other
/// limits integers, behind a quantization of its own.
void quantc::onnx::exportClamp(GraphWriter &writer, nn::ClampOp op) {
  float min = op.getMin().convertToFloat(), max = op.getMax().convertToFloat();
  Layout layout = writer.chooseLayout(op.getInput());
  Name input = writer.get(op.getInput(), layout);
  if (nn::QuantizeOp quantize = quantizationOf(op.getOutput())) {
    auto type = cast<UniformQuantizedType>(quantize.getType().getElementType());
    StorageBounds bounds = nn::boundsOf(type);
    if (nn::quantize(min, type) == bounds.lo &&
        nn::quantize(max, type) == bounds.hi) {
      writer.set(op.getOutput(), input, layout);
      return;
    }
    if (!dequantizedTypeOf(op.getInput()))
      input = writer.addRoundTrip(input, quantize, op.getInput(), layout);
  }
  Name result = writer.createName(op.getOutput(), layout);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (min == 0 && max == kInfinity)
    writer.addNode("Relu", {input}, result);
  else
    writer.addNode("Clip", {input, writer.addFloat(min), writer.addFloat(max)},
                   result);
  writer.set(op.getOutput(), result, layout);
}

/// The attributes that convolutions and pools share, but for those with their
/// default value: not every kernel knows all of them.
template <typename OpT> static GraphWriter::Attributes makeWindow(OpT op) {
  GraphWriter::Attributes attributes;
  auto add = [&](StringRef name, ArrayRef<int64_t> values, int64_t fallback) {
    if (llvm::any_of(values, [&](int64_t value) { return value != fallback; }))
      attributes.push_back(GraphWriter::makeInts(name, values));
  };
  add("strides", op.getStrides(), 1);
  add("pads", op.getPad(), 0);
  add("dilations", op.getDilations(), 1);
  return attributes;
}

/// An f32 bias of a quantized contraction as integers in units of the
/// accumulator, as integer kernels take it; nothing where there is none, or it
/// does not fit.
static std::optional<nn::RealConstant>
quantizeBias(nn::QuantizableOpInterface op) {
  OpOperand *bias = op.getBiasOperand();
  auto constant = nn::RealConstant::match(bias->get());
  auto weight = nn::RealConstant::match(op.getWeightOperand()->get());
  UniformQuantizedType activation =
      dequantizedTypeOf(op.getActivationOperands()[0]->get());
  if (!constant || constant->type || !weight || !weight->type || !activation)
    return std::nullopt;
  SmallVector<double> weightScales;
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(weight->type))
    llvm::append_range(weightScales, perAxis.getScales());
  else
    weightScales.assign(constant->elements.getNumElements(),
                        cast<UniformQuantizedType>(weight->type).getScale());
  auto scale = static_cast<float>(activation.getScale());
  SmallVector<int32_t> integers;
  SmallVector<double> scales;
  for (auto [value, weightScale] :
       llvm::zip_equal(constant->elements.getValues<float>(), weightScales)) {
    auto narrow = static_cast<float>(weightScale);
    std::optional<int32_t> integer = quantc::quantizeBias(value, scale, narrow);
    if (!integer)
      return std::nullopt;
    integers.push_back(*integer);
    scales.push_back(scale * narrow);
  }
  MLIRContext *context = op->getContext();
  Type storage = IntegerType::get(context, 32);
  nn::RealConstant result;
  result.elements =
      DenseElementsAttr::get(RankedTensorType::get(integers.size(), storage),
                             ArrayRef<int32_t>(integers));
  result.type = quant::UniformQuantizedPerAxisType::get(
      quant::QuantizationFlags::Signed, storage, Float32Type::get(context),
      scales, SmallVector<int64_t>(scales.size(), 0), /*axis=*/0,
      std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max());
  return result;
}

/// Activation, weight and bias of a contraction.
static std::vector<Name> getContractionInputs(GraphWriter &writer,
                                              nn::QuantizableOpInterface op,
                                              Layout layout) {
  Value activation = op.getActivationOperands()[0]->get();
  std::vector<Name> inputs = {writer.get(activation, layout),
                              writer.get(op.getWeightOperand()->get(), layout)};
  OpOperand *bias = op.getBiasOperand();
  if (!bias)
    return inputs;
  if (auto integers = quantizeBias(op))
    inputs.push_back(writer.addConstant(
        *integers, (nn::getLayerName(op->getLoc()) + "_bias").str()));
  else
    inputs.push_back(writer.get(bias->get()));
  return inputs;
}

void quantc::onnx::exportConv2D(GraphWriter &writer, nn::Conv2DOp op) {
  constexpr Layout kLayout = Layout::ChannelsFirst;
  std::vector<Name> inputs = getContractionInputs(writer, op, kLayout);
  Name result = writer.createName(op.getOutput(), kLayout);
  GraphWriter::Attributes attributes = makeWindow(op);
  if (op.getGroups() != 1)
    attributes.push_back(GraphWriter::makeInt("group", op.getGroups()));
  writer.addNode("Conv", inputs, result, std::move(attributes));
  writer.set(op.getOutput(), result, kLayout);
}

void quantc::onnx::exportFullyConnected(GraphWriter &writer,
                                        nn::FullyConnectedOp op) {
  std::vector<Name> inputs = getContractionInputs(writer, op, Layout::Plain);
  Name result = writer.createName(op.getOutput());
  writer.addNode("Gemm", inputs, result, {GraphWriter::makeInt("transB", 1)});
  writer.set(op.getOutput(), result);
}

/// Rows and columns are the last two dimensions, in the layout of the op.
void quantc::onnx::exportMatmul(GraphWriter &writer, nn::MatmulOp op) {
  std::vector<Name> inputs = {writer.get(op.getLhs()), writer.get(op.getRhs())};
  Name result = writer.createName(op.getOutput());
  writer.addNode("MatMul", inputs, result);
  writer.set(op.getOutput(), result);
}

template <typename OpT>
static void exportPool(GraphWriter &writer, OpT op, StringRef opType,
                       GraphWriter::Attributes attributes = {}) {
  constexpr Layout kLayout = Layout::ChannelsFirst;
  llvm::append_range(attributes, makeWindow(op));
  attributes.push_back(GraphWriter::makeInts("kernel_shape", op.getKernel()));
  Name input = writer.get(op.getInput(), kLayout);
  Name result = writer.createName(op.getOutput(), kLayout);
  writer.addNode(opType, {input}, result, std::move(attributes));
  writer.set(op.getOutput(), result, kLayout);
}

void quantc::onnx::exportMaxPool2D(GraphWriter &writer, nn::MaxPool2DOp op) {
  exportPool(writer, op, "MaxPool");
}

void quantc::onnx::exportAvgPool2D(GraphWriter &writer, nn::AvgPool2DOp op) {
  GraphWriter::Attributes attributes;
  if (op.getCountIncludePad())
    attributes.push_back(GraphWriter::makeInt("count_include_pad", 1));
  exportPool(writer, op, "AveragePool", std::move(attributes));
}

/// The mean of an image is a GlobalAveragePool, whose result is flattened
/// behind its quantization.
void quantc::onnx::exportReduce(GraphWriter &writer, nn::ReduceOp op) {
  Value output = op.getOutput();
  bool isGlobalPool = extentsOf(op.getInput()).size() == 4 &&
                      op.getAxes() == ArrayRef<int64_t>{1, 2} &&
                      op.getKind() == nn::ReduceKind::Mean;
  if (isGlobalPool) {
    Name pooled = writer.addNode(
        "GlobalAveragePool", {writer.get(op.getInput(), Layout::ChannelsFirst)},
        output);
    if (nn::QuantizeOp quantize = quantizationOf(output))
      pooled = writer.addRoundTrip(pooled, quantize, output, Layout::Plain);
    Name result = writer.createName(output);
    writer.addNode("Flatten", {pooled}, result);
    writer.set(output, result);
    return;
  }
  StringRef opTypes[] = {"ReduceMean", "ReduceSum", "ReduceMax"};
  std::vector<Name> inputs = {writer.get(op.getInput()),
                              writer.addInts(op.getAxes())};
  Name result = writer.createName(output);
  writer.addNode(opTypes[static_cast<unsigned>(op.getKind())], inputs, result,
                 {GraphWriter::makeInt("keepdims", 0)});
  writer.set(output, result);
}

/// `stored` is the operand or the result, whichever is quantized.
static void exportLinear(GraphWriter &writer, Operation *op, Value stored,
                         StringRef opType) {
  Layout layout = writer.chooseLayout(op->getOperands());
  auto [scale, zeroPoint] = writer.addQuantization(stored);
  Name input = writer.get(op->getOperand(0), layout);
  Name result = writer.createName(op->getResult(0), layout);
  writer.addNode(opType, {input, scale, zeroPoint}, result,
                 GraphWriter::makeAxis(GraphWriter::typeOf(stored), layout));
  writer.set(op->getResult(0), result, layout);
}

void quantc::onnx::exportQuantize(GraphWriter &writer, nn::QuantizeOp op) {
  exportLinear(writer, op, op.getOutput(), "QuantizeLinear");
}

/// Of constants where they are used.
void quantc::onnx::exportDequantize(GraphWriter &writer, nn::DequantizeOp op) {
  if (!nn::RealConstant::match(op))
    exportLinear(writer, op, op.getInput(), "DequantizeLinear");
}

/// Integers have no scale in ONNX that could change.
void quantc::onnx::exportStorageCast(GraphWriter &writer,
                                     quant::StorageCastOp op) {
  if (writer.isUnsigned(op.getInput()))
    writer.setUnsigned(op.getResult());
  writer.set(op.getResult(), writer.get(op.getInput()));
}
