//===- Real.cpp - Functions in double precision -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Support/Real.h"

#include "quantc/Support/Quantization.h"

#include <cmath>
#include <limits>

using namespace quantc;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// ln(2) as a part whose product with an exponent is exact, and the rest.
static constexpr double kLn2High = 0x1.62e42feep-1;
static constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
static constexpr double kLog2E = 0x1.71547652b82fep+0;

// IEEE requires these three to be exact, or correctly rounded.
Real quantc::abs(Real x) { return std::fabs(x.value); }
Real quantc::sqrt(Real x) { return std::sqrt(x.value); }
static double scaleByPowerOfTwo(double x, int exponent) {
  return std::ldexp(x, exponent);
}

Real quantc::exp(Real x) {
  // Beyond these the result is 0 or infinite.
  constexpr double kMin = -746, kMax = 710;
  if (std::isnan(x.value))
    return x;
  if (x.value < kMin)
    return 0.0;
  if (x.value > kMax)
    return kInfinity;
  double n = roundEven(x.value * kLog2E);
  double r = x.value - n * kLn2High - n * kLn2Low;
  // Taylor's series; |r| <= ln(2) / 2, and r^15 / 15! is below 2^-63.
  double sum = 1;
  for (int k = 14; k > 0; --k)
    sum = 1 + sum * r / k;
  return scaleByPowerOfTwo(sum, static_cast<int>(n));
}

/// 2 * atanh(s) for |s| <= 0.18, by its series; s^25 / 25 is below 2^-66.
static double twiceAtanh(double s) {
  double square = s * s;
  double sum = 0;
  for (int k = 23; k > 0; k -= 2)
    sum = sum * square + 1.0 / k;
  return 2 * s * sum;
}

Real quantc::log(Real x) {
  if (std::isnan(x.value) || x.value == kInfinity)
    return x;
  if (x.value <= 0)
    return x.value == 0 ? -kInfinity : kNaN;
  int exponent;
  double mantissa = std::frexp(x.value, &exponent); // exact, in [0.5, 1)
  if (mantissa < 0x1.6a09e667f3bcdp-1) {            // sqrt(0.5)
    mantissa *= 2;
    --exponent;
  }
  // log(m) = 2 atanh((m - 1) / (m + 1))
  double small = twiceAtanh((mantissa - 1) / (mantissa + 1));
  return exponent * kLn2High + (exponent * kLn2Low + small);
}

Real quantc::log1p(Real x) {
  // log(1 + x) = 2 atanh(x / (2 + x)); small x lose nothing.
  constexpr double kLimit = 0.25;
  if (std::fabs(x.value) < kLimit)
    return twiceAtanh(x.value / (2 + x.value));
  return log(1.0 + x);
}

Real quantc::erf(Real x) {
  // 1 - erf(6) is below 2^-54.
  constexpr double kMax = 6;
  constexpr double kTwoOverRootPi = 0x1.20dd750429b6dp+0;
  if (std::isnan(x.value))
    return x;
  if (std::fabs(x.value) > kMax)
    return std::copysign(1.0, x.value);
  // Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6: all terms
  // have one sign.
  double square = x.value * x.value;
  double term = x.value, sum = x.value;
  for (int n = 1; std::fabs(term) > std::fabs(sum) * 0x1p-56; ++n) {
    term *= 2 * square / (2 * n + 1);
    sum += term;
  }
  return kTwoOverRootPi * exp(-square).value * sum;
}

Real quantc::tanh(Real x) {
  if (std::isnan(x.value))
    return x;
  double magnitude = std::fabs(x.value);
  // 1 - tanh(20) is below 2^-56.
  if (magnitude > 20)
    return std::copysign(1.0, x.value);
  // The next term of the series, 17 x^7 / 315, is below 2^-50 of x.
  if (magnitude < 0x1p-8) {
    double square = magnitude * magnitude;
    return x.value * (1 - square / 3 + square * square * 2 / 15);
  }
  double e = exp(2 * magnitude).value;
  return std::copysign((e - 1) / (e + 1), x.value);
}

Real quantc::clamp(Real x, double lo, double hi) {
  double raised = x.value > lo ? x.value : lo;
  return raised < hi ? raised : hi;
}

Real quantc::selectPositive(Real x, Real a, Real b) {
  return x.value > 0 ? a : b;
}
