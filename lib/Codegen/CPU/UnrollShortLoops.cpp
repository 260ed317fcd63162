//===- UnrollShortLoops.cpp - No loops over few channels ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"

namespace quantc {
#define GEN_PASS_DEF_UNROLLSHORTLOOPS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;

namespace {

/// The channels of an image; LLVM interleaves as many vectors well.
constexpr int64_t kMostIterations = 4;

/// Innermost, in a loop that LLVM can then vectorize.
bool isShort(scf::ForOp loop) {
  std::optional<APInt> count = loop.getStaticTripCount();
  return count && count->sgt(1) && count->sle(kMostIterations) &&
         loop->getParentOfType<LoopLikeOpInterface>() &&
         llvm::none_of(*loop.getBody(),
                       [](Operation &op) { return op.getNumRegions() > 0; });
}

struct UnrollShortLoops : quantc::impl::UnrollShortLoopsBase<UnrollShortLoops> {
  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    getOperation()->walk([&](scf::ForOp loop) {
      if (isShort(loop))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      if (failed(loopUnrollFull(loop)))
        return signalPassFailure();
  }
};

} // namespace
