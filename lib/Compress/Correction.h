//===- Correction.h - Weights that undo errors of the input -----*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_COMPRESS_CORRECTION_H
#define QUANTC_LIB_COMPRESS_CORRECTION_H

#include "Matrix.h"

namespace quantc::compress {

/// The weights, outputs x size, with which the inputs that the layer sees now
/// give the targets best: (H + R) W' = X + R W0', where R = `ridge` I holds on
/// to the weights that there were. Requires ridge > 0.
Matrix correctWeights(const Matrix &metric, const Matrix &crossMetric,
                      const Matrix &weights, double ridge);

} // namespace quantc::compress

#endif // QUANTC_LIB_COMPRESS_CORRECTION_H
