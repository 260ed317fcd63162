//===- TileContractions.cpp - Contractions to loops around tiles -----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"

#include "Contraction.h"
#include "Panels.h"
#include "Sharing.h"
#include "Strategy.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

namespace quantc {
#define GEN_PASS_DEF_TILECONTRACTIONS
#include "quantc/Codegen/CPU/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// Constants that tiles read, as globals of the module.
class Constants {
public:
  explicit Constants(ModuleOp module) : symbols(module) {}

  Value create(OpBuilder &builder, Location loc, StringRef name,
               DenseElementsAttr value) {
    auto tensor = value.getType();
    auto type = MemRefType::get(tensor.getShape(), tensor.getElementType());
    constexpr int64_t kCacheLine = 64;
    OpBuilder detached(builder.getContext());
    auto global = memref::GlobalOp::create(
        detached, loc, name, builder.getStringAttr("private"), type, value,
        /*constant=*/true, builder.getI64IntegerAttr(kCacheLine));
    symbols.insert(global);
    return memref::GetGlobalOp::create(builder, loc, type, global.getSymName());
  }

private:
  SymbolTable symbols;
};

/// Where a tile begins: elements of the left operand and of the views.
struct Position {
  Value left;
  SmallVector<Value> views;
};

class LoopBuilder {
public:
  LoopBuilder(Contraction &contraction, const Strategy &strategy,
              Constants &constants, int64_t shareFrom)
      : contraction(contraction), strategy(strategy),
        kernel(strategy.kernelFor(contraction.right.getElementType())),
        constants(constants), shareFrom(shareFrom),
        builder(contraction.epilogue ? contraction.epilogue.getOperation()
                                     : contraction.op.getOperation()),
        loc(contraction.op.getLoc()) {}

  void build() {
    bool isDepthwise = contraction.isDepthwise;
    if (!isDepthwise)
      convertLeft();
    panels = isDepthwise ? cutChannels(contraction, kernel)
                         : choosePanels(contraction, kernel);
    left = flatten(contraction.left);
    for (Value view : contraction.inputs)
      views.push_back(flatten(view));
    views.push_back(flatten(contraction.output));
    right = constants.create(
        builder, loc, "panels",
        isDepthwise ? packTaps(contraction, panels, kernel.group)
                    : packRight(contraction, panels, kernel.group));
    start = constants.create(builder, loc, "start",
                             packStart(contraction, panels, kernel.leftOffset));
    for (DenseElementsAttr param : contraction.params)
      params.push_back(constants.create(
          builder, loc, "param", packParam(param, panels, contraction.groups)));

    Position position = {index(offsetOf(contraction.left)), {}};
    for (Value view : contraction.inputs)
      position.views.push_back(index(offsetOf(view)));
    position.views.push_back(index(offsetOf(contraction.output)));
    grid = chooseGrid(contraction, panels, kernel, shareFrom);
    createLoops(position);

    if (contraction.epilogue)
      contraction.epilogue.erase();
    contraction.op.erase();
    contraction.start->erase();
  }

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value advance(Value base, Value counter, int64_t step) {
    Value offset = arith::MulIOp::create(builder, loc, counter, index(step));
    return arith::AddIOp::create(builder, loc, base, offset);
  }
  Position advance(const Position &base, Value counter, int64_t leftStep,
                   ArrayRef<int64_t> viewSteps) {
    Position result = {advance(base.left, counter, leftStep), {}};
    for (auto [view, step] : llvm::zip_equal(base.views, viewSteps))
      result.views.push_back(advance(view, counter, step));
    return result;
  }

  static int64_t offsetOf(Value buffer) {
    SmallVector<int64_t> strides;
    int64_t offset;
    (void)cast<MemRefType>(buffer.getType())
        .getStridesAndOffset(strides, offset);
    return offset;
  }

  /// All that `buffer` is a view of, in one dimension.
  Value flatten(Value buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    auto flat = MemRefType::get({ShapedType::kDynamic}, type.getElementType());
    // Nothing asks for the extent: every access is inside.
    return memref::ReinterpretCastOp::create(
        builder, loc, flat, buffer, OpFoldResult(builder.getIndexAttr(0)),
        {OpFoldResult(index(std::numeric_limits<int64_t>::max()))},
        {OpFoldResult(builder.getIndexAttr(1))});
  }

