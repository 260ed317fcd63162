//===- PairSafeWeights.h - Weights whose products add in 16 bits --------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_DIALECT_NN_TRANSFORMS_PAIRSAFEWEIGHTS_H
#define QUANTC_LIB_DIALECT_NN_TRANSFORMS_PAIRSAFEWEIGHTS_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"

namespace quantc::nn {

/// The integers nearest to `weights`, in -127..127, of which no pair saturates:
/// two of one sign, at an even place of each `run` and the next, have a sum of
/// magnitudes of at most 128, so that their products with bytes from 0 to 255
/// add up to an i16. A channel has `depth` of them, a multiple of `run`.
/// Returns their scale: that of the least error from `leastScale`, with which
/// all are in bounds, to twice that, with which none is clipped.
float quantizePairSafe(llvm::ArrayRef<float> weights, int64_t depth,
                       int64_t run, float leastScale,
                       llvm::MutableArrayRef<int8_t> stored);

} // namespace quantc::nn

#endif // QUANTC_LIB_DIALECT_NN_TRANSFORMS_PAIRSAFEWEIGHTS_H
