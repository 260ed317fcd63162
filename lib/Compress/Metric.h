//===- Metric.h - How errors of weights add up ------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_COMPRESS_METRIC_H
#define QUANTC_LIB_COMPRESS_METRIC_H

#include "Matrix.h"

namespace quantc::compress {

/// Observations of one group of a layer: sampled positions and means of
/// samples, as columns.
struct Columns {
  FloatMatrix values; // positions x size
  FloatMatrix means;  // samples x size; empty where nothing is coherent
};

/// Takes the mean over the rows off `matrix`; that mean.
Vector center(FloatMatrix &matrix);

/// left' right / rows, summed in double.
Matrix averageProducts(const FloatMatrix &left, const FloatMatrix &right);

/// E[x x'] + coherence E[xbar xbar'] of centered inputs: the mean square of
/// what an error of weights adds to an output, its mean over the positions
/// counted `coherence` times more.
Matrix computeMetric(const Columns &inputs, double coherence);

/// The same between inputs and targets.
Matrix computeCrossMetric(const Columns &inputs, const Columns &targets,
                          double coherence);

} // namespace quantc::compress

#endif // QUANTC_LIB_COMPRESS_METRIC_H
