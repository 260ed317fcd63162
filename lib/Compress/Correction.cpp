//===- Correction.cpp - Weights that undo errors of the input -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Correction.h"

#include <Eigen/Cholesky>

using namespace quantc::compress;

Matrix quantc::compress::correctWeights(const Matrix &metric,
                                        const Matrix &crossMetric,
                                        const Matrix &weights, double ridge) {
  Matrix system = metric;
  system.diagonal().array() += ridge;
  Matrix right = crossMetric + ridge * weights.transpose();
  return Eigen::LLT<Matrix>(system).solve(right).transpose();
}
