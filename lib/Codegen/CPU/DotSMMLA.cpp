//===- DotSMMLA.cpp - Products of signed 8-bit matrices --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

using namespace mlir;
using namespace quantc;

// 2 x 8 values of the left operand, by rows, times 8 x 2 of the right one, by
// columns: 2 x 2 sums, by rows.
static Value addMatrices(OpBuilder &builder, Location loc, Value acc,
                         Value left, Value right) {
  return callIntrinsic(builder, loc, "llvm.aarch64.neon.smmla", acc.getType(),
                       {acc, left, right});
}

const Dot quantc::kDotSMMLA = {8, 2, 8, 0, keepElements, addEach<addMatrices>};
