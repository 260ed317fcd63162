//===- DotVNNI.cpp - Quadruples of 8-bit products --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace quantc;

// x ^ 0x80 as u8 is x + 128.
Value quantc::addOffset(OpBuilder &builder, Location loc, Value bytes) {
  TypedAttr bit = builder.getI8IntegerAttr(-128);
  if (auto vector = dyn_cast<VectorType>(bytes.getType()))
    bit = DenseElementsAttr::get(vector, bit);
  Value flip = arith::ConstantOp::create(builder, loc, bit);
  return arith::XOrIOp::create(builder, loc, bytes, flip);
}

// Without AVX512-VNNI, but with AVX-VNNI, LLVM takes its encoding.
static Value addQuads(OpBuilder &builder, Location loc, Value acc, Value left,
                      Value right) {
  bool is256 = cast<VectorType>(acc.getType()).getNumElements() == 8;
  return callIntrinsic(builder, loc,
                       is256 ? "llvm.x86.avx512.vpdpbusd.256"
                             : "llvm.x86.avx512.vpdpbusd.512",
                       acc.getType(), {acc, left, right});
}

static Value addSignedQuads(OpBuilder &builder, Location loc, Value acc,
                            Value left, Value right) {
  return callIntrinsic(builder, loc, "llvm.x86.avx2.vpdpbssd.256",
                       acc.getType(), {acc, left, right});
}

const Dot quantc::kDotVNNI = {4, 1, 8, 128, addOffset, addEach<addQuads>};
const Dot quantc::kDotVNNISigned = {
    4, 1, 8, 0, keepElements, addEach<addSignedQuads>};
