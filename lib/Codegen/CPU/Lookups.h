//===- Lookups.h - Tables of bytes by what a CPU has for them -----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_LOOKUPS_H
#define QUANTC_LIB_CODEGEN_CPU_LOOKUPS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

namespace quantc {

/// How vectors of signed bytes `q` are replaced by the entries `q + 128` of a
/// table of 256.
struct ByteLookup {
  /// Entries of the table from `first` on, as a vector.
  using LoadTable = llvm::function_ref<mlir::Value(int64_t first)>;

  /// The targets that have it, as `Strategy::needs`.
  llvm::StringRef needs;
  /// Bytes that are replaced at once.
  int64_t lanes;
  /// Entries that are loaded at once.
  int64_t loaded;
  double cycles; // for a byte, of Costs.def
  mlir::Value (*create)(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value bytes, LoadTable load);
  /// Whether the table is in the form of `differencesOf`, which is read from
  /// memory; else its entries stay in registers in a loop around vectors.
  bool takesDifferences = false;
  /// Whether so few instructions are better in the epilogue of a tile than in a
  /// pass over its results.
  bool isForEpilogues = false;

  /// Each 16 entries exclusive-or those before, of the upper and of the lower
  /// half.
  static llvm::SmallVector<int8_t>
  differencesOf(llvm::ArrayRef<int8_t> entries);
};

/// The fastest one of a target, or null.
const ByteLookup *selectLookup(mlir::LLVM::TargetAttr target);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_LOOKUPS_H
