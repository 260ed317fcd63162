//===- Widths.h - How many channels go, and where ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_COMPRESS_WIDTHS_H
#define QUANTC_COMPRESS_WIDTHS_H

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace quantc::compress {

/// Sets of channels each of which may lose some of them.
struct WidthProblem {
  /// So many channels of a set go at once.
  std::size_t step = 1;
  /// Of each set what it costs to remove 1, 2, ... of its channels, in nats.
  std::vector<std::vector<double>> losses;
  /// The time of a network that has lost so many channels of each set.
  std::function<double(const std::vector<std::size_t> &removed)> time;
  /// Whether enough is removed; holds on as more goes.
  std::function<bool(const std::vector<std::size_t> &removed)> isEnough;
};

/// How many channels of each set go so that it is enough, little is lost, and
/// some time is saved. Those are taken first that cost least for the time that
/// they save, as many at once as it takes to save some; at each point of the
/// way it is looked whether those of a single set more would do. Nothing where
/// all together would not be enough.
std::optional<std::vector<std::size_t>>
chooseWidths(const WidthProblem &problem);

} // namespace quantc::compress

#endif // QUANTC_COMPRESS_WIDTHS_H
