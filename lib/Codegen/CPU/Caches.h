//===- Caches.h - What the caches of a CPU hold ----------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In bytes; of the CPUs that the targets name, about the smallest that matter.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_CACHES_H
#define QUANTC_LIB_CODEGEN_CPU_CACHES_H

#include <cstdint>

namespace quantc {

constexpr int64_t kCacheLine = 64;

/// A panel of this size stays in the first level from one tile to the next;
/// the rest is for the rows.
constexpr int64_t kMostOfFirstLevel = int64_t{24} * 1024;

/// Weights of this size stay in the second level from one row of tiles to the
/// next.
constexpr int64_t kMostOfSecondLevel = int64_t{1024} * 1024;

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_CACHES_H
