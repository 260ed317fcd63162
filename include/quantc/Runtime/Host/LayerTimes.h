//===- LayerTimes.h - How long the layers of a run take ---------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_LAYERTIMES_H
#define QUANTC_RUNTIME_HOST_LAYERTIMES_H

#include "quantc-rt/quantc_rt.h"

#include <chrono>
#include <string>
#include <vector>

namespace quantc::host {

/// The times of the layers of a profiled library, or of what lies between the
/// edges that an observed one reports, over many runs.
class LayerTimes {
public:
  explicit LayerTimes(const quantc_model &model);

  /// The model tells when they are done.
  bool arePossible() const { return !names.empty(); }
  /// The model was compiled to be timed: there are expectations.
  bool areExpected() const { return isProfiled; }

  void attachTo(quantc_run_args &args);
  void beginRun();
  void endRun();
  /// Measures the clock; what was measured so far is not counted.
  void restart();

  size_t size() const { return names.size(); }
  const std::string &name(size_t layer) const { return names[layer]; }
  /// Milliseconds of a run. Require one.
  double median(size_t layer) const;
  double least(size_t layer) const;

  /// These require a profiled model. Gigahertz:
  double clock() const { return gigahertz; }
  const quantc_layer_info &info(size_t layer) const {
    return model.layers[layer];
  }
  /// Milliseconds at that clock.
  double expected(size_t layer) const;
  /// Of the least time, as other programs only make it longer.
  double shareOfCeiling(size_t layer) const;
  /// Why a layer is below half of its ceiling; empty where it is not.
  std::string explain(size_t layer) const;

private:
  using Clock = std::chrono::steady_clock;

  void finish(size_t layer);
  static void onLayerDone(void *context, int32_t layer);
  static void onObserve(void *context, int32_t id, const void *, int64_t);

  const quantc_model &model;
  bool isProfiled;
  double gigahertz = 0;
  std::vector<std::string> names;
  std::vector<double> current;           // of the run that is on
  std::vector<std::vector<double>> runs; // by layer
  Clock::time_point last;
};

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_LAYERTIMES_H
