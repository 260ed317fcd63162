//===- ContractionTile.cpp - Dot products along K --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileBuilder.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc;

namespace {

class ContractionTile : TileBuilder {
public:
  ContractionTile(mk::TileOp op, const Kernel &kernel)
      : TileBuilder(op, kernel), op(op) {}

  void expand() {
    Accumulators accs;
    for (int64_t vector = 0; vector < vectors; ++vector)
      accs.push_back(loadInit(vector));
    for (int64_t row = 1; row < rows; ++row)
      for (int64_t vector = 0; vector < vectors; ++vector)
        accs.push_back(accs[vector]);
    accs = createLoops(0, op.getABase(), op.getBBase(), accs);
    for (int64_t row = 0; row < rows; ++row)
      createEpilogues(row, ArrayRef(accs).slice(row * vectors, vectors));
  }

private:
  /// The loops from `depth` on, from the elements `a` and `b` on.
  Accumulators createLoops(unsigned depth, Value a, Value b,
                           Accumulators accs) {
    ArrayRef<int64_t> counts = op.getCounts();
    if (depth == counts.size())
      return createRun(a, b, accs);
    int64_t inner = op.getStepsPerRun() * op.getWidth() * op.getGroup();
    for (int64_t count : counts.drop_front(depth + 1))
      inner *= count;
    return createLoop(
        counts[depth], accs, [&](Value counter, Accumulators carried) {
          return createLoops(depth + 1,
                             advance(a, counter, op.getStrides()[depth]),
                             advance(b, counter, inner), carried);
        });
  }

  Accumulators createRun(Value a, Value b, Accumulators accs) {
    int64_t group = op.getGroup(), full = op.getRun() / group;
    int64_t rest = op.getRun() % group, size = op.getWidth() * group;
    if (full > 0)
      accs = createLoop(full, accs, [&](Value step, Accumulators carried) {
        return createStep(advance(a, step, group), advance(b, step, size),
                          group, carried);
      });
    if (rest > 0)
      accs = createStep(advance(a, full * group), advance(b, full * size), rest,
                        accs);
    return accs;
  }

  /// One dot product per accumulator, of `count` elements along K.
  Accumulators createStep(Value a, Value b, int64_t count, Accumulators accs) {
    SmallVector<Value> rights;
    int64_t size = kernel.lanes * op.getGroup();
    for (int64_t vector = 0; vector < vectors; ++vector)
      rights.push_back(load(op.getB(), advance(b, vector * size), size));
    for (int64_t row = 0; row < rows; ++row) {
      Value neighbours = loadPart(op.getA(), advance(a, row * op.getAPitch()),
                                  count, op.getGroup());
      SmallVector<Value> lefts(
          vectors, kernel.dot->prepare(builder, loc, spread(neighbours)));
      kernel.dot->add(
          builder, loc,
          MutableArrayRef<Value>(accs).slice(row * vectors, vectors), lefts,
          rights);
    }
    return accs;
  }

  /// The neighbours in every lane.
  Value spread(Value neighbours) {
    auto type = cast<VectorType>(neighbours.getType());
    auto lanes =
        VectorType::get(kernel.lanes * kernel.group(), type.getElementType());
    Type word = builder.getIntegerType(kernel.group() * kernel.dot->bits);
    if (kernel.group() == 1)
      return vector::BroadcastOp::create(builder, loc, lanes, neighbours);
    Value packed = vector::BitCastOp::create(
        builder, loc, VectorType::get(1, word), neighbours);
    Value everywhere = vector::BroadcastOp::create(
        builder, loc, VectorType::get(kernel.lanes, word), packed);
    return vector::BitCastOp::create(builder, loc, lanes, everywhere);
  }

  mk::TileOp op;
};

} // namespace

void quantc::expandTile(mk::TileOp op, const Kernel &kernel) {
  ContractionTile(op, kernel).expand();
}
