//===- Shape.cpp - Reshape and its like, Transpose, Pad -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include <numeric>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

constexpr int64_t kBatch = ShapedType::kDynamic;

/// Elements of `shape`, where a dynamic batch counts as 1.
int64_t sizeOf(ArrayRef<int64_t> shape) {
  int64_t size = 1;
  for (int64_t extent : shape)
    if (!ShapedType::isDynamic(extent))
      size *= extent;
  return size;
}

bool isDynamic(ArrayRef<int64_t> shape) {
  return llvm::is_contained(shape, kBatch);
}

LogicalResult createReshape(NodeImporter &node, ArrayRef<int64_t> shape) {
  if (const Constant *constant = node.getConstant(0)) {
    Constant result = *constant;
    result.shape.assign(shape.begin(), shape.end());
    node.setResult(std::move(result));
    return success();
  }
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  node.setResult(nn::ReshapeOp::create(node.builder, node.loc,
                                       node.tensorType(shape), *input));
  return success();
}

/// The shape of operand 0, constant or not.
FailureOr<SmallVector<int64_t>> inputShape(NodeImporter &node) {
  if (const Constant *constant = node.getConstant(0))
    return constant->shape;
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  return SmallVector<int64_t>(shapeOf(*input));
}

/// Axes from an attribute before opset 13, from operand 1 since; negative ones
/// count from the end of `rank` dimensions. Sorted.
FailureOr<SmallVector<int64_t>> readAxes(NodeImporter &node, int64_t rank) {
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
    if (axis < -rank || axis >= rank)
      return node.fail() << "expected axes of " << rank
                         << " dimensions, but got " << axis;
    if (axis < 0)
      axis += rank;
  }
  llvm::sort(*axes);
  if (std::adjacent_find(axes->begin(), axes->end()) != axes->end())
    return node.fail() << "expected every axis once";
  return axes;
}

} // namespace

/// In the new shape 0 stands for the extent of the input, unless `allowzero`,
/// and one -1 for what is left.
LogicalResult quantc::onnx::importReshape(NodeImporter &node) {
  auto input = inputShape(node);
  FailureOr<const Constant *> target = node.requireInts(1, "shape");
  auto allowZero = node.getInt("allowzero", 0);
  if (failed(input) || failed(target) || failed(allowZero))
    return failure();
  SmallVector<int64_t> shape;
  std::optional<size_t> inferred;
  for (auto [axis, extent] : llvm::enumerate((*target)->ints)) {
    bool isCopied = extent == 0 && *allowZero == 0;
    if (extent < -1 || (extent == -1 && inferred) ||
        extent >= (int64_t(1) << 31) || (isCopied && axis >= input->size()))
      return node.fail() << "malformed shape: dimension " << axis << " is "
                         << extent;
    if (extent == -1)
      inferred = axis;
    shape.push_back(isCopied ? (*input)[axis] : extent == -1 ? 1 : extent);
  }
  int64_t known = sizeOf(shape);
  int64_t total = sizeOf(*input);
  bool isBatchLeft = isDynamic(*input) && !isDynamic(shape);
  if (inferred && isBatchLeft && *inferred == 0 && known == total)
    shape[0] = kBatch;
  else if (inferred && known != 0 && total % known == 0 && !isBatchLeft)
    shape[*inferred] = total / known;
  else if (inferred || isBatchLeft || known != total)
    return node.fail() << "cannot reshape " << total
                       << " elements per sample to [" << (*target)->ints
                       << (isBatchLeft ? "]: the batch must stay the first "
                                         "dimension (-1 or 0)"
                                       : "]");
  return createReshape(node, shape);
}

LogicalResult quantc::onnx::importFlatten(NodeImporter &node) {
  auto input = inputShape(node);
  auto axis = node.getInt("axis", 1);
  if (failed(input) || failed(axis))
    return failure();
  int64_t rank = input->size();
  if (*axis < -rank || *axis > rank)
    return node.fail() << "expected an axis of " << rank
                       << " dimensions, but got " << *axis;
  int64_t split = *axis < 0 ? *axis + rank : *axis;
  ArrayRef<int64_t> shape = *input;
  if (isDynamic(shape) && split != 1)
    return node.fail() << "expected axis 1, which keeps the batch, but got "
                       << *axis;
  int64_t first = isDynamic(shape) ? kBatch : sizeOf(shape.take_front(split));
  return createReshape(node, {first, sizeOf(shape.drop_front(split))});
}

