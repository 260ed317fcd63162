//===- FloatValue.cpp - f32 arithmetic as IR ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The polynomials are near-minimax fits, made by reweighted least squares in
// double and rounded to f32; what they approximate and how well stands beside
// each.
//
//===----------------------------------------------------------------------===//

#include "FloatValue.h"

#include "Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;
using namespace quantc;

static constexpr float kInfinity = std::numeric_limits<float>::infinity();

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

template <typename OpT> static FloatValue create(FloatValue a, FloatValue b) {
  return a.with(OpT::create(a.getBuilder(), a.getLoc(), Value(a), Value(b)));
}

FloatValue FloatValue::constant(double number) const {
  return with(createConstant(*builder, loc, builder->getF32Type(),
                             static_cast<float>(number)));
}

FloatValue quantc::operator-(FloatValue a) {
  return a.with(arith::NegFOp::create(a.getBuilder(), a.getLoc(), Value(a)));
}
FloatValue quantc::operator+(FloatValue a, FloatValue b) {
  return create<arith::AddFOp>(a, b);
}
FloatValue quantc::operator-(FloatValue a, FloatValue b) {
  return create<arith::SubFOp>(a, b);
}
FloatValue quantc::operator*(FloatValue a, FloatValue b) {
  return create<arith::MulFOp>(a, b);
}
FloatValue quantc::operator/(FloatValue a, FloatValue b) {
  return create<arith::DivFOp>(a, b);
}

FloatValue quantc::abs(FloatValue x) {
  return x.with(math::AbsFOp::create(x.getBuilder(), x.getLoc(), Value(x)));
}

FloatValue quantc::sqrt(FloatValue x) {
  return x.with(math::SqrtOp::create(x.getBuilder(), x.getLoc(), Value(x)));
}

FloatValue quantc::clamp(FloatValue x, double lo, double hi) {
  return x.with(createClamp(x.getBuilder(), x.getLoc(), x, lo, hi));
}

/// x <predicate> y ? a : b
static FloatValue select(arith::CmpFPredicate predicate, FloatValue x,
                         FloatValue y, FloatValue a, FloatValue b) {
  Value condition = arith::CmpFOp::create(x.getBuilder(), x.getLoc(), predicate,
                                          Value(x), Value(y));
  return x.with(arith::SelectOp::create(x.getBuilder(), x.getLoc(), condition,
                                        Value(a), Value(b)));
}

FloatValue quantc::selectPositive(FloatValue x, FloatValue a, FloatValue b) {
  return select(arith::CmpFPredicate::OGT, x, x.constant(0), a, b);
}

