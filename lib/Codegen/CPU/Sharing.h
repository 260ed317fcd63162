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

/// How threads share a contraction: by all dimensions of its rows but the last,
/// by groups, by blocks of tiles of the last dimension, and by panels.
struct Grid {
  bool isShared = false;
  int64_t blocks = 1;
};

/// Shared where one sample takes `shareFrom` nanoseconds or more.
Grid chooseGrid(const Contraction &contraction, const Panels &panels,
                const Kernel &kernel, int64_t shareFrom);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_SHARING_H
