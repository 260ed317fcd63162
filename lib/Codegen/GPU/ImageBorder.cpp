//===- ImageBorder.cpp - Windows that reach over a border -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageBorder.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace quantc;

/// Taps of an axis, each of which has a bit in half an i32, and one bit of the
/// half that none has.
static constexpr int64_t kHalf = 16, kMostTaps = kHalf - 1;

int64_t WindowAxis::firstWhole() const {
  return std::min<int64_t>(llvm::divideCeil(low, step), outputs);
}

int64_t WindowAxis::endWhole() const {
  int64_t room = low + extent - reach();
  int64_t whole = room < 0 ? 0 : room / step + 1;
  return std::clamp(whole, firstWhole(), outputs);
}

int64_t WindowAxis::windowOf(int64_t windowClass) const {
  bool isBehind = windowClass > firstWhole();
  return isBehind ? endWhole() + windowClass - firstWhole() - 1 : windowClass;
}

Value WindowAxis::classOf(Emitter &emit, Value window) const {
  Value inFront = arith::MinSIOp::create(emit.builder, emit.loc, window,
                                         emit.constant(firstWhole()));
  Value behind = arith::MaxSIOp::create(emit.builder, emit.loc,
                                        emit.add(window, 1 - endWhole()),
                                        emit.constant(0));
  return emit.add(inFront, behind);
}

bool quantc::isImageBorder(linalg::LinalgOp op, mk::BorderOp border) {
  if (!isa<linalg::Conv2DNhwcFhwcOp, linalg::Conv2DNhwgcGfhwcOp>(*op))
    return false;
  for (size_t axis = 0; axis < border.getLow().size(); ++axis)
    if (axis != 1 && axis != 2 &&
        border.getLow()[axis] + border.getHigh()[axis] > 0)
      return false;
  auto right = cast<ShapedType>(op->getOperand(1).getType()).getShape();
  ArrayRef<int64_t> taps = right.drop_back().take_back(2);
  return taps[0] <= kMostTaps && taps[1] <= kMostTaps;
}

Value quantc::withoutBorder(Value image) {
  auto border = image.getDefiningOp<mk::BorderOp>();
  return border ? border.getSource() : image;
}

WindowAxis quantc::windowAxisOf(const Contraction &contraction, size_t axis) {
  Operation *op = contraction.op;
  auto dimension = static_cast<unsigned>(1 + axis);
  auto extentOf = [&](Value image) {
    return cast<ShapedType>(image.getType()).getDimSize(dimension);
  };
  auto border = contraction.left.getDefiningOp<mk::BorderOp>();
  auto taps = contraction.right.getType().getShape().drop_back().take_back(2);
  return {border ? border.getLow()[dimension] : 0,
          extentOf(withoutBorder(contraction.left)),
          extentOf(op->getOperand(2)),
          windowOf(op, "strides")[axis],
          taps[axis],
          windowOf(op, "dilations")[axis]};
}

std::optional<ImageBorder> ImageBorder::of(const Contraction &contraction) {
  auto op = contraction.left.getDefiningOp<mk::BorderOp>();
  auto number = op ? dyn_cast<IntegerAttr>(op.getValue()) : IntegerAttr();
  if (!number)
    return std::nullopt;
  ImageBorder border;
  border.value = number.getInt();
  border.channelCount = contraction.right.getType().getShape().back();
  for (size_t axis = 0; axis < 2; ++axis)
    border.axes[axis] = windowAxisOf(contraction, axis);
  return border;
}

/// Zeros in place of the border lack value * weight of each tap outside. Sums
/// wrap, as those of the products do.
DenseElementsAttr ImageBorder::startsOfClasses(const Contraction &contraction,
                                               int64_t columnsOfClass) const {
  auto weights = llvm::to_vector(contraction.right.getValues<int8_t>());
  SmallVector<int32_t> bias(contraction.columns, 0);
  if (contraction.bias)
    llvm::copy(contraction.bias.getValues<int32_t>(), bias.begin());
  SmallVector<int32_t> starts(classes() * columnsOfClass, 0);
  int64_t taps = lines().taps * columns().taps;
  for (int64_t of = 0; of < classes(); ++of) {
    int64_t line = lines().windowOf(of / columns().classes());
    int64_t column = columns().windowOf(of % columns().classes());
    for (int64_t filter = 0; filter < contraction.columns; ++filter) {
      int64_t outside = 0; // weights
      for (int64_t tap = 0; tap < taps; ++tap) {
        if (lines().isInside(line, tap / columns().taps) &&
            columns().isInside(column, tap % columns().taps))
          continue;
        ArrayRef<int8_t> ofTap = ArrayRef(weights).slice(
            (filter * taps + tap) * channelCount, channelCount);
        outside = std::accumulate(ofTap.begin(), ofTap.end(), outside);
      }
      starts[of * columnsOfClass + filter] =
          static_cast<int32_t>(bias[filter] + value * outside);
    }
  }
  auto type =
      RankedTensorType::get({static_cast<int64_t>(starts.size())},
                            IntegerType::get(contraction.op->getContext(), 32));
  return DenseElementsAttr::get(type, ArrayRef<int32_t>(starts));
}

ImageBorder::Window ImageBorder::placeOf(Emitter &emit, Value row) const {
  Value line = emit.divide(row, columns().outputs);
  return {emit.remainder(line, lines().outputs),
          emit.remainder(row, columns().outputs)};
}

Value ImageBorder::classOf(Emitter &emit, Value row) const {
  auto [line, column] = placeOf(emit, row);
  Value ofLine =
      emit.multiply(lines().classOf(emit, line), columns().classes());
  return emit.add(ofLine, columns().classOf(emit, column));
}

Value ImageBorder::maskOf(Emitter &emit, Value row) const {
  auto [line, column] = placeOf(emit, row);
  Value mask = emit.constant(0);
  auto addTaps = [&](const WindowAxis &axis, Value window, int64_t firstBit) {
    Value begin = emit.add(emit.multiply(window, axis.step), -axis.low);
    for (int64_t tap = 0; tap < axis.taps; ++tap) {
      Value place = emit.add(begin, tap * axis.dilation);
      Value isInside = emit.isLess(place, emit.constant(axis.extent));
      Value bit =
          emit.select(isInside, emit.constant(int64_t{1} << (firstBit + tap)),
                      emit.constant(0));
      mask = arith::OrIOp::create(emit.builder, emit.loc, mask, bit);
    }
  };
  addTaps(lines(), line, 0);
  addTaps(columns(), column, kHalf);
  return mask;
}

Value ImageBorder::isInside(Emitter &emit, Value mask, Value k) const {
  Value tap = emit.divide(k, channelCount);
  Value line = emit.divide(tap, columns().taps);
  Value column = emit.add(emit.remainder(tap, columns().taps), kHalf);
  // Behind the last line comes a bit that none has.
  line = arith::MinUIOp::create(emit.builder, emit.loc, line,
                                emit.constant(lines().taps));
  auto bitOf = [&](Value place) -> Value {
    return arith::ShRUIOp::create(emit.builder, emit.loc, mask, place);
  };
  Value both =
      arith::AndIOp::create(emit.builder, emit.loc, bitOf(line), bitOf(column));
  return LLVM::TruncOp::create(emit.builder, emit.loc, emit.builder.getI1Type(),
                               both);
}
