//===- Codes.h - What codes of weights stand for ----------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights of few levels are packed as codes of 2 or 4 bits where their bytes
// take longer than their products: where few rows are multiplied with them. A
// tile replaces codes by levels in registers.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_CODES_H
#define QUANTC_LIB_CODEGEN_CPU_CODES_H

#include "Strategy.h"
#include "quantc/Codegen/Common/Contraction.h"

namespace quantc {

/// An instruction that replaces each byte of a vector by an entry of a table.
struct CodeLookup {
  llvm::StringRef needs; // as `Strategy::needs`
  int64_t bytes;         // of the vector
  llvm::StringRef intrinsic;
  int64_t entries = 16; // of the table: the same 16 again and again
  /// Whether the bits of a byte above those of an entry do not matter.
  bool takesLowBits = false;
};

/// The best one of a target for vectors of so many bytes, or null.
const CodeLookup *selectCodeLookup(mlir::LLVM::TargetAttr target,
                                   int64_t bytes);

/// Bits of the codes that the constant right operand is packed to, or 0.
int64_t chooseCodeBits(const Contraction &contraction, const Kernel &kernel,
                       mlir::LLVM::TargetAttr target);

/// The levels of a right operand in ascending order, filled up to as many as
/// there are codes of `bits`.
llvm::SmallVector<int8_t> listLevels(mlir::DenseElementsAttr right,
                                     int64_t bits);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_CODES_H
