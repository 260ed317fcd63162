//===- ExpandRounding.cpp - Rounded numbers as machines have them --------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Interval.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_EXPANDROUNDING
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// An f32 in [2^23, 2^24) has no fraction bits; from the middle of that range,
/// 1.5 * 2^23, additions of less than 2^22 in magnitude stay inside.
constexpr float kRoundToInteger = 0x1.8p23f;
constexpr double kLimit = 0x1p22;

/// What surely has an i32, however the bounds are rounded.
constexpr double kConvertible = 0x1p30;

constexpr auto kLeast = std::numeric_limits<int8_t>::min();
constexpr auto kMost = std::numeric_limits<int8_t>::max();

/// Whether the sum of `value`, an f32, and kRoundToInteger is `value` rounded.
bool canRoundByAddition(Value value) {
  return value.getType().isF32() &&
         intervalOf(value).isWithin(std::nextafter(-kLimit, 0.0),
                                    std::nextafter(kLimit, 0.0));
}

/// The sum is free of fractions; -0 becomes 0.
Value roundByAddition(OpBuilder &builder, Location loc, Value value) {
  Value magic = arith::ConstantOp::create(
      builder, loc, builder.getF32FloatAttr(kRoundToInteger));
  Value sum = arith::AddFOp::create(builder, loc, value, magic);
  return arith::SubFOp::create(builder, loc, sum, magic);
}

struct RoundByAddition : OpRewritePattern<math::RoundEvenOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::RoundEvenOp op,
                                PatternRewriter &rewriter) const override {
    if (!canRoundByAddition(op.getOperand()))
      return rewriter.notifyMatchFailure(op, "operand is not clamped");
    rewriter.replaceOp(op,
                       roundByAddition(rewriter, op.getLoc(), op.getOperand()));
    return success();
  }
};

/// One instruction of x86 rounds and converts: cvtps2dq.
struct RoundToInteger : OpRewritePattern<arith::FPToSIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::FPToSIOp op,
                                PatternRewriter &rewriter) const override {
    auto rounded = op.getIn().getDefiningOp<math::RoundEvenOp>();
    if (!rounded || !rounded->hasOneUse() || !op.getType().isInteger(32) ||
        !rounded.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not an i32 of a rounded f32");
    rewriter.replaceOpWithNewOp<LLVM::LrintOp>(op, op.getType(),
                                               rounded.getOperand());
    rewriter.eraseOp(rounded);
    return success();
  }
};

/// The constant that `integer` is more than another, which takes its place.
int64_t takeAddend(Value &integer) {
  Operation *op = integer.getDefiningOp();
  APInt addend;
  if (!isa_and_nonnull<arith::AddIOp, arith::SubIOp>(op) ||
      !matchPattern(op->getOperand(1), m_ConstantInt(&addend)))
    return 0;
  integer = op->getOperand(0);
  return isa<arith::AddIOp>(op) ? addend.getSExtValue()
                                : -addend.getSExtValue();
}

/// trunci(fptosi(roundeven x) + zp) to an i8 that holds it.
struct Stored {
  math::RoundEvenOp rounded;
  arith::FPToSIOp integer;
  int64_t zeroPoint;
};

std::optional<Stored> matchStored(arith::TruncIOp op) {
  if (!op || !op.getIn().getType().isInteger(32) || !op.getType().isInteger(8))
    return std::nullopt;
  Value integer = op.getIn();
  int64_t zeroPoint = takeAddend(integer);
  auto convert = integer.getDefiningOp<arith::FPToSIOp>();
  auto rounded = convert ? convert.getIn().getDefiningOp<math::RoundEvenOp>()
                         : math::RoundEvenOp();
  if (!rounded || !llvm::isInt<9>(zeroPoint) ||
      !intervalOf(rounded.getOperand())
           .isWithin(kLeast - zeroPoint, kMost - zeroPoint))
    return std::nullopt;
  return Stored{rounded, convert, zeroPoint};
}

/// sitofp(extsi(trunci(fptosi(roundeven x) + zp)) - zp) -> roundeven x: what is
/// stored and at once read again.
struct SkipStorage : OpRewritePattern<arith::SIToFPOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::SIToFPOp op,
                                PatternRewriter &rewriter) const override {
    Value integer = op.getIn();
    int64_t shift = takeAddend(integer);
    auto extend = integer.getDefiningOp<arith::ExtSIOp>();
    std::optional<Stored> stored =
        extend ? matchStored(extend.getIn().getDefiningOp<arith::TruncIOp>())
               : std::nullopt;
    if (!stored || shift != -stored->zeroPoint ||
        !canRoundByAddition(stored->rounded.getOperand()))
      return rewriter.notifyMatchFailure(op, "not stored with this zero point");
    rewriter.replaceOp(op, roundByAddition(rewriter, op.getLoc(),
                                           stored->rounded.getOperand()));
    return success();
  }
};

