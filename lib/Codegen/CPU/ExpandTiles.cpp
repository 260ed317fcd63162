//===- ExpandTiles.cpp - Tiles to vector code ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Strategy.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

namespace quantc {
#define GEN_PASS_DEF_EXPANDTILES
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// Vector code of one tile, at the place of the op.
class TileExpander {
public:
  TileExpander(mk::TileOp op, const Kernel &kernel)
      : op(op), kernel(kernel), builder(op), loc(op.getLoc()),
        rows(op.getRows()), columns(op.getColumns()),
        vectors(op.getWidth() / kernel.lanes) {}

  void expand() {
    SmallVector<Value> accs = createLoops(
        0, op.getABase(), op.getBBase(), loadStart());
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t vector = 0; vector < vectors; ++vector)
        createEpilogue(row, vector, accs[row * vectors + vector]);
  }

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  /// base + factor * step
  Value advance(Value base, Value factor, int64_t step) {
    Value offset = arith::MulIOp::create(builder, loc, factor, index(step));
    return arith::AddIOp::create(builder, loc, base, offset);
  }
  Value advance(Value base, int64_t offset) {
    if (offset == 0)
      return base;
    return arith::AddIOp::create(builder, loc, base, index(offset));
  }
  VectorType vectorOf(Value buffer, int64_t count) {
    return VectorType::get(
        count, cast<MemRefType>(buffer.getType()).getElementType());
  }
  Value load(Value buffer, Value position, int64_t count) {
    return vector::LoadOp::create(builder, loc, vectorOf(buffer, count), buffer,
                                  position);
  }

  SmallVector<Value> loadStart() {
    SmallVector<Value> start;
    for (int64_t vector = 0; vector < vectors; ++vector)
      start.push_back(load(op.getInit(),
                           advance(op.getChannel(), vector * kernel.lanes),
                           kernel.lanes));
    SmallVector<Value> accs;
    for (int64_t row = 0; row < rows; ++row)
      llvm::append_range(accs, start);
    return accs;
  }

  /// A loop that carries the accumulators; `body` gets the counter.
  SmallVector<Value>
  createLoop(int64_t count, SmallVector<Value> accs,
             function_ref<SmallVector<Value>(Value, SmallVector<Value>)> body) {
    if (count == 1)
      return body(index(0), accs);
    auto loop = scf::ForOp::create(builder, loc, index(0), index(count),
                                   index(1), accs);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> results = body(loop.getInductionVar(),
                                      llvm::to_vector_of<Value>(loop.getRegionIterArgs()));
    scf::YieldOp::create(builder, loc, results);
    return llvm::to_vector_of<Value>(loop.getResults());
  }

  /// The loops from `depth` on, from the elements `a` and `b` on.
  SmallVector<Value> createLoops(unsigned depth, Value a, Value b,
                                 SmallVector<Value> accs) {
    ArrayRef<int64_t> counts = op.getCounts();
    if (depth == counts.size())
      return createRun(a, b, accs);
    int64_t inner = op.getStepsPerRun() * op.getWidth() * op.getGroup();
    for (int64_t count : counts.drop_front(depth + 1))
      inner *= count;
    return createLoop(counts[depth], accs,
                      [&](Value counter, SmallVector<Value> carried) {
                        return createLoops(
                            depth + 1,
                            advance(a, counter, op.getStrides()[depth]),
                            advance(b, counter, inner), carried);
                      });
  }

  SmallVector<Value> createRun(Value a, Value b, SmallVector<Value> accs) {
    int64_t group = op.getGroup(), full = op.getRun() / group;
    int64_t rest = op.getRun() % group, bytes = op.getWidth() * group;
    if (full > 0)
      accs = createLoop(full, accs,
                        [&](Value step, SmallVector<Value> carried) {
                          return createStep(advance(a, step, group),
                                            advance(b, step, bytes), group,
                                            carried);
                        });
    if (rest > 0)
      accs = createStep(advance(a, full * group), advance(b, full * bytes),
                        rest, accs);
    return accs;
  }

  /// One dot product per accumulator, of `count` elements along K.
  SmallVector<Value> createStep(Value a, Value b, int64_t count,
                                SmallVector<Value> accs) {
    SmallVector<Value> rights;
    int64_t bytes = kernel.lanes * op.getGroup();
    for (int64_t vector = 0; vector < vectors; ++vector)
      rights.push_back(load(op.getB(), advance(b, vector * bytes), bytes));
    for (int64_t row = 0; row < rows; ++row) {
      Value neighbours =
          loadPart(op.getA(), advance(a, row * op.getAPitch()), count,
                   op.getGroup());
      Value left = kernel.broadcast(builder, loc, neighbours, kernel.lanes);
      for (auto [vector, right] : llvm::enumerate(rights)) {
        Value &acc = accs[row * vectors + vector];
        acc = kernel.dot(builder, loc, acc, left, right);
      }
    }
    return accs;
  }

  /// Calls `body` with the offset and size of pieces that cover `count`: powers
  /// of two, as vectors are stored in one piece only if they are.
  static void forPieces(int64_t count,
                        function_ref<void(int64_t, int64_t)> body) {
    for (int64_t offset = 0; offset < count;) {
      int64_t size = int64_t(1) << llvm::Log2_64(count - offset);
      body(offset, size);
      offset += size;
    }
  }

