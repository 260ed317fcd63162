//===- Normalization.cpp - Normalizations and Softmax -------------------===//
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

/// The operand, a constant that repeats to `shape`, as one value for each of
/// its elements.
static FailureOr<Value> createParameter(NodeImporter &node, unsigned index,
                                        StringRef name,
                                        ArrayRef<int64_t> shape) {
  FailureOr<const Constant *> parameter = node.requireFloats(index, name);
  if (failed(parameter))
    return failure();
  ArrayRef<int64_t> extents = (*parameter)->shape;
  bool isFitting =
      extents.size() <= shape.size() &&
      llvm::all_of(llvm::zip(llvm::reverse(extents), llvm::reverse(shape)),
                   [](auto pair) {
                     auto [own, wanted] = pair;
                     return own == wanted || own == 1;
                   });
  if (!isFitting)
    return node.fail() << "expected operand " << name << " of shape [" << shape
                       << "], that of the input from the axis on, or "
                       << "one that repeats to it, but got [" << extents << "]";
  Constant values = broadcast(**parameter, shape);
  values.reshape({values.size()});
  return node.createConstant(values);
}

/// All dimensions from `axis` on count as one.
LogicalResult quantc::onnx::importLayerNormalization(NodeImporter &node) {
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  SmallVector<int64_t> shape(shapeOf(*input));
  auto axis = readAxis(node, -1, shape.size());
  auto epsilon = node.getFloat("epsilon", 1e-5f);
  if (failed(axis) || failed(epsilon))
    return failure();
  ArrayRef<int64_t> normalized = ArrayRef(shape).drop_front(*axis);
  if (normalized.front() == kBatch || llvm::is_contained(normalized, 0))
    return node.fail() << "expected an axis behind the batch, and elements";
  if (!(*epsilon >= 0))
    return node.fail() << "expected an epsilon of at least 0, but got "
                       << *epsilon;
  FailureOr<Value> scale = createParameter(node, 1, "Scale", normalized);
  FailureOr<Value> bias = Value();
  if (succeeded(scale) && node.hasInput(2))
    bias = createParameter(node, 2, "B", normalized);
  if (failed(scale) || failed(bias))
    return failure();
  SmallVector<int64_t> rows(shape.begin(), shape.begin() + *axis);
  rows.push_back(ShapedType::getNumElements(normalized));
  Value flattened = node.createReshape(*input, rows);
  Value result = nn::LayerNormOp::create(
      node.builder, node.loc, flattened.getType(), flattened, *scale, *bias,
      node.builder.getF32FloatAttr(*epsilon));
  node.setResult(node.createReshape(result, shape));
  return success();
}
