//===- Interval.h - What a scalar may be ---------------------------*- C++
//-*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_INTERVAL_H
#define QUANTC_LIB_CODEGEN_CPU_INTERVAL_H

#include "mlir/IR/Value.h"

#include <limits>
#include <optional>

namespace quantc {

struct Interval {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();

  bool isWithin(double least, double most) const {
    return least <= lower && upper <= most;
  }
};

/// The number, where `value` is an integer or a float that is constant.
std::optional<double> getConstant(mlir::Value value);

/// What constants, integer types and selects prove, up to a rounding of the
/// last bit. A value with a finite bound is no NaN.
Interval intervalOf(mlir::Value value);

/// max(value, lower), then min with upper; by default nothing.
struct Clamp {
  mlir::Value value;
  Interval bounds;
};

/// The clamp that gives `value`.
Clamp matchClamp(mlir::Value value);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_INTERVAL_H
