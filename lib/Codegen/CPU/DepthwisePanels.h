//===- DepthwisePanels.h - Depthwise convolutions as tiles ------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_DEPTHWISEPANELS_H
#define QUANTC_LIB_CODEGEN_CPU_DEPTHWISEPANELS_H

#include "Panels.h"

namespace quantc {

/// Brings a depthwise convolution to the form that is fastest in tiles, and
/// cuts its channels into panels, as wide as interleaved taps are.
Panels arrangeDepthwise(Contraction &contraction, const Kernel &kernel);

/// Whether what one pixel multiplies is kept for its neighbours. To interleave
/// quads takes about as long as to multiply them; pairs, half of that, and
/// their weights had to be extended for each pixel.
constexpr bool sharesTaps(int64_t group) { return group > 2; }

/// Taps that are cut into groups together, of which the last may not be full.
int64_t tapsOfRun(const Contraction &contraction, int64_t group);

/// Where the taps are, each run filled up to whole groups by its last one.
llvm::SmallVector<int64_t> listTaps(const Contraction &contraction,
                                    int64_t group);

/// What a group of taps of a row of a tile is multiplied with.
struct TapUse {
  int64_t row, step;
};

/// The distinct groups of taps of a tile of `rows` pixels, `pitch` apart, in
/// the order in which its rows need them, each with all that it is used for.
std::vector<std::vector<TapUse>> listTapUses(llvm::ArrayRef<int64_t> taps,
                                             int64_t group, int64_t rows,
                                             int64_t pitch);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_DEPTHWISEPANELS_H
