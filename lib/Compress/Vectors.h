//===- Vectors.h - Codewords of several weights -----------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_COMPRESS_VECTORS_H
#define QUANTC_LIB_COMPRESS_VECTORS_H

#include "Rounding.h"

namespace quantc::compress {

/// Rows are vectors, each element with what the square of an error counts.
struct VectorSamples {
  Matrix values, weights;
};

/// `count` vectors, or as many as there are samples, whose nearest ones are off
/// by little, as rows: k-means (Lloyd 1982) from samples that are far from each
/// other (Arthur and Vassilvitskii, "k-means++", 2007), the same each time.
Matrix fitCodewords(const VectorSamples &samples, Eigen::Index count);

/// roundWithFeedback with one codeword after the other in place of levels:
/// rows of `words`, of which the last in a row of weights may use the first
/// elements. `order` and `factor` have whole vectors of columns.
Levels roundToCodewords(const RoundingProblem &problem,
                        const std::vector<Eigen::Index> &order,
                        const Matrix &factor, const Matrix &words);

/// refineLevels with codewords.
void refineCodewords(const RoundingProblem &problem, const Matrix &words,
                     int sweeps, Levels &levels);

} // namespace quantc::compress

#endif // QUANTC_LIB_COMPRESS_VECTORS_H
