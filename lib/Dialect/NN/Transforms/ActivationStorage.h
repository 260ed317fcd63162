//===- ActivationStorage.h - How activations are stored -----*- C++ -*---===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// -nn-apply-calibration chooses ranges for the integers that -nn-insert-qdq
// will make of them, and says so in the module's `nn.quantization`.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_DIALECT_NN_TRANSFORMS_ACTIVATIONSTORAGE_H
#define QUANTC_LIB_DIALECT_NN_TRANSFORMS_ACTIVATIONSTORAGE_H

#include "quantc/Support/Quantization.h"

#include "llvm/ADT/StringRef.h"

namespace quantc::nn {

/// Signed integers with a scale and a zero point per tensor.
constexpr quantc::StorageBounds kActivationBounds = {-128, 127};

/// The entry of `nn.quantization` that says the same, and its values.
constexpr llvm::StringLiteral kActivationsKey = "activations";
inline llvm::StringRef describeActivations(bool isSymmetric) {
  return isSymmetric ? "i8 symmetric" : "i8 asymmetric";
}

} // namespace quantc::nn

#endif // QUANTC_LIB_DIALECT_NN_TRANSFORMS_ACTIVATIONSTORAGE_H
