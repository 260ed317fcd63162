//===- WarpgroupKernel.cpp - A contraction by wgmma -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block computes a tile of the results. One thread lets copies to the ring
// begin; groups of four warps multiply what is there, straight from shared
// memory. Neither waits for the other but at the barriers of the stages.
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

/// Bytes from a row of the left operand to the next, where it is a matrix.
std::optional<int64_t> pitchOf(const Contraction &contraction) {
  int64_t pitch = 0, step = 0;
  for (const RowDimension &dimension : llvm::reverse(contraction.rows)) {
    if (dimension.extent == 1)
      continue;
    if (pitch == 0)
      pitch = step = dimension.leftStep;
    if (dimension.leftStep != step)
      return std::nullopt;
    step *= dimension.extent; // of the batch for nothing: it is the last
  }
  return pitch > 0 ? pitch : llvm::alignTo(contraction.depth(), kChunk);
}

bool isOneRun(const Contraction &contraction) {
  for (auto [index, offset] : llvm::enumerate(contraction.offsetsOfRuns()))
    if (offset != static_cast<int64_t>(index) * contraction.run)
      return false;
  return true;
}

int64_t offsetOf(const Contraction &contraction) {
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)cast<MemRefType>(contraction.left.getType())
      .getStridesAndOffset(strides, offset);
  return offset;
}

class WarpgroupKernel {
public:
  WarpgroupKernel(const Contraction &contraction, const WarpgroupTile &tile)
      : contraction(contraction), tile(tile), loc(contraction.op->getLoc()),
        stages(llvm::divideCeil(contraction.depth(), kGroupDepth)) {}

  LogicalResult create(KernelModule &kernels);

private:
  DenseI64ArrayAttr describeLeft(int64_t rowsPerSample);
  void copy(Emitter &emit, WarpgroupRing &ring, Value firstRow, Value weights);
  void multiply(Emitter &emit, WarpgroupRing &ring, WarpgroupProducts &products,
                Value lane);
  void finish(Emitter &emit, WarpgroupProducts &products, Value sums);

  const Contraction &contraction;
  WarpgroupTile tile;
  Location loc;
  int64_t stages; // along K
  MatrixOperands operands;
  Value blockX, blockY, rows; // indices
};

/// Boxes of a stage along K of all rows of a tile.
DenseI64ArrayAttr WarpgroupKernel::describeLeft(int64_t rowsPerSample) {
  return Builder(loc.getContext())
      .getDenseI64ArrayAttr({offsetOf(contraction), kGroupDepth,
                             isBatched(contraction), contraction.depth(), 1,
                             kGroupDepth, rowsPerSample, *pitchOf(contraction),
                             tile.rows()});
}

/// The thread that lets copies begin.
void WarpgroupKernel::copy(Emitter &emit, WarpgroupRing &ring, Value firstRow,
                           Value weights) {
  OpBuilder &builder = emit.builder;
  Value map = operands.imports.map(builder, loc, 0);
  NVVM::PrefetchOp::create(builder, loc, /*cacheLevel=*/nullptr,
                           /*evictPriority=*/nullptr, map,
                           /*predicate=*/Value(), builder.getUnitAttr());
  Type inCluster = emit.pointerType(NVVM::NVVMMemorySpace::SharedCluster);
  auto inSpace = [&](Value pointer) {
    return LLVM::AddrSpaceCastOp::create(builder, loc, inCluster, pointer);
  };
  ring.forStages(
      stages, {},
      [&](Value stage, WarpgroupRing::Place place,
          ValueRange) -> SmallVector<Value> {
        ring.wait(ring.empty(place.slot),
                  emit.exclusiveOr(place.parity, emit.constant(1)));
        Value full = ring.full(place.slot), to = ring.stage(place.slot);
        NVVM::MBarrierArriveExpectTxOp::create(
            builder, loc, /*res=*/Type(), full,
            emit.constant(tile.stageBytes()), NVVM::MemScopeKind::CTA,
            /*relaxed=*/false, /*predicate=*/Value());
        Value k = emit.multiply(stage, kGroupDepth);
        NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp::create(
            builder, loc, inSpace(to), map, ValueRange{k, firstRow}, full,
            /*im2colOffsets=*/ValueRange(), /*multicastMask=*/Value(),
            /*l2CacheHint=*/Value(), NVVM::TMALoadMode::TILE,
            /*isCTAOnly=*/false,
            /*group=*/nullptr, /*predicate=*/Value());
        // Weights lie as stages hold them.
        Value from = emit.pointer(emit.add(
            weights, emit.toIndex(emit.multiply(stage, tile.rightBytes()))));
        Value right = emit.behind(to, emit.constant(tile.leftBytes()));
        NVVM::CpAsyncBulkGlobalToSharedClusterOp::create(
            builder, loc, inSpace(right), from, full,
            emit.constant(tile.rightBytes()), /*multicastMask=*/Value(),
            /*l2CacheHint=*/Value());
        return {};
      });
}

