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

LogicalResult TileOp::verify() {
  if (getRows() < 1 || getRun() < 1 || getGroup() < 1)
    return emitOpError("expected positive rows, run and group, but got ")
           << getRows() << ", " << getRun() << " and " << getGroup();
  if (getColumns() < 1 || getColumns() > getWidth())
    return emitOpError("expected 1 to width = ")
           << getWidth() << " columns, but got " << getColumns();
  if (getCounts().size() != getStrides().size())
    return emitOpError("expected one stride per count, but got ")
           << getStrides().size() << " and " << getCounts().size();
  if (llvm::any_of(getCounts(), [](int64_t count) { return count < 1; }))
    return emitOpError("expected positive counts");
  auto verifyViews = [&](StringRef name, ValueRange buffers, ValueRange bases,
                         ArrayRef<int64_t> pitches) -> LogicalResult {
    if (buffers.size() == bases.size() && buffers.size() == pitches.size())
      return success();
    return emitOpError("expected one base and one pitch per ")
           << name << ", but got " << bases.size() << " and " << pitches.size()
           << " for " << buffers.size();
  };
  if (failed(verifyViews("input", getInputs(), getInputBases(),
                         getInputPitches())) ||
      failed(verifyViews("output", getOutputs(), getOutputBases(),
                         getOutputPitches())))
    return failure();
  bool isFloat = elementOf(getA()).isF32();
  Type accumulator = elementOf(getInit());
  if (isFloat != elementOf(getB()).isF32() || isFloat != accumulator.isF32() ||
      (!isFloat && !accumulator.isInteger(32)))
    return emitOpError("expected f32 throughout, or integers with i32 "
                       "accumulators, but got ")
           << elementOf(getA()) << " * " << elementOf(getB()) << " -> "
           << accumulator;
  return success();
}

LogicalResult TileOp::verifyRegions() {
  SmallVector<Type> expected = {elementOf(getInit())};
  for (Value buffer : llvm::concat<Value>(getParams(), getInputs()))
    expected.push_back(elementOf(buffer));
  Block &body = getEpilogue().front();
  if (body.getArgumentTypes() != TypeRange(expected))
    return emitOpError("expected block arguments of types ")
           << expected << ", but got " << body.getArgumentTypes();
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield)
    return emitOpError("expected the region to end in mk.yield");
  SmallVector<Type> results;
  for (Value buffer : getOutputs())
    results.push_back(elementOf(buffer));
  if (yield.getValues().getTypes() != TypeRange(results))
    return yield.emitOpError("expected values of types ")
           << results << ", but got " << yield.getValues().getTypes();
  return success();
}
