//===- MKDialect.cpp - The micro-kernel dialect -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace quantc::mk;

#include "quantc/Dialect/MK/IR/MKDialect.cpp.inc"

#define GET_OP_CLASSES
#include "quantc/Dialect/MK/IR/MKOps.cpp.inc"

void MKDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "quantc/Dialect/MK/IR/MKOps.cpp.inc"
      >();
}

static Type elementOf(Value buffer) {
  return cast<MemRefType>(buffer.getType()).getElementType();
}

static LogicalResult verifyViews(Operation *op, StringRef name,
                                 ValueRange buffers, ValueRange bases,
                                 ArrayRef<int64_t> pitches) {
  if (buffers.size() == bases.size() && buffers.size() == pitches.size())
    return success();
  return op->emitOpError("expected one base and one pitch per ")
         << name << ", but got " << bases.size() << " and " << pitches.size()
         << " for " << buffers.size();
}

/// What holds for every op that is like a tile.
template <typename OpT> static LogicalResult verifyTile(OpT op) {
  if (op.getRows() < 1 || op.getGroup() < 1)
    return op.emitOpError("expected positive rows and group, but got ")
           << op.getRows() << " and " << op.getGroup();
  if (op.getColumns() < 1 || op.getColumns() > op.getWidth())
    return op.emitOpError("expected 1 to width = ")
           << op.getWidth() << " columns, but got " << op.getColumns();
  if (failed(verifyViews(op, "input", op.getInputs(), op.getInputBases(),
                         op.getInputPitches())) ||
      failed(verifyViews(op, "output", op.getOutputs(), op.getOutputBases(),
                         op.getOutputPitches())))
    return failure();
  bool isFloat = elementOf(op.getA()).isF32();
  Type accumulator = elementOf(op.getInit());
  if (isFloat != elementOf(op.getB()).isF32() ||
      isFloat != accumulator.isF32() ||
      (!isFloat && !accumulator.isInteger(32)))
    return op.emitOpError("expected f32 throughout, or integers with i32 "
                          "accumulators, but got ")
           << elementOf(op.getA()) << " * " << elementOf(op.getB()) << " -> "
           << accumulator;
  return success();
}

template <typename OpT> static LogicalResult verifyEpilogue(OpT op) {
  SmallVector<Type> expected = {elementOf(op.getInit())};
  for (Value buffer : llvm::concat<Value>(op.getParams(), op.getInputs()))
    expected.push_back(elementOf(buffer));
  Block &body = op.getEpilogue().front();
  if (body.getArgumentTypes() != TypeRange(expected))
    return op.emitOpError("expected block arguments of types ")
           << expected << ", but got " << body.getArgumentTypes();
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield)
    return op.emitOpError("expected the region to end in mk.yield");
  SmallVector<Type> results;
  for (Value buffer : op.getOutputs())
    results.push_back(elementOf(buffer));
  if (yield.getValues().getTypes() != TypeRange(results))
    return yield.emitOpError("expected values of types ")
           << results << ", but got " << yield.getValues().getTypes();
  return success();
}

LogicalResult TileOp::verify() {
  if (failed(verifyTile(*this)))
    return failure();
  if (getRun() < 1)
    return emitOpError("expected a positive run, but got ") << getRun();
  if (getCounts().size() != getStrides().size())
    return emitOpError("expected one stride per count, but got ")
           << getStrides().size() << " and " << getCounts().size();
  if (llvm::any_of(getCounts(), [](int64_t count) { return count < 1; }))
    return emitOpError("expected positive counts");
  bool hasSteps = getSteps() && getFirstStep() && getEndStep();
  if (!hasSteps && (getSteps() || getFirstStep() || getEndStep()))
    return emitOpError("expected steps with where they begin and end");
  if (hasSteps && (!getCounts().empty() || getRun() != getGroup()))
    return emitOpError("expected steps to have a run of ")
           << getGroup() << " and no counts, but got " << getRun() << " and "
           << getCounts().size();
  int64_t step = getWidth() * getGroup(), parts = getAheadParts();
  if (parts < 1 || step % parts != 0)
    return emitOpError("expected ahead_parts that divide a step of ")
           << step << " elements, but got " << parts;
  int64_t rows = getRows(), skip = getSkip(), line = getLine();
  if (skip < 0 || skip >= rows)
    return emitOpError("expected 0 to rows - 1 = ")
           << rows - 1 << " rows to skip, but got " << skip;
  if (line < 1)
    return emitOpError("expected a line of 1 pixel or more, but got ") << line;
  int64_t inputs = getInputs().size();
  for (int64_t input : getRowInputs())
    if (input < 0 || input >= inputs)
      return emitOpError("expected row_inputs of the ")
             << inputs << " inputs, but got " << input;
  size_t levels = getLevels().size();
  if (levels != 0 && levels != 4 && levels != 16)
    return emitOpError("expected 4 or 16 levels, or none, but got ") << levels;
  if (levels != 0 && (getSteps() || !elementOf(getB()).isInteger(8)))
    return emitOpError("expected codes of levels in a right operand of i8, "
                       "without a list of steps");
  size_t views = getInputs().size() + getOutputs().size();
  if (line > 1 && getLinePitches().size() != 1 + views)
    return emitOpError("expected line_pitches of the left operand and of each "
                       "view, but got ")
           << getLinePitches().size() << " for " << 1 + views;
  return success();
}

LogicalResult RegistersOp::verify() {
  ArrayRef<int64_t> rows = getRows();
  if (rows.empty() || rows.size() > 2 ||
      !llvm::all_of(rows, [](int64_t n) { return n >= 1 && n <= 16; }))
    return emitOpError("expected one or two counts of 1 to 16 rows, but got ")
           << "[" << rows << "]";
  if (getDepth() < 4 || getDepth() > 64 || getDepth() % 4 != 0)
    return emitOpError("expected a depth of 4 to 64 bytes in steps of 4, but "
                       "got ")
           << getDepth();
  return success();
}

LogicalResult TileOp::verifyRegions() { return verifyEpilogue(*this); }

LogicalResult DepthwiseOp::verify() {
  if (failed(verifyTile(*this)))
    return failure();
  size_t taps = getTaps().size();
  if (taps == 0 || taps % getGroup() != 0)
    return emitOpError("expected taps that fill groups of ")
           << getGroup() << ", but got " << taps;
  return success();
}

LogicalResult DepthwiseOp::verifyRegions() { return verifyEpilogue(*this); }

LogicalResult LookupOp::verify() {
  constexpr int64_t kEntries = 256;
  if (getTable().getShapedType().getShape() != ArrayRef<int64_t>{kEntries})
    return emitOpError("expected a table of ")
           << kEntries << " entries, but got " << getTable().getShapedType();
  return success();
}
