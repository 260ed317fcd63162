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
  auto shape = nn::inferFullyConnectedShape(
      shapeOf(input), shapeOf(weightValue), [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  return nn::FullyConnectedOp::create(node.builder, node.loc,
                                      node.tensorType(*shape), input,
                                      weightValue, bias)
      .getResult();
}

/// `weight` [O, K] at every position of [N, ..., K]: a convolution over one
/// row.
static FailureOr<Value> createPointwise(NodeImporter &node, Value input,
                                        Constant weight) {
  SmallVector<int64_t> shape(shapeOf(input));
  int64_t positions =
      ShapedType::getNumElements(ArrayRef(shape).drop_front().drop_back());
  weight.reshape({weight.shape[0], 1, 1, weight.shape[1]});
  Value filter = node.createConstant(weight);
  int64_t rowShape[] = {shape[0], 1, positions, shape.back()};
  constexpr int64_t kOnes[] = {1, 1}, kZeros[] = {0, 0, 0, 0};
  auto convolved = nn::inferConv2DShape(
      rowShape, shapeOf(filter), {{}, kOnes, kZeros, kOnes}, /*groups=*/1,
      [&] { return node.fail(); });
  if (failed(convolved))
    return failure();
  Value row = node.createReshape(input, rowShape);
  Value result = nn::Conv2DOp::create(
      node.builder, node.loc, node.tensorType(*convolved), row, filter,
      /*bias=*/Value(), kOnes, kZeros, kOnes, /*groups=*/1);
  shape.back() = convolved->back();
  return node.createReshape(result, shape);
}

/// Of two values of one dimension or more; a vector is a row on the left, a
/// column on the right, and vanishes from the result.
static FailureOr<Value> createMatmul(NodeImporter &node, Value lhs, Value rhs) {
  bool isRow = shapeOf(lhs).size() == 1, isColumn = shapeOf(rhs).size() == 1;
  if (shapeOf(lhs).empty() || shapeOf(rhs).empty())
    return node.fail() << "expected operands of rank 1 or more, but got a "
                          "scalar";
  if (isRow)
    lhs = node.createReshape(lhs, {1, shapeOf(lhs)[0]});
  if (isColumn)
    rhs = node.createReshape(rhs, {shapeOf(rhs)[0], 1});
  auto operands = toSameRank(node, lhs, rhs);
  if (failed(operands))
    return failure();
  auto shape =
      nn::inferMatmulShape(shapeOf(operands->first), shapeOf(operands->second),
                           [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  Value product =
      nn::MatmulOp::create(node.builder, node.loc, node.tensorType(*shape),
                           operands->first, operands->second);
  if (isColumn)
    shape->pop_back();
  if (isRow)
    shape->erase(shape->end() - (isColumn ? 1 : 2));
  return node.createReshape(product, *shape);
}

LogicalResult quantc::onnx::importMatMul(NodeImporter &node) {
  FailureOr<Value> lhs = node.getValue(0);
  if (failed(lhs))
    return failure();
  int64_t rank = shapeOf(*lhs).size();
  const Constant *weight = node.getConstant(1);
  FailureOr<Value> result = failure();
  if (weight && weight->isFloat() && weight->shape.size() == 2 && rank >= 2) {
    Constant transposed = transpose(*weight, {1, 0});
    result = rank == 2 ? createFullyConnected(node, *lhs, transposed, Value())
                       : createPointwise(node, *lhs, transposed);
  } else {
    FailureOr<Value> rhs = node.getValue(1);
    if (succeeded(rhs))
      result = createMatmul(node, *lhs, *rhs);
  }
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}

/// `constant` as one value per channel times `factor`; nothing where it varies
/// along the samples.
static std::optional<Constant> toBias(const Constant &constant,
                                      int64_t channels, float factor) {
  bool isScalar = constant.size() == 1;
  bool isVector = constant.size() == channels && !constant.shape.empty() &&
                  constant.shape.back() == channels;
  if (!isScalar && !isVector)
    return std::nullopt;
  Constant bias;
  bias.shape = {channels};
  for (int64_t channel = 0; channel < channels; ++channel)
    bias.floats.push_back(constant.floats[isScalar ? 0 : channel] * factor);
  return bias;
}

/// `operand` C of a Gemm times beta.
static FailureOr<Value> createSummand(NodeImporter &node, float beta) {
  FailureOr<Value> operand = node.getValue(2);
  if (failed(operand) || beta == 1)
    return operand;
  Constant factor;
  factor.floats = {beta};
  return createBinary<nn::MulOp>(node, *operand, node.createConstant(factor));
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
    input = node.createTranspose(*input, {1, 0});
  if (failed(input))
    return failure();
  if ((*operand)->shape.size() != 2)
    return node.fail() << "expected an operand B of rank 2, but got rank "
                       << (*operand)->shape.size();
  Constant weight = *transB ? **operand : transpose(**operand, {1, 0});
  if (*alpha != 1) {
    weight.stored.reset();
    for (float &value : weight.floats)
      value *= *alpha;
  }

  Value bias;
  const Constant *constant = node.getConstant(2);
  if (constant && constant->isFloat())
    if (auto values = toBias(*constant, weight.shape[0], *beta))
      bias = node.createConstant(*values);
  auto result = createFullyConnected(node, *input, weight, bias);
  if (succeeded(result) && node.hasInput(2) && !bias) {
    FailureOr<Value> summand = createSummand(node, *beta);
    if (failed(summand))
      return failure();
    result = createBinary<nn::AddOp>(node, *result, *summand);
  }
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}
