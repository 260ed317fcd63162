//===- WarpgroupKernel.cpp - A contraction by wgmma -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block computes tiles of the results. One thread lets copies to the ring
// begin; groups of four warps multiply what is there, straight from shared
// memory. Neither waits for the other but at the barriers of the stages, and
// while the results of a tile are stored, the copies of the next have begun.
//
//===----------------------------------------------------------------------===//

#include "WarpgroupKernel.h"

#include "MatrixEpilogue.h"
#include "MatrixKernel.h"
#include "WarpgroupBuilder.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

namespace {

class WarpgroupKernel {
public:
  WarpgroupKernel(const Contraction &contraction, const WarpgroupLeft &left,
                  const WarpgroupTile &tile)
      : contraction(contraction), left(left),
        tile(tile.withDepth(left.depth())), loc(contraction.op->getLoc()) {}

  LogicalResult create(KernelModule &kernels);

private:
  void copy(Emitter &emit, WarpgroupRing &ring, WarpgroupTiles &tiles,
            Value weights);
  void multiply(Emitter &emit, WarpgroupRing &ring, WarpgroupTiles &tiles,
                WarpgroupProducts &products, Value lane);
  void finish(Emitter &emit, WarpgroupProducts &products, Value sums,
              Value firstRow, Value firstColumn);

