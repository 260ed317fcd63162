//===- DotSMULL.cpp - Pairs of 8-bit products, in 16 bits ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;

// A product of two i8 fits i16; the sum of two need not. LLVM makes one
// instruction, sadalp, of the addition of pairs and that to the accumulator.
static Value addPairs(OpBuilder &builder, Location loc, Value acc, Value left,
                      Value right) {
  int64_t count = cast<VectorType>(left.getType()).getNumElements();
  Value products = callIntrinsic(builder, loc, "llvm.aarch64.neon.smull",
                                 VectorType::get(count, builder.getI16Type()),
                                 {left, right});
  Value sums = callIntrinsic(builder, loc, "llvm.aarch64.neon.saddlp",
                             acc.getType(), products);
  return arith::AddIOp::create(builder, loc, acc, sums);
}

const Dot quantc::kDotSMULL = {2, 1, 8, 0, keepElements, addEach<addPairs>};
