//===- DotSVE.cpp - Quadruples of products in scalable registers -----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors of 256 bits are the beginning of registers that may be longer: LLVM
// loads and stores no more of these (vscale_range, lib/Target/Compile.cpp), and
// nobody looks at the sums of what is behind.
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc;

/// The bits of a scalable register are a multiple of this.
static constexpr int64_t kLeastBits = 128;

static Value toScalable(OpBuilder &builder, Location loc, Value vector) {
  Type element = cast<VectorType>(vector.getType()).getElementType();
  int64_t least = kLeastBits / element.getIntOrFloatBitWidth();
  auto type = VectorType::get(least, element, /*scalableDims=*/{true});
  Value none = LLVM::PoisonOp::create(builder, loc, type);
  return vector::ScalableInsertOp::create(builder, loc, vector, none, 0);
}

static Value addQuads(OpBuilder &builder, Location loc, Value acc, Value left,
                      Value right) {
  Value sums = toScalable(builder, loc, acc);
  Value added = callIntrinsic(
      builder, loc, "llvm.aarch64.sve.sdot.nxv4i32", sums.getType(),
      {sums, toScalable(builder, loc, right), toScalable(builder, loc, left)});
  return vector::ScalableExtractOp::create(builder, loc, acc.getType(), added,
                                           0);
}

const Dot quantc::kDotSVE = {4, 1, 8, 0, keepElements, addEach<addQuads>};
