//===- Constants.cpp - Elements of constant tensors ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/Constants.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

DenseElementsAttr quantc::nn::permuteElements(DenseElementsAttr constant,
                                              ArrayRef<int64_t> shape,
                                              ArrayRef<int64_t> permutation,
                                              RankedTensorType type) {
  if (constant.isSplat())
    return constant.reshape(type);
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * shape[axis];
  SmallVector<int64_t> extents, steps;
  for (int64_t dimension : permutation) {
    extents.push_back(shape[dimension]);
    steps.push_back(strides[dimension]);
  }
  auto values = constant.getValues<float>();
  SmallVector<float> result;
  result.reserve(constant.getNumElements());
  SmallVector<int64_t> index(shape.size(), 0);
  for (int64_t count = constant.getNumElements(); count > 0; --count) {
    int64_t offset = 0;
    for (auto [position, step] : llvm::zip_equal(index, steps))
      offset += position * step;
    result.push_back(values[offset]);
    for (size_t axis = extents.size();
         axis-- > 0 && ++index[axis] == extents[axis];)
      index[axis] = 0;
  }
  return DenseElementsAttr::get(type, ArrayRef<float>(result));
}
