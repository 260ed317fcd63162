//===- Movement.cpp - Operators that only move values -------------------===//
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

Part::Part(ArrayRef<int64_t> shape)
    : shape(shape), offsets(shape.size(), 0), strides(shape.size(), 1) {}

Value quantc::onnx::createSlice(NodeImporter &node, Value input,
                                const Part &part) {
  if (shapeOf(input) == ArrayRef<int64_t>(part.shape))
    return input;
  return nn::SliceOp::create(node.builder, node.loc,
                             node.tensorType(part.shape), input, part.offsets,
                             part.strides);
}

/// The elements of `input` at `indices`, which must exist, along `axis`: slices
/// side by side.
static Value createGather(NodeImporter &node, Value input,
                          ArrayRef<int64_t> indices, int64_t axis) {
  Part part(shapeOf(input));
  part.shape[axis] = 1;
  SmallVector<Value> slices;
  for (int64_t index : indices) {
    part.offsets[axis] = index;
    slices.push_back(createSlice(node, input, part));
  }
  if (slices.size() == 1)
    return slices[0];
  part.shape[axis] = slices.size();
  return nn::ConcatOp::create(node.builder, node.loc,
                              node.tensorType(part.shape), slices, axis);
}

/// Sets result `index` to a part of operand 0, constant or not.
static LogicalResult setPart(NodeImporter &node, Part part,
                             unsigned index = 0) {
  // No elements come from anywhere.
  for (auto [extent, offset] : llvm::zip_equal(part.shape, part.offsets))
    if (extent == 0)
      offset = 0;
  if (const Constant *constant = node.getConstant(0)) {
    int64_t offset = 0;
    SmallVector<int64_t> strides = getStrides(constant->shape);
    for (auto [stride, first, step] :
         llvm::zip_equal(strides, part.offsets, part.strides)) {
      offset += first * stride;
      stride *= step;
    }
    node.setResult(createView(*constant, part.shape, strides, offset), index);
    return success();
  }
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  // nn.slice only goes forward.
  Value value = *input;
  for (int64_t axis = 0; axis < static_cast<int64_t>(part.shape.size());
       ++axis) {
    if (part.strides[axis] > 0)
      continue;
    SmallVector<int64_t> indices;
    for (int64_t i = 0; i < part.shape[axis]; ++i)
      indices.push_back(part.offsets[axis] + i * part.strides[axis]);
    value = createGather(node, value, indices, axis);
    part.offsets[axis] = 0;
    part.strides[axis] = 1;
  }
  node.setResult(createSlice(node, value, part), index);
  return success();
}

