//===- VectorizeReductions.cpp - Reductions in vector registers ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops of linalg load and store a result for each element that is added to it,
// and LLVM may not know that no input is the same memory. Here one vector holds
// the results, or parts of one, until all is added.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Sharing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

namespace quantc {
#define GEN_PASS_DEF_VECTORIZEREDUCTIONS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

/// Elements of a vector of parts of a sum: they fill the widest registers.
static constexpr int64_t kLanes = 16;

/// The longest row of results that is one vector.
static constexpr int64_t kMostColumns = 64;

namespace {

/// A reduction over one loop, and the loop whose neighbours are a vector: that
/// of the results' columns, or the reduction itself.
struct Reduction {
  linalg::GenericOp op;
  unsigned loop = 0, lane = 0;
  int64_t lanes = 0;

  bool isAlong() const { return loop == lane; }
};

/// Whether every operand takes the lanes as neighbours, or the same element for
/// all.
bool readsVectors(const Reduction &reduction) {
  linalg::GenericOp op = reduction.op;
  return llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (!map.isProjectedPermutation())
      return false;
    auto position = map.getResultPosition(
        getAffineDimExpr(reduction.lane, op->getContext()));
    return !position ||
           (*position + 1 == map.getNumResults() &&
            cast<MemRefType>(operand.get().getType()).isLastDimUnitStride());
  });
}

/// acc + f(inputs), of integers: in any order.
bool isSumOfIntegers(linalg::GenericOp op) {
  Block *body = op.getBody();
  auto sum =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::AddIOp>();
  BlockArgument accumulator = body->getArguments().back();
  return sum && accumulator.hasOneUse() &&
         (sum.getLhs() == accumulator || sum.getRhs() == accumulator);
}

std::optional<Reduction> analyze(linalg::GenericOp op) {
  auto iterators = op.getIteratorTypesArray();
  auto *found = llvm::find(iterators, utils::IteratorType::reduction);
  if (op.getNumReductionLoops() != 1 || op.getNumDpsInits() != 1 ||
      !op.hasPureBufferSemantics())
    return std::nullopt;
  for (Operation &nested : op.getBody()->without_terminator())
    if (!isa<arith::ArithDialect, math::MathDialect>(nested.getDialect()))
      return std::nullopt;
  unsigned innermost = op.getNumLoops() - 1;
  Reduction reduction;
  reduction.op = op;
  reduction.loop = found - iterators.begin();
  reduction.lane = innermost;
  int64_t extent = op.getStaticLoopRanges()[innermost];
  if (reduction.isAlong()) {
    reduction.lanes = kLanes;
    if (extent % kLanes != 0 || extent == 0 || !isSumOfIntegers(op))
      return std::nullopt;
  } else {
    reduction.lanes = extent;
    if (extent < 2 || extent > kMostColumns || reduction.loop + 1 != innermost)
      return std::nullopt;
  }
  // A dynamic extent is negative, and fits neither.
  return readsVectors(reduction) ? std::optional(reduction) : std::nullopt;
}

class Vectorizer {
public:
  Vectorizer(const Reduction &reduction, RewriterBase &rewriter)
      : reduction(reduction), op(reduction.op), rewriter(rewriter),
        loc(op.getLoc()) {}

