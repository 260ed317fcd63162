//===- Bias.cpp - Add, where it is a bias -------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

/// The constant as one value per entry of dimension `axis` of a tensor of
/// `rank` dimensions that it broadcasts to; nothing where it varies along
/// another.
std::optional<Constant> toChannels(const Constant &constant, int64_t rank,
                                   int64_t axis, int64_t channels) {
  int64_t missing = rank - static_cast<int64_t>(constant.shape.size());
  if (missing < 0)
    return std::nullopt;
  for (auto [index, extent] : llvm::enumerate(constant.shape)) {
    int64_t position = missing + static_cast<int64_t>(index);
    if (extent != 1 && (position != axis || extent != channels))
      return std::nullopt;
  }
  Constant bias;
  bias.shape = {channels};
  for (int64_t channel = 0; channel < channels; ++channel)
    bias.floats.push_back(
        constant.floats[constant.size() == 1 ? 0 : channel]);
  return bias;
}

/// Gives a contraction without bias this one. `axis` is that of the channels in
/// the value that the node adds to.
template <typename OpT>
LogicalResult setBias(NodeImporter &node, OpT op, const Constant &constant,
                      int64_t rank, int64_t axis) {
  int64_t channels = shapeOf(op.getOutput()).back();
  std::optional<Constant> bias = toChannels(constant, rank, axis, channels);
  if (op.getBias() || !bias)
    return failure();
  OpBuilder::InsertionGuard guard(node.builder);
  node.builder.setInsertionPoint(op);
  op.getBiasMutable().assign(node.createConstant(*bias));
  return success();
}

} // namespace

LogicalResult quantc::onnx::importAdd(NodeImporter &node) {
  for (unsigned index : {0, 1}) {
    const Constant *constant = node.getConstant(1 - index);
    if (!constant || !constant->isFloat || !node.isOnlyUse(index))
      continue;
    FailureOr<Value> value = node.getValue(index);
    if (failed(value))
      return failure();
    LogicalResult isSet = failure();
    if (auto dense = value->getDefiningOp<nn::FullyConnectedOp>())
      isSet = setBias(node, dense, *constant, /*rank=*/2, /*axis=*/1);
    else if (auto transpose = value->getDefiningOp<nn::TransposeOp>())
      if (auto convolution =
              transpose.getInput().getDefiningOp<nn::Conv2DOp>())
        isSet = setBias(node, convolution, *constant, /*rank=*/4, /*axis=*/1);
    if (succeeded(isSet)) {
      node.setResult(*value);
      return success();
    }
  }
  return node.fail() << "is supported only as the bias of a convolution or of "
                        "a fully connected layer: one constant value per "
                        "channel, added to its result";
}
