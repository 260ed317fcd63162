//===- MatrixCopies.cpp - Operands to shared memory -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The left operand is read where it is: an output's row begins somewhere in the
// image, and along K there are runs of neighbours. Weights lie as stages hold
// them, so that threads copy them one behind the other.
//
//===----------------------------------------------------------------------===//

#include "MatrixBuilder.h"

#include <numeric>

using namespace mlir;
using namespace quantc;

static constexpr int64_t kChunksOfRow = kStageDepth / kChunk;

RowPlace quantc::placeOfRow(Emitter &emit, const Contraction &contraction,
                            Value row) {
  RowPlace place;
  place.left = emit.index(0);
  place.views.assign(contraction.inputs.size() + 1, emit.index(0));
  for (size_t axis = contraction.rows.size(); axis-- > 0;) {
    const RowDimension &dimension = contraction.rows[axis];
    Value coordinate = row;
    if (axis > 0) {
      coordinate = emit.remainder(row, dimension.extent);
      row = emit.divide(row, dimension.extent);
    }
    place.left =
        emit.add(place.left, emit.multiply(coordinate, dimension.leftStep));
    for (auto [view, step] : llvm::zip_equal(place.views, dimension.viewSteps))
      view = emit.add(view, emit.multiply(coordinate, step));
  }
  return place;
}

int64_t quantc::widthOfLeft(const Contraction &contraction) {
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)cast<MemRefType>(contraction.left.getType())
      .getStridesAndOffset(strides, offset);
  int64_t common = std::gcd(kChunk, std::gcd(offset, contraction.run));
  if (withoutBorder(contraction.left) != contraction.left) // of whole pixels
    common = std::gcd(common, contraction.right.getType().getShape().back());
  for (const RowDimension &dimension : contraction.rows)
    common = std::gcd(common, dimension.leftStep);
  for (int64_t stride : contraction.strides)
    common = std::gcd(common, stride);
  return common;
}

MatrixCopies::MatrixCopies(Emitter &emit, const Contraction &contraction,
                           const MatrixTile &tile, MatrixFeatures features,
                           Value thread, Value left, Value weights,
                           Value firstRow, Value rows,
                           std::optional<ImageBorder> border)
    : emit(emit), contraction(contraction), tile(tile),
      width(widthOfLeft(contraction)), border(border), thread(thread),
      weights(weights) {
  isAsync = features.hasAsyncCopies && width >= kLeastCopy;
  if (border)
    anywhere = emit.pointer(weights);
  chunk = emit.remainder(thread, kChunksOfRow);
  Value row = emit.divide(thread, kChunksOfRow);
  int64_t rowsOfPass = tile.threads() / kChunksOfRow;
  Value last = emit.add(rows, -1);
  for (int64_t pass = 0; pass < tile.rows / rowsOfPass; ++pass) {
    Value inBlock = emit.toIndex(emit.add(row, pass * rowsOfPass));
    Value inAll = emit.add(firstRow, inBlock);
    Value isThere = emit.isLess(inAll, rows);
    Value ofImage = emit.select(isThere, inAll, last);
    RowPlace place = placeOfRow(emit, contraction, ofImage);
    leftRows.push_back(
        {emit.pointer(emit.add(left, place.left)),
         border ? border->maskOf(emit, emit.toI32(ofImage)) : Value()});
  }
  // The same for all passes, which are a multiple of eight rows apart.
  Value swizzle = emit.remainder(emit.divide(row, 2), kChunksOfRow);
  leftPlace = emit.add(emit.multiply(row, kStageDepth),
                       emit.multiply(emit.exclusiveOr(chunk, swizzle), kChunk));
}

/// Where element `k` of a row of the left operand lies, from its begin. What is
/// behind the last meets weights of 0: the first stands for it.
Value MatrixCopies::offsetAlongK(Value k) {
  Value offset = emit.remainder(k, contraction.run);
  Value run = emit.divide(k, contraction.run);
  for (size_t axis = contraction.counts.size(); axis-- > 0;) {
    Value coordinate = run;
    if (axis > 0) {
      coordinate = emit.remainder(run, contraction.counts[axis]);
      run = emit.divide(run, contraction.counts[axis]);
    }
    offset =
        emit.add(offset, emit.multiply(coordinate, contraction.strides[axis]));
  }
  int64_t depth = contraction.depth();
  if (depth % kStageDepth == 0)
    return offset;
  Value isThere = emit.isLess(k, emit.constant(depth));
  return emit.select(isThere, offset, emit.constant(0));
}

