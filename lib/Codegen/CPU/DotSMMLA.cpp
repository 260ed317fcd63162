//===- DotSMMLA.cpp - Products of signed 8-bit matrices --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

using namespace mlir;
using namespace quantc;

static Value keep(OpBuilder &, Location, Value elements) { return elements; }

// 2 x 8 values of the left operand, by rows, times 8 x 2 of the right one, by
// columns: 2 x 2 sums, by rows.
static Value addMatrices(OpBuilder &builder, Location loc, Value acc,
                         Value left, Value right) {
  return LLVM::CallIntrinsicOp::create(
             builder, loc, acc.getType(),
             builder.getStringAttr("llvm.aarch64.neon.smmla"),
             ValueRange{acc, left, right})
      .getResult(0);
}

const Dot quantc::kDotSMMLA = {8, 2, 8, 0, keep, addEach<addMatrices>};
