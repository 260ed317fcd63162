//===- Metric.cpp - How errors of weights add up --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Metric.h"

#include <algorithm>

using namespace quantc::compress;

/// Rows whose products are added in f32; blocks are added in f64.
static constexpr Eigen::Index kBlock = 1024;

Vector quantc::compress::center(FloatMatrix &matrix) {
  if (matrix.rows() == 0)
    return Vector::Zero(matrix.cols());
  Vector mean = matrix.cast<double>().colwise().mean().transpose();
  matrix.rowwise() -= mean.transpose().cast<float>();
  return mean;
}

Matrix quantc::compress::averageProducts(const FloatMatrix &left,
                                         const FloatMatrix &right) {
  Matrix sum = Matrix::Zero(left.cols(), right.cols());
  FloatMatrix block(left.cols(), right.cols());
  for (Eigen::Index begin = 0; begin < left.rows(); begin += kBlock) {
    Eigen::Index count = std::min(kBlock, left.rows() - begin);
    block.noalias() = left.middleRows(begin, count).transpose() *
                      right.middleRows(begin, count);
    sum += block.cast<double>();
  }
  return sum / static_cast<double>(std::max<Eigen::Index>(left.rows(), 1));
}

/// averageProducts(matrix, matrix), of which a half is computed.
static Matrix averageSquares(const FloatMatrix &matrix) {
  Matrix sum = Matrix::Zero(matrix.cols(), matrix.cols());
  FloatMatrix block(matrix.cols(), matrix.cols());
  for (Eigen::Index begin = 0; begin < matrix.rows(); begin += kBlock) {
    Eigen::Index count = std::min(kBlock, matrix.rows() - begin);
    block.setZero();
    block.selfadjointView<Eigen::Lower>().rankUpdate(
        matrix.middleRows(begin, count).transpose());
    sum.triangularView<Eigen::Lower>() += block.cast<double>();
  }
  sum.triangularView<Eigen::StrictlyUpper>() = sum.transpose();
  return sum / static_cast<double>(std::max<Eigen::Index>(matrix.rows(), 1));
}

Matrix quantc::compress::computeMetric(const Columns &inputs,
                                       double coherence) {
  Matrix metric = averageSquares(inputs.values);
  if (coherence > 0)
    metric += coherence * averageSquares(inputs.means);
  return metric;
}

Matrix quantc::compress::computeCrossMetric(const Columns &inputs,
                                            const Columns &targets,
                                            double coherence) {
  Matrix metric = averageProducts(inputs.values, targets.values);
  if (coherence > 0)
    metric += coherence * averageProducts(inputs.means, targets.means);
  return metric;
}
