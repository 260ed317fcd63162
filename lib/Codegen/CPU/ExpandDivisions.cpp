//===- ExpandDivisions.cpp - Rounded quotients without division -----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// x / s for a constant s is x * r + x * e, where r is 1 / s rounded and e what
// that is off by, rounded: one product and one fused multiply-add (N.
// Brisebarre, J.-M. Muller, S. K. Raina, "Accelerating Correctly Rounded
// Floating-Point Division when the Divisor Is Known in Advance", IEEE
// Transactions on Computers 53(8), 2004). Its relative error is a little above
// half a unit in the last place, so that it can differ from the quotient in
// that place only. What a quantization needs is the integer next to the
// quotient. That is another one only where the quotient is within two units of
// the middle between two integers; for every x that is so near, both are
// computed and compared here.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Interval.h"
#include "MultiplyAdd.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_EXPANDDIVISIONS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// Of 8 bits and a zero point among them.
constexpr double kMostBound = 256;

/// x * value + x * error is about x / divisor.
struct Reciprocal {
  float divisor, value, error;

  float quotient(float x) const { return std::fma(x, value, x * error); }

  /// Whether the integer next to each quotient in `bounds` is the right one.
  bool isExactWithin(Interval bounds) const {
    for (double lower = std::rint(bounds.lower); lower < bounds.upper; ++lower)
      if (!isExactNear(static_cast<float>(lower + 0.5)))
        return false;
    return true;
  }

private:
  /// Units in the last place: two of the quotient, and the rounding of the
  /// product that is the middle of what is tried.
  static constexpr int kNear = 4;

  bool isExactNear(float middle) const {
    float x = middle * divisor;
    for (int i = 0; i < kNear; ++i)
      x = std::nextafter(x, -std::numeric_limits<float>::infinity());
    for (int i = -kNear; i <= kNear; ++i) {
      if (std::rint(quotient(x)) != std::rint(x / divisor))
        return false;
      x = std::nextafter(x, std::numeric_limits<float>::infinity());
    }
    return true;
  }
};

/// Nothing where products would underflow.
std::optional<Reciprocal> reciprocalOf(float divisor) {
  float value = 1 / divisor;
  float error = static_cast<float>(1 / static_cast<double>(divisor) - value);
  bool isNormal = std::isnormal(divisor) && std::isnormal(value) &&
                  (error == 0 || std::isnormal(error));
  if (!isNormal || divisor < 0)
    return std::nullopt;
  return Reciprocal{divisor, value, error};
}

struct ExpandQuotient : OpRewritePattern<math::RoundEvenOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::RoundEvenOp op,
                                PatternRewriter &rewriter) const override {
    Clamp clamp = matchClamp(op.getOperand());
    auto division = clamp.value.getDefiningOp<arith::DivFOp>();
    // Read by the comparison and the selection of the inner clamp alone.
    if (!division || !division.getType().isF32() ||
        !division.getResult().hasNUses(2) ||
        !clamp.bounds.isWithin(-kMostBound, kMostBound))
      return rewriter.notifyMatchFailure(op, "not a clamped f32 quotient");
    std::optional<double> divisor = getConstant(division.getRhs());
    std::optional<Reciprocal> reciprocal =
        divisor ? reciprocalOf(static_cast<float>(*divisor)) : std::nullopt;
    if (!reciprocal || !reciprocal->isExactWithin(clamp.bounds))
      return rewriter.notifyMatchFailure(op, "no constant that is exact");

    rewriter.setInsertionPoint(division);
    Location loc = division.getLoc();
    auto constant = [&](float value) -> Value {
      return arith::ConstantOp::create(rewriter, loc,
                                       rewriter.getF32FloatAttr(value));
    };
    // Infinities, which would give NaN, and NaN, which gives the lower bound:
    // to numbers that the clamp behind takes to its bounds.
    Value x = division.getLhs();
    auto limit = [&](arith::CmpFPredicate predicate, double bound) {
      Value limit = constant(static_cast<float>(bound) * reciprocal->divisor);
      Value isInside =
          arith::CmpFOp::create(rewriter, loc, predicate, x, limit);
      x = arith::SelectOp::create(rewriter, loc, isInside, x, limit);
    };
    limit(arith::CmpFPredicate::OGT, clamp.bounds.lower - 1);
    limit(arith::CmpFPredicate::OLT, clamp.bounds.upper + 1);
    Value rest =
        arith::MulFOp::create(rewriter, loc, x, constant(reciprocal->error));
    rewriter.replaceOpWithNewOp<math::FmaOp>(division, x,
                                             constant(reciprocal->value), rest);
    return success();
  }
};

struct ExpandDivisions : quantc::impl::ExpandDivisionsBase<ExpandDivisions> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<bool> isThere = hasMultiplyAdd(module);
    if (failed(isThere))
      return signalPassFailure();
    if (!*isThere)
      return;
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandQuotient>(&getContext());
    walkAndApplyPatterns(module, std::move(patterns));
  }
};

} // namespace
