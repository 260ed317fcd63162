//===- DotVNNI.cpp - Quadruples of 8-bit products --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc;

// x ^ 0x80 as u8 is x + 128.
Value quantc::addOffset(OpBuilder &builder, Location loc, Value bytes) {
  Value flip = arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(cast<VectorType>(bytes.getType()),
                             builder.getI8IntegerAttr(-128)));
  return arith::XOrIOp::create(builder, loc, bytes, flip);
}

Value quantc::broadcastQuad(OpBuilder &builder, Location loc, Value quad,
                            int64_t lanes) {
  Type word = builder.getI32Type();
  auto bytes = VectorType::get(4 * lanes, builder.getI8Type());
  Value packed =
      vector::BitCastOp::create(builder, loc, VectorType::get(1, word), quad);
  Value spread = vector::BroadcastOp::create(
      builder, loc, VectorType::get(lanes, word), packed);
  return addOffset(builder, loc,
                   vector::BitCastOp::create(builder, loc, bytes, spread));
}

void quantc::dotQuads(OpBuilder &builder, Location loc,
                      MutableArrayRef<Value> accs, ArrayRef<Value> lefts,
                      ArrayRef<Value> rights) {
  for (auto [acc, left, right] : llvm::zip_equal(accs, lefts, rights))
    acc = LLVM::CallIntrinsicOp::create(
              builder, loc, acc.getType(),
              builder.getStringAttr("llvm.x86.avx512.vpdpbusd.512"),
              ValueRange{acc, left, right})
              .getResult(0);
}
