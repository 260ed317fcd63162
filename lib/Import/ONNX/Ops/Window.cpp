//===- Window.cpp - Windows of convolutions and pools -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

using namespace mlir;
using namespace quantc::onnx;

namespace {

/// Padding of one axis that gives ceil(input / stride) outputs, as the operator
/// Conv defines SAME_UPPER and SAME_LOWER: (begin, end).
std::pair<int64_t, int64_t> padSame(int64_t input, int64_t stride,
                                    int64_t span, bool isUpper) {
  int64_t output = (input + stride - 1) / stride;
  int64_t total = std::max<int64_t>(0, (output - 1) * stride + span - input);
  int64_t smaller = total / 2;
  return isUpper ? std::make_pair(smaller, total - smaller)
                 : std::make_pair(total - smaller, smaller);
}

} // namespace

FailureOr<WindowAttributes>
quantc::onnx::readWindow(NodeImporter &node, ArrayRef<int64_t> input,
                         ArrayRef<int64_t> kernel) {
  auto kernelShape = node.getInts("kernel_shape", kernel);
  auto strides = node.getInts("strides", {1, 1});
  auto dilations = node.getInts("dilations", {1, 1});
  auto pads = node.getInts("pads", {0, 0, 0, 0});
  auto autoPad = node.getString("auto_pad", "NOTSET");
  if (failed(kernelShape) || failed(strides) || failed(dilations) ||
      failed(pads) || failed(autoPad))
    return failure();
  if (kernelShape->size() != 2 || strides->size() != 2 ||
      dilations->size() != 2 || pads->size() != 4)
    return node.fail() << "expected attributes of two spatial dimensions";
  for (auto *values : {&*kernelShape, &*strides, &*dilations})
    for (int64_t value : *values)
      if (value < 1)
        return node.fail() << "expected a kernel, strides and dilations of at "
                              "least 1, but got "
                           << value;
  if (!kernel.empty() && ArrayRef<int64_t>(*kernelShape) != kernel)
    return node.fail() << "attribute 'kernel_shape' differs from the shape of "
                          "the weight";

  WindowAttributes window{*kernelShape, *strides, *pads, *dilations};
  if (*autoPad == "SAME_UPPER" || *autoPad == "SAME_LOWER") {
    for (unsigned axis : {0, 1}) {
      int64_t span = ((*kernelShape)[axis] - 1) * (*dilations)[axis] + 1;
      std::tie(window.pad[axis], window.pad[axis + 2]) =
          padSame(input[2 + axis], (*strides)[axis], span,
                  *autoPad == "SAME_UPPER");
    }
  } else if (*autoPad == "VALID") {
    window.pad.assign(4, 0);
  } else if (*autoPad != "NOTSET" && !autoPad->empty()) {
    return node.fail() << "unknown auto_pad '" << *autoPad << "'";
  }
  return window;
}
