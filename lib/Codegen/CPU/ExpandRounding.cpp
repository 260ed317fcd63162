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

/// Whether `value` is a constant with a magnitude below the limit.
bool isBelowLimit(Value value) {
  APFloat number(0.0f);
  APInt integer;
  if (matchPattern(value, m_ConstantFloat(&number)))
    return std::fabs(number.convertToFloat()) < kLimit;
  return matchPattern(value, m_ConstantInt(&integer)) &&
         std::fabs(integer.signedRoundToDouble()) < kLimit;
}

struct Sides {
  bool lower = false, upper = false;
};

/// On which side `condition`, where it holds, bounds `value` by a constant:
/// value < c, value > c, or the canonical forms of these where `value` is a
/// converted integer.
Sides boundedSides(Value condition, Value value) {
  if (auto compare = condition.getDefiningOp<arith::CmpFOp>()) {
    if (compare.getLhs() != value || !isBelowLimit(compare.getRhs()))
      return {};
    return {compare.getPredicate() == arith::CmpFPredicate::OGT,
            compare.getPredicate() == arith::CmpFPredicate::OLT};
  }
  auto compare = condition.getDefiningOp<arith::CmpIOp>();
  auto convert = value.getDefiningOp<arith::SIToFPOp>();
  if (!compare || !convert || compare.getLhs() != convert.getIn() ||
      !isBelowLimit(compare.getRhs()))
    return {};
  arith::CmpIPredicate predicate = compare.getPredicate();
  return {predicate == arith::CmpIPredicate::sgt ||
              predicate == arith::CmpIPredicate::sge,
          predicate == arith::CmpIPredicate::slt ||
              predicate == arith::CmpIPredicate::sle};
}

/// Whether `value` is select(x < c, x, d) or select(x > c, x, d) with c and d
/// below the limit, and the other bound follows in the same way.
bool isClamped(Value value) {
  Sides bounded;
  while (auto select = value.getDefiningOp<arith::SelectOp>()) {
    Sides sides = boundedSides(select.getCondition(), select.getTrueValue());
    if (!(sides.lower || sides.upper) || !isBelowLimit(select.getFalseValue()))
      return false;
    bounded.lower |= sides.lower;
    bounded.upper |= sides.upper;
    value = select.getTrueValue();
  }
  return bounded.lower && bounded.upper;
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