/// Coefficients from the highest power down.
static FloatValue evaluatePolynomial(FloatValue x,
                                     ArrayRef<float> coefficients) {
  FloatValue sum = x.constant(coefficients[0]);
  for (float coefficient : coefficients.drop_front())
    sum = sum * x + coefficient;
  return sum;
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

static constexpr int64_t kMantissaBits = 23;
static constexpr int64_t kExponentBias = 127;

static Value createInteger(FloatValue x, int64_t value) {
  return createConstant(x.getBuilder(), x.getLoc(), x.getBuilder().getI32Type(),
                        value);
}

template <typename OpT> static Value combine(FloatValue x, Value a, Value b) {
  return OpT::create(x.getBuilder(), x.getLoc(), a, b);
}

static Value toBits(FloatValue x) {
  return arith::BitcastOp::create(x.getBuilder(), x.getLoc(),
                                  x.getBuilder().getI32Type(), Value(x));
}

static FloatValue fromBits(FloatValue x, Value bits) {
  return x.with(arith::BitcastOp::create(x.getBuilder(), x.getLoc(),
                                         x.getBuilder().getF32Type(), bits));
}

/// 2^n for an i32 in -126..127; `x` says where to write.
static FloatValue createPowerOfTwo(FloatValue x, Value n) {
  Value biased = combine<arith::AddIOp>(x, n, createInteger(x, kExponentBias));
  return fromBits(
      x, combine<arith::ShLIOp>(x, biased, createInteger(x, kMantissaBits)));
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

// ln(2) is split into a part whose product with an exponent is exact (9 bits of
// the exponent, 15 of the part) and the rest.
static constexpr float kLn2High = 0x1.62e4p-1f;
static constexpr float kLn2Low = 0x1.7f7d1cp-20f;

/// exp(x) = 2^n * exp(r), n = roundeven(x * log2(e)), r = x - n * ln(2) in
/// [-ln(2)/2, ln(2)/2].
FloatValue quantc::exp(FloatValue x) {
  constexpr float kLog2E = 0x1.715476p+0f;
  // exp(-104) is 0 in f32 and exp(89) infinite; x is clamped to these, which
  // keeps n in -151..129.
  constexpr float kMinArgument = -104, kMaxArgument = 89;
  constexpr float kMinExponent = -151, kMaxExponent = 129;
  // Taylor coefficients 1/k!, from k = 6 down to 0. The term left out,
  // r^7 / 5040, is below 2^-22.
  constexpr float kCoefficients[] = {
      0x1.6c16c2p-10f, 0x1.111112p-7f, 0x1.555556p-5f, 0x1.555556p-3f,
      0x1p-1f,         0x1p+0f,        0x1p+0f};
  x = clamp(x, kMinArgument, kMaxArgument);
  // This clamp changes nothing; it shows code generation the range of n.
  FloatValue scaled = clamp(x * kLog2E, kMinExponent, kMaxExponent);
  FloatValue n = x.with(
      math::RoundEvenOp::create(x.getBuilder(), x.getLoc(), Value(scaled)));
  FloatValue r = x - n * kLn2High;
  r = r - n * kLn2Low;
  FloatValue sum = evaluatePolynomial(r, kCoefficients);
  // In two steps: 2^n alone may not be a normal number.
  Value whole = arith::FPToSIOp::create(x.getBuilder(), x.getLoc(),
                                        x.getBuilder().getI32Type(), Value(n));
  Value half = combine<arith::ShRSIOp>(x, whole, createInteger(x, 1));
  Value rest = combine<arith::SubIOp>(x, whole, half);
  FloatValue scaledOnce = sum * createPowerOfTwo(x, half);
  return scaledOnce * createPowerOfTwo(x, rest);
}

/// log(x) = n * ln(2) + log(m), m = x * 2^-n in [sqrt(1/2), sqrt(2)).
FloatValue quantc::log(FloatValue x) {
  // (log(1 + f) - f + f^2 / 2) / f^3; times f^2 within 2^-30.
  constexpr float kCoefficients[] = {
      0x1.1b5c52p-4f,  -0x1.e27ec2p-4f, 0x1.e60866p-4f,
      -0x1.fb5282p-4f, 0x1.233954p-3f,  -0x1.55629ap-3f,
      0x1.99a4e2p-3f,  -0x1.ffffeep-3f, 0x1.555546p-2f};
  constexpr int64_t kRootHalfBits = 0x3f3504f3;
  // Denormals are scaled by 2^23 to become normal numbers.
  FloatValue least = x.constant(std::numeric_limits<float>::min());
  FloatValue scaled =
      select(arith::CmpFPredicate::OLT, x, least, x * 0x1p23, x);
  FloatValue zero = x.constant(0);
  FloatValue offset = select(arith::CmpFPredicate::OLT, x, least,
                             x.constant(-kMantissaBits), zero);
  Value bits = toBits(scaled);
  Value above =
      combine<arith::SubIOp>(x, bits, createInteger(x, kRootHalfBits));
  Value shift = createInteger(x, kMantissaBits);
  Value exponent = combine<arith::ShRSIOp>(x, above, shift);
  FloatValue mantissa =
      fromBits(x, combine<arith::SubIOp>(
                      x, bits, combine<arith::ShLIOp>(x, exponent, shift)));
  FloatValue n = x.with(arith::SIToFPOp::create(
      x.getBuilder(), x.getLoc(), x.getBuilder().getF32Type(), exponent));
  n = n + offset;
  FloatValue f = mantissa - 1.0;
  FloatValue square = f * f;
  FloatValue tail = f * square;
  tail = tail * evaluatePolynomial(f, kCoefficients);
  tail = tail - square * 0.5;
  tail = tail + n * kLn2Low;
  tail = f + tail;
  FloatValue result = n * kLn2High + tail;
  // 0 gives -inf, less NaN; inf and NaN stay what they are.
  FloatValue nan = x.constant(std::numeric_limits<float>::quiet_NaN());
  FloatValue special =
      select(arith::CmpFPredicate::OEQ, x, zero, x.constant(-kInfinity), nan);
  result = select(arith::CmpFPredicate::OGT, x, zero, result, special);
  return select(arith::CmpFPredicate::OLT, x, x.constant(kInfinity), result, x);
}

/// Kahan's correction of log(u), u = f32(1 + x), for what the sum lost:
/// log(u) * x / (u - 1), and x where u is 1. For x in [0, 1].
FloatValue quantc::log1p(FloatValue x) {
  FloatValue u = x + 1.0;
  FloatValue ratio = x / (u - 1.0);
  FloatValue corrected = log(u) * ratio;
  return select(arith::CmpFPredicate::OEQ, u, x.constant(1), x, corrected);
}

FloatValue quantc::erf(FloatValue x) {
  // erf(x) / x in x^2, for |x| < 1, within 2^-29.
  constexpr float kNear[] = {0x1.4ae4c6p-14f, -0x1.a485e8p-11f, 0x1.5419f4p-8f,
                             -0x1.b7fbb4p-6f, 0x1.ce2d20p-4f,   -0x1.81273ep-2f,
                             0x1.20dd74p+0f};
  // -log(1 - erf(t)) for t in 1..4; 1 - erf(4) is below 2^-25.
  constexpr float kFar[] = {0x1.6bd850p-16f, -0x1.cec654p-12f, 0x1.138cd8p-8f,
                            -0x1.9d0318p-6f, 0x1.bc151ep-4f,   0x1.443566p-1f,
                            0x1.212c0ep+0f,  -0x1.8a5954p-13f};
  constexpr double kMax = 4;
  FloatValue near = x * evaluatePolynomial(x * x, kNear);
  FloatValue magnitude = clamp(abs(x), 0, kMax);
  FloatValue far = 1.0 - exp(-evaluatePolynomial(magnitude, kFar));
  FloatValue negated = -far;
  far = selectPositive(x, far, negated);
  return select(arith::CmpFPredicate::OLT, magnitude, x.constant(1), near, far);
}

FloatValue quantc::tanh(FloatValue x) {
  // (tanh(x) / x - 1) / x^2 in x^2, for |x| < 0.625; times x^2 within 2^-25.
  constexpr float kCoefficients[] = {-0x1.90a248p-8f, 0x1.583aa8p-6f,
                                     -0x1.b92c2cp-5f, 0x1.110e3ep-3f,
                                     -0x1.555552p-2f};
  constexpr double kLimit = 0.625;
  FloatValue square = x * x;
  FloatValue near =
      x + x * (square * evaluatePolynomial(square, kCoefficients));
  FloatValue magnitude = abs(x);
  FloatValue far = 1.0 - 2.0 / (exp(magnitude * 2.0) + 1.0);
  FloatValue negated = -far;
  far = selectPositive(x, far, negated);
  return select(arith::CmpFPredicate::OLT, magnitude, x.constant(kLimit), near,
                far);
}
