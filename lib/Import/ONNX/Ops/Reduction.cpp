//===- Reduction.cpp - Reductions and global pools ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include <limits>
#include <numeric>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

/// What no elements at all are reduced to.
static float reduceNothing(nn::ReduceKind kind) {
  switch (kind) {
  case nn::ReduceKind::Mean:
    return std::numeric_limits<float>::quiet_NaN(); // 0 / 0
  case nn::ReduceKind::Sum:
    return 0;
  case nn::ReduceKind::Max:
    return -std::numeric_limits<float>::infinity();
  }
  llvm_unreachable("unknown kind");
}

/// Reduces the dimensions `axes`, which ascend; with `keepsAxes` they stay with
/// extent 1.
static LogicalResult createReduce(NodeImporter &node, nn::ReduceKind kind,
                                  Value input, ArrayRef<int64_t> axes,
                                  bool keepsAxes) {
  SmallVector<int64_t> reduced, positions(axes);
  bool isEmpty = false;
  for (auto [axis, extent] : llvm::enumerate(shapeOf(input))) {
    bool isReduced = llvm::is_contained(axes, static_cast<int64_t>(axis));
    isEmpty |= extent == 0;
    if (!isReduced || keepsAxes)
      reduced.push_back(isReduced ? 1 : extent);
  }
  if (isEmpty) {
    Constant nothing;
    nothing.floats = {reduceNothing(kind)};
    if (failed(verifyConstantShape(node, reduced)))
      return failure();
    node.setResult(broadcast(nothing, reduced));
    return success();
  }
  if (!axes.empty() && axes[0] == 0 && shapeOf(input)[0] != kBatch) {
    // nn.reduce leaves the leading dimension: here it is none.
    SmallVector<int64_t> shape(shapeOf(input));
    shape.insert(shape.begin(), 1);
    input = node.createReshape(input, shape);
    for (int64_t &position : positions)
      ++position;
  }
  auto shape = nn::inferReduceShape(shapeOf(input), positions,
                                    [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  Value result = nn::ReduceOp::create(
      node.builder, node.loc, node.tensorType(*shape), kind, input, positions);
  node.setResult(node.createReshape(result, reduced));
  return success();
}

static LogicalResult importReduce(NodeImporter &node, nn::ReduceKind kind) {
  FailureOr<Value> input = node.getValue(0);
  auto keepsAxes = node.getInt("keepdims", 1);
  auto isNoOp = node.getInt("noop_with_empty_axes", 0);
  if (failed(input) || failed(keepsAxes) || failed(isNoOp))
    return failure();
  auto axes = readAxes(node, shapeOf(*input).size());
  if (failed(axes))
    return failure();
  if (axes->empty() && *isNoOp != 0) {
    node.setResult(*input);
    return success();
  }
  if (axes->empty()) {
    axes->resize(shapeOf(*input).size());
    std::iota(axes->begin(), axes->end(), 0);
  }
  return createReduce(node, kind, *input, *axes, *keepsAxes != 0);
}

static LogicalResult importGlobalPool(NodeImporter &node, nn::ReduceKind kind) {
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  int64_t rank = shapeOf(*input).size();
  if (rank < 3)
    return node.fail() << "expected an input of rank 3 or more, but got rank "
                       << rank;
  SmallVector<int64_t> spatial(rank - 2);
  std::iota(spatial.begin(), spatial.end(), 2);
  return createReduce(node, kind, *input, spatial, /*keepsAxes=*/true);
}

LogicalResult quantc::onnx::importReduceMean(NodeImporter &node) {
  return importReduce(node, nn::ReduceKind::Mean);
}
LogicalResult quantc::onnx::importReduceSum(NodeImporter &node) {
  return importReduce(node, nn::ReduceKind::Sum);
}
LogicalResult quantc::onnx::importReduceMax(NodeImporter &node) {
  return importReduce(node, nn::ReduceKind::Max);
}
LogicalResult quantc::onnx::importGlobalAveragePool(NodeImporter &node) {
  return importGlobalPool(node, nn::ReduceKind::Mean);
}
LogicalResult quantc::onnx::importGlobalMaxPool(NodeImporter &node) {
  return importGlobalPool(node, nn::ReduceKind::Max);
}