  /// `shared` of the outermost loops are those of threads.
  void vectorize(unsigned shared) {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    for (Range range : cast<linalg::LinalgOp>(op.getOperation())
                           .createLoopRanges(rewriter, loc))
      extents.push_back(
          getValueOrCreateConstantIndexOp(rewriter, loc, range.size));
    counters.resize(extents.size());
    openLoops(shared);
    if (reduction.isAlong())
      reduceAlong();
    else
      reduceAcross();
    rewriter.eraseOp(op);
  }

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(rewriter, loc, value);
  }
  VectorType vectorOf(Type element) {
    return VectorType::get(reduction.lanes, element);
  }

  void openLoops(unsigned shared) {
    if (shared > 0) {
      auto forall = scf::ForallOp::create(
          rewriter, loc,
          getAsOpFoldResult(ValueRange(extents).take_front(shared)),
          /*outputs=*/ValueRange{}, /*mapping=*/std::nullopt);
      llvm::copy(forall.getInductionVars(), counters.begin());
      rewriter.setInsertionPointToStart(forall.getBody());
    }
    for (unsigned loop = shared; loop < extents.size(); ++loop) {
      if (loop == reduction.loop || loop == reduction.lane)
        continue;
      auto inner =
          scf::ForOp::create(rewriter, loc, index(0), extents[loop], index(1));
      counters[loop] = inner.getInductionVar();
      rewriter.setInsertionPointToStart(inner.getBody());
    }
  }

  /// One vector of results, to which elements are added.
  void reduceAcross() {
    counters[reduction.lane] = index(0);
    OpOperand *result = op.getDpsInitOperand(0);
    Value sums = createLoop(1, load(result));
    vector::StoreOp::create(rewriter, loc, sums, result->get(),
                            indicesOf(result));
  }

  /// One result, parts of which a vector holds.
  void reduceAlong() {
    OpOperand *result = op.getDpsInitOperand(0);
    Type type = getElementTypeOrSelf(result->get().getType());
    Value zeros = arith::ConstantOp::create(
        rewriter, loc, rewriter.getZeroAttr(vectorOf(type)));
    Value parts = createLoop(reduction.lanes, zeros);
    SmallVector<Value> indices = indicesOf(result);
    Value before =
        memref::LoadOp::create(rewriter, loc, result->get(), indices);
    Value sum = vector::ReductionOp::create(
        rewriter, loc, vector::CombiningKind::ADD, parts, before);
    memref::StoreOp::create(rewriter, loc, sum, result->get(), indices);
  }

  /// The loop that adds, in steps of `step`.
  Value createLoop(int64_t step, Value start) {
    auto loop =
        scf::ForOp::create(rewriter, loc, index(0), extents[reduction.loop],
                           index(step), ValueRange{start});
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(loop.getBody());
    counters[reduction.loop] = loop.getInductionVar();
    scf::YieldOp::create(rewriter, loc,
                         createBody(loop.getRegionIterArgs().front()));
    return loop.getResult(0);
  }

  SmallVector<Value> indicesOf(OpOperand *operand) {
    SmallVector<Value> indices;
    for (AffineExpr result : op.getMatchingIndexingMap(operand).getResults())
      indices.push_back(counters[cast<AffineDimExpr>(result).getPosition()]);
    return indices;
  }

  Value load(OpOperand *operand) {
    VectorType type = vectorOf(getElementTypeOrSelf(operand->get().getType()));
    if (op.getMatchingIndexingMap(operand).isFunctionOfDim(reduction.lane))
      return vector::LoadOp::create(rewriter, loc, type, operand->get(),
                                    indicesOf(operand));
    Value same = memref::LoadOp::create(rewriter, loc, operand->get(),
                                        indicesOf(operand));
    return vector::BroadcastOp::create(rewriter, loc, type, same);
  }

  /// The scalar code of the op, on vectors.
  Value createBody(Value accumulators) {
    IRMapping mapping;
    Block *body = op.getBody();
    mapping.map(body->getArguments().back(), accumulators);
    for (OpOperand *input : op.getDpsInputOperands())
      mapping.map(op.getMatchingBlockArgument(input), load(input));
    auto lookup = [&](Value value) -> Value {
      if (Value mapped = mapping.lookupOrNull(value))
        return mapped;
      return vector::BroadcastOp::create(rewriter, loc,
                                         vectorOf(value.getType()), value);
    };
    for (Operation &scalar : body->without_terminator()) {
      SmallVector<Value> operands;
      if (scalar.hasTrait<OpTrait::ConstantLike>()) {
        Value constant = rewriter.clone(scalar)->getResult(0);
        mapping.map(scalar.getResult(0), lookup(constant));
        continue;
      }
      for (Value operand : scalar.getOperands())
        operands.push_back(lookup(operand));
      Operation *vectorized =
          rewriter.create(loc, scalar.getName().getIdentifier(), operands,
                          TypeRange{vectorOf(scalar.getResult(0).getType())},
                          scalar.getAttrs());
      mapping.map(scalar.getResults(), vectorized->getResults());
    }
    return lookup(body->getTerminator()->getOperand(0));
  }

  const Reduction &reduction;
  linalg::GenericOp op;
  RewriterBase &rewriter;
  const Location loc;
  SmallVector<Value> extents, counters; // of the loops
};

struct VectorizeReductions
    : quantc::impl::VectorizeReductionsBase<VectorizeReductions> {
  using Base::Base;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Named ones have the same loops.
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::ReduceOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::generalizeNamedOp(rewriter, op)))
        return signalPassFailure();
    }
    SmallVector<Reduction> reductions;
    getOperation().walk([&](linalg::GenericOp op) {
      if (std::optional<Reduction> reduction = analyze(op))
        reductions.push_back(*reduction);
    });
    for (const Reduction &reduction : reductions)
      Vectorizer(reduction, rewriter)
          .vectorize(
              std::min(countShared(reduction.op, shareFrom), reduction.loop));
  }
};

} // namespace
