//===- Arithmetic.cpp - Add, Sub, Mul, Div and Sum ----------------------===//
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

// One operator on f32 and on the integers of shapes. Integers beyond 32 bits
// only come from broken files.

using FoldFloat = float (*)(float, float);
using FoldInt = std::optional<int64_t> (*)(int64_t, int64_t);

std::optional<int64_t> toExtent(int64_t value) {
  constexpr int64_t kLimit = int64_t(1) << 40;
  return value < kLimit && value > -kLimit ? std::optional(value)
                                           : std::nullopt;
}

std::optional<int64_t> addInts(int64_t a, int64_t b) {
  if (a == kBatch || b == kBatch)
    return a == 0 ? std::optional(b) : b == 0 ? std::optional(a) : std::nullopt;
  return toExtent(a + b);
}
std::optional<int64_t> subInts(int64_t a, int64_t b) {
  if (b == kBatch)
    return std::nullopt;
  return addInts(a, -b);
}
std::optional<int64_t> mulInts(int64_t a, int64_t b) {
  if (a == kBatch || b == kBatch)
    return a == 1 ? std::optional(b) : b == 1 ? std::optional(a) : std::nullopt;
  int64_t product;
  if (llvm::MulOverflow(a, b, product))
    return std::nullopt;
  return toExtent(product);
}

std::optional<int64_t> divInts(int64_t a, int64_t b) {
  if (a == kBatch || b == kBatch || b == 0)
    return b == 1 ? std::optional(a) : std::nullopt;
  return toExtent(a / b);
}

/// Both operands are constant.
LogicalResult fold(NodeImporter &node, FoldFloat foldFloat, FoldInt foldInt) {
  const Constant &lhs = *node.getConstant(0), &rhs = *node.getConstant(1);
  if (lhs.isFloat() != rhs.isFloat())
    return node.fail() << "expected operands of one type";
  size_t rank = std::max(lhs.shape.size(), rhs.shape.size());
  auto pad = [&](ArrayRef<int64_t> shape) {
    SmallVector<int64_t> padded(rank - shape.size(), 1);
    padded.append(shape.begin(), shape.end());
    return padded;
  };
  auto shape = nn::inferBroadcastShape(pad(lhs.shape), pad(rhs.shape),
                                       [&] { return node.fail(); });
  if (failed(shape) || failed(verifyConstantShape(node, *shape)))
    return failure();
  Constant result = broadcast(lhs, *shape);
  Constant other = broadcast(rhs, *shape);
  for (auto [a, b] : llvm::zip_equal(result.floats, other.floats))
    a = foldFloat(a, b);
  for (auto [a, b] : llvm::zip_equal(result.ints, other.ints)) {
    std::optional<int64_t> value = foldInt(a, b);
    if (!value)
      return node.fail() << "computes with the batch, or with integers that "
                            "are no extents";
    a = *value;
  }
  node.setResult(std::move(result));
  return success();
}

template <typename OpT>
LogicalResult importBinary(NodeImporter &node, FoldFloat foldFloat,
                           FoldInt foldInt) {
  if (node.getConstant(0) && node.getConstant(1))
    return fold(node, foldFloat, foldInt);
  FailureOr<Value> lhs = node.getValue(0), rhs = node.getValue(1);
  if (failed(lhs) || failed(rhs))
    return failure();
  FailureOr<Value> result = createBinary<OpT>(node, *lhs, *rhs);
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}

} // namespace

LogicalResult quantc::onnx::importAdd(NodeImporter &node) {
  return importBinary<nn::AddOp>(
      node, [](float a, float b) { return a + b; }, addInts);
}

LogicalResult quantc::onnx::importSub(NodeImporter &node) {
  return importBinary<nn::SubOp>(
      node, [](float a, float b) { return a - b; }, subInts);
}

LogicalResult quantc::onnx::importMul(NodeImporter &node) {
  return importBinary<nn::MulOp>(
      node, [](float a, float b) { return a * b; }, mulInts);
}

LogicalResult quantc::onnx::importDiv(NodeImporter &node) {
  return importBinary<nn::DivOp>(
      node, [](float a, float b) { return a / b; }, divInts);
}

/// Any number of operands.
LogicalResult quantc::onnx::importSum(NodeImporter &node) {
  FailureOr<Value> sum = node.getValue(0);
  for (unsigned index = 1; index < node.getNumInputs(); ++index) {
    FailureOr<Value> operand = node.getValue(index);
    if (failed(sum) || failed(operand))
      return failure();
    sum = createBinary<nn::AddOp>(node, *sum, *operand);
  }
  if (failed(sum))
    return failure();
  node.setResult(*sum);
  return success();
}
