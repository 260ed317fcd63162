//===- Pooling.cpp - MaxPool --------------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

/// Pads so that as many windows fit as ceil_mode asks for: also one that only
/// begins within the input and its left padding.
static void applyCeilMode(WindowAttributes &window, ArrayRef<int64_t> input) {
  for (unsigned axis : {0, 1}) {
    int64_t extent = input[2 + axis];
    int64_t begin = window.pad[axis];
    int64_t &end = window.pad[axis + 2];
    int64_t stride = window.strides[axis];
    int64_t span = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
    int64_t free = extent + begin + end - span;
    if (free < 0)
      continue; // the shape inference reports it
    int64_t last = (free + stride - 1) / stride * stride;
    if (last >= extent + begin)
      last -= stride;
    end = std::max(end, last + span - extent - begin);
  }
}

LogicalResult quantc::onnx::importMaxPool(NodeImporter &node) {
  FailureOr<Value> input = node.getValue(0, /*rank=*/4);
  if (failed(input))
    return failure();
  auto window = readWindow(node, shapeOf(*input), {});
  auto ceilMode = node.getInt("ceil_mode", 0);
  if (failed(window) || failed(ceilMode))
    return failure();
  if (*ceilMode != 0)
    applyCeilMode(*window, shapeOf(*input));
  auto image = node.createTranspose(*input, kToChannelsLast);
  if (failed(image))
    return failure();
  auto shape = nn::inferPool2DShape(shapeOf(*image), window->toWindow(),
                                    [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  Value pooled = nn::MaxPool2DOp::create(
      node.builder, node.loc, node.tensorType(*shape), *image, window->kernel,
      window->strides, window->pad, window->dilations);
  auto result = node.createTranspose(pooled, kToChannelsFirst);
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}
