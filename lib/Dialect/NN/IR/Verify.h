//===- Verify.h - What verifiers of nn ops share ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_DIALECT_NN_IR_VERIFY_H
#define QUANTC_LIB_DIALECT_NN_IR_VERIFY_H

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Dialect/NN/IR/ShapeInference.h"

namespace quantc::nn {

llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);
mlir::Type elementOf(mlir::Value value);

/// The first result has the shape that was inferred.
mlir::LogicalResult verifyShape(mlir::Operation *op,
                                mlir::FailureOr<Shape> expected);

/// Result and first operand hold the same values, float or quantized per
/// tensor.
mlir::LogicalResult verifySameElement(mlir::Operation *op);

/// All operands and the result are float, or all are quantized per tensor, each
/// by a scale of its own. Of operands that are `summed`, those with the shape
/// of the result may be accumulators.
mlir::LogicalResult verifyActivations(mlir::Operation *op, bool summed = false);

} // namespace quantc::nn

#endif // QUANTC_LIB_DIALECT_NN_IR_VERIFY_H
