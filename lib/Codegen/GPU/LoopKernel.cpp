//===- LoopKernel.cpp - A linalg op, a result per thread ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For all that has no kernel of its own. Threads are numbered along the
// results, the innermost dimension last, so that neighbours read and write
// neighbours.
//
//===----------------------------------------------------------------------===//

#include "LoopKernel.h"

#include "BufferPoints.h"

#include "quantc/Codegen/Common/Contraction.h"
#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace quantc;

namespace {

/// Of a block; enough of them are on a multiprocessor whatever registers a
/// thread takes.
constexpr int64_t kThreads = 256;

/// Bytes that a thread writes at least, where the results are neighbours.
constexpr int64_t kBytesPerThread = 4;

class LoopKernel {
public:
  LoopKernel(linalg::GenericOp op, linalg::GenericOp start,
             linalg::GenericOp epilogue)
      : op(op), start(start), epilogue(epilogue), loc(op.getLoc()) {}

  /// Finds what the kernel reads, and how its work is cut.
  LogicalResult analyze();
  void create(KernelModule &kernels);

private:
  /// The op that writes what the kernel stores.
  linalg::GenericOp last() { return epilogue ? epilogue : op; }
  /// Whether the kernel needs the buffer of an operand: not where it holds
  /// accumulators, which are in registers.
  bool isNeeded(OpOperand &operand);
  LogicalResult addImports(linalg::GenericOp op);
  int64_t chooseWidth();
  SmallVector<Value> delinearize(OpBuilder &builder, Value item);
  bool areNeighbours(OpOperand &operand);
  Value load(OpBuilder &builder, OpOperand *operand,
             ArrayRef<Value> coordinates);
  SmallVector<Value> computeStarts(OpBuilder &builder,
                                   ArrayRef<Value> coordinates);
  SmallVector<Value> evaluate(OpBuilder &builder, linalg::GenericOp op,
                              ArrayRef<Value> coordinates, ValueRange results);
  SmallVector<Value> finish(OpBuilder &builder, SmallVector<Value> &point,
                            ValueRange results);
  void reduce(OpBuilder &builder, ArrayRef<unsigned> loops,
              SmallVectorImpl<SmallVector<Value>> &points,
              SmallVector<Value> &results);

  linalg::GenericOp op, start, epilogue;
  Location loc;
  KernelImports imports;
  SmallVector<int64_t> extents; // of the loops; dynamic: one, of the batch
  SmallVector<unsigned> parallel, reductions; // loops; the dynamic one first
  int64_t batchExtent = 1;                    // of the dynamic loop, per sample
  int64_t width = 1;                          // results of a thread
  int64_t neighbour = 0;                      // of them, the one at hand
  DenseMap<OpOperand *, Value> vectors;       // what they read at once
};

/// Whether the kernel reads what `operand` holds.
bool isRead(linalg::GenericOp op, OpOperand &operand) {
  return !op.getMatchingBlockArgument(&operand).use_empty();
}

bool LoopKernel::isNeeded(OpOperand &operand) {
  auto owner = cast<linalg::GenericOp>(operand.getOwner());
  Value sums = withoutReshapes(op.getDpsInits().front());
  if (epilogue && withoutReshapes(operand.get()) == sums)
    return false;
  bool isStored = owner.isDpsInit(&operand) && owner == last();
  return isStored || isRead(owner, operand);
}

LogicalResult LoopKernel::addImports(linalg::GenericOp op) {
  for (OpOperand &operand : op->getOpOperands())
    if (isNeeded(operand) && failed(imports.add(operand.get())))
      return failure();
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op.getRegion(), captured);
  return success(llvm::all_of(
      captured, [&](Value value) { return succeeded(imports.add(value)); }));
}

LogicalResult LoopKernel::analyze() {
  for (linalg::GenericOp part : {start, op, epilogue})
    if (part && failed(addImports(part)))
      return failure();
  extents = op.getStaticLoopRanges();
  for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
    bool isDynamic = ShapedType::isDynamic(extents[loop]);
    if (iterator != utils::IteratorType::parallel) {
      if (isDynamic)
        return op.emitOpError("expected reductions of a known extent");
      reductions.push_back(loop);
    } else {
      parallel.insert(isDynamic ? parallel.begin() : parallel.end(), loop);
    }
  }
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type || type.hasStaticShape())
      continue;
    FailureOr<int64_t> perSample = dynamicExtentPerSample(operand.get());
    if (failed(perSample))
      return failure();
    // The results have the loop that is dynamic.
    if (op.isDpsInit(&operand))
      batchExtent = *perSample;
  }
  if (llvm::count_if(extents, ShapedType::isDynamic) > 1)
    return op.emitOpError("expected one loop over the batch");
  width = chooseWidth();
  return success();
}