/// Null where there is no border.
Value MatrixCopies::isInside(const Row &row, const Part &part) {
  return border ? border->isInside(emit, row.insideMask, part.k) : Value();
}

/// 0 where `from` is not inside.
Value MatrixCopies::loadInside(Type type, Value from, Value isInside,
                               int64_t alignment) {
  if (!isInside)
    return emit.load(type, from, alignment);
  Value zero = LLVM::ZeroOp::create(emit.builder, emit.loc, type);
  Value loaded =
      emit.load(type, emit.select(isInside, from, anywhere), alignment);
  return emit.select(isInside, loaded, zero);
}

void MatrixCopies::copyBytes(Value to, Value from, int64_t bytes,
                             Value isInside) {
  if (isAsync) {
    Value valid;
    if (isInside)
      valid = emit.select(isInside, emit.constant(bytes), emit.constant(0));
    auto modifier = bytes == kChunk ? NVVM::LoadCacheModifierKind::CG
                                    : NVVM::LoadCacheModifierKind::CA;
    NVVM::CpAsyncOp::create(emit.builder, emit.loc, to, from,
                            static_cast<uint32_t>(bytes), modifier, valid);
    return;
  }
  Type word = emit.builder.getI32Type();
  Type type = bytes == 4 ? word : VectorType::get({bytes / 4}, word);
  emit.store(loadInside(type, from, isInside, bytes), to, bytes);
}

/// A chunk of elements whose neighbours are too few to be read at once.
void MatrixCopies::gatherChunk(Value to, const Row &row, ArrayRef<Part> parts) {
  auto type = VectorType::get({kChunk}, emit.builder.getI8Type());
  Value chunk = LLVM::PoisonOp::create(emit.builder, emit.loc, type);
  int64_t elements = kChunk / static_cast<int64_t>(parts.size());
  Value isThere;
  for (int64_t index = 0; index < kChunk; ++index) {
    const Part &part = parts[index / elements];
    if (index % elements == 0)
      isThere = isInside(row, part);
    Value from =
        emit.behind(row.begin, emit.add(part.offset, index % elements));
    Value value = loadInside(emit.builder.getI8Type(), from, isThere,
                             /*alignment=*/1);
    chunk = LLVM::InsertElementOp::create(emit.builder, emit.loc, chunk, value,
                                          emit.constant(index));
  }
  emit.store(chunk, to, kChunk);
}

void MatrixCopies::copy(Value ring, Value stage) {
  Value k =
      emit.add(emit.multiply(stage, kStageDepth), emit.multiply(chunk, kChunk));
  SmallVector<Part> parts;
  for (int64_t begin = 0; begin < kChunk; begin += width) {
    Value ofPart = emit.add(k, begin);
    parts.push_back({offsetAlongK(ofPart), ofPart});
  }
  int64_t rowsOfPass = tile.threads() / kChunksOfRow;
  for (auto [pass, row] : llvm::enumerate(leftRows)) {
    auto begin = static_cast<int64_t>(pass) * rowsOfPass * kStageDepth;
    Value to = emit.behind(ring, emit.add(leftPlace, begin));
    if (width < kLeastCopy) {
      gatherChunk(to, row, parts);
      continue;
    }
    for (auto [index, part] : llvm::enumerate(parts))
      copyBytes(emit.behind(to, emit.constant(index * width)),
                emit.behind(row.begin, part.offset), width,
                isInside(row, part));
  }
  Value right = emit.behind(ring, emit.constant(tile.rows * kStageDepth));
  int64_t bytes = tile.columns * kStageDepth;
  Value from = emit.pointer(
      emit.add(weights, emit.toIndex(emit.multiply(stage, bytes))));
  for (int64_t begin = 0; begin < bytes; begin += tile.threads() * kChunk) {
    Value place = emit.add(emit.multiply(thread, kChunk), begin);
    copyBytes(emit.behind(right, place), emit.behind(from, place), kChunk);
  }
}

void MatrixCopies::commit() {
  if (isAsync)
    NVVM::CpAsyncCommitGroupOp::create(emit.builder, emit.loc);
}

void MatrixCopies::wait(int64_t stages) {
  if (isAsync)
    NVVM::CpAsyncWaitGroupOp::create(emit.builder, emit.loc,
                                     static_cast<uint32_t>(stages));
}
