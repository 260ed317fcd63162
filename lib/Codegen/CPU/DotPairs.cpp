//===- DotPairs.cpp - Pairs of 16-bit products -----------------------===//
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

Value quantc::broadcastPair(OpBuilder &builder, Location loc, Value pair,
                            int64_t lanes) {
  Type word = builder.getI32Type();
  Value packed =
      vector::BitCastOp::create(builder, loc, VectorType::get(1, word), pair);
  Value spread = vector::BroadcastOp::create(
      builder, loc, VectorType::get(lanes, word), packed);
  return vector::BitCastOp::create(
      builder, loc, VectorType::get(2 * lanes, builder.getI16Type()), spread);
}

Value quantc::extendToPairs(OpBuilder &builder, Location loc, Value bytes) {
  int64_t count = cast<VectorType>(bytes.getType()).getNumElements();
  return arith::ExtSIOp::create(
      builder, loc, VectorType::get(count, builder.getI16Type()), bytes);
}

// The multiplication of extended i16 and the addition of even and odd products
// is what LLVM recognises (X86ISelLowering: combineAddToPMADDWD).
Value quantc::dotPairs(OpBuilder &builder, Location loc, Value acc, Value left,
                       Value right) {
  int64_t lanes = cast<VectorType>(acc.getType()).getNumElements();
  auto wide = VectorType::get(2 * lanes, builder.getI32Type());
  auto narrow = VectorType::get(2 * lanes, builder.getI16Type());
  Value columns = arith::ExtSIOp::create(builder, loc, narrow, right);
  Value product = arith::MulIOp::create(
      builder, loc, arith::ExtSIOp::create(builder, loc, wide, left),
      arith::ExtSIOp::create(builder, loc, wide, columns));
  auto everySecond = [&](int64_t first) -> Value {
    SmallVector<int64_t> mask;
    for (int64_t lane = 0; lane < lanes; ++lane)
      mask.push_back(2 * lane + first);
    return vector::ShuffleOp::create(builder, loc, product, product, mask);
  };
  Value sum =
      arith::AddIOp::create(builder, loc, everySecond(0), everySecond(1));
  return arith::AddIOp::create(builder, loc, acc, sum);
}