  /// Widens the left operand to the form that the kernel wants.
  void convertLeft() {
    auto type = cast<MemRefType>(contraction.left.getType());
    if (type.getElementTypeBitWidth() == kernel.leftBits)
      return;
    Type wide = builder.getIntegerType(kernel.leftBits);
    SmallVector<Value> dynamic;
    if (!type.hasStaticShape())
      dynamic.push_back(
          memref::DimOp::create(builder, loc, contraction.left, 0));
    Value buffer = memref::AllocOp::create(
        builder, loc, MemRefType::get(type.getShape(), wide), dynamic);
    SmallVector<AffineMap> maps(2,
                                builder.getMultiDimIdentityMap(type.getRank()));
    SmallVector<utils::IteratorType> iterators(type.getRank(),
                                               utils::IteratorType::parallel);
    linalg::GenericOp::create(
        builder, loc, ValueRange{contraction.left}, ValueRange{buffer}, maps,
        iterators, [&](OpBuilder &nested, Location nestedLoc, ValueRange in) {
          Value extended =
              arith::ExtSIOp::create(nested, nestedLoc, wide, in[0]);
          linalg::YieldOp::create(nested, nestedLoc, extended);
        });
    contraction.left = buffer;
    describeRows(contraction);
  }

  /// The loops over all dimensions of the rows but the last, and over the
  /// groups; where threads share them also over blocks of the last one and over
  /// panels. Inside of them come the panels that are left, and the tiles.
  void createLoops(const Position &start) {
    auto outer = ArrayRef(contraction.rows).drop_back();
    SmallVector<Value> extents;
    for (const RowDimension &dimension : outer)
      extents.push_back(extentOf(dimension));
    extents.push_back(index(contraction.groups));
    if (grid.isShared)
      extents.append({index(grid.blocks), index(panels.count())});
    createNest(extents, [&](ValueRange counters) {
      Position position = start;
      for (auto [dimension, counter] : llvm::zip(outer, counters))
        position =
            advance(position, counter, dimension.leftStep, dimension.viewSteps);
      counters = counters.drop_front(outer.size());
      createGroup(position, counters.front(), counters.drop_front());
    });
  }

  /// One `scf.forall`, or loops around each other.
  void createNest(ArrayRef<Value> extents,
                  function_ref<void(ValueRange)> body) {
    OpBuilder::InsertionGuard guard(builder);
    if (grid.isShared) {
      auto loop = scf::ForallOp::create(
          builder, loc, getAsOpFoldResult(ValueRange(extents)),
          /*outputs=*/ValueRange{}, /*mapping=*/std::nullopt);
      builder.setInsertionPointToStart(loop.getBody());
      return body(loop.getInductionVars());
    }
    SmallVector<Value> counters;
    for (Value extent : extents)
      counters.push_back(openLoop(index(0), extent));
    body(counters);
  }

  Value extentOf(const RowDimension &dimension) {
    if (ShapedType::isDynamic(dimension.extent))
      return memref::DimOp::create(builder, loc, contraction.output, 0);
    return index(dimension.extent);
  }

  /// Goes inside of a new loop, unless there is a single iteration. Returns the
  /// counter.
  Value openLoop(Value begin, Value end) {
    if (matchPattern(begin, m_Zero()) && matchPattern(end, m_One()))
      return begin;
    auto loop = scf::ForOp::create(builder, loc, begin, end, index(1));
    builder.setInsertionPointToStart(loop.getBody());
    return loop.getInductionVar();
  }

  void createLoop(Value begin, Value end, function_ref<void(Value)> body) {
    OpBuilder::InsertionGuard guard(builder);
    body(openLoop(begin, end));
  }

  /// `part`: of a group, a block and a panel; empty: all.
  void createGroup(const Position &position, Value group, ValueRange part) {
    SmallVector<int64_t> viewSteps(position.views.size(), panels.columns);
    int64_t size =
        cast<MemRefType>(right.getType()).getNumElements() / contraction.groups;
    Position first =
        advance(position, group, contraction.leftGroupStep, viewSteps);
    Value panel = advance(index(0), group, size);
    Value channel = advance(index(0), group, panels.paddedColumns());
    createPanels(first, panel, channel, part);
  }

