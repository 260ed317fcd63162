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
#include "mlir/Transforms/RegionUtils.h"
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
  LogicalResult addConstants(KernelModule &kernels);
  SmallVector<Value> multiply(Emitter &emit, MatrixCopies &copies,
                              MatrixProducts &products, Value ring);
  void finish(Emitter &emit, MatrixProducts &products, ArrayRef<Value> sums,
              Value firstRow, Value rows, Value tileOfColumns);

  Contraction contraction;
  MatrixTile tile;
  MatrixFeatures features;
  Location loc;
  int64_t stages; // along K
  KernelImports imports;
  Value weights, bias; // in the network function; no bias: 0
  SmallVector<Value> params;
};

/// Packs and pads the constants, and finds what else the kernel reads.
LogicalResult MatrixKernel::addConstants(KernelModule &kernels) {
  OpBuilder builder(contraction.op);
  weights = kernels.createConstant(builder, loc, "weights",
                                   packWeights(contraction, tile));
  if (contraction.bias)
    bias = kernels.createConstant(builder, loc, "bias",
                                  padColumns(contraction.bias, tile));
  for (DenseElementsAttr values : contraction.params)
    params.push_back(kernels.createConstant(builder, loc, "param",
                                            padColumns(values, tile)));
  SmallVector<Value> needed = {contraction.left, weights};
  if (bias)
    needed.push_back(bias);
  llvm::append_range(needed, params);
  llvm::append_range(needed, contraction.inputs);
  needed.push_back(contraction.output);
  if (contraction.epilogue) {
    llvm::SetVector<Value> captured;
    linalg::GenericOp epilogue = contraction.epilogue;
    getUsedValuesDefinedAbove(epilogue.getRegion(), captured);
    llvm::append_range(needed, captured);
  }
  return success(llvm::all_of(
      needed, [&](Value value) { return succeeded(imports.add(value)); }));
}

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
  OpBuilder &builder = emit.builder;
  Value column = emit.add(emit.multiply(tileOfColumns, tile.columns),
                          emit.toIndex(products.firstColumn()));
  MatrixEpilogue epilogue(emit, contraction, imports, bias, params);
  Value isColumn = emit.isLess(column, emit.index(contraction.columns));
  auto guard = scf::IfOp::create(builder, loc, isColumn);
  builder.setInsertionPointToStart(guard.thenBlock());
  int64_t columns = products.columnsOfLane();
  epilogue.start(column, columns);
  for (int64_t part = 0; part < products.rowParts(); ++part)
    for (int64_t half = 0; half < 2; ++half) {
      Value row = emit.add(firstRow, emit.toIndex(products.rowOf(part, half)));
      auto isRow = scf::IfOp::create(builder, loc, emit.isLess(row, rows));
      OpBuilder::InsertionGuard insertion(builder);
      builder.setInsertionPointToStart(isRow.thenBlock());
      SmallVector<Value> ofRow;
      for (int64_t index = 0; index < columns; ++index)
        ofRow.push_back(sums[products.indexOfSum(part, half, index)]);
      epilogue.store(placeOfRow(emit, contraction, row), ofRow);
    }
}

LogicalResult MatrixKernel::create(KernelModule &kernels) {
  FailureOr<int64_t> perSample = rowsPerSample(contraction);
  if (failed(perSample) || failed(addConstants(kernels)))
    return failure();
  LaunchShape shape = {*perSample, tile.rows, tile.threads()};
  shape.blocksY = llvm::divideCeil(contraction.columns, tile.columns);
  Operation *last = contraction.op;
  if (contraction.epilogue)
    last = contraction.epilogue;
  OpBuilder outside(last);
  gpu::GPUFuncOp kernel =
      kernels.create(outside, loc, imports.buffers(), shape);
  OpBuilder builder(kernel.getBody().front().getTerminator());
  imports.enter(kernel);
  Emitter emit(builder, loc);
  Value thread = emit.toI32(
      gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x).getResult());
  Value blockX = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x);
  Value blockY = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::y);
  Value firstRow = emit.multiply(blockX, tile.rows);
  bool isBatched = ShapedType::isDynamic(contraction.rows.front().extent);
  Value rows = isBatched ? imports.scaleBatch(builder, loc, *perSample)
                         : emit.index(*perSample);
  Value left = imports.addressOf(builder, loc, contraction.left);
  Value ofTile =
      emit.add(imports.addressOf(builder, loc, weights),
               emit.multiply(blockY, stages * tile.columns * kStageDepth));
  Value ring =
      kernels.createRing(builder, kernel, tile.stages * tile.stageBytes());
  MatrixCopies copies(emit, contraction, tile, features, thread, left, ofTile,
                      firstRow, rows);
  MatrixProducts products(emit, tile, features, thread);
  SmallVector<Value> sums = multiply(emit, copies, products, ring);
  if (contraction.epilogue) {
    llvm::SetVector<Value> captured;
    linalg::GenericOp epilogue = contraction.epilogue;
    getUsedValuesDefinedAbove(epilogue.getRegion(), captured);
    for (Value value : captured)
      imports.get(builder, value);
  }
  finish(emit, products, sums, firstRow, rows, blockY);
  return success();
}

} // namespace

FailureOr<int64_t> quantc::rowsPerSample(const Contraction &contraction) {
  int64_t rows = leastExtent(contraction.rows);
  if (!ShapedType::isDynamic(contraction.rows.front().extent))
    return rows;
  FailureOr<int64_t> perSample = dynamicExtentPerSample(contraction.output);
  if (failed(perSample))
    return failure();
  return rows * *perSample;
}

std::optional<Contraction> quantc::matchMatrixKernel(FusedLoops loops) {
  if (!loops.start || !isContraction(loops.op))
    return std::nullopt;
  std::optional<Contraction> contraction = analyzeContraction(loops.op);
  if (!contraction || !contraction->right ||
      !contraction->element().isInteger(8) || contraction->isDepthwise ||
      contraction->groups != 1 || !contraction->batches.empty() ||
      contraction->start != loops.start.getOperation() ||
      contraction->epilogue != loops.epilogue ||
      contraction->depth() < kLeastDepth ||
      contraction->columns < kLeastColumns)
    return std::nullopt;
  return contraction;
}

LogicalResult quantc::createMatrixKernel(KernelModule &kernels,
                                         const Contraction &contraction,
                                         FusedLoops loops,
                                         const MatrixTile &tile,
                                         MatrixFeatures features) {
  if (failed(MatrixKernel(contraction, tile, features).create(kernels)))
    return failure();
  IRRewriter rewriter(loops.op.getContext());
  for (linalg::LinalgOp part :
       {linalg::LinalgOp(loops.epilogue), loops.op, loops.start})
    if (part)
      rewriter.eraseOp(part);
  return success();
}
