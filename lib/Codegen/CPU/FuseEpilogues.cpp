//===- FuseEpilogues.cpp - One elementwise op per contraction --------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_FUSEEPILOGUES
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// The contraction whose accumulators `op` reads, or null.
Operation *findContraction(linalg::GenericOp op) {
  for (Value input : op.getInputs()) {
    Operation *producer = input.getDefiningOp();
    if (auto view = dyn_cast_or_null<tensor::CollapseShapeOp>(producer))
      producer = view.getSrc().getDefiningOp();
    if (producer && isContraction(producer))
      return producer;
  }
  return nullptr;
}

bool isElementwise(linalg::GenericOp op) {
  return op.getNumLoops() == op.getNumParallelLoops() &&
         llvm::all_of(op.getBody()->without_terminator(),
                      [](Operation &nested) {
                        return isa<arith::ArithDialect, math::MathDialect>(
                            nested.getDialect());
                      });
}

/// Whether what `operand` reads is the result of a contraction's epilogue that
/// may take its reader in: nothing else reads it, and the other operands of the
/// reader exist when the contraction runs.
bool mayFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !consumer || !producer->hasOneUse() ||
      !isElementwise(producer) || !isElementwise(consumer) ||
      !consumer.getMatchingIndexingMap(operand).isIdentity())
    return false;
  Operation *contraction = findContraction(producer);
  if (!contraction || contraction->getBlock() != consumer->getBlock())
    return false;
  return llvm::all_of(consumer.getInputs(), [&](Value input) {
    Operation *other = input.getDefiningOp();
    return input == operand->get() || !other ||
           other->getBlock() != contraction->getBlock() ||
           other->isBeforeInBlock(contraction) ||
           other->hasTrait<OpTrait::ConstantLike>();
  });
}

struct FuseEpilogues : quantc::impl::FuseEpiloguesBase<FuseEpilogues> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, mayFuse);
    // Every fusion takes an op away, so that this ends; the default limit is
    // less than what a deep network may take.
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace
