//===- WarpgroupRing.cpp - Stages that go round ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WarpgroupBuilder.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace quantc;

static constexpr int64_t kBarrierBytes = 8;
static constexpr int64_t kWarpsOfGroup = 4;

Value WarpgroupRing::stage(Value slot) {
  return emit.behind(memory, emit.multiply(slot, tile.stageBytes()));
}

/// Barriers are behind all stages.
Value WarpgroupRing::full(Value slot) {
  return emit.behind(memory, emit.add(emit.multiply(slot, 2 * kBarrierBytes),
                                      tile.stages * tile.stageBytes()));
}

Value WarpgroupRing::empty(Value slot) {
  return emit.behind(full(slot), emit.constant(kBarrierBytes));
}

/// A stage is full when its bytes are there, and empty when all warps that
/// multiply have done so.
void WarpgroupRing::initialize() {
  Value one = emit.constant(1);
  Value warps = emit.constant(tile.groups * kWarpsOfGroup);
  for (int64_t slot = 0; slot < tile.stages; ++slot) {
    Value place = emit.constant(slot);
    NVVM::MBarrierInitOp::create(emit.builder, emit.loc, full(place), one,
                                 /*predicate=*/Value());
    NVVM::MBarrierInitOp::create(emit.builder, emit.loc, empty(place), warps,
                                 /*predicate=*/Value());
  }
  NVVM::FenceMbarrierInitOp::create(emit.builder, emit.loc);
}

WarpgroupRing::Place WarpgroupRing::begin() {
  return {emit.constant(0), emit.constant(0)};
}

WarpgroupRing::Place WarpgroupRing::next(Place place) {
  Value slot = emit.add(place.slot, 1);
  Value isRound = emit.isEqual(slot, emit.constant(tile.stages));
  return {emit.select(isRound, emit.constant(0), slot),
          emit.select(isRound, emit.exclusiveOr(place.parity, emit.constant(1)),
                      place.parity)};
}

void WarpgroupRing::wait(Value barrier, Value parity) {
  auto ask = [&](OpBuilder &builder, Location loc, ValueRange) {
    Value isOver = NVVM::MBarrierTryWaitOp::create(
        builder, loc, builder.getI1Type(), barrier, parity, /*ticks=*/Value());
    Value isGoingOn = arith::XOrIOp::create(
        builder, loc, isOver,
        arith::ConstantOp::create(builder, loc, builder.getBoolAttr(true)));
    scf::ConditionOp::create(builder, loc, isGoingOn, ValueRange());
  };
  auto again = [](OpBuilder &builder, Location loc, ValueRange) {
    scf::YieldOp::create(builder, loc);
  };
  scf::WhileOp::create(emit.builder, emit.loc, TypeRange(), ValueRange(), ask,
                       again);
}

/// Without a branch, behind which lanes need not be together again: what comes
/// is for whole warps. The op for it has no predicate, and one that is a
/// constant is no operand of PTX.
void WarpgroupRing::arrive(Value barrier, Value condition) {
  Value number = LLVM::ZExtOp::create(emit.builder, emit.loc,
                                      emit.builder.getI32Type(), condition);
  NVVM::InlinePtxOp::create(emit.builder, emit.loc, TypeRange(),
                            {barrier, number}, /*readWriteArgs=*/ValueRange(),
                            "{\n.reg .pred p;\nsetp.ne.b32 p, $1, 0;\n"
                            "@p mbarrier.arrive.shared.b64 _, [$0];\n}",
                            /*predicate=*/Value());
}

SmallVector<Value> WarpgroupRing::forStages(int64_t count, Place &place,
                                            ValueRange carried, Body body) {
  SmallVector<Value> starts = {place.slot, place.parity};
  llvm::append_range(starts, carried);
  auto loop = scf::ForOp::create(
      emit.builder, emit.loc, emit.constant(0), emit.constant(count),
      emit.constant(1), starts,
      [&](OpBuilder &builder, Location loc, Value stage, ValueRange values) {
        OpBuilder::InsertionGuard guard(emit.builder);
        emit.builder.restoreInsertionPoint(builder.saveInsertionPoint());
        Place place = {values[0], values[1]};
        SmallVector<Value> given = body(stage, place, values.drop_front(2));
        Place behind = next(place);
        SmallVector<Value> results = {behind.slot, behind.parity};
        llvm::append_range(results, given);
        scf::YieldOp::create(emit.builder, loc, results);
      });
  place = {loop.getResult(0), loop.getResult(1)};
  return SmallVector<Value>(loop.getResults().drop_front(2));
}
