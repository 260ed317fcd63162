//===- QLinear.cpp - Operators on integers ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operators that take the scales of their operands and result beside them mean:
// dequantize, the operator of the same name on real numbers, quantize. This is
// what they become.
//
//===----------------------------------------------------------------------===//

#include "../Quantization.h"
#include "Handlers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

/// Quantizes the result of `opType` on `operands` by the operands at
/// `scaleIndex`.
static LogicalResult importQuantized(NodeImporter &node, StringRef opType,
                                     ArrayRef<Symbol> operands,
                                     unsigned scaleIndex) {
  FailureOr<Value> real = node.importAs(opType, operands);
  if (failed(real))
    return failure();
  if (!node.hasInput(scaleIndex)) { // ONNX Runtime's QGemm may leave it out
    node.setResult(*real);
    return success();
  }
  auto parameters =
      readQuantization(node, scaleIndex, shapeOf(*real), /*axis=*/0,
                       /*known=*/std::nullopt, /*fallback=*/UINT8);
  if (failed(parameters))
    return failure();
  setQuantized(node, *real, *parameters);
  return success();
}

/// An i32 operand in units of the accumulator: f32(activation * weight scale).
static FailureOr<Symbol> dequantizeBias(NodeImporter &node, unsigned index,
                                        unsigned activationScale,
                                        unsigned weightScale) {
  FailureOr<const Constant *> integers = node.requireInts(index, "bias");
  FailureOr<const Constant *> activation =
      node.requireFloats(activationScale, "scale");
  FailureOr<const Constant *> weight = node.requireFloats(weightScale, "scale");
  if (failed(integers) || failed(activation) || failed(weight))
    return failure();
  QuantizationParameters parameters;
  parameters.type = INT32;
  for (float scale : (*weight)->floats)
    parameters.scales.push_back((*activation)->floats[0] * scale);
  size_t count = parameters.scales.size();
  parameters.zeroPoints.assign(count, 0);
  ArrayRef<int64_t> shape = (*integers)->shape;
  if ((*integers)->type != INT32 || shape.empty() ||
      (count > 1 && shape.back() != static_cast<int64_t>(count)))
    return node.fail() << "expected a bias of type int32, one value per output "
                          "channel";
  parameters.axis = count > 1 ? shape.size() - 1 : -1;
  Symbol real;
  real.constant =
      std::make_shared<const Constant>(dequantize(**integers, parameters));
  return real;
}

/// x, scale, zero point; w, scale, zero point; scale, zero point of the result;
/// B.
LogicalResult quantc::onnx::importQLinearConv(NodeImporter &node) {
  SmallVector<Symbol> operands;
  for (unsigned index : {0, 3}) {
    auto operand = dequantizeOperand(node, index, index + 1, /*axis=*/0);
    if (failed(operand))
      return failure();
    operands.push_back(*operand);
  }
  if (node.hasInput(8)) {
    auto bias = dequantizeBias(node, 8, /*activationScale=*/1,
                               /*weightScale=*/4);
    if (failed(bias))
      return failure();
    operands.push_back(*bias);
  }
  return importQuantized(node, "Conv", operands, /*scaleIndex=*/6);
}

/// The same order, where the right operand may have a scale per column.
LogicalResult quantc::onnx::importQLinearMatMul(NodeImporter &node) {
  auto left = dequantizeOperand(node, 0, 1, /*axis=*/-2);
  auto right = dequantizeOperand(node, 3, 4, /*axis=*/-1);
  if (failed(left) || failed(right))
    return failure();
  return importQuantized(node, "MatMul", {*left, *right}, /*scaleIndex=*/6);
}

/// A and B as QLinearMatMul, then C, then scale and zero point of the result.
LogicalResult quantc::onnx::importQGemm(NodeImporter &node) {
  auto isTransposed = node.getInt("transB", 0);
  auto alpha = node.getFloat("alpha", 1);
  if (failed(isTransposed) || failed(alpha))
    return failure();
  if (*alpha != 1)
    return node.fail() << "expected alpha 1, but got " << *alpha;
  auto left = dequantizeOperand(node, 0, 1, /*axis=*/0);
  auto right = dequantizeOperand(node, 3, 4, /*axis=*/*isTransposed ? 0 : 1);
  if (failed(left) || failed(right))
    return failure();
  SmallVector<Symbol> operands = {*left, *right};
  if (node.hasInput(6)) {
    auto bias = dequantizeBias(node, 6, /*activationScale=*/1,
                               /*weightScale=*/4);
    if (failed(bias))
      return failure();
    operands.push_back(*bias);
  }
  return importQuantized(node, "Gemm", operands, /*scaleIndex=*/7);
}

/// Operands with scale and zero point behind each, then those of the result.
static LogicalResult importElementwise(NodeImporter &node, StringRef opType,
                                       unsigned count) {
  auto channelsLast = node.getInt("channels_last", 0);
  if (failed(channelsLast))
    return failure();
  if (*channelsLast != 0)
    return node.fail() << "expected channels_last 0: export the model with "
                          "channels first";
  SmallVector<Symbol> operands;
  for (unsigned index = 0; index < count; ++index) {
    auto operand =
        dequantizeOperand(node, 3 * index, 3 * index + 1, /*axis=*/0);
    if (failed(operand))
      return failure();
    operands.push_back(*operand);
  }
  return importQuantized(node, opType, operands, /*scaleIndex=*/3 * count);
}

LogicalResult quantc::onnx::importQLinearAdd(NodeImporter &node) {
  return importElementwise(node, "Add", 2);
}
LogicalResult quantc::onnx::importQLinearMul(NodeImporter &node) {
  return importElementwise(node, "Mul", 2);
}
LogicalResult quantc::onnx::importQLinearAveragePool(NodeImporter &node) {
  return importElementwise(node, "AveragePool", 1);
}
LogicalResult quantc::onnx::importQLinearGlobalAveragePool(NodeImporter &node) {
  return importElementwise(node, "GlobalAveragePool", 1);
}
LogicalResult quantc::onnx::importQLinearSoftmax(NodeImporter &node) {
  return importElementwise(node, "Softmax", 1);
}

/// Scale and zero point of the result come first.
LogicalResult quantc::onnx::importQLinearConcat(NodeImporter &node) {
  SmallVector<Symbol> operands;
  for (unsigned index = 2; index < node.getNumInputs(); index += 3) {
    auto operand = dequantizeOperand(node, index, index + 1, /*axis=*/0);
    if (failed(operand))
      return failure();
    operands.push_back(*operand);
  }
  return importQuantized(node, "Concat", operands, /*scaleIndex=*/0);
}
