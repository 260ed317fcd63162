//===- Panels.cpp - Constants in the order that tiles read them ------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DepthwisePanels.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

int64_t quantc::maxRowsOf(const Contraction &contraction, const Kernel &kernel,
                          int64_t width) {
  if (contraction.isDepthwise)
    return kernel.depthwiseRows;
  int64_t rows = kernel.maxRows[width / kernel.columns() - 1];
  if (!contraction.line)
    return rows;
  if (!kernel.isMatrix())
    return rows / contraction.line->extent;
  return rows / kernel.registerRows *
         kernel.linesPerRegister(contraction.line->extent,
                                 contraction.line->leftStep,
                                 contraction.rows.back().leftStep);
}

RowTiles quantc::cutRows(int64_t extent, const Kernel &kernel,
                         int64_t maxRows) {
  int64_t tiles = llvm::divideCeil(extent, maxRows);
  int64_t rows = llvm::divideCeil(extent, tiles);
  if (kernel.isMatrix())
    return {rows, extent / rows, extent % rows > 0};
  int64_t smaller = tiles * rows - extent;
  return {rows, tiles - smaller, smaller};
}

TileCosts quantc::describeTile(const Contraction &contraction,
                               const Kernel &kernel, int64_t rows,
                               int64_t vectors) {
  int64_t bits = contraction.element().getIntOrFloatBitWidth();
  int64_t group = kernel.group();
  TileCosts tile;
  tile.rows =
      llvm::alignTo(rows * (contraction.line ? contraction.line->extent : 1),
                    kernel.dot->rows);
  tile.vectors = vectors;
  tile.multiplyAdds = kernel.columns() * group;
  tile.loads = tile.rows;
  if (contraction.isDepthwise) {
    SmallVector<int64_t> taps = listTaps(contraction, group);
    tile.steps = static_cast<int64_t>(taps.size()) / group;
    auto reads = static_cast<int64_t>(rows * taps.size());
    int64_t weights = 0; // that are loaded again, for each row
    if (sharesTaps(group)) {
      int64_t pitch = contraction.rows.back().leftStep;
      reads = group * listTapUses(taps, group, rows, pitch).size();
      weights = (rows - 1) * vectors;
    }
    tile.loads = reads / tile.steps + weights;
    tile.shuffles = reads * llvm::Log2_64(group);
    return tile;
  }
  tile.steps = llvm::divideCeil(contraction.run, group);
  tile.chains = std::min(
      tile.steps, kernel.chainsOf(tile.rows / kernel.dot->rows * vectors));
  for (int64_t count : contraction.counts)
    tile.steps *= count;
  if (contraction.run < group)
    tile.partialLoads =
        tile.rows * tile.steps / llvm::divideCeil(contraction.run, group);
  tile.isStreamed =
      contraction.depth() * vectors * kernel.columns() * bits / 8 >
      kMostOfFirstLevel;
  return tile;
}

SmallVector<std::pair<int64_t, int64_t>>
RowTiles::listShapes(const Kernel &kernel) const {
  SmallVector<std::pair<int64_t, int64_t>> shapes = {{rows, larger}};
  if (smaller > 0)
    shapes.emplace_back(kernel.isMatrix() ? rows : rows - 1, smaller);
  return shapes;
}

Panels quantc::choosePanels(const Contraction &contraction,
                            const Kernel &kernel) {
  int64_t extent = contraction.rows.back().extent;
  auto costOfTile = [&](int64_t rows, int64_t vectors) {
    return describeTile(contraction, kernel, rows, vectors)
        .stepCycles(*kernel.costs);
  };
  auto costOfRows = [&](int64_t vectors) -> double {
    int64_t maxRows =
        maxRowsOf(contraction, kernel, vectors * kernel.columns());
    if (ShapedType::isDynamic(extent)) // as a batch of 1
      return costOfTile(1, vectors);
    RowTiles tiles = cutRows(extent, kernel, maxRows);
    double cost = 0;
    for (auto [rows, count] : tiles.listShapes(kernel))
      cost += count * costOfTile(rows, vectors);
    return cost;
  };
  /// The narrowest width that is offered and holds `columns`.
  auto vectorsFor = [&](int64_t columns) {
    int64_t vectors = llvm::divideCeil(columns, kernel.columns());
    while (kernel.maxRows[vectors - 1] == 0)
      ++vectors;
    return vectors;
  };
  Panels best = {};
  best.cycles = std::numeric_limits<double>::infinity();
  for (int64_t vectors = kernel.maxRows.size(); vectors > 0; --vectors) {
    int64_t width = vectors * kernel.columns();
    if (maxRowsOf(contraction, kernel, width) == 0) // not offered, or no line
      continue;
    Panels panels = {contraction.columns, width, 0};
    panels.full = panels.columns / panels.width;
    if (panels.full > 0)
      panels.cycles = panels.full * costOfRows(vectors);
    if (panels.tailColumns() > 0) {
      int64_t tail = vectorsFor(panels.tailColumns());
      panels.tailWidth = tail * kernel.columns();
      panels.cycles += costOfRows(tail);
    }
    // Equal costs may be rounded differently: then it is the widest.
    if (panels.cycles < best.cycles * (1 - 1e-9))
      best = panels;
  }
  int64_t steps = describeTile(contraction, kernel, 1, 1).steps;
  best.panelSize = steps * best.width * kernel.group();
  return best;
}

