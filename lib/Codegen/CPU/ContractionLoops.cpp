//===- ContractionLoops.cpp - Loops around the tiles of a contraction ----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionLoops.h"
#include "ContractionOperands.h"
#include "CreateTile.h"
#include "DepthwisePanels.h"
#include "LayerWork.h"
#include "ProductPanels.h"
#include "Sharing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace quantc;

namespace {

class LoopBuilder {
public:
  LoopBuilder(Contraction &contraction, const Strategy &strategy,
              Constants &constants, int64_t constantBytes, int64_t codeBits,
              int64_t shareFrom)
      : contraction(contraction), strategy(strategy),
        kernel(
            strategy.kernelFor(contraction.element(), contraction.isDepthwise)),
        constants(constants), constantBytes(constantBytes), codeBits(codeBits),
        shareFrom(shareFrom),
        builder(contraction.epilogue ? contraction.epilogue.getOperation()
                                     : contraction.op.getOperation()),
        loc(contraction.op.getLoc()) {}

  LayerWork build() {
    Value stored = contraction.left;
    if (contraction.isDepthwise) {
      panels = arrangeDepthwise(contraction, kernel);
    } else {
      convertLeft(builder, contraction, kernel);
      panels = chooseLines(contraction, kernel);
      if (codeBits) {
        panels.codeBits = codeBits;
        panels.panelSize =
            layoutOf(contraction, panels, kernel.group()).columnBytes() *
            panels.width;
      }
    }
    grid = chooseGrid(contraction, panels, kernel, constantBytes, shareFrom);
    operands.aheadParts = std::max<int64_t>(grid.aheadParts, 1);
    operands.left = flatten(builder, loc, contraction.left);
    for (Value view : contraction.inputs)
      operands.views.push_back(flatten(builder, loc, view));
    operands.views.push_back(flatten(builder, loc, contraction.output));
    if (contraction.rightBuffer) {
      ProductPanels packed =
          packProduct(builder, loc, contraction, panels, kernel, grid.isShared);
      right = packed.right;
      operands.start = packed.start;
      startsDiffer = packed.start != nullptr;
    } else {
      RightOperand constant =
          createRight(builder, contraction, panels, kernel, constants);
      right = constant.panels;
      operands.steps = constant.steps;
      firstSteps = constant.firstSteps;
      stepsOfPanel = constant.stepsOfPanel;
      operands.levels = constant.levels;
    }
    PanelLayout layout = layoutOf(contraction, panels, kernel.group());
    if (!operands.start)
      operands.start = constants.create(
          builder, loc, "start",
          packStart(contraction, layout, kernel.dot->leftOffset));
    for (DenseElementsAttr param : contraction.params)
      operands.params.push_back(
          constants.create(builder, loc, "param", packParam(param, layout)));

    Position position = {index(offsetOf(contraction.left)), {}};
    for (Value view : contraction.inputs)
      position.views.push_back(index(offsetOf(view)));
    position.views.push_back(index(offsetOf(contraction.output)));
    createLoops(position);

    LayerWork work = describeWork(contraction, panels, kernel, stepsOfPanel);
    work.constantBytes = constantBytes;
    if (contraction.left != stored)
      work.preparedBytes += leastBytes(contraction.left);
    if (contraction.epilogue)
      contraction.epilogue.erase();
    contraction.op.erase();
    contraction.start->erase();
    return work;
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

  void createLoops(const Position &start) {
    if (grid.isShared)
      return createShared(start);
    allocateScratch<memref::AllocOp>();
    OpBuilder::InsertionGuard guard(builder);
    Position position = start;
    Value matrix = index(0);
    for (const BatchDimension &batch : contraction.batches)
      std::tie(position, matrix) =
          inBatch(position, matrix, batch, openLoop(index(0), extentOf(batch)));
    for (const RowDimension &dimension : grid.before(contraction.rows))
      position = advance(position, openLoop(index(0), extentOf(dimension)),
                         dimension.leftStep, dimension.viewSteps);
    Value group = openLoop(index(0), index(contraction.groups));
    createPanels(inGroup(position, group, matrix),
                 [&](const Panel &panel) { createRows(panel, index(0)); });
  }

  /// One loop: over dimensions of the rows, blocks of the next one, groups and
  /// panels. Threads get neighbours in it, which read the same panel where that
  /// was copied.
  void createShared(const Position &start) {
    SmallVector<Value> rows;
    for (const BatchDimension &batch : contraction.batches)
      rows.push_back(extentOf(batch));
    for (const RowDimension &dimension : grid.before(contraction.rows))
      rows.push_back(extentOf(dimension));
    rows.push_back(index(grid.blocks));
    SmallVector<Value> columns = {index(contraction.groups),
                                  index(panels.count())};
    auto extents = llvm::to_vector(llvm::concat<Value>(
        grid.panelsFirst ? columns : rows, grid.panelsFirst ? rows : columns));
    auto loop = scf::ForallOp::create(
        builder, loc, getAsOpFoldResult(ValueRange(extents)),
        /*outputs=*/ValueRange{}, /*mapping=*/std::nullopt);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    allocateScratch<memref::AllocaOp>(); // each thread its own
    SmallVector<Value> counters = loop.getInductionVars();
    size_t split = grid.panelsFirst ? columns.size() : rows.size();
    ArrayRef<Value> row = ArrayRef(counters).take_front(split);
    ArrayRef<Value> column = ArrayRef(counters).drop_front(split);
    if (grid.panelsFirst)
      std::swap(row, column);
    Position position = start;
    Value matrix = index(0);
    for (const BatchDimension &batch : contraction.batches) {
      std::tie(position, matrix) =
          inBatch(position, matrix, batch, row.front());
      row = row.drop_front();
    }
    for (auto [dimension, counter] :
         llvm::zip(grid.before(contraction.rows), row))
      position =
          advance(position, counter, dimension.leftStep, dimension.viewSteps);
    createPanel(inGroup(position, column.front(), matrix), column.back(),
                [&](const Panel &panel) { createRows(panel, row.back()); });
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

  /// Where a batch begins, and which matrix of the right operand it takes.
  std::pair<Position, Value> inBatch(const Position &position, Value matrix,
                                     const BatchDimension &batch,
                                     Value counter) {
    return {advance(position, counter, batch.leftStep, batch.viewSteps),
            advance(matrix, counter, batch.matrixStep)};
  }

  /// Where the first panel of a group begins. A product has only one, in
  /// `matrix`.
  Panel inGroup(const Position &position, Value group, Value matrix) {
    Panel first;
    first.right = right;
    if (contraction.rightBuffer) {
      first.position = position;
      first.begin = advance(index(0), matrix, matrixSize(panels));
      first.channel =
          advance(index(0), matrix, startsDiffer ? panels.paddedColumns() : 0);
      return first;
    }
    SmallVector<int64_t> viewSteps(position.views.size(), panels.columns);
    int64_t size =
        cast<MemRefType>(right.getType()).getNumElements() / contraction.groups;
    first.position =
        advance(position, group, contraction.leftGroupStep, viewSteps);
    first.begin = advance(index(0), group, size);
    first.channel = advance(index(0), group, panels.paddedColumns());
    first.number = advance(index(0), group, panels.count());
    return first;
  }

  /// Panel `counter` from `first` on, of the width that `isTail` says.
  Panel advance(const Panel &first, Value counter, bool isTail) {
    SmallVector<int64_t> viewSteps(first.position.views.size(), panels.width);
    for (int64_t input : contraction.rowInputs)
      viewSteps[input] = 0;
    int64_t leftStep = contraction.isDepthwise ? panels.width : 0;
    Panel panel = first;
    panel.position = advance(first.position, counter, leftStep, viewSteps);
    panel.begin = advance(first.begin, counter, panels.panelSize);
    panel.channel = advance(first.channel, counter, panels.width);
    if (operands.steps)
      findSteps(panel, counter);
    panel.width = isTail ? panels.tailWidth : panels.width;
    panel.columns = isTail ? panels.tailColumns() : panels.width;
    return panel;
  }

  /// Where the steps of a panel are: `counter` behind its `number`.
  void findSteps(Panel &panel, Value counter) {
    auto firstOf = [&](Value number) -> Value {
      return arith::IndexCastOp::create(
          builder, loc, builder.getIndexType(),
          memref::LoadOp::create(builder, loc, firstSteps, number));
    };
    Value number = advance(panel.number, counter, 1);
    panel.firstStep = firstOf(number);
    panel.endStep = firstOf(advance(number, index(1), 1));
    panel.begin =
        advance(index(0), panel.firstStep, panels.width * kernel.group());
  }

  /// All panels of a group.
  void createPanels(const Panel &first,
                    function_ref<void(const Panel &)> body) {
    Value full = index(panels.full);
    if (panels.full > 0)
      createLoop(index(0), full, [&](Value counter) {
        body(advance(first, counter, /*isTail=*/false));
      });
    if (panels.tailWidth)
      body(advance(first, full, /*isTail=*/true));
  }

  /// Panel `counter` of a group.
  void createPanel(const Panel &first, Value counter,
                   function_ref<void(const Panel &)> body) {
    auto create = [&](bool isTail) { body(advance(first, counter, isTail)); };
    if (panels.tailWidth == 0 || panels.full == 0)
      return create(/*isTail=*/panels.full == 0);
    Value isFull = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::ult, counter, index(panels.full));
    auto choice = scf::IfOp::create(builder, loc, isFull, /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(choice.thenBlock());
    create(/*isTail=*/false);
    builder.setInsertionPointToStart(choice.elseBlock());
    create(/*isTail=*/true);
  }

  /// Memory for the elements of a panel as the kernel multiplies them, or for
  /// the accumulators of a tile in matrix registers.
  template <typename AllocOpT> void allocateScratch() {
    if (!grid.widens && !kernel.isMatrix())
      return;
    // Lines that are apart in a register are so here, and so is what follows:
    // the first of two registers takes less than twice its rows.
    auto type = kernel.isMatrix()
                    ? MemRefType::get(3 * kernel.registerRows * panels.width,
                                      builder.getI32Type())
                    : MemRefType::get(panels.panelSize,
                                      builder.getIntegerType(kernel.dot->bits));
    operands.scratch = AllocOpT::create(builder, loc, type,
                                        builder.getI64IntegerAttr(kCacheLine));
  }

  /// The panel in `scratch`.
  Panel widen(const Panel &panel) {
    Value scratch = operands.scratch;
    int64_t size = panels.panelSize / panels.width * panel.width;
    int64_t step = kernel.columns() * kernel.group();
    createLoop(index(0), index(size / step), [&](Value counter) {
      auto vectorOf = [&](Value buffer) {
        return VectorType::get(
            step, cast<MemRefType>(buffer.getType()).getElementType());
      };
      Value stored = vector::LoadOp::create(
          builder, loc, vectorOf(panel.right), panel.right,
          advance(panel.begin, counter, step));
      Value wide =
          arith::ExtSIOp::create(builder, loc, vectorOf(scratch), stored);
      vector::StoreOp::create(builder, loc, wide, scratch,
                              advance(index(0), counter, step));
    });
    Panel wide = panel;
    wide.right = scratch;
    wide.begin = index(0);
    return wide;
  }

  /// The rows of an iteration of the grid: block `block` of a dimension, and
  /// all of those behind it.
  void createRows(const Panel &stored, Value block) {
    Panel panel = grid.widens ? widen(stored) : stored;
    OpBuilder::InsertionGuard guard(builder);
    Value tileBlock = grid.blocks > 1 ? block : Value();
    Value number = index(0); // of a row of the last dimension
    for (unsigned at = grid.cut; at + 1 < contraction.rows.size(); ++at) {
      const RowDimension &dimension = contraction.rows[at];
      Value begin = index(0), end = extentOf(dimension);
      if (at == grid.cut && grid.blocks > 1)
        std::tie(begin, end) = bordersOf(block, dimension.extent);
      Value counter = openLoop(begin, end);
      panel.position = advance(panel.position, counter, dimension.leftStep,
                               dimension.viewSteps);
      number = advance(counter, number, leastExtent(dimension));
      tileBlock = Value();
    }
    createTiles(panel, tileBlock, number);
  }

  /// Where a block of `count` begins and ends.
  std::pair<Value, Value> bordersOf(Value block, int64_t count) {
    auto borderOf = [&](Value number) -> Value {
      Value scaled =
          builder.createOrFold<arith::MulIOp>(loc, number, index(count));
      return builder.createOrFold<arith::DivUIOp>(loc, scaled,
                                                  index(grid.blocks));
    };
    Value next = builder.createOrFold<arith::AddIOp>(loc, block, index(1));
    return {borderOf(block), borderOf(next)};
  }

  /// What tile `number` of a panel brings nearer: a part of the next panel, or
  /// nothing.
  Value findAhead(const Panel &panel, Value number) {
    if (grid.aheadParts == 0 || panel.width != panels.width)
      return nullptr;
    Value part =
        arith::RemUIOp::create(builder, loc, number, index(grid.aheadParts));
    Value next = advance(panel.begin, index(1), panels.panelSize);
    return advance(next, part, panels.panelSize / grid.aheadParts);
  }

  /// Block `block` of the last dimension of the rows, or all of it, in row
  /// `number` of the others.
  void createTiles(const Panel &panel, Value block, Value number) {
    const RowDimension &dimension = contraction.rows.back();
    int64_t maxRows = maxRowsOf(contraction, kernel, panel.width);
    auto createTilesOf = [&](const Position &first, Value begin, Value end,
                             int64_t rows, Value before, int64_t skip = 0) {
      SmallVector<int64_t> viewSteps;
      for (int64_t step : dimension.viewSteps)
        viewSteps.push_back(rows * step);
      createLoop(begin, end, [&](Value counter) {
        createTile(
            builder, contraction, strategy, operands, panel,
            advance(first, counter, rows * dimension.leftStep, viewSteps), rows,
            before ? findAhead(panel, advance(before, counter, 1)) : Value(),
            skip);
      });
    };
    if (!ShapedType::isDynamic(dimension.extent)) {
      RowTiles tiles = cutRows(dimension.extent, kernel, maxRows);
      int64_t count = tiles.larger + tiles.smaller;
      Value begin = index(0), end = index(count), larger = index(tiles.larger);
      if (block)
        std::tie(begin, end) = bordersOf(block, count);
      auto min = [&](Value tile) -> Value {
        return builder.createOrFold<arith::MinUIOp>(loc, tile, larger);
      };
      Value before = advance(index(0), number, count);
      createTilesOf(panel.position, min(begin), min(end), tiles.rows, before);
      if (tiles.smaller == 0)
        return;
      auto behindLarger = [&](Value tile) -> Value {
        Value max = builder.createOrFold<arith::MaxUIOp>(loc, tile, larger);
        return builder.createOrFold<arith::SubIOp>(loc, max, larger);
      };
      int64_t done = tiles.larger * tiles.rows;
      int64_t skip =
          kernel.isMatrix() ? done - (dimension.extent - tiles.rows) : 0;
      createTilesOf(advance(panel.position, index(done - skip),
                            dimension.leftStep, dimension.viewSteps),
                    behindLarger(begin), behindLarger(end),
                    kernel.isMatrix() ? tiles.rows : tiles.rows - 1,
                    advance(before, larger, 1), skip);
      return;
    }
    // Whole tiles, then what is left row by row.
    Value extent = extentOf(dimension);
    Value whole = arith::DivUIOp::create(builder, loc, extent, index(maxRows));
    Value done = arith::MulIOp::create(builder, loc, whole, index(maxRows));
    Value rest = arith::SubIOp::create(builder, loc, extent, done);
    createTilesOf(panel.position, index(0), whole, maxRows, /*before=*/{});
    if (maxRows > 1)
      createTilesOf(advance(panel.position, done, dimension.leftStep,
                            dimension.viewSteps),
                    index(0), rest, 1, /*before=*/{});
  }

  Contraction &contraction;
  const Strategy &strategy;
  const Kernel &kernel;
  Constants &constants;
  const int64_t constantBytes, codeBits, shareFrom;
  OpBuilder builder;
  const Location loc;

  Panels panels;
  Grid grid;
  TileOperands operands;
  Value right, firstSteps;   // null where the kernel takes steps in order
  int64_t stepsOfPanel = 0;  // on average; 0: in order
  bool startsDiffer = false; // from matrix to matrix
};

} // namespace

LayerWork quantc::buildLoops(Contraction &contraction, const Strategy &strategy,
                             Constants &constants, int64_t constantBytes,
                             int64_t codeBits, int64_t shareFrom) {
  return LoopBuilder(contraction, strategy, constants, constantBytes, codeBits,
                     shareFrom)
      .build();
}
