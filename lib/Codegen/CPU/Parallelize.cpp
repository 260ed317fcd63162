//===- Parallelize.cpp - Outer loops that threads may share -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Sharing.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace quantc {
#define GEN_PASS_DEF_PARALLELIZE
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// for %n { for %h { ... } } -> forall (%n, %h) { ... }
void share(RewriterBase &rewriter, ArrayRef<Operation *> loops) {
  SmallVector<OpFoldResult> extents;
  for (Operation *loop : loops)
    extents.push_back(
        getAsOpFoldResult(cast<scf::ForOp>(loop).getUpperBound()));
  rewriter.setInsertionPoint(loops.front());
  auto shared =
      scf::ForallOp::create(rewriter, loops.front()->getLoc(), extents,
                            /*outputs=*/ValueRange{},
                            /*mapping=*/std::nullopt);
  Block *body = cast<scf::ForOp>(loops.back()).getBody();
  for (auto [loop, counter] : llvm::zip_equal(loops, shared.getInductionVars()))
    rewriter.replaceAllUsesWith(cast<scf::ForOp>(loop).getInductionVar(),
                                counter);
  rewriter.eraseOp(body->getTerminator());
  rewriter.inlineBlockBefore(body, shared.getTerminator(),
                             shared.getInductionVars().back());
  rewriter.eraseOp(loops.front());
}

struct Parallelize : quantc::impl::ParallelizeBase<Parallelize> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : ops) {
      unsigned shared = countShared(op, shareFrom);
      if (shared == 0)
        continue;
      rewriter.setInsertionPoint(op);
      FailureOr<linalg::LinalgLoops> loops =
          linalg::linalgOpToLoops(rewriter, op);
      if (failed(loops)) {
        op.emitOpError("expected an op that can become loops");
        return signalPassFailure();
      }
      rewriter.eraseOp(op);
      share(rewriter, ArrayRef(*loops).take_front(shared));
    }
  }
};

} // namespace
