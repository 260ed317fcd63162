//===- Passes.h - Passes on the nn dialect ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_TRANSFORMS_PASSES_H
#define QUANTC_DIALECT_NN_TRANSFORMS_PASSES_H

#include "quantc/Dialect/NN/IR/NN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Pass/Pass.h"

namespace quantc::nn {

#define GEN_PASS_DECL
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"

} // namespace quantc::nn

#endif // QUANTC_DIALECT_NN_TRANSFORMS_PASSES_H
