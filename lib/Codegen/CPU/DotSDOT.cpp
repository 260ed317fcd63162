//===- DotSDOT.cpp - Quadruples of signed 8-bit products -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

using namespace mlir;
using namespace quantc;

static Value addQuads(OpBuilder &builder, Location loc, Value acc, Value left,
                      Value right) {
  return callIntrinsic(builder, loc, "llvm.aarch64.neon.sdot", acc.getType(),
                       {acc, right, left});
}

const Dot quantc::kDotSDOT = {4, 1, 8, 0, keepElements, addEach<addQuads>};
