//===- BitCost.h - What levels take to code ---------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_COMPRESS_BITCOST_H
#define QUANTC_LIB_COMPRESS_BITCOST_H

#include "Alphabet.h"

#include <cstdint>
#include <vector>

namespace quantc::compress {

/// Bits of a level by its magnitude, 0 to kMostLevel.
using BitCosts = std::vector<double>;

/// From the histogram of `levels`, smoothed by a geometric tail of their mean
/// magnitude; a sign takes one bit.
BitCosts estimateBitCosts(const std::vector<int32_t> &levels);

} // namespace quantc::compress

#endif // QUANTC_LIB_COMPRESS_BITCOST_H
