//===- OutlineKernels.cpp - Kernels and their launches --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/GPU/Passes.h"

#include "LoopKernel.h"

namespace quantc {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "quantc/Codegen/GPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// The kernel that ends with `op`.
FusedLoops chooseLoops(linalg::LinalgOp op) {
  Operation *before = op->getPrevNode();
  while (before && isBookkeeping(before))
    before = before->getPrevNode();
  if (auto producer = dyn_cast_or_null<linalg::LinalgOp>(before))
    if (FusedLoops loops = findNeighbours(producer);
        loops.epilogue && loops.epilogue == op.getOperation())
      return loops;
  return findNeighbours(op);
}

struct OutlineKernels : quantc::impl::OutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    func::FuncOp network;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal()) {
        function.emitError("expected a network without observers on a GPU: "
                           "compile it for a CPU to observe it");
        return signalPassFailure();
      }
      if (network) {
        function.emitOpError("expected one network function, but '")
            << network.getName() << "' is there, too";
        return signalPassFailure();
      }
      network = function;
    }
    // For the binary's table.
    getOperation()->setAttr("quantc.strategy",
                            StringAttr::get(&getContext(), "threads"));
    if (network && failed(outline(network)))
      signalPassFailure();
  }

private:
  LogicalResult outline(func::FuncOp network) {
    KernelModule kernels(network);
    SmallVector<linalg::LinalgOp> ops;
    for (Operation &op : network.getBody().front()) {
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
        ops.push_back(linalgOp);
      else if (!isBookkeeping(&op))
        return op.emitOpError("cannot become a kernel");
    }
    llvm::DenseSet<Operation *> taken;
    // From the last one: what it takes in is in front of it.
    for (linalg::LinalgOp op : llvm::reverse(ops)) {
      if (taken.contains(op))
        continue;
      FusedLoops loops = chooseLoops(op);
      for (linalg::LinalgOp part : {loops.start, loops.op})
        if (part)
          taken.insert(part);
      if (failed(createLoopKernel(kernels, loops)))
        return failure();
    }
    return success();
  }
};

} // namespace
