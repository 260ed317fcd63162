//===- ProductPanels.cpp - Panels of an operand that is no constant -----===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductPanels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace quantc;

/// Columns that are packed at once where they are neighbours: with groups of
/// four bytes they fill the widest registers.
static constexpr int64_t kChunk = 16;

namespace {

class PanelWriter {
public:
  PanelWriter(OpBuilder &builder, Location loc, const Contraction &contraction,
              const Panels &panels, const Kernel &kernel)
      : builder(builder), loc(loc), contraction(contraction), panels(panels),
        group(kernel.group()), leftOffset(kernel.dot->leftOffset),
        element(contraction.element()) {}

  ProductPanels write(bool isShared) {
    size = matrixSize(panels);
    buffers.right = allocate(size, element);
    if (leftOffset)
      buffers.start = allocate(panels.paddedColumns(), builder.getI32Type());
    source = flatten(builder, loc, contraction.rightBuffer);
    SmallVector<int64_t> strides;
    int64_t offset;
    (void)cast<MemRefType>(contraction.rightBuffer.getType())
        .getStridesAndOffset(strides, offset);
    Place first = {index(offset), index(0), index(0)};
    OpBuilder::InsertionGuard guard(builder);
    writeMatrix(openLoops(first, isShared));
    return buffers;
  }

private:
  /// Where the elements are, where they go, and the first values of the
  /// accumulators.
  struct Place {
    Value source, target, start;
  };
  /// Of a group along K.
  struct Depth {
    int64_t begin, end;
    int64_t size() const { return end - begin; }
  };

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value advance(Value base, Value counter, int64_t step) {
    Value offset =
        builder.createOrFold<arith::MulIOp>(loc, counter, index(step));
    return builder.createOrFold<arith::AddIOp>(loc, base, offset);
  }
  Value advance(Value base, int64_t step) {
    return advance(base, index(1), step);
  }
  Place advance(const Place &place, Value columns, int64_t step) {
    return {advance(place.source, columns, step * contraction.rightColumnStep),
            advance(place.target, columns, step * group),
            advance(place.start, columns, step)};
  }

  bool isBatched() {
    return llvm::any_of(contraction.batches, [](const BatchDimension &batch) {
      return batch.rightStep && ShapedType::isDynamic(batch.extent);
    });
  }

  /// `count` elements for each matrix, in one dimension.
  Value allocate(int64_t count, Type type) {
    SmallVector<int64_t> shape = {contraction.matrices() * count};
    SmallVector<Value> dynamic;
    if (isBatched()) {
      shape.insert(shape.begin(), ShapedType::kDynamic);
      dynamic.push_back(
          memref::DimOp::create(builder, loc, contraction.rightBuffer, 0));
    }
    Value buffer = memref::AllocOp::create(
        builder, loc, MemRefType::get(shape, type), dynamic);
    return flatten(builder, loc, buffer);
  }

  /// Goes inside of loops over the matrices.
  Place openLoops(Place place, bool isShared) {
    SmallVector<Value> extents;
    SmallVector<const BatchDimension *> dimensions;
    for (const BatchDimension &batch : contraction.batches) {
      if (batch.rightStep == 0)
        continue;
      dimensions.push_back(&batch);
      extents.push_back(
          ShapedType::isDynamic(batch.extent)
              ? memref::DimOp::create(builder, loc, contraction.rightBuffer, 0)
                    .getResult()
              : index(batch.extent));
    }
    SmallVector<Value> counters;
    if (isShared && !extents.empty()) {
      auto loop = scf::ForallOp::create(
          builder, loc, getAsOpFoldResult(ValueRange(extents)),
          /*outputs=*/ValueRange{}, /*mapping=*/std::nullopt);
      builder.setInsertionPointToStart(loop.getBody());
      counters = loop.getInductionVars();
    } else {
      for (Value extent : extents)
        counters.push_back(openLoop(extent));
    }
    for (auto [dimension, counter] : llvm::zip_equal(dimensions, counters)) {
      place.source = advance(place.source, counter, dimension->rightStep);
      place.target =
          advance(place.target, counter, dimension->matrixStep * size);
      place.start = advance(place.start, counter,
                            dimension->matrixStep * panels.paddedColumns());
    }
    return place;
  }

