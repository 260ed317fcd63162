//===- WarpgroupBuilder.h - Parts of a kernel of wgmma ----------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_WARPGROUPBUILDER_H
#define QUANTC_LIB_CODEGEN_GPU_WARPGROUPBUILDER_H

#include "Emitter.h"
#include "WarpgroupTile.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace quantc {

/// The stages in shared memory, each with a barrier that opens when it is full
/// and one that opens when it is empty.
class WarpgroupRing {
public:
  WarpgroupRing(Emitter &emit, const WarpgroupTile &tile, mlir::Value memory)
      : emit(emit), tile(tile), memory(memory) {}

  /// By one thread, before all others.
  void initialize();

  /// A stage, and the parity of its turns; both i32.
  struct Place {
    mlir::Value slot, parity;
  };
  Place begin();
  Place next(Place place);

  mlir::Value stage(mlir::Value slot); // pointers
  mlir::Value full(mlir::Value slot);
  mlir::Value empty(mlir::Value slot);
  /// Until the turn with this parity has ended.
  void wait(mlir::Value barrier, mlir::Value parity);
  void arrive(mlir::Value barrier, mlir::Value condition);

  /// A loop along K from `place` on, which becomes that behind it: the body
  /// gets the number of the stage, its place, and what it gave back the last
  /// time, at first `carried`.
  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value stage, Place place, mlir::ValueRange carried)>;
  llvm::SmallVector<mlir::Value> forStages(int64_t count, Place &place,
                                           mlir::ValueRange carried, Body body);

private:
  Emitter &emit;
  const WarpgroupTile &tile;
  mlir::Value memory;
};

/// The tiles of a block, one after the other: those that are as many blocks
/// apart as there are.
class WarpgroupTiles {
public:
  /// `rows`: of the outputs, an index.
  WarpgroupTiles(Emitter &emit, const WarpgroupTile &tile, mlir::Value rows,
                 int64_t columns);

  /// The first row and column of a tile, i32.
  using Body = llvm::function_ref<WarpgroupRing::Place(
      mlir::Value row, mlir::Value column, WarpgroupRing::Place place)>;
  void forTiles(WarpgroupRing::Place place, Body body);

private:
  Emitter &emit;
  const WarpgroupTile &tile;
  mlir::Value rowTiles;
  int64_t columnTiles;
};

/// Products of a group of warps.
class WarpgroupProducts {
public:
  /// `group`: which of those of the block this is; `lane`: its thread, from 0
  /// to 127.
  WarpgroupProducts(Emitter &emit, const WarpgroupTile &tile, mlir::Value group,
                    mlir::Value lane)
      : emit(emit), tile(tile), group(group), lane(lane) {}

  /// Sums of 0, a struct.
  mlir::Value start();
  /// Begins to add the products of a stage; the sums, which are not there yet.
  mlir::Value multiply(mlir::Value stage, mlir::Value sums);
  /// Waits until at most so many stages are not multiplied.
  void wait(int64_t stages);

  /// Where a lane's sums are: row `half` of two, and its columns of `part`.
  mlir::Value rowOf(int64_t half);
  mlir::Value columnOf(int64_t part);
  int64_t parts() const { return tile.columns / tile.partColumns(); }
  llvm::SmallVector<mlir::Value> sumsOf(mlir::Value sums, int64_t part,
                                        int64_t half);

private:
  mlir::Value descriptor(mlir::Value address);

  Emitter &emit;
  const WarpgroupTile &tile;
  mlir::Value group, lane;
};

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_WARPGROUPBUILDER_H
