//===- UnaryFunctions.h - What nn.unary computes ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each function once: on FloatValue it writes IR for f32, on Real it computes
// the entries of tables. The order of operations is that of docs/numerics.md.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CONVERSION_NNTOLINALG_UNARYFUNCTIONS_H
#define QUANTC_LIB_CONVERSION_NNTOLINALG_UNARYFUNCTIONS_H

#include "FloatValue.h"

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Support/Real.h"

#include <limits>

namespace quantc {

template <typename Scalar> Scalar sigmoid(Scalar x) {
  return 1.0 / (exp(-x) + 1.0);
}

template <typename Scalar> Scalar silu(Scalar x) { return x / (exp(-x) + 1.0); }

template <typename Scalar> Scalar gelu(Scalar x) {
  constexpr double kRootHalf = 0x1.6a09e667f3bcdp-1;
  return x * ((erf(x * kRootHalf) + 1.0) * 0.5);
}

template <typename Scalar> Scalar geluTanh(Scalar x) {
  constexpr double kCubic = 0.044715;
  constexpr double kRootTwoOverPi = 0x1.9884533d43651p-1;
  Scalar inner = x * (x * x * kCubic + 1.0) * kRootTwoOverPi;
  return x * ((tanh(inner) + 1.0) * 0.5);
}

template <typename Scalar> Scalar elu(Scalar x, double alpha) {
  return selectPositive(x, x, (exp(x) - 1.0) * alpha);
}

template <typename Scalar> Scalar celu(Scalar x, double alpha) {
  return selectPositive(x, x, (exp(x / alpha) - 1.0) * alpha);
}

template <typename Scalar> Scalar softplus(Scalar x) {
  Scalar positive = clamp(x, 0, std::numeric_limits<double>::infinity());
  return positive + log1p(exp(-abs(x)));
}

/// x * tanh(log(1 + e)) = x * n / (n + 2), e = exp(x), n = e * (e + 2). From
/// x = 20 on n / (n + 2) is 1.
template <typename Scalar> Scalar mish(Scalar x) {
  constexpr double kLimit = 20;
  Scalar e = exp(clamp(x, -std::numeric_limits<double>::infinity(), kLimit));
  Scalar n = e * (e + 2.0);
  return x * (n / (n + 2.0));
}

/// `alpha` and `beta` are read by the functions that have them.
template <typename Scalar>
Scalar evaluate(nn::UnaryKind kind, Scalar x, double alpha, double beta) {
  switch (kind) {
  case nn::UnaryKind::Abs:
    return abs(x);
  case nn::UnaryKind::Neg:
    return -x;
  case nn::UnaryKind::Exp:
    return exp(x);
  case nn::UnaryKind::Log:
    return log(x);
  case nn::UnaryKind::Sqrt:
    return sqrt(x);
  case nn::UnaryKind::Rsqrt:
    return 1.0 / sqrt(x);
  case nn::UnaryKind::Reciprocal:
    return 1.0 / x;
  case nn::UnaryKind::Erf:
    return erf(x);
  case nn::UnaryKind::Tanh:
    return tanh(x);
  case nn::UnaryKind::Sigmoid:
    return sigmoid(x);
  case nn::UnaryKind::Silu:
    return silu(x);
  case nn::UnaryKind::Gelu:
    return gelu(x);
  case nn::UnaryKind::GeluTanh:
    return geluTanh(x);
  case nn::UnaryKind::HardSigmoid:
    return clamp(x * alpha + beta, 0, 1);
  case nn::UnaryKind::HardSwish:
    return x * clamp(x * (1.0 / 6.0) + 0.5, 0, 1);
  case nn::UnaryKind::LeakyRelu:
    return selectPositive(x, x, x * alpha);
  case nn::UnaryKind::Elu:
    return elu(x, alpha);
  case nn::UnaryKind::Celu:
    return celu(x, alpha);
  case nn::UnaryKind::Selu:
    return elu(x, alpha) * beta;
  case nn::UnaryKind::Softplus:
    return softplus(x);
  case nn::UnaryKind::Softsign:
    return x / (abs(x) + 1.0);
  case nn::UnaryKind::Mish:
    return mish(x);
  }
  llvm_unreachable("unknown function");
}

} // namespace quantc

#endif // QUANTC_LIB_CONVERSION_NNTOLINALG_UNARYFUNCTIONS_H
