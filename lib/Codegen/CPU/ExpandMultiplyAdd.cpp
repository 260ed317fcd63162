//===- ExpandMultiplyAdd.cpp - fma for targets without one --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// fma(a, b, c) in f32 by f64 arithmetic. a * b is exact in f64: 24 + 24 bits of
// significand fit into 53. The sum with c is not, and rounding it to f64 and
// then to f32 would round twice. So the f64 sum is rounded to odd: where it is
// inexact and its last bit is 0, the neighbour on the side of the exact sum is
// taken. With two bits more than twice the precision of f32, the second
// rounding then gives what rounding the exact sum once would (S. Boldo, G.
// Melquiond, "Emulation of FMA and Correctly Rounded Sums: Proved Algorithms
// Using Rounding to Odd", IEEE Transactions on Computers 57(4), 2008).
// Subnormal f32 results keep fewer bits, so it holds for them as well; the f64
// values themselves are never subnormal.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "MultiplyAdd.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_EXPANDMULTIPLYADD
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// `type` with another element type, for scalars and vectors.
Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(element);
  return element;
}

/// Adds in f64 and rounds to odd.
class OddSum {
public:
  OddSum(ImplicitLocOpBuilder &builder, Type f64, Type i64)
      : builder(builder), f64(f64), i64(i64) {}

  Value create(Value a, Value b) {
    Value sum = arith::AddFOp::create(builder, a, b);
    Value error = createError(a, b, sum);
    Value sumBits = arith::BitcastOp::create(builder, i64, sum);
    Value errorBits = arith::BitcastOp::create(builder, i64, error);

    Value zero = createInteger(0), one = createInteger(1);
    // False for NaN, the error of an infinite sum.
    Value isInexact = arith::CmpFOp::create(
        builder, arith::CmpFPredicate::ONE, error,
        arith::ConstantOp::create(builder, builder.getZeroAttr(f64)));
    Value isEven = arith::CmpIOp::create(
        builder, arith::CmpIPredicate::eq,
        arith::AndIOp::create(builder, sumBits, one), zero);
    // The pattern of a float grows with its magnitude.
    Value signs = arith::XOrIOp::create(builder, sumBits, errorBits);
    Value isAway =
        arith::CmpIOp::create(builder, arith::CmpIPredicate::sge, signs, zero);
    Value step =
        arith::SelectOp::create(builder, isAway, one, createInteger(-1));
    Value moved = arith::AddIOp::create(builder, sumBits, step);
    Value isMoved = arith::AndIOp::create(builder, isInexact, isEven);
    Value bits = arith::SelectOp::create(builder, isMoved, moved, sumBits);
    return arith::BitcastOp::create(builder, f64, bits);
  }

private:
  /// a + b - sum, exactly (D. Knuth, "The Art of Computer Programming", volume
  /// 2, section 4.2.2, theorem B).
  Value createError(Value a, Value b, Value sum) {
    Value ofB = arith::SubFOp::create(builder, sum, a);
    Value ofA = arith::SubFOp::create(builder, sum, ofB);
    return arith::AddFOp::create(builder,
                                 arith::SubFOp::create(builder, a, ofA),
                                 arith::SubFOp::create(builder, b, ofB));
  }

  Value createInteger(int64_t value) {
    IntegerAttr element = builder.getI64IntegerAttr(value);
    if (auto vector = dyn_cast<VectorType>(i64))
      return arith::ConstantOp::create(
          builder, DenseElementsAttr::get(vector, element.getValue()));
    return arith::ConstantOp::create(builder, element);
  }

  ImplicitLocOpBuilder &builder;
  Type f64, i64;
};

struct Expand : OpRewritePattern<math::FmaOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::FmaOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF32())
      return rewriter.notifyMatchFailure(op, "result is not f32");
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Type f64 = withElement(op.getType(), builder.getF64Type());
    Type i64 = withElement(op.getType(), builder.getI64Type());
    auto extend = [&](Value value) -> Value {
      return arith::ExtFOp::create(builder, f64, value);
    };
    Value product =
        arith::MulFOp::create(builder, extend(op.getA()), extend(op.getB()));
    Value sum = OddSum(builder, f64, i64).create(product, extend(op.getC()));
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(), sum);
    return success();
  }
};

struct ExpandMultiplyAdd
    : quantc::impl::ExpandMultiplyAddBase<ExpandMultiplyAdd> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<bool> isThere = hasMultiplyAdd(module);
    if (failed(isThere))
      return signalPassFailure();
    bool isAny =
        module.walk([](math::FmaOp) { return WalkResult::interrupt(); })
            .wasInterrupted();
    if (!isAny || *isThere)
      return;
    auto target = module->getAttrOfType<LLVM::TargetAttr>(
        LLVM::LLVMDialect::getTargetAttrName());
    module.emitWarning("target '")
        << target.getChip().getValue()
        << "' has no fused multiply-add: float layers compute it from other "
           "instructions and are several times slower; x86-64-v3 has it";
    RewritePatternSet patterns(&getContext());
    patterns.add<Expand>(&getContext());
    walkAndApplyPatterns(module, std::move(patterns));
  }
};

} // namespace
