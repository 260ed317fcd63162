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
      : TileBuilder(op, kernel), op(op), rows(op.getRows() * op.getLine()) {
    line = op.getLine();
    linePitches = op.getLinePitches();
  }

  void expand() {
    Accumulators starts, accs;
    for (int64_t vector = 0; vector < vectors; ++vector)
      starts.push_back(loadInit(vector));
    for (int64_t row = 0; row < rows; row += kernel.dot->rows)
      llvm::append_range(accs, starts);
    accs = createSteps(op, kernel.group() * kernel.groupsPerLoad, accs,
                       [&](Value a, Value b, int64_t count, Accumulators in) {
                         return createStep(a, b, count, in);
                       });
    SmallVector<Accumulators> sums;
    for (int64_t row = 0; row < rows; ++row)
      sums.push_back(sumsOf(row, accs));
    createEpilogues(sums);
  }

private:
  /// The products of `count` elements along K, which one load per row reads.
  Accumulators createStep(Value a, Value b, int64_t count, Accumulators accs) {
    SmallVector<Value> lefts(rows);
    int64_t size = kernel.columns() * kernel.group();
    for (int64_t k = 0; k < count; k += kernel.group()) {
      SmallVector<Value> rights;
      for (int64_t vector = 0; vector < vectors; ++vector)
        rights.push_back(load(
            op.getB(), advance(b, k * op.getWidth() + vector * size), size));
      for (int64_t row = 0; row < rows; row += kernel.dot->rows) {
        auto together =
            MutableArrayRef<Value>(lefts).drop_front(row).take_front(
                kernel.dot->rows);
        if (k == 0)
          for (auto [index, left] : llvm::enumerate(together))
            left = loadPart(
                op.getA(), advance(a, offsetOf(row + index, op.getAPitch(), 0)),
                count, kernel.group() * kernel.groupsPerLoad);
        Value left = spread(together, k / kernel.group());
        if (!op.getIsPrepared())
          left = kernel.dot->prepare(builder, loc, left);
        kernel.dot->add(builder, loc,
                        MutableArrayRef<Value>(accs).slice(
                            row / kernel.dot->rows * vectors, vectors),
                        SmallVector<Value>(vectors, left), rights);
      }
    }
    return accs;
  }

  /// Group `index` of each of the rows in turn, for every column of an
  /// accumulator. Where a row is missing, there is another: nobody looks at the
  /// sums.
  Value spread(ArrayRef<Value> rows, int64_t index) {
    auto type = cast<VectorType>(rows[0].getType());
    Type word = type.getElementType();
    if (kernel.group() > 1) // one element in place of a group
      word = builder.getIntegerType(kernel.group() * kernel.dot->bits);
    auto asGroups = [&](Value row) -> Value {
      return vector::BitCastOp::create(
          builder, loc, VectorType::get(kernel.groupsPerLoad, word), row);
    };
    SmallVector<int64_t> mask;
    for (int64_t column = 0; column < kernel.columns(); ++column)
      mask.push_back(column % rows.size() * kernel.groupsPerLoad + index);
    Value everywhere = vector::ShuffleOp::create(
        builder, loc, asGroups(rows.front()), asGroups(rows.back()), mask);
    return vector::BitCastOp::create(
        builder, loc,
        VectorType::get(kernel.columns() * kernel.group(),
                        type.getElementType()),
        everywhere);
  }

  /// The sums of a row, by vectors.
  SmallVector<Value> sumsOf(int64_t row, ArrayRef<Value> accs) {
    ArrayRef<Value> holders =
        accs.slice(row / kernel.dot->rows * vectors, vectors);
    if (kernel.dot->rows == 1)
      return SmallVector<Value>(holders);
    return llvm::map_to_vector(holders, [&](Value acc) -> Value {
      return vector::ExtractStridedSliceOp::create(
          builder, loc, acc,
          ArrayRef<int64_t>{row % kernel.dot->rows * kernel.columns()},
          ArrayRef<int64_t>{kernel.columns()}, ArrayRef<int64_t>{1});
    });
  }

  mk::TileOp op;
  const int64_t rows; // pixels, where rows are lines of these
};

} // namespace

void quantc::expandTile(mk::TileOp op, const Kernel &kernel) {
  ContractionTile(op, kernel).expand();
}
