//===- DotFloat.cpp - Fused multiply-adds ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc;

Value quantc::keepFloat(OpBuilder &, Location, Value elements) {
  return elements;
}

Value quantc::broadcastFloat(OpBuilder &builder, Location loc, Value element,
                             int64_t lanes) {
  return vector::BroadcastOp::create(
      builder, loc, VectorType::get(lanes, builder.getF32Type()), element);
}

void quantc::dotFloat(OpBuilder &builder, Location loc,
                      MutableArrayRef<Value> accs, ArrayRef<Value> lefts,
                      ArrayRef<Value> rights) {
  for (auto [acc, left, right] : llvm::zip_equal(accs, lefts, rights))
    acc = math::FmaOp::create(builder, loc, left, right, acc);
}
