//===- FormLookups.cpp - Tables of bytes in linalg ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Lookups.h"
#include "Strategy.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

#include <limits>

namespace quantc {
#define GEN_PASS_DEF_FORMLOOKUPS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// extract table[index_cast(extsi(q) + 128)] -> mk.lookup q
struct FormLookup : OpRewritePattern<tensor::ExtractOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::ExtractOp op,
                                PatternRewriter &rewriter) const override {
    constexpr int64_t kLeast = std::numeric_limits<int8_t>::min();
    constexpr int64_t kEntries = 256;
    DenseIntElementsAttr table;
    if (!matchPattern(op.getTensor(), m_Constant(&table)) ||
        table.getType().getShape() != ArrayRef<int64_t>{kEntries} ||
        !table.getElementType().isInteger(8))
      return rewriter.notifyMatchFailure(op, "no table of 256 bytes");
    auto index = op.getIndices()[0].getDefiningOp<arith::IndexCastOp>();
    auto sum =
        index ? index.getIn().getDefiningOp<arith::AddIOp>() : arith::AddIOp();
    auto wide =
        sum ? sum.getLhs().getDefiningOp<arith::ExtSIOp>() : arith::ExtSIOp();
    APInt added;
    if (!wide || !wide.getIn().getType().isInteger(8) ||
        !matchPattern(sum.getRhs(), m_ConstantInt(&added)) ||
        added.getSExtValue() != -kLeast)
      return rewriter.notifyMatchFailure(op, "not by a byte + 128");
    rewriter.replaceOpWithNewOp<mk::LookupOp>(op, wide.getIn(), table);
    return success();
  }
};

struct FormLookups : quantc::impl::FormLookupsBase<FormLookups> {
  using Base::Base;

  void runOnOperation() override {
    FailureOr<LLVM::TargetAttr> target = findTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    const ByteLookup *lookup = selectLookup(*target);
    if (!lookup || (forEpilogues && !lookup->isForEpilogues))
      return;
    RewritePatternSet patterns(&getContext());
    patterns.add<FormLookup>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    IRRewriter rewriter(&getContext());
    (void)runRegionDCE(rewriter, getOperation()->getRegions());
  }
};

} // namespace
