//===- MoveQuantization.cpp - Quantization next to computation ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Models of other tools quantize around some of the ops that only move values,
// or around none, and with one scale before and another behind. Here all these
// ops come to work on integers, and every quantization comes to stand at an op
// that computes, where -nn-fold-scales looks for it.
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc::nn {
#define GEN_PASS_DEF_MOVEQUANTIZATION
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

quant::UniformQuantizedType perTensorElement(Value value) {
  return dyn_cast<quant::UniformQuantizedType>(
      cast<RankedTensorType>(value.getType()).getElementType());
}

/// `op` with another operand, on integers of `element`.
Operation *cloneOnIntegers(RewriterBase &rewriter, QuantizableOpInterface op,
                           Value stored, quant::UniformQuantizedType element) {
  Operation *moved = rewriter.clone(*op);
  moved->setOperand(op.getActivationOperands()[0]->getOperandNumber(), stored);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  moved->getResult(0).setType(type.clone(element));
  return moved;
}

/// The dequantize in front of an op that shares its scale, where the op is the
/// same in front of it; else null.
DequantizeOp findSinkable(QuantizableOpInterface op) {
  auto dequantize =
      op.getActivationOperands()[0]->get().getDefiningOp<DequantizeOp>();
  if (!dequantize)
    return nullptr;
  auto element = perTensorElement(dequantize.getInput());
  return element && op.isExactOnIntegers(element) ? dequantize : nullptr;
}

/// move(dequantize(q)) -> dequantize(move(q))
struct SinkDequantize : OpInterfaceRewritePattern<QuantizableOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(QuantizableOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!op.sharesScale())
      return rewriter.notifyMatchFailure(op, "it computes");
    DequantizeOp dequantize = findSinkable(op);
    if (!dequantize)
      return rewriter.notifyMatchFailure(op, "its operand has no integers that "
                                             "give the same");
    Value stored = dequantize.getInput();
    Operation *moved =
        cloneOnIntegers(rewriter, op, stored, perTensorElement(stored));
    rewriter.replaceOpWithNewOp<DequantizeOp>(op, op->getResult(0).getType(),
                                              moved->getResult(0));
    return success();
  }
};

/// quantize(move(x)) -> move(quantize(x)): quantization is monotone. The edge
/// is what the op moves to.
struct HoistQuantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp root,
                                PatternRewriter &rewriter) const override {
    auto op = root.getInput().getDefiningOp<QuantizableOpInterface>();
    if (!op || !op.sharesScale())
      return rewriter.notifyMatchFailure(root, "its operand is computed");
    if (findSinkable(op))
      return rewriter.notifyMatchFailure(root, "the op goes with its operand");
    if (!llvm::all_of(op->getUsers(), llvm::IsaPred<QuantizeOp>))
      return rewriter.notifyMatchFailure(root, "others need the real numbers");
    auto element = perTensorElement(root.getOutput());
    if (!element)
      return rewriter.notifyMatchFailure(root, "dimensions have their scales");
    Value source = op.getActivationOperands()[0]->get();
    auto type = cast<RankedTensorType>(source.getType());
    Value stored = QuantizeOp::create(rewriter, root.getLoc(),
                                      type.clone(element), source);
    Operation *moved = cloneOnIntegers(rewriter, op, stored, element);
    if (Attribute edge = root->getAttr(NNDialect::getEdgeAttrName()))
      moved->setAttr(NNDialect::getEdgeAttrName(), edge);
    rewriter.replaceOp(root, moved);
    return success();
  }
};

/// quantize(dequantize(q)) -> q, in one type.
struct FoldRoundTrip : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto dequantize = op.getInput().getDefiningOp<DequantizeOp>();
    if (!dequantize || dequantize.getInput().getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "it changes the scale");
    rewriter.replaceOp(op, dequantize.getInput());
    return success();
  }
};

struct MoveQuantization
    : quantc::nn::impl::MoveQuantizationBase<MoveQuantization> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SinkDequantize, HoistQuantize, FoldRoundTrip>(&getContext());
    // Quantization only moves on, so that this ends; the default limit is less
    // than what a deep network may take.
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace
