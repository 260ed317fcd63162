//===- FloatValue.h - f32 arithmetic as IR ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of the numerics contract on f32 scalars: IEEE single operations
// in a fixed order, so that every target gives the same bits. Every operator
// and function writes ops at the builder's place.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CONVERSION_NNTOLINALG_FLOATVALUE_H
#define QUANTC_LIB_CONVERSION_NNTOLINALG_FLOATVALUE_H

#include "mlir/IR/Builders.h"

namespace quantc {

/// An f32 scalar in the IR. A number beside one becomes an f32 constant.
class FloatValue {
public:
  FloatValue(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value)
      : builder(&builder), loc(loc), value(value) {}

  operator mlir::Value() const { return value; }

  FloatValue with(mlir::Value other) const { return {*builder, loc, other}; }
  FloatValue constant(double number) const;
  mlir::OpBuilder &getBuilder() const { return *builder; }
  mlir::Location getLoc() const { return loc; }

private:
  mlir::OpBuilder *builder;
  mlir::Location loc;
  mlir::Value value;
};

FloatValue operator-(FloatValue a);
FloatValue operator+(FloatValue a, FloatValue b);
FloatValue operator-(FloatValue a, FloatValue b);
FloatValue operator*(FloatValue a, FloatValue b);
FloatValue operator/(FloatValue a, FloatValue b);
inline FloatValue operator+(FloatValue a, double b) {
  return a + a.constant(b);
}
inline FloatValue operator+(double a, FloatValue b) {
  return b.constant(a) + b;
}
inline FloatValue operator-(FloatValue a, double b) {
  return a - a.constant(b);
}
inline FloatValue operator-(double a, FloatValue b) {
  return b.constant(a) - b;
}
inline FloatValue operator*(FloatValue a, double b) {
  return a * a.constant(b);
}
inline FloatValue operator/(FloatValue a, double b) {
  return a / a.constant(b);
}
inline FloatValue operator/(double a, FloatValue b) {
  return b.constant(a) / b;
}

FloatValue abs(FloatValue x);
FloatValue sqrt(FloatValue x);
FloatValue exp(FloatValue x);
FloatValue log(FloatValue x);
FloatValue erf(FloatValue x);
FloatValue tanh(FloatValue x);

/// log(1 + x)
FloatValue log1p(FloatValue x);

/// x > lo ? x : lo, then < hi ? : hi; NaN gives lo.
FloatValue clamp(FloatValue x, double lo, double hi);

/// x > 0 ? a : b
FloatValue selectPositive(FloatValue x, FloatValue a, FloatValue b);

} // namespace quantc

#endif // QUANTC_LIB_CONVERSION_NNTOLINALG_FLOATVALUE_H
