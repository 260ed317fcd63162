//===- ExpandMath.cpp - Instructions for ops of math ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's conversion calls CUDA's library for them, which a driver does not
// link. All that the numerics contract has are single instructions.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/GPU/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_EXPANDMATH
#include "quantc/Codegen/GPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;

namespace {

template <typename OpT> struct UseIntrinsic : OpRewritePattern<OpT> {
  UseIntrinsic(MLIRContext *context, StringRef name)
      : OpRewritePattern<OpT>(context), name(name) {}
  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not an f32");
    rewriter.template replaceOpWithNewOp<LLVM::CallIntrinsicOp>(
        op, op.getType(), rewriter.getStringAttr(name), op->getOperands());
    return success();
  }

  StringRef name;
};

/// fptosi(roundeven x) -> cvt.rni.s32.f32 x
struct RoundToInteger : OpRewritePattern<arith::FPToSIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::FPToSIOp op,
                                PatternRewriter &rewriter) const override {
    auto rounded = op.getIn().getDefiningOp<math::RoundEvenOp>();
    if (!rounded || !op.getType().isInteger(32) || !rounded.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not an i32 of a rounded f32");
    rewriter.replaceOpWithNewOp<LLVM::CallIntrinsicOp>(
        op, op.getType(), rewriter.getStringAttr("llvm.nvvm.f2i.rn"),
        ValueRange{rounded.getOperand()});
    if (rounded->use_empty())
      rewriter.eraseOp(rounded);
    return success();
  }
};

struct ExpandMath : quantc::impl::ExpandMathBase<ExpandMath> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet toInteger(context);
    toInteger.add<RoundToInteger>(context);
    walkAndApplyPatterns(getOperation(), std::move(toInteger));
    RewritePatternSet rest(context);
    rest.add<UseIntrinsic<math::RoundEvenOp>>(context, "llvm.roundeven.f32");
    rest.add<UseIntrinsic<math::SqrtOp>>(context, "llvm.sqrt.f32");
    rest.add<UseIntrinsic<math::AbsFOp>>(context, "llvm.fabs.f32");
    rest.add<UseIntrinsic<math::FmaOp>>(context, "llvm.fma.f32");
    walkAndApplyPatterns(getOperation(), std::move(rest));
  }
};

} // namespace
