//===- DotFloat.cpp - Fused multiply-adds ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace quantc;

static Value addProduct(OpBuilder &builder, Location loc, Value acc, Value left,
                        Value right) {
  return math::FmaOp::create(builder, loc, left, right, acc);
}

const Dot quantc::kDotFloat = {1, 1, 32, 0, keepElements, addEach<addProduct>};
