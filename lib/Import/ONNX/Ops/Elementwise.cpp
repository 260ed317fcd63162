//===- Elementwise.cpp - Activations, and what changes nothing ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Quantization.h"
#include "Handlers.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

static LogicalResult createClamp(NodeImporter &node, float min, float max) {
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  if (std::isnan(min) || std::isnan(max))
    return node.fail() << "expected limits, but got " << min << " and " << max;
  min = std::min(min, max); // everything becomes max where they are exchanged
  node.setResult(nn::ClampOp::create(node.builder, node.loc, input->getType(),
                                     *input, node.builder.getF32FloatAttr(min),
                                     node.builder.getF32FloatAttr(max)));
  return success();
}

LogicalResult quantc::onnx::importRelu(NodeImporter &node) {
  return createClamp(node, 0, std::numeric_limits<float>::infinity());
}

/// The limits are attributes before opset 11, optional operands since.
LogicalResult quantc::onnx::importClip(NodeImporter &node) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  auto min = node.getFloat("min", -kLargest);
  auto max = node.getFloat("max", kLargest);
  if (failed(min) || failed(max))
    return failure();
  float limits[] = {*min, *max};
  for (unsigned index : {0, 1}) {
    if (!node.hasInput(1 + index))
      continue;
    FailureOr<const Constant *> limit =
        node.requireFloats(1 + index, index == 0 ? "min" : "max");
    if (failed(limit))
      return failure();
    if ((*limit)->size() != 1)
      return node.fail() << "expected limits of one value, but got "
                         << (*limit)->size();
    limits[index] = (*limit)->floats[0];
  }
  return createClamp(node, limits[0], limits[1]);
}

/// Identity, and Dropout, which is one once the network is trained.
LogicalResult quantc::onnx::importIdentity(NodeImporter &node) {
  if (const Constant *constant = node.getConstant(0)) {
    node.setResult(*constant);
    return success();
  }
  if (const Constant *training = node.getConstant(2);
      node.hasInput(2) && (!training || training->isFloat() ||
                           training->ints != std::vector<int64_t>{0}))
    return node.fail() << "expected a constant training_mode of false";
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  node.setResult(*input);
  return success();
}

/// At run time everything is f32, whatever float type a model computes in; a
/// constant is rounded to the type.
LogicalResult quantc::onnx::importCast(NodeImporter &node) {
  auto to = node.getInt("to", UNDEFINED);
  if (failed(to))
    return failure();
  DataType type = static_cast<DataType>(*to);
  bool toInt = type == INT64 || type == INT32;
  const Constant *constant = node.getConstant(0);
  bool fromFloat = !constant || constant->isFloat();
  if ((!isFloat(type) && !toInt) || (fromFloat && toInt))
    return node.fail() << "is supported only to float types, and of integer "
                          "constants to int32 and int64";
  if (!constant && !isFloat(node.getType(0))) {
    FailureOr<Value> real = convertToFloat(node, 0);
    if (failed(real))
      return failure();
    node.setResult(*real);
    return success();
  }
  if (!constant)
    return importIdentity(node);
  Constant result = *constant;
  if (isFloat(type) && !fromFloat) {
    result.floats.assign(result.ints.begin(), result.ints.end());
    result.ints.clear();
  }
  result.type = type;
  // Integers with a scale stay what they are.
  if (!result.stored)
    for (float &value : result.floats)
      value = roundTo(type, value);
  node.setResult(std::move(result));
  return success();
}

LogicalResult quantc::onnx::importConstant(NodeImporter &node) {
  Constant result;
  if (node.hasAttribute("value")) {
    FailureOr<const Tensor *> tensor = node.getTensor("value");
    if (failed(tensor))
      return failure();
    if ((*tensor)->external)
      return node.fail() << "keeps its value in another file, which is "
                            "supported for initializers only";
    std::string error;
    std::optional<Constant> decoded = decode(**tensor, error);
    if (!decoded)
      return node.fail() << error;
    result = std::move(*decoded);
  } else if (node.hasAttribute("value_float")) {
    auto value = node.getFloat("value_float", 0);
    if (failed(value))
      return failure();
    result.floats = {*value};
  } else if (node.hasAttribute("value_int")) {
    auto value = node.getInt("value_int", 0);
    if (failed(value))
      return failure();
    result.type = INT64;
    result.ints = {*value};
  } else if (node.hasAttribute("value_floats")) {
    auto values = node.getFloats("value_floats");
    if (failed(values))
      return failure();
    result.shape = {static_cast<int64_t>(values->size())};
    result.floats = std::move(*values);
  } else if (node.hasAttribute("value_ints")) {
    auto values = node.getInts("value_ints", {});
    if (failed(values))
      return failure();
    result = Constant::fromInts(*values);
  } else {
    return node.fail() << "expected one of the attributes value, value_float, "
                          "value_floats, value_int and value_ints";
  }
  node.setResult(std::move(result));
  return success();
}
