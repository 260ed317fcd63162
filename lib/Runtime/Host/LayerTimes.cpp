//===- LayerTimes.cpp - How long the layers of a run take ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/LayerTimes.h"
#include "quantc/Runtime/Host/Quantile.h"

#include <algorithm>
#include <cstdio>

using namespace quantc::host;

/// Gigahertz of the core, by additions that wait for each other, of which each
/// takes one cycle on every CPU that has a target; the most of some
/// milliseconds, as other programs may interrupt it.
static double measureClock() {
  constexpr int kRounds = 200, kAdditions = 16 * 1024;
  constexpr int kUnrolled = 16;
  double most = 0;
  uint64_t sum = 1, step = 3;
  for (int round = 0; round < kRounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kAdditions / kUnrolled; ++i) {
#pragma GCC unroll 16
      for (int j = 0; j < kUnrolled; ++j) {
        sum += step;
        // The next addition has to take this one's sum from its register.
        asm volatile("" : "+r"(sum), "+r"(step));
      }
    }
    double nanoseconds = std::chrono::duration<double, std::nano>(
                             std::chrono::steady_clock::now() - start)
                             .count();
    most = std::max(most, kAdditions / nanoseconds);
  }
  return most;
}

LayerTimes::LayerTimes(const quantc_model &model)
    : model(model), isProfiled(model.layer_count > 0) {
  for (int64_t index = 0; index < model.layer_count; ++index)
    names.emplace_back(model.layers[index].name);
  for (int32_t index = 0; !isProfiled && index < model.observed_count; ++index)
    names.emplace_back(model.observed[index].tensor.name);
  runs.resize(names.size());
}

void LayerTimes::finish(size_t layer) {
  Clock::time_point now = Clock::now();
  current[layer] +=
      std::chrono::duration<double, std::milli>(now - last).count();
  last = Clock::now();
}

void LayerTimes::onLayerDone(void *context, int32_t layer) {
  static_cast<LayerTimes *>(context)->finish(static_cast<size_t>(layer));
}

void LayerTimes::onObserve(void *context, int32_t id, const void *, int64_t) {
  auto *times = static_cast<LayerTimes *>(context);
  const quantc_observed_info *begin = times->model.observed;
  const quantc_observed_info *found =
      std::lower_bound(begin, begin + times->model.observed_count, id,
                       [](const quantc_observed_info &info, int32_t id) {
                         return info.id < id;
                       });
  times->finish(static_cast<size_t>(found - begin));
}

void LayerTimes::attachTo(quantc_run_args &args) {
  if (isProfiled) {
    args.layer_done = onLayerDone;
    args.layer_context = this;
    return;
  }
  args.observe = onObserve;
  args.observe_context = this;
}

void LayerTimes::beginRun() {
  current.assign(names.size(), 0);
  last = Clock::now();
}

void LayerTimes::endRun() {
  for (size_t layer = 0; layer < names.size(); ++layer)
    runs[layer].push_back(current[layer]);
}

void LayerTimes::restart() {
  for (std::vector<double> &times : runs)
    times.clear();
  if (isProfiled)
    gigahertz = measureClock();
}

double LayerTimes::median(size_t layer) const {
  return quantile(runs[layer], 0.5);
}

double LayerTimes::least(size_t layer) const {
  return quantile(runs[layer], 0);
}

double LayerTimes::expected(size_t layer) const {
  return static_cast<double>(model.layers[layer].expected_cycles) /
         (gigahertz * 1e6);
}

double LayerTimes::shareOfCeiling(size_t layer) const {
  double time = least(layer);
  return time == 0 ? 1
                   : static_cast<double>(model.layers[layer].least_cycles) /
                         (gigahertz * 1e6) / time;
}

std::string LayerTimes::explain(size_t layer) const {
  if (shareOfCeiling(layer) >= 0.5)
    return "";
  std::string why = model.layers[layer].why_slow;
  char ratio[64];
  std::snprintf(ratio, sizeof ratio, "it takes %.2f times what is expected",
                least(layer) / expected(layer));
  return why.empty() ? ratio : why;
}
