//===- MatrixProducts.cpp - Products of tensor cores ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which lane has which element of a fragment: PTX ISA, "Matrix Fragments for
// mma.m16n8k32" and "mma.m8n8k16"; ldmatrix gives bytes to lanes likewise.
//
//===----------------------------------------------------------------------===//

#include "MatrixBuilder.h"

using namespace mlir;
using namespace quantc;

MatrixProducts::MatrixProducts(Emitter &emit, const MatrixTile &tile,
                               MatrixFeatures features, Value thread)
    : emit(emit), tile(tile), features(features) {
  lane = emit.remainder(thread, kWarp);
  Value warp = emit.divide(thread, kWarp);
  warpRow = emit.multiply(emit.remainder(warp, tile.warpsAlongRows),
                          tile.rowsOfWarp());
  warpColumn = emit.multiply(emit.divide(warp, tile.warpsAlongRows),
                             tile.columnsOfWarp());
  // Each eight lanes name the rows of one of the four matrices of a load: of
  // the left operand the rows 0-7 and 8-15 of the first chunk, then of the
  // second; of the right one both chunks of its rows 0-7, then of 8-15.
  Value matrix = emit.divide(lane, 8), row = emit.remainder(lane, 8);
  Value low = emit.remainder(matrix, 2), high = emit.divide(matrix, 2);
  Value swizzle = emit.divide(row, 2);
  auto offset = [&](Value begin, Value eight, Value chunk) {
    Value inTile = emit.add(emit.add(begin, row), emit.multiply(eight, 8));
    return emit.add(emit.multiply(inTile, kStageDepth),
                    emit.multiply(emit.exclusiveOr(chunk, swizzle), kChunk));
  };
  for (int64_t half = 0; half < 2; ++half) {
    leftOffsets[half] = offset(warpRow, low, emit.add(high, 2 * half));
    rightOffsets[half] =
        emit.add(offset(warpColumn, high, emit.add(low, 2 * half)),
                 tile.rows * kStageDepth);
  }
}

int64_t MatrixProducts::indexOfSum(int64_t rows16, int64_t half,
                                   int64_t column) const {
  int64_t parts = tile.columnsOfWarp() / 8;
  return (rows16 * parts + column / 2) * 4 + half * 2 + column % 2;
}

Value MatrixProducts::rowOf(int64_t rows16, int64_t half) {
  return emit.add(emit.add(warpRow, emit.divide(lane, 4)),
                  rows16 * 16 + half * 8);
}

Value MatrixProducts::firstColumn() {
  return emit.add(warpColumn,
                  emit.multiply(emit.remainder(lane, 4), columnsOfLane()));
}

static SmallVector<Value> unpack(Emitter &emit, Value result, int64_t count) {
  SmallVector<Value> values;
  for (int64_t index = 0; index < count; ++index)
    values.push_back(
        LLVM::ExtractValueOp::create(emit.builder, emit.loc, result, index));
  return values;
}

static Type structOf(Emitter &emit, int64_t count) {
  return LLVM::LLVMStructType::getLiteral(
      emit.builder.getContext(),
      SmallVector<Type>(count, emit.builder.getI32Type()));
}

/// Four matrices of eight rows and a chunk: one register of each.
SmallVector<Value> MatrixProducts::load(Value ring, Value offset) {
  constexpr int64_t kMatrices = 4;
  MLIRContext *context = emit.builder.getContext();
  Value loaded = NVVM::LdMatrixOp::create(
      emit.builder, emit.loc, structOf(emit, kMatrices),
      emit.behind(ring, offset), kMatrices, NVVM::MMALayout::row,
      NVVM::LdStMatrixShapeAttr::get(context, 8, 8),
      NVVM::LdStMatrixEltType::B16);
  return unpack(emit, loaded, kMatrices);
}

/// 16 x 32 by 32 x 8.
void MatrixProducts::multiplyInto(ArrayRef<Value> left, ArrayRef<Value> right,
                                  MutableArrayRef<Value> sums) {
  auto product = [&](ArrayRef<Value> left, ArrayRef<Value> right,
                     MutableArrayRef<Value> sums, ArrayRef<int64_t> shape) {
    auto count = static_cast<int64_t>(sums.size());
    Value result = NVVM::MmaOp::create(
        emit.builder, emit.loc, structOf(emit, count), left, right,
        ValueRange(ArrayRef<Value>(sums)), shape, std::nullopt,
        NVVM::MMAIntOverflow::wrapped,
        std::array{NVVM::MMATypes::s8, NVVM::MMATypes::s8},
        std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
    llvm::copy(unpack(emit, result, count), sums.begin());
  };
  if (features.hasWideProducts)
    return product(left, right, sums, {16, 8, 32});
  // Registers are those of four smaller ones.
  for (int64_t k = 0; k < 2; ++k)
    for (int64_t half = 0; half < 2; ++half)
      product(left[2 * k + half], right[k], sums.slice(2 * half, 2),
              {8, 8, 16});
}

void MatrixProducts::multiply(Value ring, SmallVector<Value> &sums) {
  int64_t rowParts = tile.rowsOfWarp() / 16;
  int64_t columnParts = tile.columnsOfWarp() / 16;
  constexpr int64_t kPart = 16 * kStageDepth;
  for (int64_t half = 0; half < 2; ++half) {
    SmallVector<SmallVector<Value>> left, right;
    for (int64_t part = 0; part < rowParts; ++part)
      left.push_back(load(ring, emit.add(leftOffsets[half], part * kPart)));
    for (int64_t part = 0; part < columnParts; ++part)
      right.push_back(load(ring, emit.add(rightOffsets[half], part * kPart)));
    for (int64_t row = 0; row < rowParts; ++row)
      for (int64_t column = 0; column < 2 * columnParts; ++column)
        multiplyInto(left[row],
                     ArrayRef(right[column / 2]).slice(column % 2 * 2, 2),
                     MutableArrayRef(sums).slice(
                         (row * 2 * columnParts + column) * 4, 4));
  }
}