/// Several neighbours of one byte, of which loads and stores become one.
int64_t LoopKernel::chooseWidth() {
  if (parallel.empty() || op.getNumDpsInits() != 1)
    return 1;
  unsigned loop = parallel.back();
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  auto type = cast<MemRefType>(last().getDpsInits()[0].getType());
  int64_t bytes = type.getElementTypeBitWidth() / 8;
  int64_t perThread = bytes > 0 ? kBytesPerThread / bytes : 1;
  bool areNeighbours =
      map.getNumResults() > 0 &&
      map.getResults().back() == getAffineDimExpr(loop, op.getContext());
  if (perThread < 2 || !areNeighbours || ShapedType::isDynamic(extents[loop]) ||
      extents[loop] % perThread != 0)
    return 1;
  return perThread;
}

/// The coordinates of the first result of a thread; zeros for reductions.
SmallVector<Value> LoopKernel::delinearize(OpBuilder &builder, Value item) {
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  SmallVector<Value> coordinates(extents.size(), zero);
  for (auto [place, loop] : llvm::enumerate(llvm::reverse(parallel))) {
    bool isInnermost = place == 0;
    bool isOutermost = place + 1 == parallel.size();
    int64_t step = isInnermost ? width : 1;
    Value coordinate = item;
    if (!isOutermost) {
      Value extent =
          arith::ConstantIndexOp::create(builder, loc, extents[loop] / step);
      coordinate = arith::RemUIOp::create(builder, loc, item, extent);
      item = arith::DivUIOp::create(builder, loc, item, extent);
    }
    if (step > 1)
      coordinate = arith::MulIOp::create(
          builder, loc, coordinate,
          arith::ConstantIndexOp::create(builder, loc, step));
    coordinates[loop] = coordinate;
  }
  return coordinates;
}

/// Whether the results of a thread read neighbours of `operand`, the first of
/// which is at a multiple of all their bytes.
bool LoopKernel::areNeighbours(OpOperand &operand) {
  auto owner = cast<linalg::GenericOp>(operand.getOwner());
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  AffineMap map = owner.getMatchingIndexingMap(&operand);
  if (width == 1 || !type || map.getNumResults() == 0)
    return false;
  // Behind what the results of `op` are in others' loops their last dimension
  // is last, too.
  unsigned loop = owner == op ? parallel.back() : owner.getNumLoops() - 1;
  SmallVector<int64_t> strides;
  int64_t offset;
  if (map.getResults().back() != getAffineDimExpr(loop, op.getContext()) ||
      map.dropResult(map.getNumResults() - 1).isFunctionOfDim(loop) ||
      failed(type.getStridesAndOffset(strides, offset)) ||
      strides.pop_back_val() != 1)
    return false;
  auto border = operand.get().getDefiningOp<mk::BorderOp>();
  if (border && border.getLow().back() + border.getHigh().back() > 0)
    return false;
  strides.push_back(offset);
  return llvm::all_of(strides, [&](int64_t stride) {
    return !ShapedType::isDynamic(stride) && stride % width == 0;
  });
}

/// For result `neighbour` of a thread, in order: the first loads what all read.
Value LoopKernel::load(OpBuilder &builder, OpOperand *operand,
                       ArrayRef<Value> coordinates) {
  auto owner = cast<linalg::GenericOp>(operand->getOwner());
  Value value = imports.mapping().lookup(operand->get());
  if (!isa<MemRefType>(value.getType()))
    return value;
  auto loadFrom = [&](int64_t count) {
    return loadWithin(builder, loc, value,
                      applyMap(builder, loc,
                               owner.getMatchingIndexingMap(operand),
                               coordinates),
                      count);
  };
  if (!areNeighbours(*operand))
    return loadFrom(1);
  if (neighbour == 0)
    vectors[operand] = loadFrom(width);
  Value index =
      arith::ConstantIntOp::create(builder, loc, neighbour, /*width=*/32);
  return LLVM::ExtractElementOp::create(builder, loc, vectors[operand], index);
}

/// The body of `op` at `coordinates`. `results`: what its results were before,
/// where it reads them.
SmallVector<Value> LoopKernel::evaluate(OpBuilder &builder,
                                        linalg::GenericOp op,
                                        ArrayRef<Value> coordinates,
                                        ValueRange results) {
  IRMapping mapping(imports.mapping());
  for (OpOperand *operand : op.getDpsInputOperands())
    if (isRead(op, *operand) && isNeeded(*operand))
      mapping.map(op.getMatchingBlockArgument(operand),
                  load(builder, operand, coordinates));
  for (auto [index, result] : llvm::enumerate(results))
    mapping.map(op.getMatchingBlockArgument(op.getDpsInitOperand(index)),
                result);
  for (Operation &nested : op.getBody()->without_terminator())
    if (auto index = dyn_cast<linalg::IndexOp>(nested))
      mapping.map(index.getResult(), coordinates[index.getDim()]);
    else
      builder.clone(nested, mapping);
  return llvm::map_to_vector(
      op.getBody()->getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookupOrDefault(value); });
}

