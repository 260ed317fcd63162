//===- Constants.h - Elements of constant tensors ---------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_CONSTANTS_H
#define QUANTC_DIALECT_NN_IR_CONSTANTS_H

#include "mlir/IR/BuiltinAttributes.h"

namespace quantc::nn {

/// The f32 elements of `constant`, taken as a tensor of `shape`, in the order
/// in which dimension i of the result is dimension permutation[i]. `type` is
/// what the result, of as many elements, is to be read as.
mlir::DenseElementsAttr permuteElements(mlir::DenseElementsAttr constant,
                                        llvm::ArrayRef<int64_t> shape,
                                        llvm::ArrayRef<int64_t> permutation,
                                        mlir::RankedTensorType type);

} // namespace quantc::nn

#endif // QUANTC_DIALECT_NN_IR_CONSTANTS_H
