//===- DepthwiseTile.cpp - Interleaved taps --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// A depthwise convolution has nothing to broadcast: each channel has weights of
// its own. The dot products of contractions fit all the same if the values
// under `group` taps are interleaved, so that they are neighbours as values
// along K are. Unpacking is done within 128 bits, where it is one instruction a
// vector; the accumulators get their order back at the end.

#include "TileBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc;

namespace {

class DepthwiseTile : TileBuilder {
public:
  DepthwiseTile(mk::DepthwiseOp op, const Kernel &kernel)
      : TileBuilder(op, kernel), op(op), group(op.getGroup()) {}

  void expand() {
    Accumulators accs = createStart();
    ArrayRef<int64_t> taps = op.getTaps();
    for (int64_t step = 0; step * group < static_cast<int64_t>(taps.size());
         ++step) {
      SmallVector<Value> rights;
      for (int64_t vector = 0; vector < vectors; ++vector)
        rights.push_back(load(op.getB(),
                              advance(op.getBBase(), (step * vectors + vector) *
                                                         kernel.lanes * group),
                              kernel.lanes * group));
      for (int64_t row = 0; row < rows; ++row) {
        SmallVector<Value> lefts = loadTaps(row, taps.drop_front(step * group));
        kernel.dot->add(
            builder, loc,
            MutableArrayRef<Value>(accs).slice(row * vectors, vectors), lefts,
            rights);
      }
    }
    SmallVector<Accumulators> sums;
    for (int64_t row = 0; row < rows; ++row)
      sums.push_back(
          restoreOrder(ArrayRef(accs).slice(row * vectors, vectors)));
    createEpilogues(sums);
  }

private:
  /// Sums of a group are added to their first values once they are in order; a
  /// chain of fused multiply-adds begins with them.
  Accumulators createStart() {
    Accumulators accs;
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t vector = 0; vector < vectors; ++vector) {
        Value start = loadInit(vector);
        if (group > 1)
          start = arith::ConstantOp::create(
              builder, loc, builder.getZeroAttr(start.getType()));
        accs.push_back(start);
      }
    return accs;
  }

  /// The values under `group` taps, or under those that are left, interleaved.
  SmallVector<Value> loadTaps(int64_t row, ArrayRef<int64_t> taps) {
    SmallVector<Value> lefts;
    for (int64_t tap = 0; tap < group; ++tap) {
      // The weights of a tap too many are 0, whatever is there.
      int64_t offset = taps[std::min<int64_t>(tap, taps.size() - 1)];
      Value values = loadPart(
          op.getA(), advance(op.getABase(), row * op.getAPitch() + offset),
          columns, vectors * kernel.lanes);
      lefts.push_back(kernel.dot->prepare(builder, loc, values));
    }
    return interleave(lefts);
  }

  /// Lane for lane, the elements of all `parts`.
  SmallVector<Value> interleave(ArrayRef<Value> parts) {
    if (parts.size() == 1)
      return SmallVector<Value>(parts);
    // Neighbours first: (0, 1), (2, 3); then pairs of pairs.
    SmallVector<Value> lows, highs, result;
    for (size_t index = 0; index < parts.size(); index += 2) {
      lows.push_back(unpack(parts[index], parts[index + 1], 0));
      highs.push_back(unpack(parts[index], parts[index + 1], 1));
    }
    for (ArrayRef<Value> half : {ArrayRef(lows), ArrayRef(highs)})
      llvm::append_range(result, interleave(asPairs(half)));
    auto type = cast<VectorType>(parts[0].getType());
    for (Value &value : result)
      value = vector::BitCastOp::create(builder, loc, type, value);
    return result;
  }

  /// Two elements as one of twice the width, where there is more to interleave.
  SmallVector<Value> asPairs(ArrayRef<Value> values) {
    if (values.size() == 1)
      return SmallVector<Value>(values);
    auto type = cast<VectorType>(values[0].getType());
    auto wide = VectorType::get(
        type.getNumElements() / 2,
        builder.getIntegerType(2 * type.getElementTypeBitWidth()));
    return llvm::map_to_vector(values, [&](Value value) -> Value {
      return vector::BitCastOp::create(builder, loc, wide, value);
    });
  }

  /// The low or the high halves of all 128 bits of two vectors, or of fewer if
  /// they have no more, interleaved: punpckl*, punpckh*, zip1, zip2.
  Value unpack(Value first, Value second, int64_t half) {
    auto type = cast<VectorType>(first.getType());
    int64_t count = type.getNumElements();
    int64_t block =
        std::min<int64_t>(128 / type.getElementTypeBitWidth(), count);
    SmallVector<int64_t> mask;
    for (int64_t begin = 0; begin < count; begin += block)
      for (int64_t i = 0; i < block / 2; ++i) {
        int64_t element = begin + half * (block / 2) + i;
        mask.push_back(element);
        mask.push_back(count + element);
      }
    return vector::ShuffleOp::create(builder, loc, first, second, mask);
  }

  /// The sums of a row, by columns.
  Accumulators restoreOrder(ArrayRef<Value> accs) {
    if (group == 1)
      return Accumulators(accs);
    Accumulators ordered;
    for (int64_t vector = 0; vector < vectors; ++vector)
      ordered.push_back(restoreOrder(accs, vector));
    return ordered;
  }

  Value restoreOrder(ArrayRef<Value> accs, int64_t vector) {
    // 128 bits `l` of accumulator v are 4 columns from 4 * (group * l + v) on.
    constexpr int64_t kBlock = 4;
    Value sum = loadInit(vector);
    Value ordered = sum;
    for (int64_t block = 0; block < kernel.lanes / kBlock; ++block) {
      int64_t position = vector * kernel.lanes / kBlock + block;
      Value part = vector::ExtractStridedSliceOp::create(
          builder, loc, accs[position % group],
          ArrayRef<int64_t>{position / group * kBlock},
          ArrayRef<int64_t>{kBlock}, ArrayRef<int64_t>{1});
      ordered = vector::InsertStridedSliceOp::create(
          builder, loc, part, ordered, ArrayRef<int64_t>{block * kBlock},
          ArrayRef<int64_t>{1});
    }
    return arith::AddIOp::create(builder, loc, ordered, sum);
  }

  mk::DepthwiseOp op;
  const int64_t group;
};

} // namespace

void quantc::expandDepthwise(mk::DepthwiseOp op, const Kernel &kernel) {
  DepthwiseTile(op, kernel).expand();
}
