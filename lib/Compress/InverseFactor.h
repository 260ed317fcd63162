//===- InverseFactor.h - A factor of an inverse -----------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_COMPRESS_INVERSEFACTOR_H
#define QUANTC_LIB_COMPRESS_INVERSEFACTOR_H

#include "Matrix.h"

namespace quantc::compress {

/// The upper triangular U with H^-1 = U' U, where `metric` = H is positive
/// definite.
Matrix factorInverse(const Matrix &metric);

} // namespace quantc::compress

#endif // QUANTC_LIB_COMPRESS_INVERSEFACTOR_H
