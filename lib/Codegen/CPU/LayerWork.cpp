//===- LayerWork.cpp - What layers have to do ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerWork.h"
#include "Sharing.h"

#include "quantc/Codegen/CPU/Passes.h"
#include "quantc/Dialect/MK/IR/MK.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace quantc;

int64_t quantc::leastBytes(Value buffer) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  if (!type)
    return 0;
  int64_t elements = 1;
  for (unsigned dimension = 0; dimension < type.getRank(); ++dimension)
    elements *= leastExtent(buffer, dimension);
  return elements * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

/// The tiles of `count` panels of `width` columns.
static void addTiles(LayerWork &work, const Contraction &contraction,
                     const Kernel &kernel, int64_t count, int64_t width,
                     int64_t steps) {
  int64_t extent = leastExtent(contraction.rows.back());
  RowTiles tiles =
      cutRows(extent, kernel, maxRowsOf(contraction, kernel, width));
  count *=
      contraction.parts() * leastExtent(ArrayRef(contraction.rows).drop_back());
  for (auto [rows, number] : tiles.listShapes(kernel)) {
    TileCosts tile =
        describeTile(contraction, kernel, rows, width / kernel.columns());
    tile.count = count * number;
    if (steps > 0)
      tile.steps = steps;
    if (tile.count > 0)
      work.tiles.push_back(tile);
  }
}

LayerWork quantc::describeWork(const Contraction &contraction,
                               const Panels &panels, const Kernel &kernel,
                               int64_t steps) {
  LayerWork work;
  work.kernel = kernel.costs;
  addTiles(work, contraction, kernel, panels.full, panels.width, steps);
  if (panels.tailWidth > 0)
    addTiles(work, contraction, kernel, 1, panels.tailWidth, steps);
  for (TileCosts &tile : work.tiles)
    tile.hasCodes = panels.codeBits > 0;
  work.rows = leastExtent(contraction.rows) *
              (contraction.line ? contraction.line->extent : 1);
  work.columns = panels.columns;
  work.paddedColumns = panels.paddedColumns();
  work.depth = contraction.depth();
  work.paddedDepth = work.tiles.front().steps * kernel.group();
  work.multiplyAdds =
      contraction.parts() * work.rows * work.columns * work.depth;
  // A vector flips bits of the bytes that become of four vectors.
  if (linalg::GenericOp epilogue = contraction.epilogue)
    work.epilogueOps =
        llvm::count_if(epilogue.getBody()->without_terminator(),
                       [](Operation &op) { return !isa<arith::XOrIOp>(op); });
  int64_t right =
      contraction.groups * contraction.matrices() * work.paddedColumns *
      work.paddedDepth *
      (panels.codeBits ? panels.codeBits
                       : contraction.element().getIntOrFloatBitWidth()) /
      8;
  // The right operand of a product is packed when the network runs.
  (contraction.rightBuffer ? work.preparedBytes : work.weightBytes) = right;
  work.activationBytes =
      leastBytes(contraction.left) + leastBytes(contraction.output);
  if (contraction.rightBuffer)
    work.activationBytes += leastBytes(contraction.rightBuffer);
  for (Value input : contraction.inputs)
    work.activationBytes += leastBytes(input);
  return work;
}

LayerWork quantc::describeWork(linalg::LinalgOp op, const ByteLookup *lookup) {
  LayerWork work;
  work.iterations = ShapedType::getNumElements(leastExtents(op));
  work.scalarOps = llvm::range_size(op.getBlock()->without_terminator());
  work.lookups = llvm::range_size(op.getBlock()->getOps<memref::LoadOp>());
  if (lookup)
    work.lookupCycles =
        lookup->cycles * static_cast<double>(llvm::range_size(
                             op.getBlock()->getOps<mk::LookupOp>()));
  for (Value operand : op->getOperands())
    work.activationBytes += leastBytes(operand);
  return work;
}

DictionaryAttr quantc::describeCost(Location loc, const LayerKernel &kernel,
                                    const LayerWork &work) {
  Builder builder(loc.getContext());
  LayerCost cost = estimate(work);
  auto cycles = [&](double count) {
    return builder.getI64IntegerAttr(std::llround(count));
  };
  NamedAttrList entry;
  entry.set("location", loc);
  std::string name = "loops";
  if (!work.tiles.empty()) {
    const TileCosts &tile = work.tiles.front();
    name =
        (kernel.strategy + (kernel.isDepthwise ? " depthwise" : " tile")).str();
    entry.set("tile",
              builder.getStringAttr(Twine(tile.rows) + "x" +
                                    Twine(tile.vectors * kernel.columns)));
  }
  entry.set("kernel", builder.getStringAttr(name));
  entry.set("multiply_adds", builder.getI64IntegerAttr(work.multiplyAdds));
  entry.set("bytes",
            builder.getI64IntegerAttr(work.weightBytes + work.activationBytes));
  entry.set("expected_cycles", cycles(cost.expected));
  entry.set("least_cycles", cycles(cost.least));
  if (!cost.why.empty())
    entry.set("why", builder.getStringAttr(cost.why));
  return entry.getDictionary(loc.getContext());
}