  void createPanels(const Position &position, Value panel, Value channel,
                    ValueRange part) {
    SmallVector<int64_t> viewSteps(position.views.size(), panels.width);
    int64_t leftStep = contraction.isDepthwise ? panels.width : 0;
    Value block = part.empty() ? index(0) : part.front();
    auto createPanel = [&](Value counter, int64_t width, int64_t columns) {
      createTiles(advance(position, counter, leftStep, viewSteps),
                  advance(panel, counter, panels.panelSize),
                  advance(channel, counter, panels.width), block, width,
                  columns);
    };
    auto createFull = [&](Value counter) {
      createPanel(counter, panels.width, panels.width);
    };
    auto createTail = [&](Value counter) {
      createPanel(counter, panels.tailWidth, panels.tailColumns());
    };
    Value full = index(panels.full);
    if (part.empty()) {
      if (panels.full > 0)
        createLoop(index(0), full, createFull);
      if (panels.tailWidth)
        createTail(full);
      return;
    }
    Value counter = part.back();
    if (panels.tailWidth == 0)
      return createFull(counter);
    if (panels.full == 0)
      return createTail(counter);
    Value isFull = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::ult, counter, full);
    auto choice = scf::IfOp::create(builder, loc, isFull, /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(choice.thenBlock());
    createFull(counter);
    builder.setInsertionPointToStart(choice.elseBlock());
    createTail(counter);
  }

  /// A block of the last dimension of the rows, for one panel.
  void createTiles(const Position &position, Value panel, Value channel,
                   Value block, int64_t width, int64_t columns) {
    const RowDimension &dimension = contraction.rows.back();
    int64_t maxRows = maxRowsOf(contraction, kernel, width);
    auto createTilesOf = [&](const Position &first, Value begin, Value end,
                             int64_t rows) {
      SmallVector<int64_t> viewSteps;
      for (int64_t step : dimension.viewSteps)
        viewSteps.push_back(rows * step);
      createLoop(begin, end, [&](Value counter) {
        createTile(
            advance(first, counter, rows * dimension.leftStep, viewSteps),
            panel, channel, rows, width, columns);
      });
    };
    if (!ShapedType::isDynamic(dimension.extent)) {
      RowTiles tiles = cutRows(dimension.extent, maxRows);
      Value begin = borderOf(block, tiles);
      Value end = borderOf(
          builder.createOrFold<arith::AddIOp>(loc, block, index(1)), tiles);
      Value larger = index(tiles.larger);
      auto min = [&](Value tile) -> Value {
        return builder.createOrFold<arith::MinUIOp>(loc, tile, larger);
      };
      createTilesOf(position, min(begin), min(end), tiles.rows);
      if (tiles.smaller == 0)
        return;
      auto behindLarger = [&](Value tile) -> Value {
        Value max = builder.createOrFold<arith::MaxUIOp>(loc, tile, larger);
        return builder.createOrFold<arith::SubIOp>(loc, max, larger);
      };
      createTilesOf(advance(position, index(tiles.larger * tiles.rows),
                            dimension.leftStep, dimension.viewSteps),
                    behindLarger(begin), behindLarger(end), tiles.rows - 1);
      return;
    }
    // Whole tiles, then what is left row by row.
    Value extent = extentOf(dimension);
    Value whole = arith::DivUIOp::create(builder, loc, extent, index(maxRows));
    Value done = arith::MulIOp::create(builder, loc, whole, index(maxRows));
    Value rest = arith::SubIOp::create(builder, loc, extent, done);
    createTilesOf(position, index(0), whole, maxRows);
    if (maxRows > 1)
      createTilesOf(
          advance(position, done, dimension.leftStep, dimension.viewSteps),
          index(0), rest, 1);
  }

  /// The first of `tiles` that does not lie before `block`.
  Value borderOf(Value block, const RowTiles &tiles) {
    Value scaled = builder.createOrFold<arith::MulIOp>(
        loc, block, index(tiles.larger + tiles.smaller));
    return builder.createOrFold<arith::DivUIOp>(loc, scaled,
                                                index(grid.blocks));
  }

  void createTile(const Position &position, Value panel, Value channel,
                  int64_t rows, int64_t width, int64_t columns) {
    const RowDimension &dimension = contraction.rows.back();
    auto views = ArrayRef(this->views);
    auto bases = ArrayRef(position.views);
    auto pitches = ArrayRef(dimension.viewSteps);
    if (contraction.isDepthwise) {
      auto tile = mk::DepthwiseOp::create(
          builder, loc, strategy.name, left, position.left, right, panel, start,
          channel, params, views.drop_back(), bases.drop_back(),
          views.take_back(), bases.take_back(), rows, columns, width,
          kernel.group, dimension.leftStep, pitches.drop_back(),
          pitches.take_back(), tapsOf(contraction));
      return createEpilogue(tile.getEpilogue());
    }
    auto tile = mk::TileOp::create(
        builder, loc, strategy.name, left, position.left, right, panel, start,
        channel, params, views.drop_back(), bases.drop_back(),
        views.take_back(), bases.take_back(), rows, columns, width,
        kernel.group, dimension.leftStep, pitches.drop_back(),
        pitches.take_back(), contraction.counts, contraction.strides,
        contraction.run);
    createEpilogue(tile.getEpilogue());
  }

