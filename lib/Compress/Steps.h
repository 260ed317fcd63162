//===- Steps.h - The steps between levels -----------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_COMPRESS_STEPS_H
#define QUANTC_LIB_COMPRESS_STEPS_H

#include "Alphabet.h"
#include "Matrix.h"

#include <cstdint>
#include <vector>

namespace quantc::compress {

/// `x` > 0 rounded to 8 bits of mantissa, a bfloat16.
float roundToShort(double x);

/// The step of a channel at which an eighth more or less rate is worth what it
/// costs: a uniform quantizer loses sensitivity * scale * step^2 / 12 a weight,
/// and a bit less loses four times that. `scale` is the geometric mean of what
/// an error of a weight adds to the output where those after it make up for
/// it, 1 / U_jj^2.
double chooseStep(double price, double sensitivity, double scale);

/// The step at which `row`, rounded to the nearest levels of `alphabet`, is off
/// by the least, each weight counting as much as `importance` says; a
/// bfloat16. Requires a weight that is not 0.
double fitStep(const Eigen::RowVectorXd &row, const Vector &importance,
               const Alphabet &alphabet);

/// What a channel takes whose columns are in groups of a size: its step, and a
/// multiplier of this for each group.
struct GroupedSteps {
  double step;
  std::vector<int32_t> multipliers;
};

/// The step with which the greatest of the steps that fit the groups is had by
/// the multiplier `most`, and the multipliers by which their weights are off by
/// the least. Requires a weight that is not 0.
GroupedSteps fitGroupedSteps(const Eigen::RowVectorXd &row,
                             const Vector &importance, const Alphabet &alphabet,
                             Eigen::Index groupSize, int32_t most);

/// The geometric mean of 1 / U_jj^2.
double scaleOfErrors(const Matrix &factor);

/// Steps as they are stored: one of a layer, times 2^(exponent / 2) of each
/// channel.
struct StoredSteps {
  float base = 1;
  std::vector<int32_t> exponents;

  float of(size_t channel) const;
};

/// The stored steps nearest to `wanted`, none below `least` nor, if that is
/// possible, above `most`.
StoredSteps storeSteps(const std::vector<double> &wanted,
                       const std::vector<double> &least,
                       const std::vector<double> &most);

} // namespace quantc::compress

#endif // QUANTC_LIB_COMPRESS_STEPS_H
