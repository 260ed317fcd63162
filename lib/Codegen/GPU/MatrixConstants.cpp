//===- MatrixConstants.cpp - Constants in the order of tiles --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixConstants.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

/// The column of a warp's part that row `row` of its weights belongs to. Of
/// eight results beside each other lane l has 2l and 2l + 1.
static int64_t columnOfRow(int64_t row, int64_t columnsOfWarp) {
  int64_t lane = row % 8 / 2, part = row / 8;
  return lane * (columnsOfWarp / 4) + part * 2 + row % 2;
}

DenseElementsAttr quantc::packWeights(const Contraction &contraction,
                                      const MatrixTile &tile) {
  int64_t depth = contraction.depth();
  int64_t stages = llvm::divideCeil(depth, kStageDepth);
  int64_t tiles = llvm::divideCeil(contraction.columns, tile.columns);
  DenseElementsAttr right = contraction.right;
  ArrayRef<char> raw = right.getRawData();
  SmallVector<char> weights(raw);
  if (right.isSplat())
    weights.assign(right.getNumElements(), raw.front());
  SmallVector<int8_t> packed(tiles * stages * tile.columns * kStageDepth, 0);
  for (int64_t part = 0; part < tiles; ++part)
    for (int64_t row = 0; row < tile.columns; ++row) {
      int64_t warpBegin = row - row % tile.columnsOfWarp();
      int64_t column =
          part * tile.columns + warpBegin +
          columnOfRow(row % tile.columnsOfWarp(), tile.columnsOfWarp());
      if (column >= contraction.columns)
        continue;
      for (int64_t k = 0; k < depth; ++k) {
        int64_t stage = k / kStageDepth, inStage = k % kStageDepth;
        int64_t chunk = inStage / kChunk ^ swizzleOf(row);
        int64_t place =
            ((part * stages + stage) * tile.columns + row) * kStageDepth +
            chunk * kChunk + inStage % kChunk;
        packed[place] = weights[column * depth + k];
      }
    }
  auto type = RankedTensorType::get({static_cast<int64_t>(packed.size())},
                                    contraction.element());
  return DenseElementsAttr::get(type, ArrayRef<int8_t>(packed));
}

DenseElementsAttr quantc::padColumns(DenseElementsAttr values,
                                     const MatrixTile &tile) {
  SmallVector<Attribute> padded(values.getValues<Attribute>());
  Type element = values.getElementType();
  padded.resize(llvm::alignTo(padded.size(), tile.columns),
                Builder(element.getContext()).getZeroAttr(element));
  auto type =
      RankedTensorType::get({static_cast<int64_t>(padded.size())}, element);
  return DenseElementsAttr::get(type, padded);
}
