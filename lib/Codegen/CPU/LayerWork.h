//===- LayerWork.h - What layers have to do --------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From IR to the arithmetic of Costs.h, and to attributes.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_LAYERWORK_H
#define QUANTC_LIB_CODEGEN_CPU_LAYERWORK_H

#include "Lookups.h"
#include "Panels.h"

namespace quantc {

/// Bytes of a buffer of one sample.
int64_t leastBytes(mlir::Value buffer);

/// Of a contraction in tiles. `steps` are those of a panel; 0: as many as its
/// runs take.
LayerWork describeWork(const Contraction &contraction, const Panels &panels,
                       const Kernel &kernel, int64_t steps);

/// Of an op that becomes loops around scalars, which looks up bytes by
/// `lookup`.
LayerWork describeWork(mlir::linalg::LinalgOp op, const ByteLookup *lookup);

/// What a layer is computed by.
struct LayerKernel {
  llvm::StringRef strategy; // empty: loops around scalars
  int64_t columns = 0;      // of a vector of accumulators
  bool isDepthwise = false;
};

/// An entry of the module's kCostsAttrName.
mlir::DictionaryAttr describeCost(mlir::Location loc, const LayerKernel &kernel,
                                  const LayerWork &work);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_LAYERWORK_H
