//===- OrderLoops.cpp - Loops that LLVM can vectorize -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace quantc {
#define GEN_PASS_DEF_ORDERLOOPS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;

namespace {

/// Whether `loops`, neighbours in their order, can be one: every operand has
/// their dimensions one after the other, without gaps in memory, or none of
/// them.
bool canMerge(linalg::LinalgOp op, ReassociationIndicesRef loops) {
  return llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (!linalg::isDimSequencePreserved(map, loops))
      return false;
    auto buffer = dyn_cast<MemRefType>(operand.get().getType());
    if (!buffer)
      return true;
    SmallVector<ReassociationIndices> dimensions;
    for (auto [position, loop] : llvm::enumerate(map.getResults())) {
      unsigned index = cast<AffineDimExpr>(loop).getPosition();
      if (dimensions.empty() || !llvm::is_contained(loops, index) ||
          index == static_cast<unsigned>(loops.front()))
        dimensions.emplace_back();
      dimensions.back().push_back(position);
    }
    return memref::CollapseShapeOp::isGuaranteedCollapsible(buffer, dimensions);
  });
}

/// All loops, each with those that can be one with it.
SmallVector<ReassociationIndices> groupLoops(linalg::LinalgOp op) {
  SmallVector<utils::IteratorType> kinds = op.getIteratorTypesArray();
  SmallVector<ReassociationIndices> groups;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    if (loop > 0 && kinds[loop] == kinds[loop - 1]) {
      ReassociationIndices longer = groups.back();
      longer.push_back(loop);
      if (canMerge(op, longer)) {
        groups.back() = longer;
        continue;
      }
    }
    groups.push_back({loop});
  }
  return groups;
}

/// Makes one loop of several where that is possible.
FailureOr<linalg::LinalgOp> mergeLoops(RewriterBase &rewriter,
                                       linalg::LinalgOp op) {
  if (!llvm::all_of(op.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isProjectedPermutation(); }))
    return op;
  SmallVector<ReassociationIndices> groups = groupLoops(op);
  if (groups.size() == op.getNumLoops())
    return op;
  FailureOr<linalg::CollapseResult> merged =
      linalg::collapseOpIterationDims(op, groups, rewriter);
  if (failed(merged))
    return failure();
  rewriter.eraseOp(op);
  return merged->collapsedOp;
}

/// An op whose loops can be changed: a fill, which has the same at any rank, or
/// one that states its loops.
FailureOr<linalg::LinalgOp> generalize(RewriterBase &rewriter,
                                       linalg::LinalgOp op) {
  if (isa<linalg::FillOp, linalg::GenericOp>(op))
    return op;
  FailureOr<linalg::GenericOp> generic =
      linalg::generalizeNamedOp(rewriter, op);
  if (failed(generic))
    return failure();
  return cast<linalg::LinalgOp>(generic->getOperation());
}

/// The only reduction loop, where it goes over neighbours in all inputs and
/// adds integers or takes the greatest: their order is free, so that this loop
/// can be vectorized.
std::optional<unsigned> findNeighbours(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() != 1 || op.getNumDpsInits() != 1)
    return std::nullopt;
  SmallVector<unsigned> loops;
  op.getReductionDims(loops);
  bool areNeighbours =
      llvm::all_of(op.getDpsInputOperands(), [&](OpOperand *input) {
        AffineMap map = op.getMatchingIndexingMap(input);
        return map.getNumResults() > 0 &&
               map.getResults().back() ==
                   getAffineDimExpr(loops[0], op->getContext());
      });
  Operation *last =
      op.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
  if (!areNeighbours ||
      !isa_and_present<arith::AddIOp, arith::MaxSIOp, arith::MaxUIOp>(last))
    return std::nullopt;
  return loops[0];
}

/// The loop over the last dimension of the result, where it is not the
/// innermost because the op has reductions.
std::optional<unsigned> findColumnLoop(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInits() != 1)
    return std::nullopt;
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (map.getNumResults() == 0)
    return std::nullopt;
  auto column = dyn_cast<AffineDimExpr>(map.getResults().back());
  if (!column || column.getPosition() + 1 == op.getNumLoops())
    return std::nullopt;
  return column.getPosition();
}

/// All other loops around loop `inner`, in their order.
LogicalResult moveInside(RewriterBase &rewriter, linalg::LinalgOp op,
                         unsigned inner) {
  if (inner + 1 == op.getNumLoops())
    return success();
  SmallVector<unsigned> order;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (loop != inner)
      order.push_back(loop);
  order.push_back(inner);
  return linalg::interchangeGenericOp(
      rewriter, cast<linalg::GenericOp>(op.getOperation()), order);
}

/// Of a part of a buffer, as what is left then are several loops.
bool isFillOfPart(linalg::LinalgOp op) {
  return isa<linalg::FillOp>(op) && op.getNumLoops() > 1;
}

/// Loops around one that sets neighbours, which LLVM would otherwise unroll to
/// many small stores.
LogicalResult keepRolled(RewriterBase &rewriter, linalg::LinalgOp op) {
  FailureOr<linalg::LinalgLoops> loops = linalg::linalgOpToLoops(rewriter, op);
  if (failed(loops))
    return failure();
  rewriter.eraseOp(op);
  auto unroll = LLVM::LoopUnrollAttr::get(
      rewriter.getContext(), /*disable=*/rewriter.getBoolAttr(true), {}, {}, {},
      {}, {}, {});
  auto annotation =
      LLVM::LoopAnnotationAttr::get(rewriter.getContext(), {}, {}, {}, unroll,
                                    {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {});
  // By the name that branches have for it, which the loops become.
  for (Operation *loop : ArrayRef(*loops).drop_back())
    loop->setAttr("loop_annotation", annotation);
  return success();
}

struct OrderLoops : quantc::impl::OrderLoopsBase<OrderLoops> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation()->walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : ops) {
      rewriter.setInsertionPoint(op);
      if (failed(order(rewriter, op)))
        return signalPassFailure();
    }
  }

private:
  static LogicalResult order(RewriterBase &rewriter, linalg::LinalgOp op) {
    FailureOr<linalg::LinalgOp> found = generalize(rewriter, op);
    if (succeeded(found))
      found = mergeLoops(rewriter, *found);
    if (failed(found))
      return failure();
    if (isFillOfPart(*found))
      return keepRolled(rewriter, *found);
    if (std::optional<unsigned> reduction = findNeighbours(*found))
      return moveInside(rewriter, *found, *reduction);
    if (std::optional<unsigned> column = findColumnLoop(*found))
      return moveInside(rewriter, *found, *column);
    return success();
  }
};

} // namespace
