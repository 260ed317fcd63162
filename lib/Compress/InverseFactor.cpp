//===- InverseFactor.cpp - A factor of an inverse -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InverseFactor.h"

#include <Eigen/Cholesky>

using namespace quantc::compress;

Matrix quantc::compress::factorInverse(const Matrix &metric) {
  // With J that turns the order around, J H J = M M' for a lower M; then
  // H^-1 = (J M^-1 J)' (J M^-1 J), and turned around M^-1 is upper.
  Matrix turned = metric.reverse();
  Matrix lower = Eigen::LLT<Matrix>(turned).matrixL();
  Matrix inverse = lower.triangularView<Eigen::Lower>().solve(
      Matrix::Identity(metric.rows(), metric.cols()));
  return inverse.reverse();
}
