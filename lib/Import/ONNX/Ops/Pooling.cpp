//===- Pooling.cpp - MaxPool and AveragePool ----------------------------===//
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

/// Pads so that as many windows fit as ceil_mode asks for: also one that only
/// begins within the input and its left padding.
void applyCeilMode(WindowAttributes &window, ArrayRef<int64_t> image) {
  for (unsigned axis : {0, 1}) {
    int64_t extent = image[1 + axis];
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

/// Windows with the padding that ceil_mode asks for, and without.
struct PoolAttributes {
  WindowAttributes window;
  SmallVector<int64_t> writtenPad; // what the node says
};

FailureOr<PoolAttributes> readPool(NodeImporter &node, Value image,
                                   int64_t rank) {
  auto window = readWindow(node, shapeOf(image), rank, {});
  auto ceilMode = node.getInt("ceil_mode", 0);
  if (failed(window) || failed(ceilMode))
    return failure();
  PoolAttributes attributes{*window, window->pad};
  if (*ceilMode != 0)
    applyCeilMode(attributes.window, shapeOf(image));
  return attributes;
}

/// Sets the result to the pool that `create` makes of an NHWC image.
LogicalResult
importPool(NodeImporter &node,
           function_ref<FailureOr<Value>(Value, PoolAttributes)> create) {
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  int64_t rank = shapeOf(*input).size();
  FailureOr<Value> image = toImage(node, *input);
  if (failed(image))
    return failure();
  FailureOr<PoolAttributes> attributes = readPool(node, *image, rank);
  if (failed(attributes))
    return failure();
  FailureOr<Value> pooled = create(*image, *attributes);
  if (failed(pooled))
    return failure();
  FailureOr<Value> result = fromImage(node, *pooled, rank);
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}

/// With a padding of zeros in front and behind.
FailureOr<Value> createPad(NodeImporter &node, Value image,
                           ArrayRef<int64_t> pad) {
  int64_t low[] = {0, pad[0], pad[1], 0}, high[] = {0, pad[2], pad[3], 0};
  auto shape =
      nn::inferPadShape(shapeOf(image), low, high, [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  return nn::PadOp::create(node.builder, node.loc, node.tensorType(*shape),
                           image, low, high, llvm::APFloat(0.0f))
      .getResult();
}

} // namespace

LogicalResult quantc::onnx::importMaxPool(NodeImporter &node) {
  return importPool(
      node,
      [&](Value image, const PoolAttributes &attributes) -> FailureOr<Value> {
        const WindowAttributes &window = attributes.window;
        auto shape = nn::inferPool2DShape(shapeOf(image), window.toWindow(),
                                          [&] { return node.fail(); });
        if (failed(shape))
          return failure();
        return nn::MaxPool2DOp::create(
                   node.builder, node.loc, node.tensorType(*shape), image,
                   window.kernel, window.strides, window.pad, window.dilations)
            .getResult();
      });
}

/// With count_include_pad the written padding counts, as zeros, but never what
/// ceil_mode adds: where both are there, nn.pad does the former.
LogicalResult quantc::onnx::importAveragePool(NodeImporter &node) {
  auto countsPad = node.getInt("count_include_pad", 0);
  if (failed(countsPad))
    return failure();
  return importPool(
      node, [&](Value image, PoolAttributes attributes) -> FailureOr<Value> {
        WindowAttributes &window = attributes.window;
        bool includesPad = *countsPad != 0;
        if (includesPad && window.pad != attributes.writtenPad) {
          FailureOr<Value> padded =
              createPad(node, image, attributes.writtenPad);
          if (failed(padded))
            return failure();
          image = *padded;
          for (auto [pad, written] :
               llvm::zip_equal(window.pad, attributes.writtenPad))
            pad -= written;
          includesPad = false;
        }
        auto shape = nn::inferPool2DShape(shapeOf(image), window.toWindow(),
                                          [&] { return node.fail(); });
        if (failed(shape))
          return failure();
        return nn::AvgPool2DOp::create(
                   node.builder, node.loc, node.tensorType(*shape), image,
                   window.kernel, window.strides, window.pad, window.dilations,
                   includesPad)
            .getResult();
      });
}
