//===- Steps.cpp - The steps between levels -------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Steps.h"

#include "quantc/Support/Quantization.h"
#include "quantc/Support/Real.h"

#include <algorithm>
#include <cmath>

using namespace quantc;
using namespace quantc::compress;

static constexpr double kLn2 = 0x1.62e42fefa39efp-1;

float quantc::compress::roundToShort(double x) {
  constexpr int kMantissaBits = 8;
  int exponent;
  double mantissa = std::frexp(x, &exponent);
  return static_cast<float>(
      std::ldexp(roundEven(std::ldexp(mantissa, kMantissaBits)),
                 exponent - kMantissaBits));
}

double quantc::compress::chooseStep(double price, double sensitivity,
                                    double scale) {
  return std::sqrt(6 * price / (kLn2 * sensitivity * scale));
}

double quantc::compress::scaleOfErrors(const Matrix &factor) {
  double sum = 0;
  for (double value : factor.diagonal())
    sum -= 2 * log(Real(value)).value;
  return exp(Real(sum / static_cast<double>(factor.rows()))).value;
}

/// How far `row`, rounded to levels of `step`, is off, each weight counting as
/// much as `importance` says.
static double errorOf(const Eigen::RowVectorXd &row, const Vector &importance,
                      const Alphabet &alphabet, double step) {
  double error = 0;
  for (Eigen::Index k = 0; k < row.size(); ++k) {
    double off = row[k] - alphabet.nearest(row[k] / step) * step;
    error += importance[k] * off * off;
  }
  return error;
}

double quantc::compress::fitStep(const Eigen::RowVectorXd &row,
                                 const Vector &importance,
                                 const Alphabet &alphabet) {
  // From where the greatest weight has a level down to a third of that.
  constexpr int kTries = 48;
  constexpr double kLeastPart = 1.0 / 3;
  double greatest = 0;
  for (double weight : row)
    greatest = std::max(
        greatest, weight / (weight < 0 ? alphabet.least() : alphabet.most()));
  double best = 0, least = INFINITY;
  for (int attempt = 0; attempt <= kTries; ++attempt) {
    double part = 1 - (1 - kLeastPart) * attempt / kTries;
    double step = roundToShort(greatest * part);
    double error = errorOf(row, importance, alphabet, step);
    if (error < least) {
      least = error;
      best = step;
    }
  }
  return best;
}

GroupedSteps quantc::compress::fitGroupedSteps(const Eigen::RowVectorXd &row,
                                               const Vector &importance,
                                               const Alphabet &alphabet,
                                               Eigen::Index groupSize,
                                               int32_t most) {
  GroupedSteps steps = {0, {}};
  auto forGroups = [&](auto body) {
    for (Eigen::Index begin = 0; begin < row.size(); begin += groupSize) {
      Eigen::Index size = std::min(groupSize, row.size() - begin);
      body(row.segment(begin, size), importance.segment(begin, size));
    }
  };
  forGroups([&](const Eigen::RowVectorXd &part, const Vector &counts) {
    if (!part.isZero(0))
      steps.step = std::max(steps.step, fitStep(part, counts, alphabet));
  });
  steps.step = roundToShort(steps.step / most);
  forGroups([&](const Eigen::RowVectorXd &part, const Vector &counts) {
    double least = INFINITY;
    int32_t best = 1;
    for (int32_t multiplier = 1; multiplier <= most; ++multiplier) {
      double error = errorOf(part, counts, alphabet, steps.step * multiplier);
      if (error < least) {
        least = error;
        best = multiplier;
      }
    }
    steps.multipliers.push_back(best);
  });
  return steps;
}

float StoredSteps::of(size_t channel) const {
  constexpr double kSqrt2 = 0x1.6a09e667f3bcdp+0;
  int32_t exponent = exponents[channel];
  // The half octave apart, so that the rest is exact.
  double odd = exponent % 2 == 0 ? 1 : exponent > 0 ? kSqrt2 : 1 / kSqrt2;
  return static_cast<float>(std::ldexp(base * odd, exponent / 2));
}

StoredSteps quantc::compress::storeSteps(const std::vector<double> &wanted,
                                         const std::vector<double> &least,
                                         const std::vector<double> &most) {
  double sum = 0;
  for (double step : wanted)
    sum += log(Real(step)).value;
  StoredSteps steps;
  steps.base =
      roundToShort(exp(Real(sum / static_cast<double>(wanted.size()))).value);
  // In half octaves above the base.
  auto distance = [&](double step) {
    return 2 * log(Real(step / steps.base)).value / kLn2;
  };
  for (size_t channel = 0; channel < wanted.size(); ++channel) {
    double exponent = roundEven(distance(wanted[channel]));
    if (most[channel] > 0)
      exponent = std::min(exponent, std::floor(distance(most[channel])));
    // A little more than enough, as the logarithm is rounded.
    constexpr double kMargin = 1e-6;
    if (least[channel] > 0)
      exponent =
          std::max(exponent, std::ceil(distance(least[channel]) + kMargin));
    steps.exponents.push_back(static_cast<int32_t>(exponent));
  }
  return steps;
}
