//===- Real.h - Functions in double precision ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the compiler computes on constants must not depend on the machine that
// it runs on, and the functions of libm do. These are made of IEEE operations
// only; their relative error is below 2^-40, so that an f32 of a result is the
// one of the true value but for values that lie that near to the middle of two.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_SUPPORT_REAL_H
#define QUANTC_SUPPORT_REAL_H

namespace quantc {

struct Real {
  double value;

  Real(double value) : value(value) {}
};

inline Real operator-(Real a) { return -a.value; }
inline Real operator+(Real a, Real b) { return a.value + b.value; }
inline Real operator-(Real a, Real b) { return a.value - b.value; }
inline Real operator*(Real a, Real b) { return a.value * b.value; }
inline Real operator/(Real a, Real b) { return a.value / b.value; }

Real abs(Real x);
Real sqrt(Real x);
Real exp(Real x);
Real log(Real x);
Real erf(Real x);
Real tanh(Real x);

/// log(1 + x)
Real log1p(Real x);

/// x > lo ? x : lo, then < hi ? : hi; NaN gives lo.
Real clamp(Real x, double lo, double hi);

/// x > 0 ? a : b
Real selectPositive(Real x, Real a, Real b);

} // namespace quantc

#endif // QUANTC_SUPPORT_REAL_H
