//===- WarpgroupLeft.cpp - Boxes of the left operand ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copies bring zeros where windows reach over the borders of images.
//
//===----------------------------------------------------------------------===//

#include "WarpgroupLeft.h"

#include "MatrixTile.h"
#include "WarpgroupTile.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

/// Of the first element that is stored.
static int64_t offsetOf(const Contraction &contraction) {
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)cast<MemRefType>(withoutBorder(contraction.left).getType())
      .getStridesAndOffset(strides, offset);
  return offset;
}

/// Bytes from a row to the next, where the rows of the outputs are those of a
/// matrix.
static std::optional<int64_t> pitchOf(const Contraction &contraction) {
  int64_t pitch = 0, step = 0;
  for (const RowDimension &dimension : llvm::reverse(contraction.rows)) {
    if (dimension.extent == 1)
      continue;
    if (pitch == 0)
      pitch = step = dimension.leftStep;
    if (dimension.leftStep != step)
      return std::nullopt;
    step *= leastExtent(dimension); // that of the batch does not matter
  }
  return pitch > 0 ? pitch : llvm::alignTo(contraction.depth(), kChunk);
}

static bool isOneRun(const Contraction &contraction) {
  for (auto [index, offset] : llvm::enumerate(contraction.offsetsOfRuns()))
    if (offset != static_cast<int64_t>(index) * contraction.run)
      return false;
  return true;
}

std::optional<WarpgroupLeft>
WarpgroupLeft::analyzeMatrix(const Contraction &contraction) {
  if (withoutBorder(contraction.left) != contraction.left)
    return std::nullopt;
  std::optional<int64_t> pitch = pitchOf(contraction);
  if (!pitch || *pitch % kChunk || !isOneRun(contraction))
    return std::nullopt;
  WarpgroupLeft left;
  left.channels = contraction.depth();
  left.pitch = *pitch;
  return left;
}

std::optional<WarpgroupLeft>
WarpgroupLeft::analyzeImages(const Contraction &contraction) {
  auto op = dyn_cast<linalg::Conv2DNhwcFhwcOp>(*contraction.op);
  if (!op)
    return std::nullopt;
  SmallVector<int64_t> strides = *stridesOf(contraction.left);
  WarpgroupLeft left;
  left.channels = contraction.right.getType().getShape().back();
  left.pitch = strides[0];
  // CUDA Driver API, "cuTensorMapEncodeIm2col".
  constexpr int64_t kMostReach = 128, kMostStep = 8;
  for (int64_t axis : {1, 0}) {
    const Window &window = left.windows.emplace_back(
        Window{windowAxisOf(contraction, axis), strides[1 + axis]});
    if (window.reach() > kMostReach || window.step > kMostStep ||
        window.low >= window.reach() || window.high() >= window.reach() ||
        window.reached() <= 0 || window.stride % kChunk)
      return std::nullopt;
  }
  if (left.pitch % kChunk)
    return std::nullopt;
  return left;
}

std::optional<WarpgroupLeft>
WarpgroupLeft::analyze(const Contraction &contraction) {
  std::optional<WarpgroupLeft> left = analyzeMatrix(contraction);
  if (!left)
    left = analyzeImages(contraction);
  if (left)
    left->offset = offsetOf(contraction);
  if (!left || left->offset % kChunk)
    return std::nullopt;
  return left;
}

int64_t WarpgroupLeft::depth() const {
  return channels > 64 ? kMostDepth : channels > 32 ? 64 : 32;
}

int64_t WarpgroupLeft::paddedRun() const {
  return llvm::alignTo(channels, depth());
}

int64_t WarpgroupLeft::stages() const {
  int64_t taps = 1;
  for (const Window &window : windows)
    taps *= window.taps;
  return taps * paddedRun() / depth();
}

DenseI64ArrayAttr WarpgroupLeft::describe(MLIRContext *context,
                                          int64_t rowsOfTile,
                                          int64_t rowsPerSample,
                                          bool isPerSample) const {
  SmallVector<int64_t> fields = {offset, depth(), isPerSample,
                                 isMatrix() ? 0 : rowsOfTile};
  fields.append({channels, 1, depth(), 1, 0, 0});
  int64_t rows = rowsPerSample;
  for (const Window &window : windows) {
    fields.append({window.reached(), window.stride, window.reach(), window.step,
                   window.low, window.high()});
    rows /= window.outputs;
  }
  fields.append({rows, pitch, isMatrix() ? rowsOfTile : 1, 1, 0, 0});
  return Builder(context).getDenseI64ArrayAttr(fields);
}

void WarpgroupLeft::copy(Emitter &emit, Value map, Value target, Value barrier,
                         Value stage, Value firstRow) const {
  OpBuilder &builder = emit.builder;
  int64_t parts = paddedRun() / depth();
  Value row = firstRow, tap = emit.divide(stage, parts);
  SmallVector<Value> place = {
      emit.multiply(emit.remainder(stage, parts), depth())};
  SmallVector<Value> offsets;
  for (const Window &window : windows) {
    Value begin =
        emit.multiply(emit.remainder(row, window.outputs), window.step);
    place.push_back(emit.add(begin, -window.low));
    row = emit.divide(row, window.outputs);
    Value offset =
        emit.multiply(emit.remainder(tap, window.taps), window.dilation);
    tap = emit.divide(tap, window.taps);
    offsets.push_back(
        LLVM::TruncOp::create(builder, emit.loc, builder.getI16Type(), offset));
  }
  place.push_back(row);
  NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp::create(
      builder, emit.loc, target, map, place, barrier, offsets,
      /*multicastMask=*/Value(), /*l2CacheHint=*/Value(),
      isMatrix() ? NVVM::TMALoadMode::TILE : NVVM::TMALoadMode::IM2COL,
      /*isCTAOnly=*/false, /*group=*/nullptr, /*predicate=*/Value());
}
