//===- ExpandRounding.cpp - math.roundeven to two additions -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_EXPANDROUNDING
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;

namespace {

/// An f32 in [2^23, 2^24) has no fraction bits; from the middle of that range,
/// 1.5 * 2^23, additions of less than 2^22 in magnitude stay inside.
constexpr float kRoundToInteger = 0x1.8p23f;
constexpr float kLimit = 0x1p22f;

/// Whether `value` is select(x < c, x, c) or select(x > c, x, c) with |c| below
/// the limit, and the other bound follows in the same way.
bool isClamped(Value value) {
  bool hasUpper = false, hasLower = false;
  while (auto select = value.getDefiningOp<arith::SelectOp>()) {
    auto compare = select.getCondition().getDefiningOp<arith::CmpFOp>();
    APFloat bound(0.0f);
    if (!compare || compare.getLhs() != select.getTrueValue() ||
        compare.getRhs() != select.getFalseValue() ||
        !matchPattern(compare.getRhs(), m_ConstantFloat(&bound)) ||
        !(std::fabs(bound.convertToFloat()) < kLimit))
      return false;
    hasUpper |= compare.getPredicate() == arith::CmpFPredicate::OLT;
    hasLower |= compare.getPredicate() == arith::CmpFPredicate::OGT;
    value = select.getTrueValue();
  }
  return hasUpper && hasLower;
}

struct RoundByAddition : OpRewritePattern<math::RoundEvenOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::RoundEvenOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32() || !isClamped(op.getOperand()))
      return rewriter.notifyMatchFailure(op, "operand is not clamped");
    Value magic = arith::ConstantOp::create(
        rewriter, op.getLoc(), rewriter.getF32FloatAttr(kRoundToInteger));
    Value sum =
        arith::AddFOp::create(rewriter, op.getLoc(), op.getOperand(), magic);
    rewriter.replaceOpWithNewOp<arith::SubFOp>(op, sum, magic);
    return success();
  }
};

struct ExpandRounding : quantc::impl::ExpandRoundingBase<ExpandRounding> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RoundByAddition>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