Value createLike(OpBuilder &builder, Location loc, Value like, int64_t value) {
  return arith::ConstantOp::create(
      builder, loc, builder.getIntegerAttr(like.getType(), value));
}

/// One instruction, where the bounds are those of `type`.
Value truncate(OpBuilder &builder, Location loc, Value value, Type type,
               Interval bounds) {
  Value raised = arith::MaxSIOp::create(
      builder, loc, value, createLike(builder, loc, value, bounds.lower));
  Value clamped = arith::MinSIOp::create(
      builder, loc, raised, createLike(builder, loc, value, bounds.upper));
  return arith::TruncIOp::create(builder, loc, type, clamped);
}

/// i16 + addend, as 8 bits.
Value truncateWord(OpBuilder &builder, Location loc, Value word, int64_t addend,
                   Interval bounds) {
  if (addend != 0)
    word = LLVM::SAddSat::create(builder, loc, word,
                                 createLike(builder, loc, word, addend));
  return truncate(builder, loc, word, builder.getI8Type(), bounds);
}

/// Truncates a rounded and clamped number by instructions that saturate, to 16
/// bits and then to 8: packssdw and packsswb, sqxtn. A clamp of the f32 that
/// the conversion to i32 does not need becomes one of the 16 bits.
struct TruncateBySaturation : OpRewritePattern<arith::TruncIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncIOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<Stored> stored = matchStored(op);
    if (!stored)
      return rewriter.notifyMatchFailure(
          op, "not an i8 of a rounded number in its range");
    Location loc = op.getLoc();
    math::RoundEvenOp rounded = stored->rounded;
    Clamp clamp = matchClamp(rounded.getOperand());
    Interval bounds = {kLeast, kMost};
    if (rounded->hasOneUse() && stored->integer->hasOneUse() &&
        intervalOf(clamp.value).isWithin(-kConvertible, kConvertible)) {
      rewriter.modifyOpInPlace(
          rounded, [&] { rounded.getOperandMutable().assign(clamp.value); });
      bounds.lower = std::max(bounds.lower, std::rint(clamp.bounds.lower) +
                                                stored->zeroPoint);
      bounds.upper = std::min(bounds.upper, std::rint(clamp.bounds.upper) +
                                                stored->zeroPoint);
    }
    Value word = truncate(rewriter, loc, stored->integer, rewriter.getI16Type(),
                          {std::numeric_limits<int16_t>::min(),
                           std::numeric_limits<int16_t>::max()});
    rewriter.replaceOp(
        op, truncateWord(rewriter, loc, word, stored->zeroPoint, bounds));
    return success();
  }
};

/// What is stored as u8, + 128, saturates to that: packuswb.
struct TruncateToUnsigned : OpRewritePattern<arith::XOrIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::XOrIOp op,
                                PatternRewriter &rewriter) const override {
    auto truncate = op.getLhs().getDefiningOp<arith::TruncIOp>();
    auto lowered = truncate ? truncate.getIn().getDefiningOp<arith::MinSIOp>()
                            : arith::MinSIOp();
    auto raised = lowered ? lowered.getLhs().getDefiningOp<arith::MaxSIOp>()
                          : arith::MaxSIOp();
    if (!raised || !raised.getType().isInteger(16) ||
        getConstant(op.getRhs()) != kLeast || !getConstant(raised.getRhs()) ||
        !getConstant(lowered.getRhs()))
      return rewriter.notifyMatchFailure(op, "not a number + 128");
    Interval bounds = {*getConstant(raised.getRhs()),
                       *getConstant(lowered.getRhs())};
    Value word = raised.getLhs();
    int64_t addend = 0;
    if (auto add = word.getDefiningOp<LLVM::SAddSat>())
      if (std::optional<double> constant = getConstant(add.getB())) {
        word = add.getA();
        addend = *constant;
      }
    constexpr int64_t kOffset = -kLeast;
    rewriter.replaceOp(
        op, truncateWord(rewriter, op.getLoc(), word, addend + kOffset,
                         {bounds.lower + kOffset, bounds.upper + kOffset}));
    return success();
  }
};

struct ExpandRounding : quantc::impl::ExpandRoundingBase<ExpandRounding> {
  void runOnOperation() override {
    // In this order: each looks for what the next replaces.
    apply<SkipStorage>();
    apply<TruncateBySaturation>();
    apply<TruncateToUnsigned>();
    apply<RoundToInteger>();
    apply<RoundByAddition>();
  }

private:
  template <typename Pattern> void apply() {
    RewritePatternSet patterns(&getContext());
    patterns.add<Pattern>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    IRRewriter rewriter(&getContext());
    (void)runRegionDCE(rewriter, getOperation()->getRegions());
  }
};

} // namespace
