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

/// The column of a part that row `row` of its weights belongs to. Of eight
/// results beside each other lane l has 2l and 2l + 1.
static int64_t columnOfRow(int64_t row, int64_t columnsOfPart) {
  int64_t lane = row % 8 / 2, eight = row / 8;
  return lane * (columnsOfPart / 4) + eight * 2 + row % 2;
}

DenseElementsAttr quantc::packWeights(const Contraction &contraction,
                                      const WeightLayout &layout) {
  int64_t depth = contraction.depth();
  int64_t stages =
      llvm::divideCeil(depth / layout.run * layout.paddedRun, layout.depth);
  int64_t tiles = llvm::divideCeil(contraction.columns, layout.columns);
  DenseElementsAttr right = contraction.right;
  ArrayRef<char> raw = right.getRawData();
  SmallVector<char> weights(raw);
  if (right.isSplat())
    weights.assign(right.getNumElements(), raw.front());
  SmallVector<int8_t> packed(tiles * stages * layout.columns * layout.depth, 0);
  for (int64_t tile = 0; tile < tiles; ++tile)
    for (int64_t row = 0; row < layout.columns; ++row) {
      int64_t inPart = row % layout.part;
      int64_t column = tile * layout.columns + row - inPart +
                       columnOfRow(inPart, layout.part);
      if (column >= contraction.columns)
        continue;
      for (int64_t k = 0; k < depth; ++k) {
        int64_t padded = k / layout.run * layout.paddedRun + k % layout.run;
        int64_t stage = padded / layout.depth, inStage = padded % layout.depth;
        int64_t chunk = inStage / kChunk ^ swizzleOf(row, layout.depth);
        int64_t place =
            ((tile * stages + stage) * layout.columns + row) * layout.depth +
            chunk * kChunk + inStage % kChunk;
        packed[place] = weights[column * depth + k];
      }
    }
  auto type = RankedTensorType::get({static_cast<int64_t>(packed.size())},
                                    contraction.element());
  return DenseElementsAttr::get(type, ArrayRef<int8_t>(packed));
}

DenseElementsAttr quantc::padColumns(DenseElementsAttr values,
                                     int64_t columns) {
  SmallVector<Attribute> padded(values.getValues<Attribute>());
  Type element = values.getElementType();
  padded.resize(llvm::alignTo(padded.size(), columns),
                Builder(element.getContext()).getZeroAttr(element));
  auto type =
      RankedTensorType::get({static_cast<int64_t>(padded.size())}, element);
  return DenseElementsAttr::get(type, padded);
}
