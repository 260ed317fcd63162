//===- DepthwisePanels.cpp - Depthwise convolutions as tiles ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Quads of taps lie below each other: the columns that are read for one pixel
// are so for its neighbours, too. And pixels that follow each other in memory
// are so many channels more, where these alone do not fill vectors.
//
//===----------------------------------------------------------------------===//

#include "DepthwisePanels.h"
#include "LayerWork.h"

#include "llvm/Support/MathExtras.h"

#include <map>

using namespace mlir;
using namespace quantc;

/// More pixels are not joined: with 4 channels these fill the widest panels.
static constexpr int64_t kMostPixels = 16;

int64_t quantc::tapsOfRun(const Contraction &contraction, int64_t group) {
  return sharesTaps(group) && !contraction.counts.empty()
             ? contraction.counts.back()
             : contraction.depth();
}

SmallVector<int64_t> quantc::listTaps(const Contraction &contraction,
                                      int64_t group) {
  SmallVector<int64_t> taps;
  size_t run = tapsOfRun(contraction, group);
  SmallVector<int64_t> offsets = contraction.offsetsOfRuns();
  for (ArrayRef<int64_t> rest = offsets; !rest.empty();
       rest = rest.drop_front(run)) {
    llvm::append_range(taps, rest.take_front(run));
    taps.resize(llvm::alignTo(taps.size(), group), taps.back());
  }
  return taps;
}

std::vector<std::vector<TapUse>> quantc::listTapUses(ArrayRef<int64_t> taps,
                                                     int64_t group,
                                                     int64_t rows,
                                                     int64_t pitch) {
  std::vector<std::vector<TapUse>> groups;
  std::map<std::vector<int64_t>, size_t> numbers;
  int64_t steps = static_cast<int64_t>(taps.size()) / group;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t step = 0; step < steps; ++step) {
      std::vector<int64_t> offsets;
      for (int64_t tap : taps.slice(step * group, group))
        offsets.push_back(row * pitch + tap);
      auto [found, isNew] = numbers.emplace(offsets, groups.size());
      if (isNew)
        groups.emplace_back();
      groups[found->second].push_back({row, step});
    }
  return groups;
}

/// `copies` of a constant, one behind the other.
static DenseElementsAttr repeat(DenseElementsAttr constant, int64_t copies) {
  if (!constant)
    return constant;
  ShapedType type = constant.getType();
  SmallVector<int64_t> shape(type.getShape());
  shape[0] *= copies;
  type = type.clone(shape);
  ArrayRef<char> raw = constant.getRawData();
  if (constant.isSplat())
    return DenseElementsAttr::getFromRawBuffer(type, raw);
  std::vector<char> repeated;
  for (int64_t copy = 0; copy < copies; ++copy)
    repeated.insert(repeated.end(), raw.begin(), raw.end());
  return DenseElementsAttr::getFromRawBuffer(type, repeated);
}

static Panels cutChannels(const Contraction &contraction,
                          const Kernel &kernel) {
  Panels panels = {contraction.columns, kernel.lanes * kernel.group(), 0};
  panels.full = panels.columns / panels.width;
  panels.tailWidth = panels.tailColumns() > 0 ? panels.width : 0;
  int64_t taps = listTaps(contraction, kernel.group()).size();
  panels.panelSize = taps * panels.width;
  return panels;
}

/// Takes the taps from column to column of the window.
static void orderTaps(Contraction &contraction) {
  if (contraction.counts.size() != 2)
    return;
  int64_t height = contraction.counts[0], width = contraction.counts[1];
  std::swap(contraction.counts[0], contraction.counts[1]);
  std::swap(contraction.strides[0], contraction.strides[1]);
  DenseElementsAttr right = contraction.right;
  if (right.isSplat())
    return;
  ArrayRef<char> raw = right.getRawData();
  std::vector<char> ordered;
  ordered.reserve(raw.size());
  for (; !raw.empty(); raw = raw.drop_front(height * width))
    for (int64_t x = 0; x < width; ++x)
      for (int64_t y = 0; y < height; ++y)
        ordered.push_back(raw[y * width + x]);
  contraction.right =
      DenseElementsAttr::getFromRawBuffer(right.getType(), ordered);
}

/// The dimensions of a convolution with `pixels` pixels of a row as one.
static Contraction joinPixels(const Contraction &contraction, int64_t pixels) {
  Contraction joined = contraction;
  joined.columns *= pixels;
  RowDimension &row = joined.rows.back();
  row.extent /= pixels;
  row.leftStep *= pixels;
  for (int64_t &step : row.viewSteps)
    step *= pixels;
  return joined;
}

/// How many pixels of a row are best joined.
static int64_t choosePixels(const Contraction &contraction,
                            const Kernel &kernel) {
  const RowDimension &row = contraction.rows.back();
  auto isDense = [&](int64_t step) { return step == contraction.columns; };
  if (ShapedType::isDynamic(row.extent) || !contraction.rowInputs.empty() ||
      !isDense(row.leftStep) || !llvm::all_of(row.viewSteps, isDense))
    return 1;
  auto expectedCycles = [&](int64_t pixels) {
    Contraction joined = joinPixels(contraction, pixels);
    LayerWork work = describeWork(joined, cutChannels(joined, kernel), kernel,
                                  /*steps=*/0);
    work.best = work.kernel;
    return estimate(work).expected;
  };
  int64_t best = 1;
  double fewest = expectedCycles(best);
  for (int64_t pixels = 2; pixels <= std::min(row.extent, kMostPixels);
       ++pixels) {
    if (row.extent % pixels != 0)
      continue;
    double cycles = expectedCycles(pixels);
    if (cycles >= fewest)
      continue;
    fewest = cycles;
    best = pixels;
  }
  return best;
}

Panels quantc::arrangeDepthwise(Contraction &contraction,
                                const Kernel &kernel) {
  if (sharesTaps(kernel.group()))
    orderTaps(contraction);
  int64_t pixels = choosePixels(contraction, kernel);
  if (pixels > 1) {
    contraction = joinPixels(contraction, pixels);
    contraction.right = repeat(contraction.right, pixels);
    contraction.bias = repeat(contraction.bias, pixels);
    for (DenseElementsAttr &param : contraction.params)
      param = repeat(param, pixels);
  }
  return cutChannels(contraction, kernel);
}