  /// Where the left operand is under each tap, from the first one.
  static SmallVector<int64_t> tapsOf(const Contraction &contraction) {
    SmallVector<int64_t> taps = {0};
    for (auto [count, stride] :
         llvm::zip_equal(contraction.counts, contraction.strides)) {
      SmallVector<int64_t> outer = std::exchange(taps, {});
      for (int64_t offset : outer)
        for (int64_t i = 0; i < count; ++i)
          taps.push_back(offset + i * stride);
    }
    return taps;
  }

  /// The body of the epilogue, with the constants that it takes from outside.
  void createEpilogue(Region &region) {
    OpBuilder::InsertionGuard guard(builder);
    Block *block = builder.createBlock(&region);
    auto addArgument = [&](Value buffer) {
      return block->addArgument(
          cast<MemRefType>(buffer.getType()).getElementType(), loc);
    };
    Value acc = addArgument(start);
    SmallVector<Value> arguments = {acc};
    for (Value param : params)
      arguments.push_back(addArgument(param));
    for (Value input : contraction.inputs)
      arguments.push_back(addArgument(input));
    if (!contraction.epilogue) {
      mk::YieldOp::create(builder, loc, acc);
      return;
    }
    Block *body = contraction.epilogue.getBody();
    IRMapping mapping;
    // The last argument is the old value of the output, which nothing reads.
    mapping.map(body->getArguments().drop_back(), arguments);
    for (Operation &op : body->without_terminator()) {
      for (Value operand : op.getOperands())
        if (!mapping.contains(operand))
          mapping.map(operand,
                      builder.clone(*operand.getDefiningOp())->getResult(0));
      builder.clone(op, mapping);
    }
    Value result = mapping.lookup(body->getTerminator()->getOperand(0));
    mk::YieldOp::create(builder, loc, result);
  }

  Contraction &contraction;
  const Strategy &strategy;
  const Kernel &kernel;
  Constants &constants;
  const int64_t shareFrom;
  OpBuilder builder;
  const Location loc;

  Panels panels;
  Grid grid;
  Value left, right, start;
  SmallVector<Value> params, views; // views: inputs, then the output
};

struct TileContractions : quantc::impl::TileContractionsBase<TileContractions> {
  using Base::Base;

  void runOnOperation() override {
    const Strategy *strategy = findRequested();
    if (!strategy)
      return signalPassFailure();
    std::vector<Contraction> contractions;
    getOperation().walk([&](linalg::LinalgOp op) {
      std::optional<Contraction> contraction = analyzeContraction(op);
      // Of groups with one column each no tile can be filled.
      if (contraction &&
          (contraction->groups == 1 || contraction->columns > 1) &&
          strategy->kernelFor(contraction->right.getElementType()).lanes)
        contractions.push_back(std::move(*contraction));
    });
    getOperation()->setAttr("quantc.strategy",
                            StringAttr::get(&getContext(), strategy->name));
    Constants constants(getOperation());
    for (Contraction &contraction : contractions)
      LoopBuilder(contraction, *strategy, constants, shareFrom).build();
  }

private:
  const Strategy *findRequested() {
    auto target = getOperation()->getAttrOfType<LLVM::TargetAttr>(
        LLVM::LLVMDialect::getTargetAttrName());
    if (!target) {
      getOperation().emitError("requires the attribute 'llvm.target'; "
                               "-codegen-attach-target sets it");
      return nullptr;
    }
    if (this->strategy.empty())
      return &selectStrategy(target);
    const Strategy *found = findStrategy(this->strategy);
    if (!found) {
      getOperation().emitError("unknown strategy '")
          << this->strategy << "', expected naive, " << listStrategies();
      return nullptr;
    }
    if (!isSupported(*found, target)) {
      getOperation().emitError("strategy '")
          << found->name << "' requires the target " << found->level
          << found->feature << ", but the target is "
          << target.getChip().getValue();
      return nullptr;
    }
    return found;
  }
};

} // namespace
