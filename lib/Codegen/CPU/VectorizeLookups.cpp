//===- VectorizeLookups.cpp - Loops around lookups ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM makes vectors of loops around arithmetic, but of a table it knows only
// that its entries are loaded.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Lookups.h"
#include "Strategy.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

namespace quantc {
#define GEN_PASS_DEF_VECTORIZELOOKUPS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

/// Elements of a block that a thread takes at least, many times what is left
/// behind its vectors.
static constexpr int64_t kElementsOfBlock = 4096;

namespace {

enum class Access { Same, Neighbours, Other };

/// How an access moves with `counter`.
Access classify(Value buffer, ValueRange indices, Value counter) {
  auto isCounter = [&](Value index) { return index == counter; };
  if (llvm::none_of(indices, isCounter))
    return Access::Same;
  bool isLast = indices.back() == counter &&
                llvm::none_of(indices.drop_back(), isCounter);
  return isLast && cast<MemRefType>(buffer.getType()).isLastDimUnitStride()
             ? Access::Neighbours
             : Access::Other;
}

/// Whether the body of a loop can be on vectors.
bool isVectorizable(Block &body, Value counter) {
  Operation *loop = body.getParentOp();
  auto isOutside = [&](Value value) {
    return value == counter ||
           !loop->isAncestor(value.getParentBlock()->getParentOp());
  };
  return llvm::all_of(body.without_terminator(), [&](Operation &op) {
    if (auto load = dyn_cast<memref::LoadOp>(op))
      return llvm::all_of(load.getIndices(), isOutside) &&
             classify(load.getMemRef(), load.getIndices(), counter) !=
                 Access::Other;
    if (auto store = dyn_cast<memref::StoreOp>(op))
      return llvm::all_of(store.getIndices(), isOutside) &&
             classify(store.getMemRef(), store.getIndices(), counter) ==
                 Access::Neighbours;
    return isa<arith::ArithDialect, math::MathDialect, mk::MKDialect,
               LLVM::LLVMDialect>(op.getDialect()) &&
           isPure(&op) && op.getNumResults() == 1 &&
           op.getResult(0).getType().isIntOrFloat() &&
           llvm::all_of(op.getOperandTypes(),
                        [](Type type) { return type.isIntOrFloat(); });
  });
}

class Vectorizer {
public:
  Vectorizer(scf::ForOp loop, int64_t lanes)
      : loop(loop), lanes(lanes), builder(loop), loc(loop.getLoc()) {}

  /// The vectors in front of `loop`, which goes on behind them.
  void vectorize() {
    Value begin = loop.getLowerBound(), end = loop.getUpperBound();
    Value step = arith::ConstantIndexOp::create(builder, loc, lanes);
    Value count = builder.createOrFold<arith::SubIOp>(loc, end, begin);
    Value rest = builder.createOrFold<arith::RemSIOp>(loc, count, step);
    Value last = builder.createOrFold<arith::SubIOp>(loc, end, rest);
    auto vectors = scf::ForOp::create(builder, loc, begin, last, step);
    builder.setInsertionPointToStart(vectors.getBody());
    mapping.map(loop.getInductionVar(), vectors.getInductionVar());
    for (Operation &op : loop.getBody()->without_terminator())
      createVector(op);
    loop.setLowerBound(last);
  }

private:
  VectorType vectorOf(Type element) { return VectorType::get(lanes, element); }

  /// Of a scalar, the same in every lane.
  Value vectorFor(Value value) {
    Value mapped = mapping.lookupOrDefault(value);
    if (isa<VectorType>(mapped.getType()))
      return mapped;
    return vector::BroadcastOp::create(builder, loc, vectorOf(value.getType()),
                                       mapped);
  }

