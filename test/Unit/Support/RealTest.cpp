//===- RealTest.cpp - Functions in double precision ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Support/Real.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace quantc;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The functions against those of libm, whose errors are below 2^-51.
void expectClose(Real (*function)(Real), double (*expected)(double), double lo,
                 double hi) {
  constexpr int kSteps = 20011;
  for (int step = 0; step <= kSteps; ++step) {
    double x = lo + (hi - lo) * step / kSteps;
    double value = expected(x);
    EXPECT_NEAR(function(x).value, value, std::fabs(value) * 0x1p-40) << x;
  }
}

TEST(Real, AgreesWithLibm) {
  expectClose(exp, std::exp, -700, 700);
  expectClose(log, std::log, 1e-300, 1e-290);
  expectClose(log, std::log, 0.3, 5);
  expectClose(log1p, std::log1p, 1e-12, 1);
  expectClose(erf, std::erf, -7, 7);
  expectClose(erf, std::erf, -1e-9, 1e-9);
  expectClose(tanh, std::tanh, -25, 25);
  expectClose(tanh, std::tanh, -0.01, 0.01);
}

TEST(Real, HasLimits) {
  EXPECT_EQ(exp(Real(-kInfinity)).value, 0);
  EXPECT_EQ(exp(Real(kInfinity)).value, kInfinity);
  EXPECT_EQ(log(Real(0.0)).value, -kInfinity);
  EXPECT_TRUE(std::isnan(log(Real(-1.0)).value));
  EXPECT_EQ(erf(Real(-kInfinity)).value, -1);
  EXPECT_EQ(tanh(Real(kInfinity)).value, 1);
  double nan = std::numeric_limits<double>::quiet_NaN();
  using Function = Real (*)(Real);
  for (Function function :
       {Function(exp), Function(log), Function(erf), Function(tanh)})
    EXPECT_TRUE(std::isnan(function(nan).value));
  EXPECT_EQ(clamp(Real(nan), -1, 1).value, -1);
}

} // namespace
