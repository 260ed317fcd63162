//===- Constants.h - Constants that tiles read ------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_CONSTANTS_H
#define QUANTC_LIB_CODEGEN_CPU_CONSTANTS_H

#include "quantc/Codegen/Common/Contraction.h"

#include "quantc/Support/PanelLayout.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace quantc {

/// Rows, taps and channels of weights; of others the last dimension and all
/// before it.
mlir::DenseI64ArrayAttr describeShape(mlir::ShapedType type);

/// Constants that tiles read, as globals of the module.
class Constants {
public:
  /// `packsAtLoad`: panels are declared only, and the module's attribute
  /// `quantc.panels` says what `prepare` makes them of.
  Constants(mlir::ModuleOp module, bool packsAtLoad)
      : module(module), symbols(module), packsAtLoad(packsAtLoad) {}

  mlir::Value create(mlir::OpBuilder &builder, mlir::Location loc,
                     llvm::StringRef name, mlir::DenseElementsAttr value);

  /// The right operand of `contraction`, flat, in the order of `layout` and of
  /// `steps`, if there are any.
  mlir::Value createPanels(mlir::OpBuilder &builder,
                           const Contraction &contraction,
                           const PanelLayout &layout,
                           llvm::ArrayRef<int8_t> steps = {});

private:
  mlir::Value insert(mlir::OpBuilder &builder, mlir::Location loc,
                     llvm::StringRef name, mlir::MemRefType type,
                     mlir::Attribute value);

  mlir::ModuleOp module;
  mlir::SymbolTable symbols;
  bool packsAtLoad;
};

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_CONSTANTS_H