  void createVector(Operation &op) {
    auto indicesOf = [&](ValueRange indices) {
      return llvm::map_to_vector(
          indices, [&](Value index) { return mapping.lookupOrDefault(index); });
    };
    if (auto store = dyn_cast<memref::StoreOp>(op)) {
      vector::StoreOp::create(builder, loc, vectorFor(store.getValue()),
                              store.getMemRef(), indicesOf(store.getIndices()));
      return;
    }
    auto load = dyn_cast<memref::LoadOp>(op);
    if (load && classify(load.getMemRef(), load.getIndices(),
                         loop.getInductionVar()) == Access::Neighbours) {
      mapping.map(load.getResult(),
                  vector::LoadOp::create(builder, loc, vectorOf(load.getType()),
                                         load.getMemRef(),
                                         indicesOf(load.getIndices()))
                      .getResult());
      return;
    }
    if (load || op.hasTrait<OpTrait::ConstantLike>()) {
      builder.clone(op, mapping);
      return;
    }
    SmallVector<Value> operands = llvm::map_to_vector(
        op.getOperands(), [&](Value operand) { return vectorFor(operand); });
    Operation *vectorized = builder.create(
        loc, op.getName().getIdentifier(), operands,
        TypeRange{vectorOf(op.getResult(0).getType())}, op.getAttrs());
    mapping.map(op.getResults(), vectorized->getResults());
  }

  scf::ForOp loop;
  const int64_t lanes;
  OpBuilder builder;
  const Location loc;
  IRMapping mapping;
};

/// forall (%i) in (n) { } -> forall (%b) in (blocks) { for %i in the block { }
/// }
scf::ForOp cutIntoBlocks(IRRewriter &rewriter, scf::ForallOp shared) {
  Location loc = shared.getLoc();
  rewriter.setInsertionPoint(shared);
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(rewriter, loc, value);
  };
  Value extent = getValueOrCreateConstantIndexOp(
      rewriter, loc, shared.getMixedUpperBound()[0]);
  Value size = index(kElementsOfBlock);
  Value blocks = rewriter.createOrFold<arith::CeilDivSIOp>(loc, extent, size);
  auto outer = scf::ForallOp::create(
      rewriter, loc, ArrayRef<OpFoldResult>{getAsOpFoldResult(blocks)},
      /*outputs=*/ValueRange{}, /*mapping=*/std::nullopt);
  rewriter.setInsertionPointToStart(outer.getBody());
  Value begin =
      arith::MulIOp::create(rewriter, loc, outer.getInductionVars()[0], size);
  Value left = arith::SubIOp::create(rewriter, loc, extent, begin);
  Value count = arith::MinSIOp::create(rewriter, loc, left, size);
  Value end = arith::AddIOp::create(rewriter, loc, begin, count);
  auto inner = scf::ForOp::create(rewriter, loc, begin, end, index(1));
  rewriter.eraseOp(shared.getTerminator());
  rewriter.inlineBlockBefore(shared.getBody(), inner.getBody()->getTerminator(),
                             inner.getInductionVar());
  rewriter.eraseOp(shared);
  return inner;
}

struct VectorizeLookups : quantc::impl::VectorizeLookupsBase<VectorizeLookups> {
  void runOnOperation() override {
    FailureOr<LLVM::TargetAttr> target = findTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    const ByteLookup *lookup = selectLookup(*target);
    if (!lookup)
      return;
    llvm::SetVector<Operation *> loops;
    getOperation().walk([&](mk::LookupOp op) {
      if (!isa<VectorType>(op.getType()))
        loops.insert(op->getParentOp());
    });
    for (Operation *loop : loops)
      vectorize(loop, lookup->lanes);
  }

private:
  void vectorize(Operation *op, int64_t lanes) {
    auto loop = dyn_cast<scf::ForOp>(op);
    if (auto shared = dyn_cast<scf::ForallOp>(op)) {
      if (shared.getRank() != 1 || !shared.isNormalized() ||
          !isVectorizable(*shared.getBody(), shared.getInductionVars()[0]))
        return;
      IRRewriter rewriter(&getContext());
      loop = cutIntoBlocks(rewriter, shared);
    } else if (!loop || loop.getNumResults() > 0 ||
               !matchPattern(loop.getStep(), m_One()) ||
               !isVectorizable(*loop.getBody(), loop.getInductionVar())) {
      return;
    }
    // A short loop is one vector, too.
    if (std::optional<APInt> count = loop.getStaticTripCount())
      lanes = std::min<int64_t>(lanes, llvm::bit_floor(count->getZExtValue()));
    if (lanes > 1)
      Vectorizer(loop, lanes).vectorize();
  }
};

} // namespace