LogicalResult quantc::onnx::importSqueeze(NodeImporter &node) {
  auto input = inputShape(node);
  if (failed(input))
    return failure();
  auto axes = readAxes(node, input->size());
  if (failed(axes))
    return failure();
  bool isAll = axes->empty();
  SmallVector<int64_t> shape;
  for (auto [axis, extent] : llvm::enumerate(*input)) {
    bool isNamed = llvm::is_contained(*axes, static_cast<int64_t>(axis));
    if (isNamed && extent != 1)
      return node.fail() << "expected dimension " << axis << " to be 1";
    if (!isNamed && !(isAll && extent == 1))
      shape.push_back(extent);
  }
  return createReshape(node, shape);
}

LogicalResult quantc::onnx::importUnsqueeze(NodeImporter &node) {
  auto input = inputShape(node);
  if (failed(input))
    return failure();
  const Constant *axesOperand = node.getConstant(1);
  auto attribute = node.getInts("axes", {});
  if (failed(attribute))
    return failure();
  int64_t added = axesOperand ? axesOperand->size() : attribute->size();
  auto axes = readAxes(node, input->size() + added);
  if (failed(axes))
    return failure();
  SmallVector<int64_t> shape(*input);
  for (int64_t axis : *axes)
    shape.insert(shape.begin() + axis, 1);
  if (isDynamic(shape) && shape[0] != kBatch)
    return node.fail() << "the batch must stay the first dimension";
  return createReshape(node, shape);
}

LogicalResult quantc::onnx::importTranspose(NodeImporter &node) {
  auto input = inputShape(node);
  if (failed(input))
    return failure();
  SmallVector<int64_t> reversed(input->size());
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  auto permutation = node.getInts("perm", reversed);
  if (failed(permutation) ||
      failed(nn::inferTransposeShape(*input, *permutation,
                                     [&] { return node.fail(); })))
    return failure();
  if (const Constant *constant = node.getConstant(0)) {
    node.setResult(transpose(*constant, *permutation));
    return success();
  }
  FailureOr<Value> value = node.getValue(0);
  if (failed(value))
    return failure();
  auto result = node.createTranspose(*value, *permutation);
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}

/// Pads are attributes before opset 11, operands since; [begins..., ends...].
LogicalResult quantc::onnx::importPad(NodeImporter &node) {
  FailureOr<Value> input = node.getValue(0);
  auto mode = node.getString("mode", "constant");
  auto pads = node.getInts("pads", {});
  auto fill = node.getFloat("value", 0);
  if (failed(input) || failed(mode) || failed(pads) || failed(fill))
    return failure();
  if (*mode != "constant")
    return node.fail() << "expected mode constant, but got " << *mode;
  if (node.hasInput(1)) {
    FailureOr<const Constant *> constant = node.requireInts(1, "pads");
    if (failed(constant))
      return failure();
    pads->assign((*constant)->ints.begin(), (*constant)->ints.end());
  }
  if (node.hasInput(2)) {
    FailureOr<const Constant *> constant =
        node.requireFloats(2, "constant_value");
    if (failed(constant))
      return failure();
    if ((*constant)->size() != 1)
      return node.fail() << "expected a constant_value of one value";
    fill = (*constant)->floats[0];
  }
  int64_t rank = shapeOf(*input).size();
  SmallVector<int64_t> axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  if (node.hasInput(3)) {
    FailureOr<const Constant *> constant = node.requireInts(3, "axes");
    if (failed(constant))
      return failure();
    axes.assign((*constant)->ints.begin(), (*constant)->ints.end());
  }
  if (pads->size() != 2 * axes.size())
    return node.fail() << "expected " << 2 * axes.size()
                       << " pads, but got " << pads->size();
  SmallVector<int64_t> low(rank, 0), high(rank, 0);
  for (auto [index, axis] : llvm::enumerate(axes)) {
    if (axis < -rank || axis >= rank)
      return node.fail() << "expected axes of " << rank
                         << " dimensions, but got " << axis;
    low[axis < 0 ? axis + rank : axis] = (*pads)[index];
    high[axis < 0 ? axis + rank : axis] = (*pads)[index + axes.size()];
  }
  auto shape = nn::inferPadShape(shapeOf(*input), low, high,
                                 [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  node.setResult(nn::PadOp::create(node.builder, node.loc,
                                   node.tensorType(*shape), *input, low, high,
                                   llvm::APFloat(*fill)));
  return success();
}
