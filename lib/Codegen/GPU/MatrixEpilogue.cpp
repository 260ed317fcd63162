//===- MatrixEpilogue.cpp - From sums to results --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixEpilogue.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <numeric>

using namespace mlir;
using namespace quantc;

/// Bytes that buffers begin at, and that a thread reads or writes at once.
static constexpr int64_t kVectorBytes = 16;

static int64_t bytesOf(Type element) {
  return element.getIntOrFloatBitWidth() / 8;
}

MatrixEpilogue::View MatrixEpilogue::describe(Value buffer, size_t view) {
  Type element = getElementTypeOrSelf(buffer.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)cast<MemRefType>(buffer.getType()).getStridesAndOffset(strides, offset);
  int64_t common = std::gcd(offset, count);
  for (const RowDimension &dimension : contraction.rows)
    common = std::gcd(common, dimension.viewSteps[view]);
  return {element, operands.imports.addressOf(emit.builder, emit.loc, buffer),
          std::gcd(kVectorBytes, common * bytesOf(element))};
}

/// Neighbours from `first` on, as many as the lane has columns.
SmallVector<Value> MatrixEpilogue::loadPadded(Value buffer, Value first) {
  Type element = getElementTypeOrSelf(buffer.getType());
  int64_t bytes = bytesOf(element);
  auto type = VectorType::get({count}, element);
  Value from = emit.pointer(
      emit.add(operands.imports.addressOf(emit.builder, emit.loc, buffer),
               emit.multiply(first, bytes)));
  Value loaded = emit.load(type, from, std::gcd(kVectorBytes, count * bytes));
  SmallVector<Value> values;
  for (int64_t index = 0; index < count; ++index)
    values.push_back(LLVM::ExtractElementOp::create(
        emit.builder, emit.loc, loaded, emit.constant(index)));
  return values;
}

void MatrixEpilogue::start(Value firstColumn, int64_t columns) {
  column = firstColumn;
  count = columns;
  isWhole = contraction.columns % count == 0;
  for (auto [view, input] : llvm::enumerate(contraction.inputs))
    views.push_back(describe(input, view));
  views.push_back(describe(contraction.output, contraction.inputs.size()));
  if (operands.bias && !operands.hasClasses())
    biasOfColumns = loadPadded(operands.bias, column);
  for (Value param : operands.params)
    paramsOfColumns.push_back(loadPadded(param, column));
}

Value MatrixEpilogue::pointerInto(const View &view, Value row, int64_t index) {
  Value element = emit.add(emit.add(row, column), index);
  return emit.pointer(
      emit.add(view.address, emit.multiply(element, bytesOf(view.element))));
}

/// The body of the epilogue. Its operands are the sums, one value per column,
/// and one per result, in any order.
Value MatrixEpilogue::compute(int64_t index, Value sum, ValueRange inputs) {
  if (operands.bias)
    sum = arith::AddIOp::create(emit.builder, emit.loc, sum,
                                biasOfColumns[index]);
  linalg::GenericOp op = contraction.epilogue;
  if (!op)
    return sum;
  IRMapping mapping(operands.imports.mapping());
  size_t param = 0, input = 0;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    Value value;
    if (operand->getOperandNumber() == 0)
      value = sum;
    else if (!op.getMatchingIndexingMap(operand).isIdentity())
      value = paramsOfColumns[param++][index];
    else
      value = inputs[input++];
    mapping.map(op.getMatchingBlockArgument(operand), value);
  }
  for (Operation &nested : op.getBody()->without_terminator())
    emit.builder.clone(nested, mapping);
  return mapping.lookupOrDefault(op.getBody()->getTerminator()->getOperand(0));
}

void MatrixEpilogue::store(const RowPlace &place, ArrayRef<Value> sums) {
  OpBuilder &builder = emit.builder;
  if (place.starts)
    biasOfColumns = loadPadded(operands.bias, emit.add(place.starts, column));
  ArrayRef<View> inputs = ArrayRef(views).drop_back();
  const View &output = views.back();
  if (isWhole) {
    SmallVector<Value> loaded;
    for (auto [view, row] : llvm::zip(inputs, place.views))
      loaded.push_back(emit.load(VectorType::get({count}, view.element),
                                 pointerInto(view, row, 0), view.alignment));
    Value results = LLVM::PoisonOp::create(
        builder, emit.loc, VectorType::get({count}, output.element));
    for (int64_t index = 0; index < count; ++index) {
      SmallVector<Value> values;
      for (Value vector : loaded)
        values.push_back(LLVM::ExtractElementOp::create(
            builder, emit.loc, vector, emit.constant(index)));
      results = LLVM::InsertElementOp::create(
          builder, emit.loc, results, compute(index, sums[index], values),
          emit.constant(index));
    }
    return emit.store(results, pointerInto(output, place.views.back(), 0),
                      output.alignment);
  }
  for (int64_t index = 0; index < count; ++index) {
    Value isThere =
        emit.isLess(emit.add(column, index), emit.index(contraction.columns));
    auto guard = scf::IfOp::create(builder, emit.loc, isThere);
    OpBuilder::InsertionGuard insertion(builder);
    builder.setInsertionPointToStart(guard.thenBlock());
    SmallVector<Value> values;
    for (auto [view, row] : llvm::zip(inputs, place.views))
      values.push_back(emit.load(view.element, pointerInto(view, row, index),
                                 bytesOf(view.element)));
    emit.store(compute(index, sums[index], values),
               pointerInto(output, place.views.back(), index),
               bytesOf(output.element));
  }
}

void quantc::storeResults(Emitter &emit, const Contraction &contraction,
                          MatrixOperands &operands, Value column,
                          ArrayRef<LaneRow> laneRows, Value rows) {
  OpBuilder &builder = emit.builder;
  OpBuilder::InsertionGuard outside(builder);
  Value isColumn = emit.isLess(column, emit.index(contraction.columns));
  auto guard = scf::IfOp::create(builder, emit.loc, isColumn);
  builder.setInsertionPointToStart(guard.thenBlock());
  MatrixEpilogue epilogue(emit, contraction, operands);
  epilogue.start(column, static_cast<int64_t>(laneRows.front().sums.size()));
  for (const auto &[row, sums] : laneRows) {
    auto isRow = scf::IfOp::create(builder, emit.loc, emit.isLess(row, rows));
    OpBuilder::InsertionGuard insertion(builder);
    builder.setInsertionPointToStart(isRow.thenBlock());
    RowPlace place = placeOfRow(emit, contraction, row);
    if (operands.hasClasses())
      place.starts = operands.startsOf(emit, row);
    epilogue.store(place, sums);
  }
}