  /// `count` elements, with zeros behind them up to `size`.
  Value loadPart(Value buffer, Value position, int64_t count, int64_t size) {
    if (count == size)
      return load(buffer, position, size);
    Value result = arith::ConstantOp::create(
        builder, loc, builder.getZeroAttr(vectorOf(buffer, size)));
    forPieces(count, [&](int64_t offset, int64_t piece) {
      Value part = load(buffer, advance(position, offset), piece);
      result = vector::InsertStridedSliceOp::create(
          builder, loc, part, result, ArrayRef<int64_t>{offset},
          ArrayRef<int64_t>{1});
    });
    return result;
  }

  void storePart(Value vector, Value buffer, Value position, int64_t count) {
    if (count == kernel.lanes) {
      vector::StoreOp::create(builder, loc, vector, buffer, position);
      return;
    }
    forPieces(count, [&](int64_t offset, int64_t piece) {
      Value part = vector::ExtractStridedSliceOp::create(
          builder, loc, vector, ArrayRef<int64_t>{offset},
          ArrayRef<int64_t>{piece}, ArrayRef<int64_t>{1});
      vector::StoreOp::create(builder, loc, part, buffer,
                              advance(position, offset));
    });
  }

  void createEpilogue(int64_t row, int64_t vector, Value acc) {
    int64_t column = vector * kernel.lanes;
    int64_t count = std::min(kernel.lanes, columns - column);
    if (count <= 0)
      return;
    SmallVector<Value> arguments = {acc};
    for (Value param : op.getParams())
      arguments.push_back(
          load(param, advance(op.getChannel(), column), kernel.lanes));
    for (auto [buffer, base, pitch] :
         llvm::zip_equal(op.getInputs(), op.getInputBases(),
                         op.getInputPitches()))
      arguments.push_back(loadPart(buffer,
                                   advance(base, row * pitch + column), count,
                                   kernel.lanes));
    SmallVector<Value> results = createBody(arguments);
    for (auto [result, buffer, base, pitch] :
         llvm::zip_equal(results, op.getOutputs(), op.getOutputBases(),
                         op.getOutputPitches()))
      storePart(result, buffer, advance(base, row * pitch + column), count);
  }

  /// The scalar code of the region, on vectors.
  SmallVector<Value> createBody(ArrayRef<Value> arguments) {
    Block &body = op.getEpilogue().front();
    IRMapping mapping;
    mapping.map(body.getArguments(), arguments);
    for (Operation &scalar : body.without_terminator()) {
      SmallVector<Type> types;
      for (Type type : scalar.getResultTypes())
        types.push_back(VectorType::get(kernel.lanes, type));
      Attribute value;
      if (matchPattern(&scalar, m_Constant(&value))) {
        auto splat = DenseElementsAttr::get(cast<ShapedType>(types[0]), value);
        mapping.map(scalar.getResult(0),
                    arith::ConstantOp::create(builder, loc, splat).getResult());
        continue;
      }
      SmallVector<Value> operands;
      for (Value operand : scalar.getOperands())
        operands.push_back(mapping.lookup(operand));
      Operation *vectorized =
          builder.create(loc, scalar.getName().getIdentifier(), operands, types,
                         scalar.getAttrs());
      mapping.map(scalar.getResults(), vectorized->getResults());
    }
    auto yield = cast<mk::YieldOp>(body.getTerminator());
    SmallVector<Value> results;
    for (Value value : yield.getValues())
      results.push_back(mapping.lookup(value));
    return results;
  }

  mk::TileOp op;
  const Kernel &kernel;
  OpBuilder builder;
  const Location loc;
  const int64_t rows, columns, vectors;
};

struct ExpandTiles : quantc::impl::ExpandTilesBase<ExpandTiles> {
  void runOnOperation() override {
    SmallVector<mk::TileOp> tiles;
    getOperation()->walk([&](mk::TileOp op) { tiles.push_back(op); });
    for (mk::TileOp op : tiles) {
      const Strategy *strategy = findStrategy(op.getStrategy());
      if (!strategy) {
        op.emitOpError("unknown strategy '")
            << op.getStrategy() << "', expected " << listStrategies();
        return signalPassFailure();
      }
      const Kernel &kernel = strategy->kernelFor(
          cast<MemRefType>(op.getInit().getType()).getElementType());
      if (failed(verify(op, kernel)))
        return signalPassFailure();
      TileExpander(op, kernel).expand();
      op.erase();
    }
  }

private:
  static LogicalResult verify(mk::TileOp op, const Kernel &kernel) {
    Type left = cast<MemRefType>(op.getA().getType()).getElementType();
    if (kernel.lanes == 0)
      return op.emitOpError("strategy '")
             << op.getStrategy() << "' has no kernel for " << left;
    if (left.getIntOrFloatBitWidth() != kernel.leftBits)
      return op.emitOpError("strategy '")
             << op.getStrategy() << "' requires a left operand of "
             << kernel.leftBits << " bits, but got " << left;
    if (static_cast<int64_t>(op.getGroup()) != kernel.group ||
        op.getWidth() % kernel.lanes != 0)
      return op.emitOpError("strategy '")
             << op.getStrategy() << "' requires groups of " << kernel.group
             << " and a width that is a multiple of " << kernel.lanes
             << ", but got " << op.getGroup() << " and " << op.getWidth();
    return success();
  }
};

} // namespace
