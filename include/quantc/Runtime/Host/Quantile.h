//===- Quantile.h - Values in order -----------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_QUANTILE_H
#define QUANTC_RUNTIME_HOST_QUANTILE_H

#include <algorithm>
#include <vector>

namespace quantc::host {

/// The value that `part` (0 to 1) of the values are not above. Requires some.
inline double quantile(std::vector<double> values, double part) {
  auto nth =
      values.begin() +
      static_cast<size_t>(part * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_QUANTILE_H
