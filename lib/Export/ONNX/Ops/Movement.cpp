//===- Movement.cpp - Ops that only move values -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include "quantc/Dialect/NN/IR/ShapeInference.h"

#include <numeric>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

void quantc::onnx::exportConcat(GraphWriter &writer, nn::ConcatOp op) {
  Layout layout = writer.chooseLayout(op.getInputs());
  std::vector<Name> inputs;
  for (Value input : op.getInputs())
    inputs.push_back(writer.get(input, layout));
  Name result = writer.createName(op.getOutput(), layout);
  writer.addNode(
      "Concat", inputs, result,
      {GraphWriter::makeInt("axis", toLayout(op.getAxis(), layout))});
  writer.set(op.getOutput(), result, layout);
}

void quantc::onnx::exportPad(GraphWriter &writer, nn::PadOp op) {
  Layout layout = writer.chooseLayout(op.getInput());
  SmallVector<int64_t> pads = toLayout(op.getLow(), layout);
  llvm::append_range(pads, toLayout(op.getHigh(), layout));
  std::vector<Name> inputs = {writer.get(op.getInput(), layout),
                              writer.addInts(pads),
                              writer.addFloat(op.getValue().convertToFloat())};
  Name result = writer.createName(op.getOutput(), layout);
  writer.addNode("Pad", inputs, result);
  writer.set(op.getOutput(), result, layout);
}

/// With one channel, or one pixel, both layouts have the same elements in the
/// same order: a reshape between them is none.
void quantc::onnx::exportReshape(GraphWriter &writer, nn::ReshapeOp op) {
  ArrayRef<int64_t> from = extentsOf(op.getInput()),
                    to = extentsOf(op.getOutput());
  constexpr int64_t kToChannelsFirst[] = {0, 3, 1, 2};
  if (to.size() == 4 && !nn::movesElements(to, kToChannelsFirst) &&
      toLayout(to, Layout::ChannelsFirst) == SmallVector<int64_t>(from)) {
    writer.set(op.getOutput(), writer.get(op.getInput()),
               Layout::ChannelsFirst);
    return;
  }
  SmallVector<int64_t> shape(to);
  for (int64_t &extent : shape)
    if (ShapedType::isDynamic(extent))
      extent = -1;
  std::vector<Name> inputs = {writer.get(op.getInput()), writer.addInts(shape)};
  Name result = writer.createName(op.getOutput());
  writer.addNode("Reshape", inputs, result);
  writer.set(op.getOutput(), result);
}

void quantc::onnx::exportSlice(GraphWriter &writer, nn::SliceOp op) {
  Layout layout = writer.chooseLayout(op.getInput());
  SmallVector<int64_t> axes, starts, ends, steps;
  ArrayRef<int64_t> extents = extentsOf(op.getOutput());
  for (int64_t axis = 0; axis < static_cast<int64_t>(extents.size()); ++axis) {
    if (ShapedType::isDynamic(extents[axis]))
      continue; // the batch, whole
    axes.push_back(toLayout(axis, layout));
    starts.push_back(op.getOffsets()[axis]);
    steps.push_back(op.getStrides()[axis]);
    ends.push_back(starts.back() + (extents[axis] - 1) * steps.back() + 1);
  }
  std::vector<Name> inputs = {writer.get(op.getInput(), layout),
                              writer.addInts(starts), writer.addInts(ends),
                              writer.addInts(axes), writer.addInts(steps)};
  Name result = writer.createName(op.getOutput(), layout);
  writer.addNode("Slice", inputs, result);
  writer.set(op.getOutput(), result, layout);
}

/// What the model has channels first for, or last, is the other layout.
void quantc::onnx::exportTranspose(GraphWriter &writer, nn::TransposeOp op) {
  ArrayRef<int64_t> permutation = op.getPermutation();
  if (permutation == ArrayRef<int64_t>{0, 3, 1, 2} &&
      writer.chooseLayout(op.getInput()) == Layout::ChannelsFirst) {
    writer.set(op.getOutput(),
               writer.get(op.getInput(), Layout::ChannelsFirst));
    return;
  }
  if (permutation == ArrayRef<int64_t>{0, 2, 3, 1}) {
    writer.set(op.getOutput(), writer.get(op.getInput()),
               Layout::ChannelsFirst);
    return;
  }
  Name input = writer.get(op.getInput());
  Name result = writer.createName(op.getOutput());
  writer.addNode("Transpose", {input}, result,
                 {GraphWriter::makeInts("perm", permutation)});
  writer.set(op.getOutput(), result);
}
