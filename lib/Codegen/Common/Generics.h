//===- Generics.h - Ops that compute what others do ------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_COMMON_GENERICS_H
#define QUANTC_LIB_CODEGEN_COMMON_GENERICS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace quantc {

/// An op with the body of `op`, on other tensors. `maps`: of the inputs, then
/// of `init`; there are as many `iterators` as these have dimensions.
mlir::linalg::GenericOp
createLike(mlir::RewriterBase &rewriter, mlir::linalg::LinalgOp op,
           mlir::ValueRange inputs, mlir::Value init,
           llvm::ArrayRef<mlir::AffineMap> maps,
           llvm::ArrayRef<mlir::utils::IteratorType> iterators);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_COMMON_GENERICS_H
