//===- Axes.cpp - Axes, and ranks that differ ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

using namespace mlir;
using namespace quantc::onnx;

FailureOr<int64_t> quantc::onnx::toAxis(NodeImporter &node, int64_t axis,
                                        int64_t rank) {
  if (axis < -rank || axis >= rank)
    return node.fail() << "expected an axis of " << rank
                       << " dimensions, but got " << axis;
  return axis < 0 ? axis + rank : axis;
}

FailureOr<int64_t> quantc::onnx::readAxis(NodeImporter &node, int64_t fallback,
                                          int64_t rank) {
  auto axis = node.getInt("axis", fallback);
  if (failed(axis))
    return failure();
  return toAxis(node, *axis, rank);
}

FailureOr<SmallVector<int64_t>> quantc::onnx::readAxes(NodeImporter &node,
                                                       int64_t rank) {
  auto axes = node.getInts("axes", {});
  if (failed(axes))
    return failure();
  if (node.hasInput(1)) {
    FailureOr<const Constant *> constant = node.requireInts(1, "axes");
    if (failed(constant))
      return failure();
    axes->assign((*constant)->ints.begin(), (*constant)->ints.end());
  }
  for (int64_t &axis : *axes) {
    FailureOr<int64_t> counted = toAxis(node, axis, rank);
    if (failed(counted))
      return failure();
    axis = *counted;
  }
  llvm::sort(*axes);
  if (std::adjacent_find(axes->begin(), axes->end()) != axes->end())
    return node.fail() << "expected every axis once";
  return axes;
}

LogicalResult quantc::onnx::verifyConstantShape(NodeImporter &node,
                                                ArrayRef<int64_t> shape) {
  constexpr int64_t kMaxSize = int64_t(1) << 28;
  int64_t size = 1;
  for (int64_t extent : shape) {
    if (extent == kBatch)
      return node.fail() << "a constant cannot have the batch in its shape";
    if (extent < 0 || (extent > 0 && size > kMaxSize / extent))
      return node.fail() << "malformed shape of a constant, [" << shape << "]";
    size *= extent;
  }
  return success();
}

FailureOr<std::pair<Value, Value>>
quantc::onnx::toSameRank(NodeImporter &node, Value lhs, Value rhs) {
  size_t rank = std::max(shapeOf(lhs).size(), shapeOf(rhs).size());
  Value operands[] = {lhs, rhs};
  for (Value &operand : operands) {
    SmallVector<int64_t> shape(shapeOf(operand));
    if (shape.size() == rank)
      continue;
    if (llvm::is_contained(shape, kBatch))
      return node.fail() << "an operand of rank " << shape.size()
                         << " with the batch cannot broadcast to rank " << rank;
    shape.insert(shape.begin(), rank - shape.size(), 1);
    operand = node.createReshape(operand, shape);
  }
  return std::make_pair(operands[0], operands[1]);
}
