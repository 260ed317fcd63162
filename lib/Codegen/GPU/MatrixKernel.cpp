//===- MatrixKernel.cpp - A contraction on tensor cores -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block computes a tile of the results. While its warps multiply a stage of
// both operands in shared memory, the next ones are on their way there.
//
//===----------------------------------------------------------------------===//

#include "MatrixKernel.h"

#include "MatrixEpilogue.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

namespace {

/// Elements along K, and columns, below which most of a tile would be zeros.
constexpr int64_t kLeastDepth = 16;
constexpr int64_t kLeastColumns = 8;

class MatrixKernel {
public:
  MatrixKernel(Contraction of, const MatrixTile &tile, MatrixFeatures features)
      : contraction(std::move(of)), tile(tile), features(features),
        loc(contraction.op.getLoc()),
        stages(llvm::divideCeil(contraction.depth(), kStageDepth)) {
    this->tile.stages = std::min(tile.stages, std::max<int64_t>(2, stages));
  }

  LogicalResult create(KernelModule &kernels);

private:
  SmallVector<Value> multiply(Emitter &emit, MatrixCopies &copies,
                              MatrixProducts &products, Value ring);
  void finish(Emitter &emit, MatrixProducts &products, ArrayRef<Value> sums,
              Value firstRow, Value rows, Value tileOfColumns);

  Contraction contraction;
  MatrixTile tile;
  MatrixFeatures features;
  Location loc;
  int64_t stages; // along K
  MatrixOperands operands;
};

/// The loop along K; the sums of a lane.
SmallVector<Value> MatrixKernel::multiply(Emitter &emit, MatrixCopies &copies,
                                          MatrixProducts &products,
                                          Value ring) {
  OpBuilder &builder = emit.builder;
  auto slotAt = [&](Value slot) {
    return emit.behind(ring, emit.multiply(slot, tile.stageBytes()));
  };
  int64_t ahead = tile.stages - 1;
  for (int64_t stage = 0; stage < ahead; ++stage) {
    if (stage < stages)
      copies.copy(slotAt(emit.constant(stage)), emit.constant(stage));
    copies.commit();
  }
  SmallVector<Value> carried = {emit.constant(0)}; // the slot, then the sums
  carried.append(tile.sums(), emit.constant(0));
  auto loop =
      scf::ForOp::create(builder, loc, emit.constant(0), emit.constant(stages),
                         emit.constant(1), carried);
  OpBuilder::InsertionGuard insertion(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Value slot = loop.getRegionIterArgs().front();
  copies.wait(ahead - 1);
  // The stage is there for all threads, and none reads the one before any more.
  gpu::BarrierOp::create(builder, loc);
  Value next = emit.add(loop.getInductionVar(), ahead);
  auto isNext =
      scf::IfOp::create(builder, loc, emit.isLess(next, emit.constant(stages)));
  {
    OpBuilder::InsertionGuard inside(builder);
    builder.setInsertionPointToStart(isNext.thenBlock());
    copies.copy(slotAt(emit.remainder(emit.add(slot, ahead), tile.stages)),
                next);
  }
  copies.commit();
  SmallVector<Value> sums(loop.getRegionIterArgs().drop_front());
  products.multiply(slotAt(slot), sums);
  SmallVector<Value> results = {emit.remainder(emit.add(slot, 1), tile.stages)};
  llvm::append_range(results, sums);
  scf::YieldOp::create(builder, loc, results);
  return SmallVector<Value>(loop.getResults().drop_front());
}

void MatrixKernel::finish(Emitter &emit, MatrixProducts &products,
                          ArrayRef<Value> sums, Value firstRow, Value rows,
                          Value tileOfColumns) {
  Value column = emit.add(emit.multiply(tileOfColumns, tile.columns),
                          emit.toIndex(products.firstColumn()));
  SmallVector<LaneRow> laneRows;
  for (int64_t part = 0; part < products.rowParts(); ++part)
    for (int64_t half = 0; half < 2; ++half) {
      LaneRow &row = laneRows.emplace_back();
      row.row = emit.add(firstRow, emit.toIndex(products.rowOf(part, half)));
      for (int64_t index = 0; index < products.columnsOfLane(); ++index)
        row.sums.push_back(sums[products.indexOfSum(part, half, index)]);
    }
  storeResults(emit, contraction, operands, column, laneRows, rows);
}

LogicalResult MatrixKernel::create(KernelModule &kernels) {
  FailureOr<int64_t> perSample = rowsPerSample(contraction);
  operands.border = ImageBorder::of(contraction);
  int64_t depth = contraction.depth();
  WeightLayout layout = {tile.columns, tile.columnsOfWarp(), kStageDepth, depth,
                         depth};
  if (failed(perSample) || failed(operands.imports.add(contraction.left)) ||
      failed(operands.add(kernels, contraction,
                          packWeights(contraction, layout), tile.columns)))
    return failure();
  LaunchShape shape = {*perSample, tile.rows, tile.threads()};
  shape.blocksY = llvm::divideCeil(contraction.columns, tile.columns);
  gpu::GPUFuncOp kernel = operands.createKernel(kernels, contraction, shape);
  OpBuilder builder(kernel.getBody().front().getTerminator());
  Emitter emit(builder, loc);
  Value thread = emit.toI32(
      gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x).getResult());
  Value blockX = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x);
  Value blockY = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::y);
  Value firstRow = emit.multiply(blockX, tile.rows);
  KernelImports &imports = operands.imports;
  Value rows = isBatched(contraction)
                   ? imports.scaleBatch(builder, loc, *perSample)
                   : emit.index(*perSample);
  Value left = imports.addressOf(builder, loc, contraction.left);
  Value ofTile =
      emit.add(imports.addressOf(builder, loc, operands.weights),
               emit.multiply(blockY, stages * tile.columns * kStageDepth));
  Value ring =
      kernels.createRing(builder, kernel, tile.stages * tile.stageBytes());
  MatrixCopies copies(emit, contraction, tile, features, thread, left, ofTile,
                      firstRow, rows, operands.border);
  MatrixProducts products(emit, tile, features, thread);
  SmallVector<Value> sums = multiply(emit, copies, products, ring);
  operands.importCaptured(builder, contraction);
  finish(emit, products, sums, firstRow, rows, blockY);
  return success();
}

} // namespace