  Value openLoop(Value extent) {
    auto loop = scf::ForOp::create(builder, loc, index(0), extent, index(1));
    builder.setInsertionPointToStart(loop.getBody());
    return loop.getInductionVar();
  }
  void createLoop(int64_t count, function_ref<void(Value)> body) {
    OpBuilder::InsertionGuard guard(builder);
    if (count > 0)
      body(openLoop(index(count)));
  }

  void writeMatrix(const Place &place) {
    auto panelAt = [&](Value number) {
      Place panel = advance(place, number, panels.width);
      panel.target = advance(place.target, number, panels.panelSize);
      return panel;
    };
    createLoop(panels.full, [&](Value number) {
      writePanel(panelAt(number), panels.width, panels.width);
    });
    if (panels.tailWidth)
      writePanel(panelAt(index(panels.full)), panels.tailWidth,
                 panels.tailColumns());
  }

  void writePanel(const Place &place, int64_t width, int64_t columns) {
    int64_t chunks = contraction.rightColumnStep == 1 ? columns / kChunk : 0;
    int64_t done = chunks * kChunk;
    createLoop(chunks, [&](Value chunk) {
      writeColumns(advance(place, chunk, kChunk), width, kChunk);
    });
    Place rest = advance(place, index(1), done);
    createLoop(columns - done, [&](Value column) {
      writeColumns(advance(rest, column, 1), width, 1);
    });
    // Numbers that are none, or slow ones, might be in the padding.
    Place padding = advance(place, index(1), columns);
    createLoop(width - columns, [&](Value column) {
      clearColumn(advance(padding, column, 1), width);
    });
  }

  VectorType vectorOf(int64_t count, Type type) {
    return VectorType::get(count, type);
  }
  Value zeros(VectorType type) {
    return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  }

  /// The steps along K of `count` neighbouring columns, and their sums.
  void writeColumns(const Place &place, int64_t width, int64_t count) {
    int64_t full = contraction.run / group, rest = contraction.run % group;
    // Each element of a step is added to a sum of its own.
    VectorType sumType = vectorOf(count * group, builder.getI32Type());
    SmallVector<Value> sums;
    if (buffers.start)
      sums.push_back(zeros(sumType));
    auto write = [&](Value step, Depth depth, ValueRange before) {
      Value from =
          advance(place.source, step, group * contraction.rightDepthStep);
      Value elements = count == 1 ? loadColumn(from, depth)
                                  : loadColumns(from, count, depth);
      vector::StoreOp::create(builder, loc, elements, buffers.right,
                              advance(place.target, step, group * width));
      SmallVector<Value> after;
      for (Value sum : before)
        after.push_back(arith::AddIOp::create(
            builder, loc, sum,
            arith::ExtSIOp::create(builder, loc, sumType, elements)));
      return after;
    };
    if (full > 0) {
      auto loop = scf::ForOp::create(builder, loc, index(0), index(full),
                                     index(1), sums);
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(loop.getBody());
      SmallVector<Value> after =
          write(loop.getInductionVar(), {0, group},
                llvm::to_vector_of<Value>(loop.getRegionIterArgs()));
      if (!after.empty()) // else the loop has a terminator
        scf::YieldOp::create(builder, loc, after);
      sums = llvm::to_vector_of<Value>(loop.getResults());
    }
    if (rest > 0) {
      int64_t begin = layoutOf(contraction, panels, group).restBegin();
      sums = write(index(full), {begin, begin + rest}, sums);
    }
    if (buffers.start)
      storeStart(place, sums[0], count);
  }

