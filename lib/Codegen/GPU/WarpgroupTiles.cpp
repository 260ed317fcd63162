//===- WarpgroupTiles.cpp - The tiles of a block --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks that run at once have tiles of some rows and some columns, so that the
// second level of the caches holds what they read.
//
//===----------------------------------------------------------------------===//

#include "WarpgroupBuilder.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace quantc;

/// Tiles along rows that go through the columns together.
static constexpr int64_t kBand = 16;

WarpgroupTiles::WarpgroupTiles(Emitter &emit, const WarpgroupTile &tile,
                               Value rows, int64_t columns)
    : emit(emit), tile(tile),
      columnTiles(llvm::divideCeil(columns, tile.columns)) {
  rowTiles =
      emit.toI32(emit.divide(emit.add(rows, tile.rows() - 1), tile.rows()));
}

void WarpgroupTiles::forTiles(WarpgroupRing::Place place, Body body) {
  OpBuilder &builder = emit.builder;
  Value first = emit.toI32(
      gpu::BlockIdOp::create(builder, emit.loc, gpu::Dimension::x).getResult());
  Value step = emit.toI32(
      gpu::GridDimOp::create(builder, emit.loc, gpu::Dimension::x).getResult());
  auto loop = scf::ForOp::create(builder, emit.loc, first,
                                 emit.multiply(rowTiles, columnTiles), step,
                                 ValueRange{place.slot, place.parity});
  OpBuilder::InsertionGuard insertion(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Value number = loop.getInductionVar();
  Value band = emit.multiply(emit.divide(number, kBand * columnTiles), kBand);
  Value inBand = emit.remainder(number, kBand * columnTiles);
  Value left = arith::SubIOp::create(builder, emit.loc, rowTiles, band);
  Value whole = emit.constant(kBand);
  Value size = emit.select(emit.isLess(left, whole), left, whole);
  Value row = emit.add(
      band,
      arith::RemUIOp::create(builder, emit.loc, inBand, size).getResult());
  Value column = arith::DivUIOp::create(builder, emit.loc, inBand, size);
  WarpgroupRing::Place behind =
      body(emit.multiply(row, tile.rows()), emit.multiply(column, tile.columns),
           {loop.getRegionIterArgs()[0], loop.getRegionIterArgs()[1]});
  scf::YieldOp::create(builder, emit.loc,
                       ValueRange{behind.slot, behind.parity});
}