bool quantc::isBatched(const Contraction &contraction) {
  return ShapedType::isDynamic(contraction.rows.front().extent);
}

FailureOr<int64_t> quantc::rowsPerSample(const Contraction &contraction) {
  int64_t rows = leastExtent(contraction.rows);
  if (!isBatched(contraction))
    return rows;
  FailureOr<int64_t> perSample = dynamicExtentPerSample(contraction.output);
  if (failed(perSample))
    return failure();
  return rows * *perSample;
}

std::optional<Contraction> quantc::matchContraction(FusedLoops loops) {
  if (!loops.start || !isContraction(loops.op))
    return std::nullopt;
  std::optional<Contraction> contraction = analyzeContraction(loops.op);
  if (!contraction || !contraction->right ||
      !contraction->element().isInteger(8) || contraction->groups != 1 ||
      !contraction->batches.empty() ||
      contraction->start != loops.start.getOperation() ||
      contraction->epilogue != loops.epilogue)
    return std::nullopt;
  if (auto border = contraction->left.getDefiningOp<mk::BorderOp>();
      border && !isImageBorder(contraction->op, border))
    return std::nullopt;
  return contraction;
}

bool quantc::fillsMatrices(const Contraction &contraction) {
  return !contraction.isDepthwise && contraction.depth() >= kLeastDepth &&
         contraction.columns >= kLeastColumns;
}

LogicalResult quantc::createMatrixKernel(KernelModule &kernels,
                                         const Contraction &contraction,
                                         const MatrixTile &tile,
                                         MatrixFeatures features) {
  return MatrixKernel(contraction, tile, features).create(kernels);
}