/// What the results at `coordinates` are before.
SmallVector<Value> LoopKernel::computeStarts(OpBuilder &builder,
                                             ArrayRef<Value> coordinates) {
  SmallVector<Value> starts;
  for (OpOperand &init : op.getDpsInitsMutable()) {
    if (!isRead(op, init)) {
      Type element = getElementTypeOrSelf(init.get().getType());
      starts.push_back(arith::ConstantOp::create(builder, loc,
                                                 builder.getZeroAttr(element)));
    } else if (start) {
      auto inStart = collapsePoint(
          builder, loc, *collapsesBetween(init.get(), start.getDpsInits()[0]),
          applyMap(builder, loc, op.getMatchingIndexingMap(&init),
                   coordinates));
      llvm::append_range(starts, evaluate(builder, start, inStart, {}));
    } else {
      starts.push_back(load(builder, &init, coordinates));
    }
  }
  return starts;
}

/// What is stored at `point`, which becomes the coordinates of that, where the
/// sums are `results`.
SmallVector<Value> LoopKernel::finish(OpBuilder &builder,
                                      SmallVector<Value> &point,
                                      ValueRange results) {
  Value init = op.getDpsInits().front();
  OpOperand *sums =
      llvm::find_if(epilogue->getOpOperands(), [&](OpOperand &operand) {
        return withoutReshapes(operand.get()) == withoutReshapes(init);
      });
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  point = collapsePoint(builder, loc, *collapsesBetween(init, sums->get()),
                        applyMap(builder, loc, map, point));
  IRMapping &mapping = imports.mapping();
  mapping.map(epilogue.getMatchingBlockArgument(sums), results.front());
  return evaluate(builder, epilogue, point, {});
}

/// Loops over `loops` around the bodies of all points, which carry `results`.
void LoopKernel::reduce(OpBuilder &builder, ArrayRef<unsigned> loops,
                        SmallVectorImpl<SmallVector<Value>> &points,
                        SmallVector<Value> &results) {
  size_t count = op.getNumDpsInits();
  if (loops.empty()) {
    SmallVector<Value> next;
    for (auto [index, point] : llvm::enumerate(points)) {
      neighbour = static_cast<int64_t>(index);
      llvm::append_range(
          next, evaluate(builder, op, point,
                         ArrayRef(results).slice(index * count, count)));
    }
    results = std::move(next);
    return;
  }
  unsigned loop = loops.front();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  auto loopOp = scf::ForOp::create(
      builder, loc, constant(0), constant(extents[loop]), constant(1), results);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loopOp.getBody());
  for (SmallVector<Value> &point : points)
    point[loop] = loopOp.getInductionVar();
  SmallVector<Value> carried(loopOp.getRegionIterArgs());
  reduce(builder, loops.drop_front(), points, carried);
  scf::YieldOp::create(builder, loc, carried);
  results.assign(loopOp.getResults().begin(), loopOp.getResults().end());
}

void LoopKernel::create(KernelModule &kernels) {
  LaunchShape shape = {1, kThreads, kThreads};
  for (unsigned loop : parallel)
    shape.itemsPerSample *=
        ShapedType::isDynamic(extents[loop]) ? batchExtent : extents[loop];
  shape.itemsPerSample /= width;
  OpBuilder outside(last());
  gpu::GPUFuncOp kernel =
      kernels.create(outside, loc, imports.buffers(), shape);
  OpBuilder builder(kernel.getBody().front().getTerminator());
  imports.enter(kernel);

  Value block = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x);
  Value thread = gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x);
  Value threads = arith::ConstantIndexOp::create(builder, loc, kThreads);
  Value first = arith::MulIOp::create(builder, loc, block, threads);
  Value item = arith::AddIOp::create(builder, loc, first, thread);
  bool isBatched =
      !parallel.empty() && ShapedType::isDynamic(extents[parallel.front()]);
  Value items =
      isBatched ? imports.scaleBatch(builder, loc, shape.itemsPerSample)
                : Value(arith::ConstantIndexOp::create(builder, loc,
                                                       shape.itemsPerSample));
  Value isInside = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::ult, item, items);
  auto guard = scf::IfOp::create(builder, loc, isInside);
  builder.setInsertionPointToStart(guard.thenBlock());
  for (linalg::GenericOp part : {start, op, epilogue}) {
    if (!part)
      continue;
    for (OpOperand &operand : part->getOpOperands())
      if (isNeeded(operand))
        imports.get(builder, operand.get());
    SetVector<Value> captured;
    getUsedValuesDefinedAbove(part.getRegion(), captured);
    for (Value value : captured)
      imports.get(builder, value);
  }

  SmallVector<SmallVector<Value>> points;
  SmallVector<Value> origin = delinearize(builder, item);
  SmallVector<Value> results;
  for (int64_t index = 0; index < width; ++index) {
    SmallVector<Value> &point = points.emplace_back(origin);
    if (index > 0)
      point[parallel.back()] = arith::AddIOp::create(
          builder, loc, point[parallel.back()],
          arith::ConstantIndexOp::create(builder, loc, index));
    neighbour = index;
    llvm::append_range(results, computeStarts(builder, point));
  }
  SmallVector<SmallVector<Value>> inner(points);
  reduce(builder, reductions, inner, results);
  size_t count = op.getNumDpsInits();
  if (epilogue)
    for (auto [index, point] : llvm::enumerate(points)) {
      neighbour = static_cast<int64_t>(index);
      results[index] = finish(builder, point, results[index]).front();
    }
  for (auto [index, result] : llvm::enumerate(results)) {
    OpOperand *init = last().getDpsInitOperand(index % count);
    memref::StoreOp::create(
        builder, loc, result, imports.mapping().lookup(init->get()),
        applyMap(builder, loc, last().getMatchingIndexingMap(init),
                 points[index / count]));
  }
}

