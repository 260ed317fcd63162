//===- Pooling.cpp - Pools and reductions -------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Verify.h"

#include <limits>

using namespace mlir;
using namespace quantc::nn;

bool MaxPool2DOp::sharesScale() { return true; }

LogicalResult MaxPool2DOp::verify() {
  auto fail = [&] { return emitOpError(); };
  Window window = {getKernel(), getStrides(), getPad(), getDilations()};
  if (failed(verifyShape(*this,
                         inferPool2DShape(shapeOf(getInput()), window, fail))))
    return failure();
  return verifySameElement(*this);
}

/// The i32 sum of `count` differences of two 8-bit integers cannot overflow.
static LogicalResult verifySum(Operation *op, int64_t count) {
  constexpr int64_t kMaxDifference = 255;
  constexpr int64_t kMaxCount =
      std::numeric_limits<int32_t>::max() / kMaxDifference;
  if (!elementOf(op->getOperand(0)).isF32() && count > kMaxCount)
    return op->emitOpError("expected at most ")
           << kMaxCount << " quantized elements in a sum, but got " << count;
  return success();
}

LogicalResult AvgPool2DOp::verify() {
  auto fail = [&] { return emitOpError(); };
  Window window = {getKernel(), getStrides(), getPad(), getDilations()};
  if (failed(verifyShape(
          *this, inferPool2DShape(shapeOf(getInput()), window, fail))) ||
      failed(verifyActivations(*this)))
    return failure();
  return verifySum(*this, getKernel()[0] * getKernel()[1]);
}

SmallVector<int64_t> AvgPool2DOp::getCounts() {
  ArrayRef<int64_t> input = shapeOf(getInput());
  ArrayRef<int64_t> output = shapeOf(getOutput());
  // Taps of a window along one axis that count.
  auto countTaps = [&](int axis, int64_t position) {
    if (getCountIncludePad())
      return getKernel()[axis];
    int64_t count = 0;
    for (int64_t tap = 0; tap < getKernel()[axis]; ++tap) {
      int64_t at = position * getStrides()[axis] - getPad()[axis] +
                   tap * getDilations()[axis];
      count += at >= 0 && at < input[1 + axis];
    }
    return count;
  };
  SmallVector<int64_t> counts;
  for (int64_t row = 0; row < output[1]; ++row)
    for (int64_t column = 0; column < output[2]; ++column)
      counts.push_back(countTaps(0, row) * countTaps(1, column));
  return counts;
}

bool ReduceOp::sharesScale() { return getKind() == ReduceKind::Max; }

int64_t ReduceOp::getCount() {
  int64_t count = 1;
  for (int64_t axis : getAxes())
    count *= shapeOf(getInput())[axis];
  return count;
}

LogicalResult ReduceOp::verify() {
  auto fail = [&] { return emitOpError(); };
  if (failed(verifyShape(
          *this, inferReduceShape(shapeOf(getInput()), getAxes(), fail))))
    return failure();
  if (sharesScale())
    return verifySameElement(*this);
  if (failed(verifyActivations(*this)))
    return failure();
  return verifySum(*this, getCount());
}
