//===- TileContractions.cpp - Contractions to loops around tiles -----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "ContractionLoops.h"

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

namespace {

struct TileContractions : quantc::impl::TileContractionsBase<TileContractions> {
  using Base::Base;

  void runOnOperation() override {
    const Strategy *strategy = findRequested();
    if (!strategy)
      return signalPassFailure();
    std::vector<Contraction> contractions;
    getOperation().walk([&](linalg::LinalgOp op) {
      std::optional<Contraction> contraction = analyzeContraction(op);
      // Of groups with one column each no tile can be filled.
      if (contraction &&
          (contraction->groups == 1 || contraction->columns > 1) &&
          strategy
              ->kernelFor(contraction->right.getElementType(),
                          contraction->isDepthwise)
              .dot)
        contractions.push_back(std::move(*contraction));
    });
    getOperation()->setAttr("quantc.strategy",
                            StringAttr::get(&getContext(), strategy->name));
    Constants constants(getOperation());
    for (Contraction &contraction : contractions)
      buildLoops(contraction, *strategy, constants, shareFrom);
  }

private:
  const Strategy *findRequested() {
    auto target = getOperation()->getAttrOfType<LLVM::TargetAttr>(
        LLVM::LLVMDialect::getTargetAttrName());
    if (!target) {
      getOperation().emitError("requires the attribute 'llvm.target'; "
                               "-codegen-attach-target sets it");
      return nullptr;
    }
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
