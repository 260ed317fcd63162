//===- OutlineKernels.cpp - Kernels and their launches --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/GPU/Passes.h"

#include "DepthwiseKernel.h"
#include "MatrixKernel.h"
#include "WarpgroupKernel.h"

#include "llvm/TargetParser/Triple.h"

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

/// The compute capability in the name of a chip, times ten.
int64_t capabilityOf(StringRef chip) {
  int64_t capability = 0;
  chip.consume_front("sm_");
  chip.consumeInteger(10, capability);
  return capability;
}

struct OutlineKernels : quantc::impl::OutlineKernelsBase<OutlineKernels> {
  using Base::Base;

  void runOnOperation() override {
    auto target = getOperation()->getAttrOfType<LLVM::TargetAttr>(
        LLVM::LLVMDialect::getTargetAttrName());
    if (!target || !llvm::Triple(target.getTriple()).isNVPTX()) {
      getOperation().emitError("requires a GPU as its 'llvm.target': run "
                               "-codegen-attach-target=target=nvidia-sm_NN");
      return signalPassFailure();
    }
    if (!tile.empty() && tile != kNoTile && !findTile(tile) &&
        !findWarpgroupTile(tile) && !findDepthwiseTile(tile)) {
      getOperation().emitError("unknown tile '")
          << tile << "', expected " << kNoTile << ", " << listTiles() << ", "
          << listWarpgroupTiles() << ", " << listDepthwiseTiles();
      return signalPassFailure();
    }
    capability = capabilityOf(target.getChip());
    hasWarpgroups = target.getChip() == kWarpgroupChip;
    if (!hasWarpgroups && findWarpgroupTile(tile)) {
      getOperation().emitError("tile '")
          << tile << "' is for " << kWarpgroupChip << ", but not for "
          << target.getChip().getValue();
      return signalPassFailure();
    }
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
                            StringAttr::get(&getContext(), strategyName()));
    if (network && failed(outline(network)))
      signalPassFailure();
  }

private:
  bool hasMatrices() { return capability >= 75 && tile != kNoTile; }
  /// A tile of mma that is asked for is taken on all chips.
  bool mayUseWarpgroups() { return hasWarpgroups && !findTile(tile); }
  MatrixFeatures features() { return {capability >= 80, capability >= 80}; }
  StringRef strategyName() {
    if (!hasMatrices())
      return "threads";
    if (mayUseWarpgroups())
      return "wgmma-m64k32";
    return features().hasWideProducts ? "mma-m16n8k32" : "mma-m8n8k16";
  }

  LogicalResult createKernel(KernelModule &kernels, FusedLoops loops) {
    std::optional<Contraction> contraction =
        tile != kNoTile ? matchContraction(loops) : std::nullopt;
    if (contraction && isDepthwiseKernel(*contraction))
      return eraseIf(createDepthwiseKernel(kernels, *contraction,
                                           depthwiseTileFor(*contraction)),
                     loops);
    if (!contraction || !hasMatrices() || !fillsMatrices(*contraction))
      return createLoopKernel(kernels, loops);
    FailureOr<int64_t> perSample = rowsPerSample(*contraction);
    if (failed(perSample))
      return failure();
    int64_t rows = *perSample * expectedBatch;
    std::optional<WarpgroupLeft> left;
    if (mayUseWarpgroups())
      left = WarpgroupLeft::analyze(*contraction);
    return eraseIf(
        left
            ? createWarpgroupKernel(kernels, *contraction, *left,
                                    warpgroupTileFor(*contraction, rows))
            : createMatrixKernel(kernels, *contraction,
                                 matrixTileFor(*contraction, rows), features()),
        loops);
  }

  /// The ops that are a kernel now.
  LogicalResult eraseIf(LogicalResult isCreated, FusedLoops loops) {
    if (failed(isCreated))
      return failure();
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp part :
         {linalg::LinalgOp(loops.epilogue), loops.op, loops.start})
      if (part)
        rewriter.eraseOp(part);
    return success();
  }

  DepthwiseTile depthwiseTileFor(const Contraction &contraction) {
    if (auto forced = findDepthwiseTile(tile))
      return *forced;
    return chooseDepthwiseTile(contraction, expectedBatch);
  }

  WarpgroupTile warpgroupTileFor(const Contraction &contraction, int64_t rows) {
    if (auto forced = findWarpgroupTile(tile))
      return *forced;
    return chooseWarpgroupTile(rows, contraction.columns);
  }

  MatrixTile matrixTileFor(const Contraction &contraction, int64_t rows) {
    // What is gathered takes registers, too, more so where each byte may be
    // outside of the image: with more sums, they spill.
    constexpr int64_t kMostSums = 128, kMostGathered = 64, kMostOfBorders = 32;
    int64_t mostSums = widthOfLeft(contraction) >= kLeastCopy ? kMostSums
                       : ImageBorder::of(contraction)         ? kMostOfBorders
                                                              : kMostGathered;
    if (auto forced = findTile(tile); forced && forced->sums() <= mostSums)
      return *forced;
    return chooseTile(rows, contraction.columns, mostSums);
  }

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
      if (failed(createKernel(kernels, loops)))
        return failure();
    }
    return success();
  }

  static constexpr StringLiteral kNoTile = "none", kWarpgroupChip = "sm_90a";
  int64_t capability = 0;
  bool hasWarpgroups = false;
};

} // namespace
