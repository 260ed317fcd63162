//===- NN.h - The nn dialect ------------------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_NN_H
#define QUANTC_DIALECT_NN_IR_NN_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace quantc::nn {

/// Verifies the quantized element types of all operands and results.
mlir::LogicalResult verifyQuantTypes(mlir::Operation *op);

template <typename ConcreteOp>
class ValidQuantTypes
    : public mlir::OpTrait::TraitBase<ConcreteOp, ValidQuantTypes> {
public:
  static mlir::LogicalResult verifyTrait(mlir::Operation *op) {
    return verifyQuantTypes(op);
  }
};

/// Elements of a tensor, a dynamic dimension (the batch) counting as one.
int64_t countElements(mlir::Value tensor);

/// The innermost name of a location, as importers attach it; empty without one.
llvm::StringRef getLayerName(mlir::Location location);

template <typename ConcreteOp>
class Elementwise : public mlir::OpTrait::TraitBase<ConcreteOp, Elementwise> {};

} // namespace quantc::nn

#include "quantc/Dialect/NN/IR/NNDialect.h.inc"

#include "quantc/Dialect/NN/IR/NNEnums.h.inc"

#include "quantc/Dialect/NN/IR/NNInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "quantc/Dialect/NN/IR/NNAttributes.h.inc"

#define GET_OP_CLASSES
#include "quantc/Dialect/NN/IR/NNOps.h.inc"

#endif // QUANTC_DIALECT_NN_IR_NN_H
