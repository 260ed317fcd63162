//===- Evaluation.cpp - Compiled networks on data -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluation.h"

#include "quantc/Runtime/Host/LayerTimes.h"
#include "quantc/Runtime/Host/Library.h"
#include "quantc/Runtime/Host/Run.h"
#include "quantc/Runtime/Host/Session.h"

#include <chrono>

using namespace quantc;

std::optional<Evaluation> quantc::evaluate(const std::string &path,
                                           const std::string &data,
                                           const std::string &labels,
                                           std::string &error) {
  auto library = host::Library::load(path, error);
  if (!library)
    return std::nullopt;
  auto samples = host::readDataSet(data, labels, library->getModel(), error);
  if (!samples)
    return std::nullopt;
  auto results = host::runAll(library->getModel(), *samples, {}, error);
  if (!results)
    return std::nullopt;
  Evaluation evaluation;
  evaluation.answers = host::argMax(results->outputs.front());
  if (!samples->labels.empty())
    evaluation.correct = host::countEqual(evaluation.answers, samples->labels);
  evaluation.millisecondsPerSample = results->seconds * 1e3 / samples->samples;
  return evaluation;
}

std::optional<double> quantc::measureLoadMilliseconds(const std::string &path) {
  std::string ignored;
  auto library = host::Library::load(path, ignored);
  if (!library)
    return std::nullopt;
  auto start = std::chrono::steady_clock::now();
  if (!host::Session::create(library->getModel(), ignored))
    return std::nullopt;
  std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - start;
  return time.count();
}

/// Enough for the least time to be near that of a machine that does nothing
/// else, few enough to be done soon.
static constexpr int64_t kTimedSamples = 64;

std::optional<std::vector<LayerTime>>
quantc::timeLayers(const std::string &path, const std::string &data,
                   const std::string &labels, std::string &error) {
  auto library = host::Library::load(path, error);
  if (!library)
    return std::nullopt;
  auto samples = host::readDataSet(data, labels, library->getModel(), error);
  if (!samples)
    return std::nullopt;
  samples->samples = std::min(samples->samples, kTimedSamples);
  host::LayerTimes times(library->getModel());
  times.restart();
  host::RunConfig config;
  config.batch = 1;
  config.times = &times;
  if (!host::runAll(library->getModel(), *samples, config, error))
    return std::nullopt;
  std::vector<LayerTime> layers;
  for (size_t layer = 0; samples->samples > 0 && layer < times.size(); ++layer)
    layers.push_back({times.name(layer), times.least(layer),
                      times.shareOfCeiling(layer), times.explain(layer)});
  return layers;
}

/// Enough for a ratio of sums over whole tensors, few enough to be done soon.
static constexpr int64_t kComparedSamples = 64;

std::optional<host::Comparison>
quantc::compareEdges(const std::string &path, const std::string &reference,
                     const std::string &data, std::string &error) {
  auto library = host::Library::load(path, error);
  auto other = library ? host::Library::load(reference, error) : nullptr;
  if (!other)
    return std::nullopt;
  return host::compare(library->getModel(), other->getModel(), data,
                       kComparedSamples, error);
}
