//===- SplitShortLoops.cpp - Loops that fill vectors ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

namespace quantc {
#define GEN_PASS_DEF_SPLITSHORTLOOPS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

/// Longer loops spend little in what is left behind vectors.
static constexpr int64_t kMostIterations = 63;

/// Iterations of a piece, or a multiple of the first; what is left has fewer
/// than the last.
static constexpr int64_t kPieces[] = {16, 8, 4};

/// Whether it is for LLVM to make vectors of the loop.
static bool isScalar(scf::ForOp loop) {
  return llvm::none_of(*loop.getBody(), [](Operation &op) {
    return op.getNumRegions() > 0 || isa<mk::LookupOp>(op) ||
           llvm::any_of(op.getResultTypes(), llvm::IsaPred<VectorType>);
  });
}

/// The iterations of an innermost loop from 0 that is to be split, or 0.
static int64_t iterationsOf(scf::ForOp loop) {
  std::optional<APInt> count = loop.getStaticTripCount();
  if (!count || loop.getNumResults() > 0 ||
      !matchPattern(loop.getLowerBound(), m_Zero()) ||
      !matchPattern(loop.getStep(), m_One()) || !isScalar(loop))
    return 0;
  int64_t iterations = count->getSExtValue();
  return iterations <= kMostIterations ? iterations : 0;
}

/// Puts the pieces in front of the loop, which is left with the last one.
static void split(scf::ForOp loop, int64_t iterations) {
  OpBuilder builder(loop);
  int64_t done = 0;
  for (int64_t piece : kPieces) {
    int64_t end = done + (iterations - done) / piece * piece;
    if (end == done || end == iterations)
      continue;
    auto part = cast<scf::ForOp>(builder.clone(*loop));
    builder.setInsertionPoint(part);
    auto border = [&](int64_t value) {
      return arith::ConstantIndexOp::create(builder, loop.getLoc(), value);
    };
    part.setLowerBound(border(done));
    part.setUpperBound(border(end));
    loop.setLowerBound(border(end));
    builder.setInsertionPointAfter(part);
    done = end;
  }
}

namespace {

struct SplitShortLoops : quantc::impl::SplitShortLoopsBase<SplitShortLoops> {
  void runOnOperation() override {
    SmallVector<std::pair<scf::ForOp, int64_t>> loops;
    getOperation()->walk([&](scf::ForOp loop) {
      if (int64_t iterations = iterationsOf(loop))
        loops.emplace_back(loop, iterations);
    });
    for (auto [loop, iterations] : loops)
      split(loop, iterations);
  }
};

} // namespace