namespace {

/// Elements of a constant, a splat or not.
template <typename T> class Elements {
public:
  explicit Elements(DenseElementsAttr constant)
      : data(reinterpret_cast<const T *>(constant.getRawData().data())),
        step(constant.isSplat() ? 0 : 1) {}
  T operator[](int64_t index) const { return data[index * step]; }

private:
  const T *data;
  int64_t step;
};

template <typename T>
DenseElementsAttr toVector(ArrayRef<T> values, Type element) {
  auto type = RankedTensorType::get(values.size(), element);
  return DenseElementsAttr::getFromRawBuffer(
      type, ArrayRef(reinterpret_cast<const char *>(values.data()),
                     values.size() * sizeof(T)));
}

/// One value per column, where it is in its panel; zeros in the padding.
template <typename T>
std::vector<T> placeColumns(ArrayRef<T> values, const PanelLayout &layout) {
  int64_t padded = layout.paddedColumns();
  std::vector<T> placed(layout.groups * padded);
  for (auto [index, value] : llvm::enumerate(values)) {
    int64_t group = static_cast<int64_t>(index) / layout.columns;
    int64_t column = static_cast<int64_t>(index) % layout.columns;
    int64_t panel = column / layout.width;
    placed[group * padded + panel * layout.width +
           layout.placeOf(column % layout.width)] = value;
  }
  return placed;
}

template <typename T>
DenseElementsAttr packParam(DenseElementsAttr param,
                            const PanelLayout &layout) {
  Elements<T> elements(param);
  std::vector<T> values(layout.groups * layout.columns);
  for (auto [column, value] : llvm::enumerate(values))
    value = elements[column];
  return toVector<T>(placeColumns<T>(values, layout), param.getElementType());
}

} // namespace

PanelLayout quantc::layoutOf(const Contraction &contraction,
                             const Panels &panels, int64_t group) {
  PanelLayout layout;
  layout.elementBytes = contraction.element().getIntOrFloatBitWidth() / 8;
  layout.groups = contraction.groups;
  layout.columns = panels.columns;
  layout.depth = contraction.depth();
  layout.run =
      contraction.isDepthwise ? tapsOfRun(contraction, group) : contraction.run;
  layout.group = group;
  layout.overlaps = !contraction.isDepthwise;
  layout.width = panels.width;
  layout.tailWidth = panels.tailWidth;
  layout.interleaving = contraction.isDepthwise ? group : 1;
  layout.codeBits = panels.codeBits;
  return layout;
}

std::vector<int8_t> quantc::bytesOf(DenseElementsAttr constant) {
  ArrayRef<char> raw = constant.getRawData();
  std::vector<int8_t> bytes;
  for (int64_t copies = constant.isSplat() ? constant.getNumElements() : 1;
       copies > 0; --copies)
    bytes.insert(bytes.end(), raw.begin(), raw.end());
  return bytes;
}

int64_t quantc::countElements(const PanelLayout &layout,
                              ArrayRef<int8_t> steps) {
  return steps.empty() ? layout.packedBytes() / layout.elementBytes
                       : steps.size() * layout.width * layout.group;
}

DenseElementsAttr quantc::packRight(const Contraction &contraction,
                                    const PanelLayout &layout,
                                    ArrayRef<int8_t> steps) {
  std::vector<int8_t> right = bytesOf(contraction.right);
  int64_t count = countElements(layout, steps);
  std::vector<int8_t> packed(count * layout.elementBytes);
  if (steps.empty())
    packPanels(layout, right.data(), packed.data());
  else
    packSteps(layout, steps.data(), right.data(), packed.data());
  auto type = RankedTensorType::get(count, contraction.element());
  return DenseElementsAttr::getFromRawBuffer(
      type,
      ArrayRef(reinterpret_cast<const char *>(packed.data()), packed.size()));
}

DenseElementsAttr quantc::packStart(const Contraction &contraction,
                                    const PanelLayout &layout,
                                    int64_t leftOffset) {
  int64_t columns = layout.groups * layout.columns;
  Type element = contraction.element();
  if (element.isF32()) {
    std::vector<float> start(columns, 0.0f);
    if (contraction.bias)
      for (auto [index, value] :
           llvm::enumerate(contraction.bias.getValues<float>()))
        start[index] = value;
    return toVector<float>(placeColumns<float>(start, layout), element);
  }
  int64_t depth = contraction.depth();
  std::vector<int32_t> start;
  for (int64_t column = 0; column < columns; ++column) {
    uint32_t sum = 0;
    for (int64_t k = 0; leftOffset && k < depth; ++k)
      sum += static_cast<uint32_t>(
          Elements<int8_t>(contraction.right)[column * depth + k]);
    uint32_t bias =
        contraction.bias ? Elements<int32_t>(contraction.bias)[column] : 0;
    start.push_back(
        static_cast<int32_t>(bias - static_cast<uint32_t>(leftOffset) * sum));
  }
  return toVector<int32_t>(placeColumns<int32_t>(start, layout),
                           IntegerType::get(element.getContext(), 32));
}

DenseElementsAttr quantc::packParam(DenseElementsAttr param,
                                    const PanelLayout &layout) {
  if (param.getElementType().getIntOrFloatBitWidth() == 8)
    return ::packParam<int8_t>(param, layout);
  return ::packParam<int32_t>(param, layout); // or f32, by its bits
}
