//===- ProductPanels.h - Panels of an operand that is no constant -*- C++
//-*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_PRODUCTPANELS_H
#define QUANTC_LIB_CODEGEN_CPU_PRODUCTPANELS_H

#include "Panels.h"

namespace quantc {

/// Buffers of one dimension, with the panels of all matrices one behind the
/// other and what the accumulators of their columns start from; null where that
/// is 0.
struct ProductPanels {
  mlir::Value right, start;
};

/// All that `buffer` is a view of, in one dimension.
mlir::Value flatten(mlir::OpBuilder &builder, mlir::Location loc,
                    mlir::Value buffer);

/// Elements that the panels of one matrix have.
int64_t matrixSize(const Panels &panels);

/// Writes loops that pack the right operand of a product, as PanelLayout says
/// of constants. Threads share the matrices if `isShared`.
ProductPanels packProduct(mlir::OpBuilder &builder, mlir::Location loc,
                          const Contraction &contraction, const Panels &panels,
                          const Kernel &kernel, bool isShared);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_PRODUCTPANELS_H
