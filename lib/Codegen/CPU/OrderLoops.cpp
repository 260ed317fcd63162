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

/// Whether every buffer is read and written element by element, in the order in
/// which it lies in memory.
bool isContiguousElementwise(linalg::LinalgOp op) {
  return op.getNumLoops() > 1 && op.getNumLoops() == op.getNumParallelLoops() &&
         llvm::all_of(op.getIndexingMapsArray(),
                      [](AffineMap map) { return map.isIdentity(); }) &&
         llvm::all_of(op->getOperandTypes(), [](Type type) {
           auto buffer = dyn_cast<MemRefType>(type);
           return buffer && buffer.getLayout().isIdentity();
         });
}

/// All loops as one.
LogicalResult collapse(RewriterBase &rewriter, linalg::LinalgOp op) {
  ReassociationIndices all =
      llvm::to_vector(llvm::seq<int64_t>(0, op.getNumLoops()));
  FailureOr<linalg::CollapseResult> collapsed =
      linalg::collapseOpIterationDims(op, all, rewriter);
  if (failed(collapsed))
    return failure();
  rewriter.eraseOp(op);
  return success();
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
  if (!areNeighbours || !isa_and_present<arith::AddIOp, arith::MaxSIOp>(last))
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
  auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
  if (!generic) {
    FailureOr<linalg::GenericOp> generalized =
        linalg::generalizeNamedOp(rewriter, op);
    if (failed(generalized))
      return failure();
    generic = *generalized;
  }
  SmallVector<unsigned> order;
  for (unsigned loop = 0; loop < generic.getNumLoops(); ++loop)
    if (loop != inner)
      order.push_back(loop);
  order.push_back(inner);
  return linalg::interchangeGenericOp(rewriter, generic, order);
}

bool isFillOfPart(linalg::LinalgOp op) {
  if (!isa<linalg::FillOp>(op) || op.getNumLoops() < 2)
    return false;
  auto type = cast<MemRefType>(op.getDpsInits().front().getType());
  return !type.getLayout().isIdentity();
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
      LogicalResult result = success();
      if (isContiguousElementwise(op))
        result = collapse(rewriter, op);
      else if (isFillOfPart(op))
        result = keepRolled(rewriter, op);
      else if (std::optional<unsigned> reduction = findNeighbours(op))
        result = moveInside(rewriter, op, *reduction);
      else if (std::optional<unsigned> column = findColumnLoop(op))
        result = moveInside(rewriter, op, *column);
      if (failed(result))
        return signalPassFailure();
    }
  }
};

} // namespace