/// `op` as linalg.generic, in its place; null where it is.
FailureOr<linalg::GenericOp> generalize(RewriterBase &rewriter,
                                        linalg::LinalgOp op) {
  if (!op)
    return linalg::GenericOp();
  if (auto generic = dyn_cast<linalg::GenericOp>(op.getOperation()))
    return generic;
  rewriter.setInsertionPoint(op);
  return linalg::generalizeNamedOp(rewriter, op);
}

/// The fill or broadcast right in front of `op` that writes all of its result.
linalg::LinalgOp findStart(linalg::LinalgOp op) {
  if (op.getNumDpsInits() != 1 ||
      !op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
    return {};
  Operation *before = op->getPrevNode();
  while (before && isBookkeeping(before))
    before = before->getPrevNode();
  if (!isa_and_nonnull<linalg::FillOp, linalg::BroadcastOp>(before))
    return {};
  auto start = cast<linalg::LinalgOp>(before);
  return collapsesBetween(op.getDpsInits()[0], start.getDpsInits()[0])
             ? start
             : linalg::LinalgOp();
}

/// The elementwise op right behind `op` that reads its result, as nothing else
/// does but `start`, which writes it.
linalg::GenericOp findEpilogue(linalg::LinalgOp op, linalg::LinalgOp start) {
  Operation *after = op->getNextNode();
  while (after && isBookkeeping(after))
    after = after->getNextNode();
  auto epilogue = dyn_cast_or_null<linalg::GenericOp>(after);
  Value init = op.getDpsInits()[0], sums = withoutReshapes(init);
  if (!epilogue || !isElementwiseEpilogue(epilogue) ||
      !sums.getDefiningOp<memref::AllocOp>())
    return {};
  int64_t reads = 0;
  for (OpOperand *input : epilogue.getDpsInputOperands()) {
    if (withoutReshapes(input->get()) != sums)
      continue;
    ++reads;
    if (!epilogue.getMatchingIndexingMap(input).isIdentity() ||
        !collapsesBetween(init, input->get()))
      return {};
  }
  SmallVector<Operation *> users;
  collectUsers(sums, users);
  bool isOnlyReader = llvm::all_of(users, [&](Operation *user) {
    return user == op || user == start || user == epilogue;
  });
  return reads == 1 && isOnlyReader ? epilogue : linalg::GenericOp();
}

} // namespace

bool quantc::isBookkeeping(Operation *op) {
  return isa<memref::AllocOp, memref::GetGlobalOp, func::ReturnOp>(op) ||
         (isMemoryEffectFree(op) && op->getNumRegions() == 0);
}

FusedLoops quantc::findNeighbours(linalg::LinalgOp op) {
  FusedLoops loops = {op, findStart(op), {}};
  if (loops.start)
    loops.epilogue = findEpilogue(op, loops.start);
  return loops;
}

LogicalResult quantc::createLoopKernel(KernelModule &kernels,
                                       FusedLoops loops) {
  IRRewriter rewriter(loops.op.getContext());
  auto start = generalize(rewriter, loops.start);
  auto op = generalize(rewriter, loops.op);
  if (failed(start) || failed(op))
    return failure();
  LoopKernel kernel(*op, *start, loops.epilogue);
  if (failed(kernel.analyze()))
    return failure();
  kernel.create(kernels);
  for (linalg::GenericOp part : {loops.epilogue, *op, *start})
    if (part)
      rewriter.eraseOp(part);
  return success();
}
