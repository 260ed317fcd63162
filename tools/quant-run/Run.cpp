//===- Run.cpp - Runs a library on data and checks the outputs ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"

#include "quantc/Runtime/Host/Numpy.h"
#include "quantc/Runtime/Host/Pool.h"
#include "quantc/Runtime/Host/Quantile.h"
#include "quantc/Runtime/Host/Run.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

using namespace quantc;
using namespace quantc::host;

/// Fails where an element is further from the expected one than absolute +
/// relative * max|expected|; without tolerances, where a byte differs. NaN is
/// only near NaN.
static bool verifyEqual(const Array &output, const Array &expected,
                        const RunOptions &options, std::string &error) {
  double largest = 0;
  for (int64_t index = 0; index < expected.size(); ++index)
    largest = std::max(largest, std::fabs(expected.get<double>(index)));
  double allowed =
      options.absoluteTolerance + options.relativeTolerance * largest;
  bool isExact = allowed == 0;
  size_t width = sizeOf(expected.type);
  int64_t differing = 0, first = 0;
  for (int64_t index = 0; index < expected.size(); ++index) {
    double got = output.get<double>(index);
    double want = expected.get<double>(index);
    bool isEqual =
        isExact ? std::memcmp(output.bytes.data() + index * width,
                              expected.bytes.data() + index * width, width) == 0
                : got == want || (got != got && want != want) ||
                      std::fabs(got - want) <= allowed;
    if (!isEqual && differing++ == 0)
      first = index;
  }
  if (differing == 0)
    return true;
  char values[80];
  std::snprintf(values, sizeof(values), "%.9g, but got %.9g",
                expected.get<double>(first), output.get<double>(first));
  error = "output '" + output.name + "': " + std::to_string(differing) +
          " of " + std::to_string(expected.size()) +
          " elements differ; at element " + std::to_string(first) +
          " expected " + values;
  return false;
}

static bool check(const std::vector<Array> &outputs, const RunOptions &options,
                  std::string &error) {
  auto expected = readArrays(options.expect, error);
  if (!expected)
    return false;
  for (const Array &output : outputs) {
    auto found = std::find_if(
        expected->begin(), expected->end(), [&](const Array &array) {
          return array.name == output.name ||
                 (outputs.size() == 1 && expected->size() == 1);
        });
    if (found == expected->end()) {
      error = "'" + options.expect + "' has no array '" + output.name + "'";
      return false;
    }
    if (found->shape != output.shape || found->type != output.type) {
      error = "output '" + output.name + "' is " + output.describe() +
              ", but '" + options.expect + "' expects " + found->describe();
      return false;
    }
    if (!verifyEqual(output, *found, options, error))
      return false;
  }
  return true;
}

bool quantc::runLibrary(const quantc_model &model, const RunOptions &options,
                        std::string &error) {
  auto data = readDataSet(options.inputs, options.labels, model, error);
  if (!data)
    return false;
  RunConfig config;
  std::unique_ptr<Pool> pool;
  if (options.threads != 1) {
    pool = Pool::create(options.threads, error);
    if (!pool)
      return false;
    config.pool = pool.get();
  }
  auto results = runAll(model, *data, config, error);
  if (!results)
    return false;
  if (!options.outputs.empty() &&
      !writeNpz(options.outputs, results->outputs, error))
    return false;

  double milliseconds = results->seconds * 1e3 / data->samples;
  std::vector<double> perSample;
  for (double seconds : results->secondsPerSample)
    perSample.push_back(seconds * 1e3);
  nlohmann::ordered_json report = {{"samples", data->samples},
                                   {"ms_mean", milliseconds},
                                   {"ms_median", quantile(perSample, 0.5)},
                                   {"ms_p95", quantile(perSample, 0.95)}};
  if (!options.isJson)
    std::printf("samples  %lld\n", static_cast<long long>(data->samples));
  if (!data->labels.empty()) {
    int64_t correct =
        countEqual(argMax(results->outputs.front()), data->labels);
    double top1 = 100.0 * correct / data->samples;
    report["correct"] = correct;
    report["top1"] = top1;
    if (!options.isJson)
      std::printf("top-1    %.2f %% (%lld of %lld)\n", top1,
                  static_cast<long long>(correct),
                  static_cast<long long>(data->samples));
  }
  if (options.isJson)
    std::printf("%s\n", report.dump().c_str());
  else
    std::printf("time     %.4f ms per sample\n", milliseconds);

  if (options.expect.empty())
    return true;
  if (!check(results->outputs, options, error))
    return false;
  if (!options.isJson)
    std::printf("outputs equal those of %s\n", options.expect.c_str());
  return true;
}
