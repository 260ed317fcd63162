//===- ExpandRounding.cpp - math.roundeven to an addition ----------------===//
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
constexpr double kLimit = 0x1p22;

std::optional<double> getConstant(Value value) {
  APFloat real(0.0f);
  APInt integer;
  if (matchPattern(value, m_ConstantInt(&integer)))
    return integer.signedRoundToDouble();
  if (matchPattern(value, m_ConstantFloat(&real)))
    return real.convertToDouble();
  return std::nullopt;
}

struct Range {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();

  bool isWithin(double least, double most) const {
    return least <= lower && upper <= most;
  }
};

/// What `condition`, where it holds, says of `value`: value < c, value > c, or
/// the canonical forms of these where `value` is a converted integer.
Range rangeWhere(Value condition, Value value) {
  auto lessThan = [](Value bound) {
    return Range{Range().lower, *getConstant(bound)};
  };
  auto greaterThan = [](Value bound) {
    return Range{*getConstant(bound), Range().upper};
  };
  if (auto compare = condition.getDefiningOp<arith::CmpFOp>()) {
    if (compare.getLhs() != value || !getConstant(compare.getRhs()))
      return {};
    switch (compare.getPredicate()) {
    case arith::CmpFPredicate::OGT:
      return greaterThan(compare.getRhs());
    case arith::CmpFPredicate::OLT:
      return lessThan(compare.getRhs());
    default:
      return {};
    }
  }
  auto compare = condition.getDefiningOp<arith::CmpIOp>();
  auto convert = value.getDefiningOp<arith::SIToFPOp>();
  if (!compare || !convert || compare.getLhs() != convert.getIn() ||
      !getConstant(compare.getRhs()))
    return {};
  switch (compare.getPredicate()) {
  case arith::CmpIPredicate::sgt:
  case arith::CmpIPredicate::sge:
    return greaterThan(compare.getRhs());
  case arith::CmpIPredicate::slt:
  case arith::CmpIPredicate::sle:
    return lessThan(compare.getRhs());
  default:
    return {};
  }
}

/// The range that selects between a value and constants prove. A value with a
/// finite bound is no NaN: no ordered comparison holds for one.
Range rangeOf(Value value) {
  auto select = value.getDefiningOp<arith::SelectOp>();
  std::optional<double> other =
      select ? getConstant(select.getFalseValue()) : std::nullopt;
  if (!other)
    return {};
  Range range = rangeOf(select.getTrueValue());
  Range narrowed = rangeWhere(select.getCondition(), select.getTrueValue());
  return {std::min(std::max(range.lower, narrowed.lower), *other),
          std::max(std::min(range.upper, narrowed.upper), *other)};
}

/// Whether the sum of `value`, an f32, and kRoundToInteger is `value` rounded.
bool canRoundByAddition(Value value) {
  return value.getType().isF32() &&
         rangeOf(value).isWithin(std::nextafter(-kLimit, 0.0),
                                 std::nextafter(kLimit, 0.0));
}

Value addMagic(OpBuilder &builder, Location loc, Value value) {
  Value magic = arith::ConstantOp::create(
      builder, loc, builder.getF32FloatAttr(kRoundToInteger));
  return arith::AddFOp::create(builder, loc, value, magic);
}

struct RoundByAddition : OpRewritePattern<math::RoundEvenOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::RoundEvenOp op,
                                PatternRewriter &rewriter) const override {
    if (!canRoundByAddition(op.getOperand()))
      return rewriter.notifyMatchFailure(op, "operand is not clamped");
    Value sum = addMagic(rewriter, op.getLoc(), op.getOperand());
    rewriter.replaceOpWithNewOp<arith::SubFOp>(
        op, sum, sum.getDefiningOp<arith::AddFOp>().getRhs());
    return success();
  }
};

/// The integer is in the lowest bits of the sum.
struct ConvertByAddition : OpRewritePattern<arith::FPToSIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::FPToSIOp op,
                                PatternRewriter &rewriter) const override {
    auto rounded = op.getIn().getDefiningOp<math::RoundEvenOp>();
    if (!rounded || !op.getType().isInteger(32) ||
        !canRoundByAddition(rounded.getOperand()))
      return rewriter.notifyMatchFailure(op, "operand is not rounded after a "
                                             "clamp");
    Location loc = op.getLoc();
    Value sum = addMagic(rewriter, loc, rounded.getOperand());
    Value bits = arith::BitcastOp::create(rewriter, loc, op.getType(), sum);
    Value magic = arith::ConstantOp::create(
        rewriter, loc,
        rewriter.getI32IntegerAttr(llvm::bit_cast<int32_t>(kRoundToInteger)));
    rewriter.replaceOpWithNewOp<arith::SubIOp>(op, bits, magic);
    if (rounded->use_empty())
      rewriter.eraseOp(rounded);
    return success();
  }
};

/// Clamps an integer that a clamp of the f32 keeps in the range of i8 to that
/// range once more. It stays what it is, but LLVM, which does not see through
/// the f32, now truncates by instructions that saturate: packssdw, vpmovsdb,
/// sqxtn.
struct TruncateBySaturation : OpRewritePattern<arith::TruncIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncIOp op,
                                PatternRewriter &rewriter) const override {
    Value integer = op.getIn();
    double shift = 0;
    if (auto add = integer.getDefiningOp<arith::AddIOp>()) {
      integer = add.getLhs();
      shift = getConstant(add.getRhs()).value_or(Range().upper);
    }
    auto convert = integer.getDefiningOp<arith::FPToSIOp>();
    auto rounded = convert ? convert.getIn().getDefiningOp<math::RoundEvenOp>()
                           : math::RoundEvenOp();
    if (!rounded || !op.getIn().getType().isInteger(32) ||
        !op.getType().isInteger(8))
      return rewriter.notifyMatchFailure(op, "not an i8 of a rounded number");
    constexpr auto kLeast = std::numeric_limits<int8_t>::min();
    constexpr auto kMost = std::numeric_limits<int8_t>::max();
    if (!rangeOf(rounded.getOperand()).isWithin(kLeast - shift, kMost - shift))
      return rewriter.notifyMatchFailure(op, "range of i8 is not proved");
    auto limit = [&](int8_t value) {
      return arith::ConstantOp::create(rewriter, op.getLoc(),
                                       rewriter.getI32IntegerAttr(value));
    };
    Value raised = arith::MaxSIOp::create(rewriter, op.getLoc(), op.getIn(),
                                          limit(kLeast));
    Value clamped =
        arith::MinSIOp::create(rewriter, op.getLoc(), raised, limit(kMost));
    rewriter.modifyOpInPlace(op, [&] { op.getInMutable().assign(clamped); });
    return success();
  }
};

struct ExpandRounding : quantc::impl::ExpandRoundingBase<ExpandRounding> {
  void runOnOperation() override {
    // In this order: each looks for what the next replaces.
    apply<TruncateBySaturation>();
    apply<ConvertByAddition>();
    apply<RoundByAddition>();
  }

private:
  template <typename Pattern> void apply() {
    RewritePatternSet patterns(&getContext());
    patterns.add<Pattern>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
