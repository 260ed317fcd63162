//===- Sharing.h - What threads share -----------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop whose iterations do not depend on each other becomes a `scf.forall`
// where that pays; how many threads there are is known only when it runs. One
// iteration computes its elements in the order of a serial run, so that the
// bytes do not depend on who runs it.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_SHARING_H
#define QUANTC_LIB_CODEGEN_CPU_SHARING_H

#include "Panels.h"

namespace quantc {

/// Iterations of a shared loop that are enough: with so many of the same size
/// even 8 threads differ by an eighth at most, and 64 have something to do.
constexpr int64_t kEnoughParts = 64;

/// The iterations that a contraction is cut into, each of one panel: by groups,
/// by panels, by the dimensions of the rows before one, and by blocks of that
/// one, which is a dimension of tiles if it is the last.
struct Grid {
  /// Threads share the iterations.
  bool isShared = false;
  /// Panels are the outer loops, else rows.
  bool panelsFirst = false;
  /// Each iteration copies its panel first, with elements as wide as the kernel
  /// multiplies them.
  bool widens = false;
  unsigned cut = 0;
  int64_t blocks = 1;
  /// Tiles of a panel that bring the next one nearer, each a part of it; 0:
  /// none does.
  int64_t aheadParts = 0;

  llvm::ArrayRef<RowDimension> before(llvm::ArrayRef<RowDimension> rows) const {
    return rows.take_front(cut);
  }
};

/// Shared where one sample takes `shareFrom` nanoseconds or more.
/// `constantBytes`: of the network, which decides whether the panels are in a
/// cache when it runs again.
Grid chooseGrid(const Contraction &contraction, const Panels &panels,
                const Kernel &kernel, int64_t constantBytes, int64_t shareFrom);

/// The least extent of a dimension of `buffer`. One that is known only when the
/// network runs counts samples; collapsed, it has as many elements as one of
/// them.
int64_t leastExtent(mlir::Value buffer, unsigned dimension);

/// The least extents of the loops of `op`.
llvm::SmallVector<int64_t> leastExtents(mlir::linalg::LinalgOp op);

/// How many of the outermost loops are shared: the innermost only where there
/// is no other, as it is the one that is vectorized. 0 where one sample takes
/// less than `shareFrom` nanoseconds.
unsigned countShared(mlir::linalg::LinalgOp op, int64_t shareFrom);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_SHARING_H
