//===- Generics.cpp - Ops that compute what others do -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generics.h"

using namespace mlir;

linalg::GenericOp quantc::createLike(RewriterBase &rewriter,
                                     linalg::LinalgOp op, ValueRange inputs,
                                     Value init, ArrayRef<AffineMap> maps,
                                     ArrayRef<utils::IteratorType> iterators) {
  auto generic = linalg::GenericOp::create(rewriter, op.getLoc(),
                                           TypeRange{init.getType()}, inputs,
                                           ValueRange{init}, maps, iterators);
  Region &body = generic.getRegion();
  rewriter.cloneRegionBefore(op->getRegion(0), body, body.begin());
  return generic;
}
