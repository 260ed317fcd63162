//===- FuseMultiplyAdd.cpp - Float contractions by fma ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/Common/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace quantc {
#define GEN_PASS_DEF_FUSEMULTIPLYADD
#include "quantc/Codegen/Common/Passes.h.inc"
} // namespace quantc

using namespace mlir;

namespace {

/// The multiplication whose product a named op adds up in float, or null.
arith::MulFOp findMultiplication(linalg::LinalgOp op) {
  if (isa<linalg::GenericOp>(op))
    return {};
  Operation *yield = op.getBlock()->getTerminator();
  auto add = yield->getOperand(0).getDefiningOp<arith::AddFOp>();
  return add ? add.getRhs().getDefiningOp<arith::MulFOp>() : arith::MulFOp();
}

/// addf(acc, mulf(x, w)) -> fma(x, w, acc)
void fuse(RewriterBase &rewriter, linalg::GenericOp op) {
  Operation *yield = op.getBody()->getTerminator();
  auto add = yield->getOperand(0).getDefiningOp<arith::AddFOp>();
  auto multiply = add.getRhs().getDefiningOp<arith::MulFOp>();
  rewriter.setInsertionPoint(add);
  rewriter.replaceOpWithNewOp<math::FmaOp>(add, multiply.getLhs(),
                                           multiply.getRhs(), add.getLhs());
  rewriter.eraseOp(multiply);
}

struct FuseMultiplyAdd : quantc::impl::FuseMultiplyAddBase<FuseMultiplyAdd> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> contractions;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (findMultiplication(op))
        contractions.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : contractions) {
      rewriter.setInsertionPoint(op);
      FailureOr<linalg::GenericOp> generic =
          linalg::generalizeNamedOp(rewriter, op);
      if (failed(generic))
        return signalPassFailure();
      fuse(rewriter, *generic);
    }
  }
};

} // namespace
