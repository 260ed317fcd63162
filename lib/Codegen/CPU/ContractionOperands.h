//===- ContractionOperands.h - What tiles read -----------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_CONTRACTIONOPERANDS_H
#define QUANTC_LIB_CODEGEN_CPU_CONTRACTIONOPERANDS_H

#include "Constants.h"
#include "Panels.h"

namespace quantc {

/// Brings the left operand to the form that the kernel multiplies, where it
/// needs another or reads elements so often that this pays.
void convertLeft(mlir::OpBuilder &builder, Contraction &contraction,
                 const Kernel &kernel);

/// Chooses the panels, and makes rows of lines where a line does not fill the
/// registers of a tile and tiles of several are faster.
Panels chooseLines(Contraction &contraction, const Kernel &kernel);

/// Constant weights, as tiles read them.
struct RightOperand {
  mlir::Value panels;
  mlir::Value steps, firstSteps;    // null where the kernel takes them in order
  int64_t stepsOfPanel = 0;         // on average; 0: in order
  llvm::SmallVector<int8_t> levels; // that codes stand for; empty: no codes
};

RightOperand createRight(mlir::OpBuilder &builder, Contraction &contraction,
                         const Panels &panels, const Kernel &kernel,
                         Constants &constants);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_CONTRACTIONOPERANDS_H
