//===- Convolution.cpp - Conv -------------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

LogicalResult quantc::onnx::importConv(NodeImporter &node) {
  FailureOr<Value> input = node.getValue(0, /*rank=*/4);
  FailureOr<const Constant *> weight = node.requireFloats(1, "weight");
  if (failed(input) || failed(weight))
    return failure();
  ArrayRef<int64_t> filterShape = (*weight)->shape;
  if (filterShape.size() != 4)
    return node.fail() << "expected a weight of rank 4, but got rank "
                       << filterShape.size();
  auto window = readWindow(node, shapeOf(*input), filterShape.drop_front(2));
  auto groups = node.getInt("group", 1);
  if (failed(window) || failed(groups))
    return failure();

  Value bias;
  if (node.hasInput(2)) {
    FailureOr<const Constant *> constant = node.requireFloats(2, "bias");
    if (failed(constant))
      return failure();
    bias = node.createConstant(**constant);
  }
  auto image = node.createTranspose(*input, kToChannelsLast);
  if (failed(image))
    return failure();
  // OIHW -> OHWI
  Value filter = node.createConstant(transpose(**weight, kToChannelsLast));
  auto shape =
      nn::inferConv2DShape(shapeOf(*image), shapeOf(filter),
                           window->toWindow(), *groups,
                           [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  if (bias && shapeOf(bias) != ArrayRef<int64_t>{shape->back()})
    return node.fail() << "expected a bias of " << shape->back() << " values";
  Value convolution = nn::Conv2DOp::create(
      node.builder, node.loc, node.tensorType(*shape), *image, filter, bias,
      window->strides, window->pad, window->dilations, *groups);
  auto result = node.createTranspose(convolution, kToChannelsFirst);
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}
