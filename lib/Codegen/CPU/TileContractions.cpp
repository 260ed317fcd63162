//===- TileContractions.cpp - Contractions to loops around tiles -----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Codes.h"
#include "ContractionLoops.h"
#include "LayerWork.h"
#include "PrepareBuffers.h"
#include "Steps.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace quantc {
#define GEN_PASS_DEF_TILECONTRACTIONS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

/// A product of matrices takes as long with few rows or a short step as with
/// full registers, which is an eighth of what vectors take. With this many
/// bytes of a register of the left operand it still takes half.
static constexpr int64_t kLeastOfRegister = 256;

/// Steps in which no pair saturates, beside the fewest that the operand has: of
/// 1x1 convolutions with 64 channels so many take as long as avx2-exact, of
/// larger ones less.
static constexpr double kMostSteps = 1.15;

/// Rows that a panel is read for at least: where there are fewer, its bytes
/// count, of which avx2-exact has fewer unless no pair saturates.
static constexpr int64_t kLeastRows = 8;

static bool paysInSteps(const Kernel &kernel, const Contraction &contraction) {
  Panels panels = choosePanels(contraction, kernel);
  Steps steps = planSteps(contraction, panels, kernel);
  if (leastExtent(contraction.rows) < kLeastRows)
    return steps.areInOrder;
  double fewest = static_cast<double>(contraction.groups) * panels.count() *
                  contraction.depth() / kernel.group();
  return steps.offsets.size() <= kMostSteps * fewest;
}

/// Whether `kernel` can compute `contraction` and, if asked, that pays.
static bool takes(const Kernel &kernel, const Contraction &contraction,
                  bool hasToPay) {
  // Of groups with one column each no tile can be filled.
  if (!kernel.dot || (contraction.groups > 1 && contraction.columns == 1))
    return false;
  if (kernel.dot->saturates)
    return contraction.right && contraction.run >= kernel.group() &&
           (!hasToPay || paysInSteps(kernel, contraction));
  if (!kernel.isMatrix())
    return true;
  int64_t extent = contraction.rows.back().extent;
  int64_t depth = kernel.depthOf(contraction.run);
  if (ShapedType::isDynamic(extent) || depth == 0)
    return false;
  return !hasToPay ||
         std::min(extent, kernel.registerRows) * depth >= kLeastOfRegister;
}

namespace {

struct TileContractions : quantc::impl::TileContractionsBase<TileContractions> {
  using Base::Base;

  void runOnOperation() override {
    FailureOr<LLVM::TargetAttr> target = findTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    const Strategy *strategy = findRequested(*target);
    if (!strategy)
      return signalPassFailure();
    std::vector<PlannedContraction> contractions;
    getOperation().walk([&](linalg::LinalgOp op) {
      std::optional<Contraction> contraction = analyzeContraction(op);
      if (!contraction)
        return;
      if (const Strategy *found = findFor(*contraction, strategy))
        contractions.emplace_back(std::move(*contraction), found);
    });
    getOperation()->setAttr("quantc.strategy",
                            StringAttr::get(&getContext(), strategy->name));
    prepareBuffers(contractions);
    tile(contractions, *strategy, *target);
  }

private:
  /// Replaces the contractions, each by its strategy, and notes what all layers
  /// cost, beside the ceiling of `chosen`.
  void tile(MutableArrayRef<PlannedContraction> contractions,
            const Strategy &chosen, LLVM::TargetAttr target) {
    Constants constants(getOperation(), packAtLoad);
    int64_t constantBytes = 0;
    std::vector<int64_t> codeBits;
    for (const auto &[contraction, strategy] : contractions) {
      Type element = contraction.element();
      const Kernel &kernel =
          strategy->kernelFor(element, contraction.isDepthwise);
      codeBits.push_back(chooseCodeBits(contraction, kernel, target));
      int64_t bits =
          codeBits.back() ? codeBits.back() : element.getIntOrFloatBitWidth();
      if (contraction.right)
        constantBytes += contraction.right.getNumElements() * bits / 8;
    }
    SmallVector<Attribute> costs;
    llvm::SmallDenseSet<Location> inTiles;
    for (auto [index, planned] : llvm::enumerate(contractions)) {
      auto &[contraction, strategy] = planned;
      Type element = contraction.element();
      const Kernel &kernel =
          strategy->kernelFor(element, contraction.isDepthwise);
      LayerKernel name = {strategy->name, kernel.columns(),
                          contraction.isDepthwise};
      Location loc = contraction.op.getLoc();
      inTiles.insert(loc);
      LayerWork work = buildLoops(contraction, *strategy, constants,
                                  constantBytes, codeBits[index], shareFrom);
      work.best = findCeiling(chosen, element);
      costs.push_back(describeCost(loc, name, work));
    }
    getOperation().walk([&](linalg::LinalgOp op) {
      // A pass over the left operand of tiles is theirs.
      if (!inTiles.contains(op.getLoc()))
        costs.push_back(describeCost(op.getLoc(), {},
                                     describeWork(op, selectLookup(target))));
    });
    getOperation()->setAttr(kCostsAttrName,
                            ArrayAttr::get(&getContext(), costs));
  }

  /// Of the kernel that multiplies `element` fastest.
  static const KernelCosts *findCeiling(const Strategy &strategy,
                                        Type element) {
    const Strategy *found = &strategy;
    while (!found->kernelFor(element, /*isDepthwise=*/false).dot)
      found = findStrategy(found->otherwise);
    return found->kernelFor(element, /*isDepthwise=*/false).costs;
  }

  /// `strategy`, or the one that takes `contraction` in its place, or null.
  const Strategy *findFor(const Contraction &contraction,
                          const Strategy *strategy) {
    bool hasToPay = this->strategy.empty();
    while (strategy && !takes(strategy->kernelFor(contraction.element(),
                                                  contraction.isDepthwise),
                              contraction, hasToPay))
      strategy = findStrategy(strategy->otherwise);
    return strategy;
  }

  const Strategy *findRequested(LLVM::TargetAttr target) {
    if (this->strategy.empty())
      return &selectStrategy(target);
    const Strategy *found = findStrategy(this->strategy);
    if (!found) {
      getOperation().emitError("unknown strategy '")
          << this->strategy << "', expected naive, " << listStrategies();
      return nullptr;
    }
    if (!isSupported(*found, target)) {
      getOperation().emitError("strategy '")
          << found->name << "' requires the target "
          << llvm::join(llvm::split(found->needs, '|'), " or ")
          << ", but the target is " << nameOf(target);
      return nullptr;
    }
    return found;
  }
};

} // namespace
