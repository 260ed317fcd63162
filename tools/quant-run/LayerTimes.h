//===- LayerTimes.h - How long the layers of a run take ---------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANT_RUN_LAYERTIMES_H
#define QUANTC_TOOLS_QUANT_RUN_LAYERTIMES_H

#include "quantc-rt/quantc_rt.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace quantc {

/// Gigahertz of the core, by additions that wait for each other; the most of
/// some milliseconds, as other programs may interrupt it.
double measureClock();

/// The times of the layers of a profiled library, or of what lies between the
/// edges that an observed one reports, over many runs.
class LayerTimes {
public:
  explicit LayerTimes(const quantc_model &model);

  /// The model tells when they are done.
  bool arePossible() const { return !names.empty(); }
  void attachTo(quantc_run_args &args);
  void beginRun();
  void endRun();
  void forget();

  /// Lines, and an array of objects. `median` in milliseconds, of a run.
  void printText(double median) const;
  nlohmann::ordered_json toJson() const;

private:
  using Clock = std::chrono::steady_clock;

  void finish(size_t layer);
  static void onLayerDone(void *context, int32_t layer);
  static void onObserve(void *context, int32_t id, const void *, int64_t);

  /// Milliseconds at the clock that was measured; of profiled libraries.
  double expected(size_t layer) const;
  /// Of the least time, as other programs only make it longer.
  double shareOfCeiling(size_t layer) const;
  /// Why a layer is below half of its ceiling; empty where it is not.
  std::string explain(size_t layer) const;
  double median(size_t layer) const;
  double least(size_t layer) const;

  const quantc_model &model;
  bool isProfiled;
  double gigahertz = 0;
  std::vector<std::string> names;
  std::vector<double> current;           // of the run that is on
  std::vector<std::vector<double>> runs; // by layer
  Clock::time_point last;
};

} // namespace quantc

#endif // QUANTC_TOOLS_QUANT_RUN_LAYERTIMES_H