  /// Less what the kernel's offset adds to the sums.
  void storeStart(const Place &place, Value sums, int64_t count) {
    Type i32 = builder.getI32Type();
    Value factor = arith::ConstantIntOp::create(builder, loc, i32, -leftOffset);
    for (int64_t column = 0; column < count; ++column) {
      Value own = vector::ExtractStridedSliceOp::create(
          builder, loc, sums, ArrayRef<int64_t>{column * group},
          ArrayRef<int64_t>{group}, ArrayRef<int64_t>{1});
      Value sum = vector::ReductionOp::create(builder, loc,
                                              vector::CombiningKind::ADD, own);
      memref::StoreOp::create(builder, loc,
                              arith::MulIOp::create(builder, loc, sum, factor),
                              buffers.start, advance(place.start, column));
    }
  }

  /// The elements of a column from `from` on, at `depth` in a group of zeros.
  Value loadColumn(Value from, Depth depth) {
    if (depth.size() == group && contraction.rightDepthStep == 1)
      return vector::LoadOp::create(builder, loc, vectorOf(group, element),
                                    source, from);
    Value zero =
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
    SmallVector<Value> elements(group, zero);
    for (int64_t k = 0; k < depth.size(); ++k)
      elements[depth.begin + k] = memref::LoadOp::create(
          builder, loc, source, advance(from, k * contraction.rightDepthStep));
    return vector::FromElementsOp::create(builder, loc,
                                          vectorOf(group, element), elements);
  }

  /// The same of `count` neighbouring columns.
  Value loadColumns(Value from, int64_t count, Depth depth) {
    VectorType type = vectorOf(count, element);
    SmallVector<Value> rows(group);
    for (int64_t k = 0; k < group; ++k)
      rows[k] = k >= depth.begin && k < depth.end
                    ? vector::LoadOp::create(
                          builder, loc, type, source,
                          advance(from, (k - depth.begin) *
                                            contraction.rightDepthStep))
                          .getResult()
                    : zeros(type);
    return interleave(rows);
  }

  /// The first elements of all rows, the second ones, ...
  Value interleave(ArrayRef<Value> rows) {
    if (rows.size() == 1)
      return rows[0];
    SmallVector<Value> even, odd;
    for (auto [number, row] : llvm::enumerate(rows))
      (number % 2 ? odd : even).push_back(row);
    return vector::InterleaveOp::create(builder, loc, interleave(even),
                                        interleave(odd));
  }

  void clearColumn(const Place &place, int64_t width) {
    createLoop(llvm::divideCeil(contraction.run, group), [&](Value step) {
      vector::StoreOp::create(builder, loc, zeros(vectorOf(group, element)),
                              buffers.right,
                              advance(place.target, step, group * width));
    });
    if (buffers.start)
      memref::StoreOp::create(
          builder, loc,
          arith::ConstantIntOp::create(builder, loc, builder.getI32Type(), 0),
          buffers.start, place.start);
  }

  OpBuilder &builder;
  const Location loc;
  const Contraction &contraction;
  const Panels &panels;
  const int64_t group, leftOffset;
  const Type element;
  int64_t size = 0; // of a matrix in panels
  Value source;
  ProductPanels buffers;
};

} // namespace

Value quantc::flatten(OpBuilder &builder, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  auto flat = MemRefType::get({ShapedType::kDynamic}, type.getElementType());
  Value extent = arith::ConstantIndexOp::create(
      builder, loc, std::numeric_limits<int64_t>::max());
  // Nothing asks for the extent: every access is inside.
  return memref::ReinterpretCastOp::create(
      builder, loc, flat, buffer, OpFoldResult(builder.getIndexAttr(0)),
      {OpFoldResult(extent)}, {OpFoldResult(builder.getIndexAttr(1))});
}

int64_t quantc::matrixSize(const Panels &panels) {
  return panels.panelSize / panels.width * panels.paddedColumns();
}

ProductPanels quantc::packProduct(OpBuilder &builder, Location loc,
                                  const Contraction &contraction,
                                  const Panels &panels, const Kernel &kernel,
                                  bool isShared) {
  return PanelWriter(builder, loc, contraction, panels, kernel).write(isShared);
}
