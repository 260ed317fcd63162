//===- FoldTransposes.cpp - Transposes into products --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attention has a transpose at each operand of its products, and one behind the
// last. Tiles read rows at any distance, and packing reads columns in any
// order, so that the maps of a product can say what the transpose does.
//
//===----------------------------------------------------------------------===//

#include "Generics.h"

#include "quantc/Codegen/Common/Passes.h"

#include "quantc/Codegen/Common/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace quantc {
#define GEN_PASS_DEF_FOLDTRANSPOSES
#include "quantc/Codegen/Common/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// `map` with its results in another order: result i is result permutation[i].
AffineMap permuteResults(AffineMap map, ArrayRef<int64_t> permutation) {
  return AffineMap::get(map.getNumDims(), 0,
                        applyPermutation(map.getResults(), permutation),
                        map.getContext());
}

/// Reads through transposes: the operands, and maps of all of them.
struct Reader {
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;

  explicit Reader(linalg::LinalgOp op)
      : inputs(op.getDpsInputs()), maps(op.getIndexingMapsArray()) {}

  /// `mayRead` says whether an input may have a map.
  bool skipTransposes(function_ref<bool(unsigned, AffineMap)> mayRead) {
    bool isChanged = false;
    auto ofInputs = MutableArrayRef(maps).take_front(inputs.size());
    for (auto [number, input, map] : llvm::enumerate(inputs, ofInputs)) {
      auto transpose = input.getDefiningOp<linalg::TransposeOp>();
      if (!transpose)
        continue;
      AffineMap permuted = permuteResults(
          map, invertPermutationVector(transpose.getPermutation()));
      if (!mayRead(number, permuted))
        continue;
      input = transpose.getInput();
      map = permuted;
      isChanged = true;
    }
    return isChanged;
  }
};

linalg::ContractOp createProduct(OpBuilder &builder, Location loc,
                                 ArrayRef<Value> inputs, Value init,
                                 ArrayRef<AffineMap> maps) {
  return linalg::ContractOp::create(builder, loc, TypeRange{init.getType()},
                                    ValueRange(inputs), ValueRange{init},
                                    builder.getAffineMapArrayAttr(maps));
}

/// product(transpose(x), y) -> product(x, y) with another map. Tiles take
/// neighbours along k on the left; packing, along k or n on the right.
struct FoldIntoProduct : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    Reader reader(op);
    unsigned k = op.getNumLoops() - 1, n = k - 1;
    auto mayRead = [&](unsigned number, AffineMap map) {
      AffineExpr last = map.getResults().back();
      return last.isFunctionOfDim(k) ||
             (number == 1 && last.isFunctionOfDim(n));
    };
    if (!isProduct(op) || !reader.skipTransposes(mayRead))
      return rewriter.notifyMatchFailure(op, "no product of transposes that "
                                             "keep neighbours");
    rewriter.replaceOp(op, createProduct(rewriter, op.getLoc(), reader.inputs,
                                         op.getDpsInits()[0], reader.maps));
    return success();
  }
};

/// reduce(transpose(x)) -> generic with another map, so that the sums of an
/// operand of a product do not need the transpose either. Integers only: their
/// order is free.
struct FoldIntoReduce : OpRewritePattern<linalg::ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::ReduceOp op,
                                PatternRewriter &rewriter) const override {
    Reader reader(op);
    Value init = op.getInits()[0];
    if (!getElementTypeOrSelf(init.getType()).isInteger() ||
        !reader.skipTransposes([](unsigned, AffineMap) { return true; }))
      return rewriter.notifyMatchFailure(op, "no integers of a transpose");
    linalg::LinalgOp reduce = op;
    rewriter.replaceOp(op,
                       createLike(rewriter, reduce, reader.inputs, init,
                                  reader.maps, reduce.getIteratorTypesArray()));
    return success();
  }
};

/// transpose(elementwise(product(..))) -> elementwise(product(..)), all in the
/// order of the transpose
struct FoldIntoEpilogue : OpRewritePattern<linalg::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto epilogue = op.getInput().getDefiningOp<linalg::GenericOp>();
    if (!epilogue || !epilogue->hasOneUse() ||
        epilogue.getNumLoops() != epilogue.getNumParallelLoops() ||
        !epilogue.getIndexingMapsArray().back().isIdentity() ||
        !epilogue.getIndexingMapsArray().front().isIdentity())
      return rewriter.notifyMatchFailure(op, "no elementwise op before it");
    auto product = epilogue.getInputs()[0].getDefiningOp<linalg::LinalgOp>();
    if (!product || !isProduct(product) || !product->hasOneUse())
      return rewriter.notifyMatchFailure(op, "no product before that");
    auto fill = product.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
    ArrayRef<int64_t> permutation = op.getPermutation();
    if (!fill ||
        permutation.back() + 1 != static_cast<int64_t>(permutation.size()))
      return rewriter.notifyMatchFailure(op, "it moves the columns");

    Value init = createPermuted(rewriter, fill, permutation);
    auto maps = product.getIndexingMapsArray();
    maps.back() = permuteResults(maps.back(), permutation);
    auto permuted = createProduct(rewriter, product.getLoc(),
                                  product.getDpsInputs(), init, maps);
    SmallVector<Value> inputs(epilogue.getInputs());
    inputs[0] = permuted.getResult(0);
    // Loop i is what loop permutation[i] was.
    SmallVector<AffineExpr> loops;
    for (int64_t loop : invertPermutationVector(permutation))
      loops.push_back(rewriter.getAffineDimExpr(loop));
    auto newMaps = epilogue.getIndexingMapsArray();
    for (AffineMap &map : MutableArrayRef(newMaps).drop_front().drop_back())
      map = map.replaceDimsAndSymbols(loops, {}, loops.size(), 0);
    rewriter.replaceOp(op,
                       createLike(rewriter, epilogue, inputs, op.getInit(),
                                  newMaps, epilogue.getIteratorTypesArray()));
    return success();
  }

private:
  static Value createPermuted(OpBuilder &builder, linalg::FillOp fill,
                              ArrayRef<int64_t> permutation) {
    Location loc = fill.getLoc();
    Value before = fill.getOutputs()[0];
    SmallVector<OpFoldResult> sizes = applyPermutation(
        tensor::getMixedSizes(builder, loc, before), permutation);
    Value empty = tensor::EmptyOp::create(
        builder, loc, sizes, getElementTypeOrSelf(before.getType()));
    return linalg::FillOp::create(builder, loc, fill.getInputs(),
                                  ValueRange{empty})
        .getResult(0);
  }
};

struct FoldTransposes : quantc::impl::FoldTransposesBase<FoldTransposes> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldIntoProduct, FoldIntoReduce, FoldIntoEpilogue>(
        &getContext());
    // Every pattern takes a transpose out of the way, so that this ends; the
    // default limit is less than what a deep network may take.
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace
