//===- SeparateResults.cpp - A buffer for every result ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value that is returned twice would be one buffer for two outputs of the
// host. Upstream's -buffer-results-to-out-params cannot give it two places.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/Common/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace quantc {
#define GEN_PASS_DEF_SEPARATERESULTS
#include "quantc/Codegen/Common/Passes.h.inc"
} // namespace quantc

using namespace mlir;

namespace {

struct SeparateResults : quantc::impl::SeparateResultsBase<SeparateResults> {
  void runOnOperation() override {
    getOperation().walk([](func::ReturnOp op) {
      OpBuilder builder(op);
      llvm::SmallPtrSet<Value, 4> returned;
      for (OpOperand &result : op->getOpOperands())
        if (!returned.insert(result.get()).second)
          result.set(bufferization::AllocTensorOp::create(
              builder, result.get().getLoc(),
              cast<RankedTensorType>(result.get().getType()), ValueRange{},
              /*copy=*/result.get()));
    });
  }
};

} // namespace
