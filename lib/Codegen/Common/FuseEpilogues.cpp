//===- FuseEpilogues.cpp - One elementwise op per contraction --------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generics.h"

#include "quantc/Codegen/Common/Passes.h"

#include "quantc/Codegen/Common/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_FUSEEPILOGUES
#include "quantc/Codegen/Common/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// The contraction whose accumulators `value` is, or null.
Operation *contractionOf(Value value) {
  Operation *producer = value.getDefiningOp();
  if (auto view = dyn_cast_or_null<tensor::CollapseShapeOp>(producer))
    producer = view.getSrc().getDefiningOp();
  return producer && isContraction(producer) ? producer : nullptr;
}

/// The contraction whose accumulators `op` reads, or null.
Operation *findContraction(linalg::GenericOp op) {
  for (Value input : op.getInputs())
    if (Operation *contraction = contractionOf(input))
      return contraction;
  return nullptr;
}

bool isElementwise(linalg::GenericOp op) {
  return op.getNumLoops() == op.getNumParallelLoops() &&
         isElementwiseBody(*op.getBody());
}

/// Whether it does more than arithmetic, as to look up a table.
bool isBeyondArithmetic(linalg::GenericOp op) {
  return !llvm::all_of(op.getBody()->without_terminator(), isArithmetic);
}

/// Whether to compute `op` twice takes no longer than to store and load its
/// result, as of a dequantization.
bool isCheap(linalg::GenericOp op) {
  constexpr int64_t kMostOps = 4;
  auto ops = op.getBody()->without_terminator();
  return isElementwise(op) && !isBeyondArithmetic(op) &&
         llvm::range_size(ops) <= kMostOps &&
         llvm::none_of(ops, [](Operation &nested) {
           return isa<arith::DivFOp, arith::DivSIOp>(nested) ||
                  isa<math::MathDialect>(nested.getDialect());
         });
}

/// Whether an elementwise op without a contraction before it may go to its
/// reader, elementwise or a reduction, whose loops are its own.
bool mayFuseLoops(OpOperand *operand, linalg::GenericOp producer,
                  linalg::GenericOp consumer) {
  if (!isElementwise(producer) || findContraction(consumer) ||
      !consumer.getMatchingIndexingMap(operand).isPermutation())
    return false;
  if (isCheap(producer))
    return true;
  // Reductions are vectors of arithmetic.
  if (isBeyondArithmetic(producer) && !isElementwise(consumer))
    return false;
  // Readers of a cheap op are better off without what is before it.
  return producer->hasOneUse() && (consumer->hasOneUse() || !isCheap(consumer));
}

/// Whether what `operand` reads is the result of a contraction's epilogue that
/// may take its reader in: nothing else reads it, and the other operands of the
/// reader exist when the contraction runs.
bool mayFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !consumer)
    return false;
  Operation *contraction = findContraction(producer);
  if (!contraction)
    return mayFuseLoops(operand, producer, consumer);
  if (!producer->hasOneUse() || !isElementwise(producer) ||
      !isElementwise(consumer) ||
      !consumer.getMatchingIndexingMap(operand).isIdentity() ||
      contraction->getBlock() != consumer->getBlock())
    return false;
  return llvm::all_of(consumer.getInputs(), [&](Value input) {
    Operation *other = input.getDefiningOp();
    return input == operand->get() || !other ||
           other->getBlock() != contraction->getBlock() ||
           other->isBeforeInBlock(contraction) ||
           other->hasTrait<OpTrait::ConstantLike>();
  });
}

/// expand(elementwise(x)) -> elementwise(expand(x)), for one that may be
/// computed twice: a reduction behind it can then take it in
struct ExpandBeforeCheap : OpRewritePattern<tensor::ExpandShapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::ExpandShapeOp op,
                                PatternRewriter &rewriter) const override {
    auto producer = op.getSrc().getDefiningOp<linalg::GenericOp>();
    bool isFound = producer && !findContraction(producer) &&
                   isCheap(producer) &&
                   llvm::all_of(producer.getIndexingMapsArray(),
                                [](AffineMap map) { return map.isIdentity(); });
    if (!isFound || !llvm::all_of(op->getUsers(), [](Operation *user) {
          auto reader = dyn_cast<linalg::GenericOp>(user);
          return reader && reader.getNumReductionLoops() > 0;
        }))
      return rewriter.notifyMatchFailure(op, "no cheap op between a reduction "
                                             "and what it reads");
    auto expand = [&](Value value) -> Value {
      auto type = RankedTensorType::get(op.getType().getShape(),
                                        getElementTypeOrSelf(value.getType()));
      return tensor::ExpandShapeOp::create(rewriter, op.getLoc(), type, value,
                                           op.getReassociationIndices(),
                                           op.getMixedOutputShape());
    };
    SmallVector<Value> inputs =
        llvm::map_to_vector(producer.getInputs(), expand);
    Value init =
        tensor::EmptyOp::create(rewriter, op.getLoc(), op.getMixedOutputShape(),
                                op.getType().getElementType());
    unsigned rank = op.getType().getRank();
    SmallVector<AffineMap> maps(inputs.size() + 1,
                                rewriter.getMultiDimIdentityMap(rank));
    SmallVector<utils::IteratorType> iterators(rank,
                                               utils::IteratorType::parallel);
    rewriter.replaceOp(
        op, createLike(rewriter, producer, inputs, init, maps, iterators));
    return success();
  }
};

/// Inputs of epilogues in the order of mk.tile: the accumulators, then params,
/// constants of the columns, then other tensors. A residual add may have its
/// operands in any order.
struct SortInputs : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getNumDpsInits() != 1 || !isElementwise(op) || !findContraction(op))
      return rewriter.notifyMatchFailure(op, "not an epilogue");
    auto placeOf = [&](unsigned index) {
      Value input = op.getInputs()[index];
      int kind = contractionOf(input)                ? 0
                 : matchPattern(input, m_Constant()) ? 1
                                                     : 2;
      return std::pair(kind, index);
    };
    auto order = llvm::to_vector(llvm::seq<unsigned>(0, op.getNumDpsInputs()));
    llvm::sort(order,
               [&](unsigned a, unsigned b) { return placeOf(a) < placeOf(b); });
    if (llvm::is_sorted(order))
      return rewriter.notifyMatchFailure(op, "its inputs are in order");
    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    for (unsigned index : order) {
      inputs.push_back(op.getInputs()[index]);
      maps.push_back(op.getIndexingMapsArray()[index]);
    }
    maps.push_back(op.getIndexingMapsArray().back());
    auto sorted = linalg::GenericOp::create(
        rewriter, op.getLoc(), op.getResultTypes(), inputs, op.getOutputs(),
        maps, op.getIteratorTypesArray(),
        [&](OpBuilder &builder, Location loc, ValueRange arguments) {
          IRMapping mapping;
          for (auto [argument, index] : llvm::zip(arguments, order))
            mapping.map(op.getBody()->getArgument(index), argument);
          mapping.map(op.getBody()->getArguments().back(), arguments.back());
          for (Operation &nested : *op.getBody())
            builder.clone(nested, mapping);
        });
    rewriter.replaceOp(op, sorted);
    return success();
  }
};

struct FuseEpilogues : quantc::impl::FuseEpiloguesBase<FuseEpilogues> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandBeforeCheap, SortInputs>(&getContext());
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
