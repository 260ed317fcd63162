//===- CreateTile.cpp - Tiles of a contraction ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CreateTile.h"

#include "DepthwisePanels.h"

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace quantc;

/// The body of the epilogue, with the constants that it takes from outside.
static void createEpilogue(OpBuilder &builder, Contraction &contraction,
                           const TileOperands &operands, Region &region) {
  Location loc = contraction.op.getLoc();
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&region);
  auto addArgument = [&](Value buffer) {
    return block->addArgument(
        cast<MemRefType>(buffer.getType()).getElementType(), loc);
  };
  Value acc = addArgument(operands.start);
  SmallVector<Value> arguments = {acc};
  for (Value param : operands.params)
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

void quantc::createTile(OpBuilder &builder, Contraction &contraction,
                        const Strategy &strategy, const TileOperands &operands,
                        const Panel &panel, const Position &position,
                        int64_t rows, Value ahead, int64_t skip) {
  Location loc = contraction.op.getLoc();
  const Kernel &kernel =
      strategy.kernelFor(contraction.element(), contraction.isDepthwise);
  const RowDimension &dimension = contraction.rows.back();
  auto views = ArrayRef(operands.views);
  auto bases = ArrayRef(position.views);
  auto pitches = ArrayRef(dimension.viewSteps);
  if (contraction.isDepthwise) {
    auto tile = mk::DepthwiseOp::create(
        builder, loc, strategy.name, operands.left, position.left, panel.right,
        panel.begin, operands.start, panel.channel, operands.params,
        views.drop_back(), bases.drop_back(), views.take_back(),
        bases.take_back(), rows, panel.columns, panel.width, kernel.group(),
        dimension.leftStep, pitches.drop_back(), pitches.take_back(),
        listTaps(contraction, kernel.group()), contraction.isPrepared);
    return createEpilogue(builder, contraction, operands, tile.getEpilogue());
  }
  SmallVector<int64_t> linePitches;
  if (contraction.line) {
    linePitches = {contraction.line->leftStep};
    llvm::append_range(linePitches, contraction.line->viewSteps);
  }
  auto tile = mk::TileOp::create(
      builder, loc, strategy.name, operands.left, position.left, panel.right,
      panel.begin, operands.start, panel.channel, operands.params,
      views.drop_back(), bases.drop_back(), views.take_back(),
      bases.take_back(), rows, panel.columns, panel.width, kernel.group(),
      dimension.leftStep, pitches.drop_back(), pitches.take_back(),
      kernel.isMatrix() ? operands.scratch : Value(), operands.steps,
      panel.firstStep, panel.endStep, ahead,
      operands.steps ? ArrayRef<int64_t>() : ArrayRef(contraction.counts),
      operands.steps ? ArrayRef<int64_t>() : ArrayRef(contraction.strides),
      operands.steps ? kernel.group() : contraction.run, skip,
      contraction.line ? contraction.line->extent : 1, linePitches,
      contraction.rowInputs, contraction.isPrepared, operands.levels,
      operands.aheadParts);
  createEpilogue(builder, contraction, operands, tile.getEpilogue());
}
