//===- Shape.cpp - Reshape and its like ---------------------------------===//
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

} // namespace

/// In the new shape 0 stands for the extent of the input, unless `allowzero`,
/// and one -1 for what is left.
LogicalResult quantc::onnx::importReshape(NodeImporter &node) {
  auto input = node.getShape(0);
  FailureOr<const Constant *> target = node.requireInts(1, "shape");
  auto allowZero = node.getInt("allowzero", 0);
  if (failed(input) || failed(target) || failed(allowZero))
    return failure();
  SmallVector<int64_t> shape;
  std::optional<size_t> inferred;
  for (auto [axis, extent] : llvm::enumerate((*target)->ints)) {
    bool isCopied = extent == 0 && *allowZero == 0;
    bool isBatch = extent == kBatch && axis == 0;
    if ((extent < -1 && !isBatch) || (extent == -1 && inferred) ||
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
  if (isDynamic(shape) && !isDynamic(*input))
    return node.fail() << "gives the batch to a tensor that has none";
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
  return node.setReshaped(shape);
}

LogicalResult quantc::onnx::importFlatten(NodeImporter &node) {
  auto input = node.getShape(0);
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
  return node.setReshaped({first, sizeOf(shape.drop_front(split))});
}

LogicalResult quantc::onnx::importSqueeze(NodeImporter &node) {
  auto input = node.getShape(0);
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
  return node.setReshaped(shape);
}

LogicalResult quantc::onnx::importUnsqueeze(NodeImporter &node) {
  auto input = node.getShape(0);
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
  return node.setReshaped(shape);
}

/// The extents `start` to `end`, as integers.
LogicalResult quantc::onnx::importShape(NodeImporter &node) {
  auto shape = node.getShape(0);
  if (failed(shape))
    return failure();
  int64_t rank = shape->size();
  auto start = node.getInt("start", 0);
  auto end = node.getInt("end", rank);
  if (failed(start) || failed(end))
    return failure();
  for (int64_t *bound : {&*start, &*end})
    *bound = std::clamp<int64_t>(*bound < 0 ? *bound + rank : *bound, 0, rank);
  ArrayRef<int64_t> extents(*shape);
  node.setResult(Constant::fromInts(
      extents.slice(*start, std::max<int64_t>(*end - *start, 0))));
  return success();
}

LogicalResult quantc::onnx::importConstantOfShape(NodeImporter &node) {
  FailureOr<const Constant *> shape = node.requireInts(0, "shape");
  if (failed(shape) || failed(verifyConstantShape(node, (*shape)->ints)))
    return failure();
  Constant value;
  value.floats = {0};
  if (node.hasAttribute("value")) {
    FailureOr<const Tensor *> tensor = node.getTensor("value");
    if (failed(tensor))
      return failure();
    std::string error;
    std::optional<Constant> decoded = decode(**tensor, error);
    if (!decoded || decoded->size() != 1)
      return node.fail() << "attribute 'value': "
                         << (decoded ? "expected one element" : error);
    value = std::move(*decoded);
  }
  value.shape.clear();
  node.setResult(broadcast(value, (*shape)->ints));
  return success();
}

/// Of constants, and where nothing is repeated.
LogicalResult quantc::onnx::importExpand(NodeImporter &node) {
  auto input = node.getShape(0);
  FailureOr<const Constant *> target = node.requireInts(1, "shape");
  if (failed(input) || failed(target))
    return failure();
  SmallVector<int64_t> from(*input), to(ArrayRef((*target)->ints));
  size_t rank = std::max(from.size(), to.size());
  from.insert(from.begin(), rank - from.size(), 1);
  to.insert(to.begin(), rank - to.size(), 1);
  auto shape = nn::inferBroadcastShape(from, to, [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  if (ArrayRef<int64_t>(*shape) == ArrayRef<int64_t>(from))
    return node.setReshaped(*shape);
  const Constant *constant = node.getConstant(0);
  if (!constant)
    return node.fail() << "repeats values, which is supported only for "
                          "constants";
  if (failed(verifyConstantShape(node, *shape)))
    return failure();
  node.setResult(broadcast(*constant, *shape));
  return success();
}
