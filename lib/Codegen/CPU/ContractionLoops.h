//===- ContractionLoops.h - Loops around the tiles of a contraction ------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_CONTRACTIONLOOPS_H
#define QUANTC_LIB_CODEGEN_CPU_CONTRACTIONLOOPS_H

#include "Contraction.h"
#include "Strategy.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace quantc {

/// Constants that tiles read, as globals of the module.
class Constants {
public:
  explicit Constants(mlir::ModuleOp module) : symbols(module) {}

  mlir::Value create(mlir::OpBuilder &builder, mlir::Location loc,
                     llvm::StringRef name, mlir::DenseElementsAttr value);

private:
  mlir::SymbolTable symbols;
};

/// Replaces a contraction, what starts its accumulators and its epilogue by
/// loops around tiles. Threads share them where one sample takes `shareFrom`
/// nanoseconds or more.
void buildLoops(Contraction &contraction, const Strategy &strategy,
                Constants &constants, int64_t shareFrom);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_CONTRACTIONLOOPS_H