  const Contraction &contraction;
  const WarpgroupLeft &left;
  WarpgroupTile tile;
  Location loc;
  MatrixOperands operands;
  Value rows; // an index
};

/// The thread that lets copies begin.
void WarpgroupKernel::copy(Emitter &emit, WarpgroupRing &ring,
                           WarpgroupTiles &tiles, Value weights) {
  OpBuilder &builder = emit.builder;
  Value map = operands.imports.map(builder, loc, 0);
  NVVM::PrefetchOp::create(builder, loc, /*cacheLevel=*/nullptr,
                           /*evictPriority=*/nullptr, map,
                           /*predicate=*/Value(), builder.getUnitAttr());
  Type inCluster = emit.pointerType(NVVM::NVVMMemorySpace::SharedCluster);
  auto inSpace = [&](Value pointer) {
    return LLVM::AddrSpaceCastOp::create(builder, loc, inCluster, pointer);
  };
  auto copyStage = [&](Value stage, Value slot, Value firstRow, Value ofTile) {
    Value full = ring.full(slot), to = ring.stage(slot);
    NVVM::MBarrierArriveExpectTxOp::create(
        builder, loc, /*res=*/Type(), full, emit.constant(tile.stageBytes()),
        NVVM::MemScopeKind::CTA, /*relaxed=*/false, /*predicate=*/Value());
    left.copy(emit, map, inSpace(to), full, stage, firstRow);
    // Weights lie as stages hold them.
    Value from = emit.pointer(emit.add(
        ofTile, emit.toIndex(emit.multiply(stage, tile.rightBytes()))));
    Value right = emit.behind(to, emit.constant(tile.leftBytes()));
    NVVM::CpAsyncBulkGlobalToSharedClusterOp::create(
        builder, loc, inSpace(right), from, full,
        emit.constant(tile.rightBytes()), /*multicastMask=*/Value(),
        /*l2CacheHint=*/Value());
  };
  auto copyTile = [&](Value firstRow, Value firstColumn,
                      WarpgroupRing::Place place) {
    Value tileOfColumns = emit.toIndex(emit.divide(firstColumn, tile.columns));
    Value ofTile =
        emit.add(weights, emit.multiply(tileOfColumns,
                                        left.stages() * tile.rightBytes()));
    ring.forStages(left.stages(), place, {},
                   [&](Value stage, WarpgroupRing::Place place, ValueRange) {
                     ring.wait(
                         ring.empty(place.slot),
                         emit.exclusiveOr(place.parity, emit.constant(1)));
                     copyStage(stage, place.slot, firstRow, ofTile);
                     return SmallVector<Value>();
                   });
    return place;
  };
  tiles.forTiles(ring.begin(), copyTile);
}

/// While a stage is multiplied, the one before is given back.
void WarpgroupKernel::multiply(Emitter &emit, WarpgroupRing &ring,
                               WarpgroupTiles &tiles,
                               WarpgroupProducts &products, Value lane) {
  OpBuilder &builder = emit.builder;
  constexpr int64_t kWarp = 32;
  Value isFirst = emit.isEqual(emit.remainder(lane, kWarp), emit.constant(0));
  auto multiplyTile = [&](Value firstRow, Value firstColumn,
                          WarpgroupRing::Place place) {
    SmallVector<Value> starts = {place.slot, products.start()};
    SmallVector<Value> results = ring.forStages(
        left.stages(), place, starts,
        [&](Value stage, WarpgroupRing::Place place, ValueRange carried) {
          ring.wait(ring.full(place.slot), place.parity);
          Value sums = products.multiply(ring.stage(place.slot), carried[1]);
          products.wait(1);
          Value isOneBefore = emit.isLess(emit.constant(0), stage);
          ring.arrive(
              ring.empty(carried[0]),
              arith::AndIOp::create(builder, loc, isOneBefore, isFirst));
          return SmallVector<Value>{place.slot, sums};
        });
    products.wait(0);
    ring.arrive(ring.empty(results[0]), isFirst);
    finish(emit, products, results[1], firstRow, firstColumn);
    // Lanes part where they have no rows.
    NVVM::SyncWarpOp::create(builder, loc, emit.constant(-1));
    return place;
  };
  tiles.forTiles(ring.begin(), multiplyTile);
}

void WarpgroupKernel::finish(Emitter &emit, WarpgroupProducts &products,
                             Value sums, Value firstRow, Value firstColumn) {
  for (int64_t part = 0; part < products.parts(); ++part) {
    SmallVector<LaneRow> laneRows;
    for (int64_t half = 0; half < 2; ++half)
      laneRows.push_back(
          {emit.toIndex(emit.add(firstRow, products.rowOf(half))),
           products.sumsOf(sums, part, half)});
    Value column = emit.toIndex(emit.add(firstColumn, products.columnOf(part)));
    storeResults(emit, contraction, operands, column, laneRows, rows);
  }
}

LogicalResult WarpgroupKernel::create(KernelModule &kernels) {
  FailureOr<int64_t> perSample = rowsPerSample(contraction);
  if (failed(perSample))
    return failure();
  operands.border = ImageBorder::of(contraction);
  WeightLayout layout = {tile.columns, tile.partColumns(), tile.depth,
                         left.run(), left.paddedRun()};
  DenseI64ArrayAttr map = left.describe(loc.getContext(), tile.rows(),
                                        *perSample, isBatched(contraction));
  if (failed(operands.imports.addMap(contraction.left, map)) ||
      failed(operands.add(kernels, contraction,
                          packWeights(contraction, layout), tile.columns)))
    return failure();
  LaunchShape shape = {*perSample, tile.rows(), tile.threads()};
  shape.blocksY = llvm::divideCeil(contraction.columns, tile.columns);
  shape.sharedBytes = tile.ringBytes();
  shape.residentBlocks = tile.blocks;
  gpu::GPUFuncOp kernel = operands.createKernel(kernels, contraction, shape);
  OpBuilder builder(kernel.getBody().front().getTerminator());
  kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                  builder.getI32IntegerAttr(tile.blocks));
  Emitter emit(builder, loc);
  KernelImports &imports = operands.imports;
  Value thread = emit.toI32(
      gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x).getResult());
  rows = isBatched(contraction) ? imports.scaleBatch(builder, loc, *perSample)
                                : emit.index(*perSample);
  Value weights = imports.addressOf(builder, loc, operands.weights);
  operands.importCaptured(builder, contraction);
  WarpgroupTiles tiles(emit, tile, rows, contraction.columns);
  WarpgroupRing ring(emit, tile,
                     kernels.createRing(builder, kernel, /*bytes=*/0));
  auto within = [&](Block *block, llvm::function_ref<void()> emitBody) {
    OpBuilder::InsertionGuard insertion(builder);
    builder.setInsertionPointToStart(block);
    emitBody();
  };
  auto isThread = [&](int64_t number) {
    return scf::IfOp::create(builder, loc,
                             emit.isEqual(thread, emit.constant(number)));
  };
  within(isThread(0).thenBlock(), [&] { ring.initialize(); });
  gpu::BarrierOp::create(builder, loc);
  // Of the whole warp: the assembler sees that all lanes go the same way.
  Value group = NVVM::ShflOp::create(
      builder, loc, builder.getI32Type(), emit.constant(-1),
      emit.divide(thread, kWarpgroup), emit.constant(0), emit.constant(31),
      NVVM::ShflKind::idx, /*return_value_and_is_valid=*/nullptr);
  auto setRegisters = [&](uint32_t count, NVVM::SetMaxRegisterAction action) {
    if (tile.movesRegisters())
      NVVM::SetMaxRegisterOp::create(builder, loc, count, action);
  };
  auto roles = scf::IfOp::create(builder, loc,
                                 emit.isLess(group, emit.constant(tile.groups)),
                                 /*withElseRegion=*/true);
  // Of 65,536 registers: 128 threads with 40, and 256 with 232.
  within(roles.thenBlock(), [&] {
    setRegisters(232, NVVM::SetMaxRegisterAction::increase);
    Value lane = emit.remainder(thread, kWarpgroup);
    WarpgroupProducts products(emit, tile, group, lane);
    multiply(emit, ring, tiles, products, lane);
  });
  within(roles.elseBlock(), [&] {
    setRegisters(40, NVVM::SetMaxRegisterAction::decrease);
    within(isThread(tile.groups * kWarpgroup).thenBlock(),
           [&] { copy(emit, ring, tiles, weights); });
  });
  return success();
}

} // namespace

LogicalResult quantc::createWarpgroupKernel(KernelModule &kernels,
                                            const Contraction &contraction,
                                            const WarpgroupLeft &left,
                                            const WarpgroupTile &tile) {
  return WarpgroupKernel(contraction, left, tile).create(kernels);
}