/// While a stage is multiplied, the one before is given back.
void WarpgroupKernel::multiply(Emitter &emit, WarpgroupRing &ring,
                               WarpgroupProducts &products, Value lane) {
  OpBuilder &builder = emit.builder;
  constexpr int64_t kWarp = 32;
  Value isFirst = emit.isEqual(emit.remainder(lane, kWarp), emit.constant(0));
  SmallVector<Value> starts = {emit.constant(0), products.start()};
  SmallVector<Value> results = ring.forStages(
      stages, starts,
      [&](Value stage, WarpgroupRing::Place place,
          ValueRange carried) -> SmallVector<Value> {
        ring.wait(ring.full(place.slot), place.parity);
        Value sums = products.multiply(ring.stage(place.slot), carried[1]);
        products.wait(1);
        Value isOneBefore = emit.isLess(emit.constant(0), stage);
        ring.arrive(ring.empty(carried[0]),
                    arith::AndIOp::create(builder, loc, isOneBefore, isFirst));
        return {place.slot, sums};
      });
  products.wait(0);
  finish(emit, products, results[1]);
}

void WarpgroupKernel::finish(Emitter &emit, WarpgroupProducts &products,
                             Value sums) {
  operands.importCaptured(emit.builder, contraction);
  Value firstRow = emit.multiply(blockX, tile.rows());
  Value firstColumn = emit.multiply(blockY, tile.columns);
  for (int64_t part = 0; part < products.parts(); ++part) {
    SmallVector<LaneRow> laneRows;
    for (int64_t half = 0; half < 2; ++half)
      laneRows.push_back(
          {emit.add(firstRow, emit.toIndex(products.rowOf(half))),
           products.sumsOf(sums, part, half)});
    Value column = emit.add(firstColumn, emit.toIndex(products.columnOf(part)));
    storeResults(emit, contraction, operands, column, laneRows, rows);
  }
}

LogicalResult WarpgroupKernel::create(KernelModule &kernels) {
  FailureOr<int64_t> perSample = rowsPerSample(contraction);
  WeightLayout layout = {tile.columns, tile.partColumns(), kGroupDepth};
  if (failed(perSample) ||
      failed(operands.imports.addMap(contraction.left,
                                     describeLeft(*perSample))) ||
      failed(operands.add(kernels, contraction, layout)))
    return failure();
  LaunchShape shape = {*perSample, tile.rows(), tile.threads()};
  shape.blocksY = llvm::divideCeil(contraction.columns, tile.columns);
  shape.sharedBytes = tile.ringBytes();
  gpu::GPUFuncOp kernel = operands.createKernel(kernels, contraction, shape);
  OpBuilder builder(kernel.getBody().front().getTerminator());
  kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                  builder.getI32IntegerAttr(tile.blocks));
  Emitter emit(builder, loc);
  KernelImports &imports = operands.imports;
  Value thread = emit.toI32(
      gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x).getResult());
  blockX = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x);
  blockY = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::y);
  rows = isBatched(contraction) ? imports.scaleBatch(builder, loc, *perSample)
                                : emit.index(*perSample);
  Value weights = emit.add(imports.addressOf(builder, loc, operands.weights),
                           emit.multiply(blockY, stages * tile.rightBytes()));
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
    multiply(emit, ring, products, lane);
  });
  within(roles.elseBlock(), [&] {
    setRegisters(40, NVVM::SetMaxRegisterAction::decrease);
    within(isThread(tile.groups * kWarpgroup).thenBlock(), [&] {
      copy(emit, ring, emit.toI32(emit.multiply(blockX, tile.rows())), weights);
    });
  });
  return success();
}

} // namespace

bool quantc::fitsWarpgroups(const Contraction &contraction) {
  std::optional<int64_t> pitch = pitchOf(contraction);
  return pitch && *pitch % kChunk == 0 && isOneRun(contraction) &&
         offsetOf(contraction) % kChunk == 0;
}

LogicalResult quantc::createWarpgroupKernel(KernelModule &kernels,
                                            const Contraction &contraction,
                                            const WarpgroupTile &tile) {
  return WarpgroupKernel(contraction, tile).create(kernels);
}
