//===- Rounding.h - Weights to levels ---------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_COMPRESS_ROUNDING_H
#define QUANTC_LIB_COMPRESS_ROUNDING_H

#include "BitCost.h"
#include "Matrix.h"

namespace quantc::compress {

using Levels =
    Eigen::Matrix<int32_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The objective of both steps below, of each row w with step D and
/// sensitivity g: g (q D - w) H (q D - w)' + price * bits(q).
struct RoundingProblem {
  const Matrix &weights;     // outputs x size
  const Matrix &metric;      // H, positive definite
  const Vector &steps;       // D
  const Vector &sensitivity; // g
  double price;              // nats of divergence that a bit may cost
  const Alphabet &alphabet;  // of q, or of what a multiplier goes with
  /// Of groups of columns, outputs x groups; empty: none.
  const Levels &multipliers;
  Eigen::Index groupSize = 0;

  int32_t multiplierOf(Eigen::Index row, Eigen::Index column) const {
    return groupSize == 0 ? 1 : multipliers(row, column / groupSize);
  }
};

/// Rounds the columns one after the other, those whose errors cost most first;
/// the columns that follow make up for the error of each (Frantar et al.,
/// "GPTQ", 2023, with the price of a level in what is minimized).
/// `factor` is that of the inverse of the metric with its rows and columns in
/// `order`.
Levels roundWithFeedback(const RoundingProblem &problem,
                         const std::vector<Eigen::Index> &order,
                         const Matrix &factor, const BitCosts &bits);

/// The columns by falling diagonal of `metric`; where `vectorSize` of them stay
/// together, by the mean of these.
std::vector<Eigen::Index> orderColumns(const Matrix &metric,
                                       Eigen::Index vectorSize = 1);

/// `metric` with rows and columns in `order`.
Matrix permute(const Matrix &metric, const std::vector<Eigen::Index> &order);

/// Changes single levels, column by column, as long as the objective falls, in
/// `sweeps` sweeps.
void refineLevels(const RoundingProblem &problem, const BitCosts &bits,
                  int sweeps, Levels &levels);

} // namespace quantc::compress

#endif // QUANTC_LIB_COMPRESS_ROUNDING_H