LogicalResult quantc::onnx::importConcat(NodeImporter &node) {
  auto first = node.getShape(0);
  if (failed(first))
    return failure();
  auto axis = readAxis(node, 0, first->size());
  if (failed(axis))
    return failure();
  SmallVector<SmallVector<int64_t>> shapes;
  SmallVector<const Constant *> constants;
  for (unsigned index = 0; index < node.getNumInputs(); ++index) {
    auto shape = node.getShape(index);
    if (failed(shape))
      return failure();
    shapes.push_back(*shape);
    const Constant *constant = node.getConstant(index);
    if (constant && constant->isFloat() ==
                        (node.getConstant(0) && node.getConstant(0)->isFloat()))
      constants.push_back(constant);
  }
  auto shape = nn::inferConcatShape(
      SmallVector<ArrayRef<int64_t>>(shapes.begin(), shapes.end()), *axis,
      [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  if (constants.size() == shapes.size()) {
    node.setResult(concat(constants, *axis));
    return success();
  }
  SmallVector<Value> operands;
  for (unsigned index = 0; index < node.getNumInputs(); ++index) {
    FailureOr<Value> operand = node.getValue(index);
    if (failed(operand))
      return failure();
    if (shapes[index][*axis] != 0 || (*shape)[*axis] == 0)
      operands.push_back(*operand);
  }
  if (operands.size() == 1) {
    node.setResult(operands[0]);
    return success();
  }
  node.setResult(nn::ConcatOp::create(
      node.builder, node.loc, node.tensorType(*shape), operands, *axis));
  return success();
}

/// The elements of `data` at `indices` along `axis`. The indices must exist.
static Constant gather(const Constant &data, const Constant &indices,
                       int64_t axis) {
  ArrayRef<int64_t> shape(data.shape);
  Constant result;
  result.type = data.type;
  result.shape.append(shape.begin(), shape.begin() + axis);
  result.shape.append(indices.shape.begin(), indices.shape.end());
  result.shape.append(shape.begin() + axis + 1, shape.end());
  int64_t inner = getStrides(shape)[axis];
  int64_t block = inner * shape[axis];
  auto copy = [&](const auto &from, auto &to) {
    int64_t size = from.size();
    for (int64_t begin = 0; begin < size; begin += block)
      for (int64_t index : indices.ints) {
        auto position = from.begin() + begin + index * inner;
        to.insert(to.end(), position, position + inner);
      }
  };
  copy(data.floats, result.floats);
  copy(data.ints, result.ints);
  return result;
}

/// Of values at constant indices.
LogicalResult quantc::onnx::importGather(NodeImporter &node) {
  auto shape = node.getShape(0);
  FailureOr<const Constant *> operand = node.requireInts(1, "indices");
  if (failed(shape) || failed(operand))
    return failure();
  auto axis = readAxis(node, 0, shape->size());
  if (failed(axis))
    return failure();
  int64_t extent = (*shape)[*axis];
  if (extent == kBatch)
    return node.fail() << "expected an axis that is not the batch";
  Constant indices = **operand;
  for (int64_t &index : indices.ints) {
    if (index < -extent || index >= extent)
      return node.fail() << "expected indices of " << extent
                         << " elements, but got " << index;
    if (index < 0)
      index += extent;
  }
  if (const Constant *data = node.getConstant(0)) {
    node.setResult(gather(*data, indices, *axis));
    return success();
  }
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  if (indices.ints.empty())
    return node.fail() << "expected at least one index";
  Value gathered = createGather(node, *input, indices.ints, *axis);
  SmallVector<int64_t> result(*shape);
  result.erase(result.begin() + *axis);
  result.insert(result.begin() + *axis, indices.shape.begin(),
                indices.shape.end());
  node.setResult(node.createReshape(gathered, result));
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
    return node.fail() << "expected " << 2 * axes.size() << " pads, but got "
                       << pads->size();
  SmallVector<int64_t> low(rank, 0), high(rank, 0);
  for (auto [index, axis] : llvm::enumerate(axes)) {
    FailureOr<int64_t> position = toAxis(node, axis, rank);
    if (failed(position))
      return failure();
    low[*position] = (*pads)[index];
    high[*position] = (*pads)[index + axes.size()];
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

namespace {

/// The bounds of Slice: attributes before opset 10, operands since.
struct SliceBounds {
  SmallVector<int64_t> starts, ends, axes, steps;
};

FailureOr<SliceBounds> readSliceBounds(NodeImporter &node, int64_t rank) {
  SliceBounds bounds;
  SmallVector<int64_t> *lists[] = {&bounds.starts, &bounds.ends, &bounds.axes,
                                   &bounds.steps};
  constexpr StringRef kNames[] = {"starts", "ends", "axes", "steps"};
  for (auto [index, name] : llvm::enumerate(kNames)) {
    if (node.hasInput(1 + index)) {
      FailureOr<const Constant *> operand = node.requireInts(1 + index, name);
      if (failed(operand))
        return failure();
      lists[index]->assign((*operand)->ints.begin(), (*operand)->ints.end());
    } else if (node.opset < 10) {
      auto attribute = node.getLongInts(name);
      if (failed(attribute))
        return failure();
      *lists[index] = *attribute;
    }
  }
  size_t count = bounds.starts.size();
  if (bounds.axes.empty()) {
    bounds.axes.resize(count);
    std::iota(bounds.axes.begin(), bounds.axes.end(), 0);
  }
  if (bounds.steps.empty())
    bounds.steps.assign(count, 1);
  for (SmallVector<int64_t> *list : lists)
    if (list->size() != count || count > static_cast<size_t>(rank))
      return node.fail() << "expected as many ends, axes and steps as starts, "
                            "at most one for each of "
                         << rank << " dimensions";
  return bounds;
}

} // namespace

LogicalResult quantc::onnx::importSlice(NodeImporter &node) {
  auto shape = node.getShape(0);
  if (failed(shape))
    return failure();
  int64_t rank = shape->size();
  FailureOr<SliceBounds> bounds = readSliceBounds(node, rank);
  if (failed(bounds))
    return failure();
  Part part(*shape);
  for (size_t index = 0; index < bounds->axes.size(); ++index) {
    int64_t start = bounds->starts[index], end = bounds->ends[index];
    int64_t step = bounds->steps[index];
    FailureOr<int64_t> axis = toAxis(node, bounds->axes[index], rank);
    if (failed(axis))
      return failure();
    int64_t extent = (*shape)[*axis];
    if (extent == kBatch) {
      // All of it, as exporters write it: from 0 to a large number.
      if (start == 0 && end >= std::numeric_limits<int32_t>::max() && step == 1)
        continue;
      return node.fail() << "takes a part of the batch, which is not supported";
    }
    if (step == 0 || step == std::numeric_limits<int64_t>::min())
      return node.fail() << "expected steps other than 0";
    // A slice with a negative step may end before the first element, at -1.
    auto clamp = [&](int64_t bound) {
      if (bound < 0)
        bound += extent;
      return step > 0 ? std::clamp<int64_t>(bound, 0, extent)
                      : std::clamp<int64_t>(bound, -1, extent - 1);
    };
    int64_t first = clamp(start), last = clamp(end);
    int64_t span = step > 0 ? last - first : first - last;
    int64_t size = std::abs(step);
    part.offsets[*axis] = first;
    part.strides[*axis] = step;
    part.shape[*axis] = span > 0 ? (span - 1) / size + 1 : 0;
    if (part.shape[*axis] <= 1)
      part.strides[*axis] = 1; // large steps would overflow
  }
  return setPart(node, part);
}

/// The sizes are an attribute before opset 13, an operand since; left out,
/// parts are equal but for the last.
LogicalResult quantc::onnx::importSplit(NodeImporter &node) {
  auto shape = node.getShape(0);
  if (failed(shape))
    return failure();
  auto axis = readAxis(node, 0, shape->size());
  auto sizes = node.getInts("split", {});
  if (failed(axis) || failed(sizes))
    return failure();
  int64_t extent = (*shape)[*axis];
  if (extent == kBatch)
    return node.fail() << "expected an axis that is not the batch";
  if (node.hasInput(1)) {
    FailureOr<const Constant *> operand = node.requireInts(1, "split");
    if (failed(operand))
      return failure();
    sizes->assign((*operand)->ints.begin(), (*operand)->ints.end());
  }
  int64_t count = node.getNumOutputs();
  if (sizes->empty()) {
    int64_t size = llvm::divideCeil(extent, count);
    for (int64_t begin = 0; static_cast<int64_t>(sizes->size()) < count;
         begin += size)
      sizes->push_back(std::clamp<int64_t>(extent - begin, 0, size));
  }
  int64_t total = 0;
  for (int64_t size : *sizes)
    total = size < 0 || total < 0 ? -1 : total + size;
  if (static_cast<int64_t>(sizes->size()) != count || total != extent)
    return node.fail() << "expected " << count << " sizes that add up to "
                       << extent << ", but got [" << *sizes << "]";
  Part part(*shape);
  for (auto [index, size] : llvm::enumerate(*sizes)) {
    part.shape[*axis] = size;
    if (failed(setPart(node, part, index)))
      return failure();
    part.offsets[*axis] += size;
  }
  return success();
}

LogicalResult quantc::onnx::importTranspose(NodeImporter &node) {
  auto input = node.getShape(0);
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
