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
  FailureOr<Value> input = node.getValue(0);
  FailureOr<const Constant *> weight = node.requireFloats(1, "weight");
  if (failed(input) || failed(weight))
    return failure();
  FailureOr<Value> image = toImage(node, *input);
  if (failed(image))
    return failure();
  size_t rank = shapeOf(*input).size();
  Constant filter = **weight;
  if (filter.shape.size() != rank)
    return node.fail() << "expected a weight of rank " << rank
                       << ", but got rank " << filter.shape.size();
  if (rank == 3) // OIW -> OIHW
    filter.reshape({filter.shape[0], filter.shape[1], 1, filter.shape[2]});
  auto window = readWindow(node, shapeOf(*image), rank,
                           ArrayRef(filter.shape).drop_front(2));
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
  // OIHW -> OHWI
  Value filterValue = node.createConstant(transpose(filter, kToChannelsLast));
  auto shape = nn::inferConv2DShape(shapeOf(*image), shapeOf(filterValue),
                                    window->toWindow(), *groups,
                                    [&] { return node.fail(); });
  if (failed(shape))
    return failure();
  if (bias && shapeOf(bias) != ArrayRef<int64_t>{shape->back()})
    return node.fail() << "expected a bias of " << shape->back() << " values";
  Value convolution = nn::Conv2DOp::create(
      node.builder, node.loc, node.tensorType(*shape), *image, filterValue,
      bias, window->strides, window->pad, window->dilations, *groups);
  FailureOr<Value> result = fromImage(node, convolution, rank);
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}
