//===- WeightFormat.h - Levels that weights may have ------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_WEIGHTFORMAT_H
#define QUANTC_COMPRESS_WEIGHTFORMAT_H

#include <cstdint>

namespace quantc::compress {

/// Which levels, times the step of its channel, a weight may be.
struct WeightFormat {
  enum Kind {
    Priced,   // all, at a price of the bits that an entropy coder takes
    Integers, // those of a number of bits, two's complement
    Codebook, // a few of each layer, fitted to its weights
    Vectors   // codewords of some inputs each, fitted to those of a layer
  };
  Kind kind = Priced;
  double price = 0; // nats of divergence that a bit may cost
  int64_t bits = 8; // of integers
  /// Inputs of a channel whose integers have a multiplier of their own, from 1
  /// to kMostMultiplier; 0: none has.
  int64_t groupSize = 0;
  static constexpr int64_t kMostMultiplier = 15;
  int64_t levels = 0;     // of a codebook, or codewords, at most
  int64_t vectorSize = 1; // inputs of a channel that a codeword is for
};

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_WEIGHTFORMAT_H
