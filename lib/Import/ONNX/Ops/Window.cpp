//===- Window.cpp - Windows of convolutions and pools -------------------===//
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

// NCW <-> NWC
constexpr int64_t kSwapLast[] = {0, 2, 1};

/// Padding of one axis that gives ceil(input / stride) outputs, as the operator
/// Conv defines SAME_UPPER and SAME_LOWER: (begin, end).
std::pair<int64_t, int64_t> padSame(int64_t input, int64_t stride, int64_t span,
                                    bool isUpper) {
  int64_t output = (input + stride - 1) / stride;
  int64_t total = std::max<int64_t>(0, (output - 1) * stride + span - input);
  int64_t smaller = total / 2;
  return isUpper ? std::make_pair(smaller, total - smaller)
                 : std::make_pair(total - smaller, smaller);
}

} // namespace

FailureOr<Value> quantc::onnx::toImage(NodeImporter &node, Value input) {
  SmallVector<int64_t> shape(shapeOf(input));
  if (shape.size() != 3 && shape.size() != 4)
    return node.fail() << "expected an input of rank 3 or 4, but got rank "
                       << shape.size()
                       << ": spatial operators of one and two dimensions are "
                          "supported";
  if (shape.size() == 4)
    return node.createTranspose(input, kToChannelsLast);
  FailureOr<Value> row = node.createTranspose(input, kSwapLast);
  if (failed(row))
    return failure();
  return node.createReshape(*row, {shape[0], 1, shape[2], shape[1]});
}

FailureOr<Value> quantc::onnx::fromImage(NodeImporter &node, Value image,
                                         int64_t rank) {
  if (rank == 4)
    return node.createTranspose(image, kToChannelsFirst);
  ArrayRef<int64_t> shape = shapeOf(image);
  Value row = node.createReshape(image, {shape[0], shape[2], shape[3]});
  return node.createTranspose(row, kSwapLast);
}

FailureOr<WindowAttributes> quantc::onnx::readWindow(NodeImporter &node,
                                                     ArrayRef<int64_t> image,
                                                     int64_t rank,
                                                     ArrayRef<int64_t> kernel) {
  // A one-dimensional window is one of height 1.
  bool isFlat = rank == 3;
  size_t dimensions = rank - 2;
  auto kernelShape = node.getInts("kernel_shape", kernel.take_back(dimensions));
  auto strides = node.getInts("strides", SmallVector<int64_t>(dimensions, 1));
  auto dilations =
      node.getInts("dilations", SmallVector<int64_t>(dimensions, 1));
  auto pads = node.getInts("pads", SmallVector<int64_t>(2 * dimensions, 0));
  auto autoPad = node.getString("auto_pad", "NOTSET");
  if (failed(kernelShape) || failed(strides) || failed(dilations) ||
      failed(pads) || failed(autoPad))
    return failure();
  if (kernelShape->size() != dimensions || strides->size() != dimensions ||
      dilations->size() != dimensions || pads->size() != 2 * dimensions)
    return node.fail() << "expected attributes of " << dimensions
                       << " spatial dimensions";
  for (auto *values : {&*kernelShape, &*strides, &*dilations}) {
    for (int64_t value : *values)
      if (value < 1)
        return node.fail() << "expected a kernel, strides and dilations of at "
                              "least 1, but got "
                           << value;
    if (isFlat)
      values->insert(values->begin(), 1);
  }
  if (isFlat) {
    pads->insert(pads->begin() + 1, 0);
    pads->insert(pads->begin(), 0);
  }
  if (!kernel.empty() && ArrayRef<int64_t>(*kernelShape) != kernel)
    return node.fail() << "attribute 'kernel_shape' differs from the shape of "
                          "the weight";

  WindowAttributes window{*kernelShape, *strides, *pads, *dilations};
  if (*autoPad == "SAME_UPPER" || *autoPad == "SAME_LOWER") {
    for (unsigned axis : {0, 1}) {
      int64_t span = ((*kernelShape)[axis] - 1) * (*dilations)[axis] + 1;
      std::tie(window.pad[axis], window.pad[axis + 2]) = padSame(
          image[1 + axis], (*strides)[axis], span, *autoPad == "SAME_UPPER");
    }
  } else if (*autoPad == "VALID") {
    window.pad.assign(4, 0);
  } else if (*autoPad != "NOTSET" && !autoPad->empty()) {
    return node.fail() << "unknown auto_pad '" << *autoPad << "'";
  }
  return window;
}
