//===- Normalization.cpp - BatchNormalization and Softmax ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include <cmath>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

/// scale * (x - mean) / sqrt(variance + epsilon) + shift as x * a + b, one a
/// and b per channel, computed in double.
LogicalResult quantc::onnx::importBatchNormalization(NodeImporter &node) {
  FailureOr<Value> input = node.getValue(0);
  auto epsilon = node.getFloat("epsilon", 1e-5f);
  auto training = node.getInt("training_mode", 0);
  auto spatial = node.getInt("spatial", 1);
  if (failed(input) || failed(epsilon) || failed(training) || failed(spatial))
    return failure();
  if (*training != 0 || *spatial != 1)
    return node.fail() << "expected training_mode 0 and spatial 1: export the "
                          "model for inference";
  ArrayRef<int64_t> shape = shapeOf(*input);
  if (shape.size() < 2 || shape[1] == kBatch)
    return node.fail() << "expected an input with channels in dimension 1";
  int64_t channels = shape[1];

  static constexpr StringLiteral kNames[] = {"scale", "B", "mean", "variance"};
  const Constant *parameters[4];
  for (auto [index, name] : llvm::enumerate(kNames)) {
    FailureOr<const Constant *> parameter = node.requireFloats(1 + index, name);
    if (failed(parameter))
      return failure();
    if ((*parameter)->size() != channels)
      return node.fail() << "expected operand " << name << " of " << channels
                         << " values, one per channel, but got "
                         << (*parameter)->size();
    parameters[index] = *parameter;
  }
  Constant factor, shift;
  factor.shape.assign(shape.size(), 1);
  factor.shape[1] = channels;
  shift.shape = factor.shape;
  for (int64_t channel = 0; channel < channels; ++channel) {
    auto get = [&](unsigned index) -> double {
      return parameters[index]->floats[channel];
    };
    double a = get(0) / std::sqrt(get(3) + *epsilon);
    factor.floats.push_back(static_cast<float>(a));
    shift.floats.push_back(static_cast<float>(get(1) - get(2) * a));
  }
  FailureOr<Value> result =
      createBinary<nn::MulOp>(node, *input, node.createConstant(factor));
  if (succeeded(result))
    result = createBinary<nn::AddOp>(node, *result, node.createConstant(shift));
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}

/// Before opset 13 all dimensions from `axis` on count as one.
LogicalResult quantc::onnx::importSoftmax(NodeImporter &node) {
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  SmallVector<int64_t> shape(shapeOf(*input));
  bool isFlattening = node.opset < 13;
  auto axis = readAxis(node, isFlattening ? 1 : -1, shape.size());
  if (failed(axis))
    return failure();
  if (shape[*axis] == kBatch)
    return node.fail() << "expected an axis that is not the batch";
  SmallVector<int64_t> flat(shape);
  if (isFlattening) {
    flat.truncate(*axis);
    flat.push_back(
        ShapedType::getNumElements(ArrayRef(shape).drop_front(*axis)));
  }
  Value flattened = node.createReshape(*input, flat);
  Value result = nn::SoftmaxOp::create(node.builder, node.loc,
                                       flattened.getType(), flattened, *axis);
  node.setResult(node.createReshape(result, shape));
  return success();
}
