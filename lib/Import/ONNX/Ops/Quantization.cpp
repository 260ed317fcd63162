//===- Quantization.cpp - QuantizeLinear and DequantizeLinear -----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Quantization.h"
#include "Handlers.h"

#include "quantc/Support/Quantization.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

/// Scales per block of an axis have no type here.
static LogicalResult verifyUnblocked(NodeImporter &node) {
  auto blockSize = node.getInt("block_size", 0);
  if (failed(blockSize))
    return failure();
  if (*blockSize != 0)
    return node.fail() << "expected block_size 0, but got " << *blockSize
                       << ": quantize the model per tensor or per axis";
  return success();
}

/// The integers of the model that `real` quantizes to.
static Constant quantizeConstant(const Constant &real,
                                 const QuantizationParameters &parameters) {
  Constant result;
  result.shape = real.shape;
  result.type = parameters.type;
  StorageBounds bounds = parameters.type == UINT8 ? StorageBounds{0, 255}
                                                  : StorageBounds{-128, 127};
  int64_t axis = parameters.axis;
  int64_t inner = axis < 0 ? 1 : getStrides(real.shape)[axis];
  int64_t channels = parameters.scales.size();
  for (auto [index, value] : llvm::enumerate(real.floats)) {
    int64_t channel = static_cast<int64_t>(index) / inner % channels;
    result.ints.push_back(
        quantc::quantize(value,
                         {parameters.scales[channel],
                          static_cast<int32_t>(parameters.zeroPoints[channel])},
                         bounds));
  }
  return result;
}

/// The type comes from the zero point, or from output_dtype, or is uint8.
LogicalResult quantc::onnx::importQuantizeLinear(NodeImporter &node) {
  auto shape = node.getShape(0);
  auto axis = node.getInt("axis", 1);
  auto outputType = node.getInt("output_dtype", UNDEFINED);
  auto precision = node.getInt("precision", UNDEFINED);
  if (failed(shape) || failed(axis) || failed(outputType) ||
      failed(precision) || failed(verifyUnblocked(node)))
    return failure();
  if (*precision != UNDEFINED && *precision != FLOAT)
    return node.fail() << "expected a division of type float, but got "
                       << nameOf(*precision);
  std::optional<DataType> known;
  if (*outputType != UNDEFINED)
    known = static_cast<DataType>(*outputType);
  auto parameters = readQuantization(node, /*scaleIndex=*/1, *shape, *axis,
                                     known, /*fallback=*/UINT8);
  if (failed(parameters))
    return failure();
  if (parameters->type == INT32)
    return node.fail() << "expected integers of type uint8 or int8, but got "
                          "int32";
  if (const Constant *constant = node.getConstant(0)) {
    if (!constant->isFloat())
      return node.fail() << "expected real numbers, but got "
                         << nameOf(constant->type);
    node.setResult(quantizeConstant(*constant, *parameters));
    return success();
  }
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  setQuantized(node, *input, *parameters);
  return success();
}

LogicalResult quantc::onnx::importDequantizeLinear(NodeImporter &node) {
  auto axis = node.getInt("axis", 1);
  if (failed(axis) || failed(verifyUnblocked(node)))
    return failure();
  auto real = dequantizeOperand(node, 0, /*scaleIndex=*/1, *axis);
  if (failed(real))
    return failure();
  if (real->constant)
    node.setResult(*real->constant);
  else
    node.setResult(real->value);
  return success();
}
