//===- OpCosts.h - How long ops on tensors take -----------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before there are tiles and loops, by the numbers of Costs.def: good enough to
// tell whether integers or floats are faster, not to expect a time.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CODEGEN_CPU_OPCOSTS_H
#define QUANTC_CODEGEN_CPU_OPCOSTS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace quantc {

/// What an op has to do for one sample.
struct OpWork {
  bool isInteger = false; // elements have one byte, else four
  bool isDepthwise = false;
  int64_t multiplyAdds = 0;
  int64_t elements = 0;    // of activations and weights, read and written
  int64_t additions = 0;   // or other single operations on elements
  int64_t quantized = 0;   // elements that are divided, rounded and clamped
  int64_t dequantized = 0; // elements that become floats
  int64_t functions = 0;   // exp, tanh and the like of floats
  int64_t lookups = 0;     // in tables
};

/// The strategies that have kernels of floats as well.
llvm::SmallVector<llvm::StringRef> listStrategiesWithFloat();

/// Cycles of one core; `strategy` is one of the list.
double estimate(llvm::StringRef strategy, const OpWork &work);

/// A convolution on integers, or a dense layer, as sums along K.
struct SumWork {
  int64_t rows = 0;    // positions
  int64_t columns = 0; // output channels
  int64_t runs = 1;    // of neighbours in the left operand, along K
  int64_t run = 0;     // elements of each
  bool isDepthwise = false;
};

/// The strategy that tiles for `target` have.
llvm::StringRef findBestStrategy(mlir::LLVM::TargetAttr target);

/// Cycles by `strategy`, with whole vectors of columns and whole steps along K:
/// what is left when the last column of a vector goes takes as long as before.
double estimate(llvm::StringRef strategy, const SumWork &work);

} // namespace quantc

#endif // QUANTC_CODEGEN_CPU_OPCOSTS_H
