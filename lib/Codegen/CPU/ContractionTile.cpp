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
  ContractionTile(mk::TileOp op, const Kernel &kernel, const CodeLookup *lookup)
      : TileBuilder(op, kernel), op(op), lookup(lookup),
        rows(op.getRows() * op.getLine()),
        depthOfLoad(kernel.group() * kernel.groupsPerLoad) {
    line = op.getLine();
    linePitches = op.getLinePitches();
  }

  void expand() {
    Accumulators starts, accs;
    for (int64_t vector = 0; vector < vectors; ++vector)
      starts.push_back(loadInit(vector));
    for (int64_t row = 0; row < rows; row += kernel.dot->rows)
      llvm::append_range(accs, starts);
    int64_t count = accs.size();
    chains = std::min(kernel.chainsOf(count), op.getStepsPerRun());
    for (int64_t acc = count; acc < chains * count; ++acc)
      accs.push_back(arith::ConstantOp::create(
          builder, loc, builder.getZeroAttr(accs[0].getType())));
    int64_t step = std::max({depthOfLoad, kernel.group() * op.getStepsPerByte(),
                             kernel.group() * chains});
    accs = createSteps(op, step, accs,
                       [&](Value a, Value b, int64_t count, Accumulators in) {
                         return createStep(a, b, count, std::move(in));
                       });
    for (int64_t acc = count; acc < chains * count; ++acc)
      accs[acc % count] =
          arith::AddIOp::create(builder, loc, accs[acc % count], accs[acc]);
    SmallVector<Accumulators> sums;
    for (int64_t row = 0; row < rows; ++row)
      sums.push_back(sumsOf(row, accs));
    createEpilogues(sums);
  }

private:
  /// The products of `count` elements along K: of one load per row, or of the
  /// codes of a byte.
  Accumulators createStep(Value a, Value b, int64_t count, Accumulators accs) {
    SmallVector<Value> lefts(rows), stored(vectors);
    int64_t size = kernel.columns() * kernel.group();
    for (int64_t k = 0; k < count; k += kernel.group()) {
      int64_t step = k / kernel.group(), inByte = step % op.getStepsPerByte();
      SmallVector<Value> rights;
      for (auto [vector, right] : llvm::enumerate(stored)) {
        if (inByte == 0)
          right = load(op.getB(),
                       advance(b, (step / op.getStepsPerByte() * vectors +
                                   static_cast<int64_t>(vector)) *
                                      size),
                       size);
        rights.push_back(lookup ? lookUp(right, inByte) : right);
      }
      for (int64_t row = 0; row < rows; row += kernel.dot->rows) {
        auto together =
            MutableArrayRef<Value>(lefts).drop_front(row).take_front(
                kernel.dot->rows);
        int64_t inLoad = k % depthOfLoad;
        if (inLoad == 0)
          for (auto [index, left] : llvm::enumerate(together))
            left = loadLeft(
                advance(a, k + offsetOf(row + index, op.getAPitch(), 0)),
                std::min(count - k, depthOfLoad));
        Value left = spread(together, inLoad / kernel.group());
        if (!op.getIsPrepared())
          left = kernel.dot->prepare(builder, loc, left);
        kernel.dot->add(builder, loc,
                        MutableArrayRef<Value>(accs).slice(
                            step % chains * (accs.size() / chains) +
                                row / kernel.dot->rows * vectors,
                            vectors),
                        SmallVector<Value>(vectors, left), rights);
      }
    }
    return accs;
  }

  /// `count` elements of a row. Those that fill no group are the end of one
  /// that the row has, if its runs have as many.
  Value loadLeft(Value position, int64_t count) {
    int64_t group = kernel.group(), rest = count % group;
    if (rest == 0 || static_cast<int64_t>(op.getRun()) < group)
      return loadPart(op.getA(), position, count, depthOfLoad);
    Value last = load(op.getA(), advance(position, count - group), group);
    if (depthOfLoad == group)
      return last;
    Value whole = loadPart(op.getA(), position, count - rest, depthOfLoad);
    return vector::InsertStridedSliceOp::create(builder, loc, last, whole,
                                                ArrayRef<int64_t>{count - rest},
                                                ArrayRef<int64_t>{1});
  }

  /// The levels that the codes of step `inByte` in `bytes` stand for.
  Value lookUp(Value bytes, int64_t inByte) {
    auto type = cast<VectorType>(bytes.getType());
    int64_t bits = 8 / op.getStepsPerByte();
    auto splat = [&](VectorType of, int64_t value) -> Value {
      return arith::ConstantOp::create(
          builder, loc,
          DenseElementsAttr::get(
              of, builder.getIntegerAttr(of.getElementType(), value)));
    };
    // Words have shifts, bytes would take a mask behind.
    auto shifted =
        lookup->takesLowBits
            ? VectorType::get(type.getNumElements() / 2, builder.getI16Type())
            : type;
    if (inByte > 0)
      bytes = vector::BitCastOp::create(
          builder, loc, type,
          arith::ShRUIOp::create(
              builder, loc,
              vector::BitCastOp::create(builder, loc, shifted, bytes),
              splat(shifted, inByte * bits)));
    if (inByte + 1 < op.getStepsPerByte() && !lookup->takesLowBits)
      bytes = arith::AndIOp::create(builder, loc, bytes,
                                    splat(type, (1 << bits) - 1));
    SmallVector<int8_t> table;
    for (int64_t entry = 0; entry < std::max(lookup->entries, lookup->bytes);
         ++entry)
      table.push_back(op.getLevels()[entry % op.getLevels().size()]);
    auto tableType = VectorType::get(table.size(), builder.getI8Type());
    Value entries = arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(tableType, ArrayRef(table)));
    return callIntrinsic(builder, loc, lookup->intrinsic, type,
                         {entries, bytes});
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
  const CodeLookup *lookup; // null: the panel has elements
  const int64_t rows;       // pixels, where rows are lines of these
  const int64_t depthOfLoad;
  int64_t chains = 1; // of accumulators, all of one behind those of the other
};

} // namespace

void quantc::expandTile(mk::TileOp op, const Kernel &kernel,
                        const CodeLookup *lookup) {
  ContractionTile(op, kernel, lookup).expand();
}
