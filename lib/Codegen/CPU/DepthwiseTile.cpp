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
// vector; the epilogue gets the accumulators in that order. What several pixels
// multiply is interleaved once, for as many as it is in the window of.
//
//===----------------------------------------------------------------------===//

#include "DepthwisePanels.h"
#include "TileBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc;

namespace {

class DepthwiseTile : TileBuilder {
public:
  DepthwiseTile(mk::DepthwiseOp op, const Kernel &kernel)
      : TileBuilder(op, kernel), op(op), group(op.getGroup()) {
    interleaving = group;
  }

  void expand() {
    SmallVector<Accumulators> sums(rows);
    if (!sharesTaps(group)) {
      for (int64_t step = 0; step < steps(); ++step)
        for (int64_t row = 0; row < rows; ++row)
          add(sums, {row, step}, loadTaps(row, step));
      createEpilogues(sums);
      return;
    }
    int64_t done = 0;
    for (ArrayRef<TapUse> uses :
         listTapUses(op.getTaps(), group, rows, op.getAPitch())) {
      // Rows that need nothing more make room for what is to come.
      int64_t complete = uses.front().row / rowsAtOnce() * rowsAtOnce();
      createEpilogues(ArrayRef(sums).slice(done, complete - done), done);
      done = complete;
      SmallVector<Value> lefts = loadTaps(uses.front().row, uses.front().step);
      for (TapUse use : uses)
        add(sums, use, lefts);
    }
    createEpilogues(ArrayRef(sums).drop_front(done), done);
  }

private:
  int64_t steps() { return static_cast<int64_t>(op.getTaps().size()) / group; }

  /// Multiplies `lefts` with the weights of a step, and adds that to a row.
  void add(MutableArrayRef<Accumulators> sums, TapUse use,
           ArrayRef<Value> lefts) {
    Accumulators &accs = sums[use.row];
    SmallVector<Value> rights;
    for (int64_t vector = 0; vector < vectors; ++vector) {
      if (accs.size() <= static_cast<size_t>(vector))
        accs.push_back(loadInit(vector));
      rights.push_back(
          load(op.getB(),
               advance(op.getBBase(),
                       (use.step * vectors + vector) * kernel.lanes * group),
               kernel.lanes * group));
    }
    kernel.dot->add(builder, loc, accs, lefts, rights);
  }

  /// The values under the taps of a step, interleaved.
  SmallVector<Value> loadTaps(int64_t row, int64_t step) {
    SmallVector<Value> lefts;
    for (int64_t tap : op.getTaps().slice(step * group, group)) {
      Value values = loadPart(
          op.getA(), advance(op.getABase(), row * op.getAPitch() + tap),
          columns, vectors * kernel.lanes);
      lefts.push_back(op.getIsPrepared()
                          ? values
                          : kernel.dot->prepare(builder, loc, values));
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

  mk::DepthwiseOp op;
  const int64_t group;
};

} // namespace

void quantc::expandDepthwise(mk::DepthwiseOp op, const Kernel &kernel) {
  DepthwiseTile(op, kernel).expand();
}
