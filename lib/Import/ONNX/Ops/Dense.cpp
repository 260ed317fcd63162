//===- Dense.cpp - Gemm and MatMul --------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

/// `weight` is [O, K].
static FailureOr<Value> createFullyConnected(NodeImporter &node, Value input,
                                             const Constant &weight,
                                             Value bias) {
  Value weightValue = node.createConstant(weight);
  auto shape =
      nn::inferFullyConnectedShape(shapeOf(input), shapeOf(weightValue),
                                   [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  return nn::FullyConnectedOp::create(node.builder, node.loc,
                                      node.tensorType(*shape), input,
                                      weightValue, bias)
      .getResult();
}

LogicalResult quantc::onnx::importMatMul(NodeImporter &node) {
  FailureOr<Value> input = node.getValue(0, /*rank=*/2);
  FailureOr<const Constant *> weight = node.requireFloats(1, "right operand");
  if (failed(input) || failed(weight))
    return failure();
  if ((*weight)->shape.size() != 2)
    return node.fail() << "expected a right operand of rank 2, but got rank "
                       << (*weight)->shape.size();
  auto result = createFullyConnected(node, *input,
                                     transpose(**weight, {1, 0}), Value());
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}

/// `constant` as one value per channel times `factor`; fails where it does not
/// broadcast along the channels only.
static FailureOr<Constant> toBias(NodeImporter &node, const Constant &constant,
                                  int64_t channels, float factor) {
  bool isScalar = constant.size() == 1;
  bool isVector = constant.size() == channels && !constant.shape.empty() &&
                  constant.shape.back() == channels;
  if (!isScalar && !isVector)
    return node.fail() << "expected an operand C of one value, or one per "
                          "output feature ("
                       << channels << ")";
  Constant bias;
  bias.shape = {channels};
  for (int64_t channel = 0; channel < channels; ++channel)
    bias.floats.push_back(constant.floats[isScalar ? 0 : channel] * factor);
  return bias;
}

LogicalResult quantc::onnx::importGemm(NodeImporter &node) {
  FailureOr<Value> input = node.getValue(0, /*rank=*/2);
  FailureOr<const Constant *> operand = node.requireFloats(1, "operand B");
  auto alpha = node.getFloat("alpha", 1);
  auto beta = node.getFloat("beta", 1);
  auto transA = node.getInt("transA", 0);
  auto transB = node.getInt("transB", 0);
  if (failed(input) || failed(operand) || failed(alpha) || failed(beta) ||
      failed(transA) || failed(transB))
    return failure();
  if (*transA != 0)
    return node.fail() << "transA is not supported: it mixes the batch with "
                          "the features";
  if ((*operand)->shape.size() != 2)
    return node.fail() << "expected an operand B of rank 2, but got rank "
                       << (*operand)->shape.size();
  Constant weight = *transB ? **operand : transpose(**operand, {1, 0});
  for (float &value : weight.floats)
    value *= *alpha;

  Value bias;
  if (node.hasInput(2)) {
    FailureOr<const Constant *> constant = node.requireFloats(2, "operand C");
    if (failed(constant))
      return failure();
    FailureOr<Constant> values =
        toBias(node, **constant, weight.shape[0], *beta);
    if (failed(values))
      return failure();
    bias = node.createConstant(*values);
  }
  auto result = createFullyConnected(node, *input, weight, bias);
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}
