//===- ContractionLoops.h - Loops around the tiles of a contraction ------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_CONTRACTIONLOOPS_H
#define QUANTC_LIB_CODEGEN_CPU_CONTRACTIONLOOPS_H

#include "Constants.h"
#include "Strategy.h"
#include "quantc/Codegen/Common/Contraction.h"

namespace quantc {

/// Replaces a contraction, what starts its accumulators and its epilogue by
/// loops around tiles. Threads share them where one sample takes `shareFrom`
/// nanoseconds or more. `constantBytes`: of the network. Returns what the loops
/// have to do; what it is compared with (`best`) is left open.
LayerWork buildLoops(Contraction &contraction, const Strategy &strategy,
                     Constants &constants, int64_t constantBytes,
                     int64_t codeBits, int64_t shareFrom);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_CONTRACTIONLOOPS_H
