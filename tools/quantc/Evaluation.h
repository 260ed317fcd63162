//===- Evaluation.h - Compiled networks on data -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_EVALUATION_H
#define QUANTC_TOOLS_QUANTC_EVALUATION_H

#include "quantc/Runtime/Host/Compare.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quantc {

/// What one library answers.
struct Evaluation {
  std::vector<int64_t> answers;   // the class of each sample
  std::optional<int64_t> correct; // of them, where there are labels
  double millisecondsPerSample = 0;
};

/// Runs the library at `path` on all samples of `data`; `labels` as
/// host::readDataSet takes it. Nothing, and why in `error`, where that fails.
std::optional<Evaluation> evaluate(const std::string &path,
                                   const std::string &data,
                                   const std::string &labels,
                                   std::string &error);

/// How long the library at `path` takes to be prepared, with its constants
/// decoded; nothing where this machine cannot run it.
std::optional<double> measureLoadMilliseconds(const std::string &path);

/// How long a layer took.
struct LayerTime {
  std::string name;
  double milliseconds; // the least
  double shareOfCeiling;
  std::string whySlow; // where that is below half
};

/// Runs a profiled library on the first samples of `data`, one by one. Nothing,
/// and why in `error`, where that fails.
std::optional<std::vector<LayerTime>> timeLayers(const std::string &path,
                                                 const std::string &data,
                                                 const std::string &labels,
                                                 std::string &error);

/// Compares the edges of an observed network with those of a reference, on the
/// first samples of `data`. Nothing, and why in `error`, where that fails.
std::optional<host::Comparison> compareEdges(const std::string &path,
                                             const std::string &reference,
                                             const std::string &data,
                                             std::string &error);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_EVALUATION_H
