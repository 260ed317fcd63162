//===- Benchmark.cpp - How long a run takes -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "PrintLayers.h"

#include "quantc/Runtime/Host/DataSet.h"
#include "quantc/Runtime/Host/Pool.h"
#include "quantc/Runtime/Host/Quantile.h"
#include "quantc/Runtime/Host/Session.h"

#include <chrono>
#include <cstdio>
#include <optional>

using namespace quantc;
using namespace quantc::host;

namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start)
      .count();
}

/// One model, run again and again on the same samples.
class Benchmark {
public:
  Benchmark(const quantc_model &model, const DataSet *data, Pool *pool,
            bool isPerLayer);

  /// Runs for at least `seconds`, and at least kLeastRuns times.
  bool run(double seconds, std::string &error);
  void printText() const;
  void printJson() const;

private:
  static constexpr size_t kLeastRuns = 5;

  bool runOnce(Session &session, std::string &error);
  void fillInput(const quantc_tensor_info &input, const Array *samples);

  const quantc_model &model;
  Pool *pool; // null: serial
  int64_t batch;
  std::vector<std::vector<uint8_t>> inputs, outputs;
  std::vector<double> milliseconds;
  std::string target;               // where there was a choice
  std::optional<LayerTimes> layers; // none: not asked for
};

Benchmark::Benchmark(const quantc_model &model, const DataSet *data, Pool *pool,
                     bool isPerLayer)
    : model(model), pool(pool), batch(chooseBatch(model, /*most=*/1)) {
  if (isPerLayer)
    layers.emplace(model);
  for (int32_t index = 0; index < model.input_count; ++index)
    fillInput(model.inputs[index], data ? &data->inputs[index] : nullptr);
  for (int32_t index = 0; index < model.output_count; ++index) {
    const quantc_tensor_info &output = model.outputs[index];
    outputs.emplace_back(batch * sampleSize(model, output) *
                         sizeOf(output.type));
  }
}

/// The first samples, or zeros. What the values are does not change the time of
/// integer code; the float code has no branches on them either.
void Benchmark::fillInput(const quantc_tensor_info &input,
                          const Array *samples) {
  inputs.emplace_back(batch * sampleSize(model, input) * sizeOf(input.type));
  if (samples)
    convertSamples(*samples, 0, std::min(batch, samples->shape[0]), input.type,
                   inputs.back().data());
}

bool Benchmark::runOnce(Session &session, std::string &error) {
  std::vector<const void *> inputPointers;
  std::vector<void *> outputPointers;
  for (std::vector<uint8_t> &input : inputs)
    inputPointers.push_back(input.data());
  for (std::vector<uint8_t> &output : outputs)
    outputPointers.push_back(output.data());
  quantc_run_args args = {};
  args.batch = batch;
  args.inputs = inputPointers.data();
  args.outputs = outputPointers.data();
  if (pool)
    pool->attachTo(args);
  if (layers) {
    layers->attachTo(args);
    layers->beginRun();
  }
  Clock::time_point start = Clock::now();
  if (session.run(args, error) != QUANTC_OK)
    return false;
  milliseconds.push_back(millisecondsSince(start));
  if (layers)
    layers->endRun();
  return true;
}

bool Benchmark::run(double seconds, std::string &error) {
  if (layers && !layers->arePossible()) {
    error = "--per-layer needs a library that says when its layers are done: "
            "compile the network with 'quantc MODEL --profile -o PROFILED.so'";
    return false;
  }
  auto session = Session::create(model, error);
  // The first run warms the caches and is not counted.
  if (!session || !runOnce(*session, error))
    return false;
  if (const quantc_choice *choice = session->choice())
    target = choice->target;
  milliseconds.clear();
  if (layers)
    layers->restart();
  Clock::time_point start = Clock::now();
  while (milliseconds.size() < kLeastRuns ||
         millisecondsSince(start) < seconds * 1e3)
    if (!runOnce(*session, error))
      return false;
  return true;
}

void Benchmark::printText() const {
  double median = quantile(milliseconds, 0.5);
  if (!target.empty())
    std::printf("target   %s\n", target.c_str());
  std::printf("batch    %lld\n", static_cast<long long>(batch));
  std::printf("runs     %zu\n", milliseconds.size());
  std::printf("time     %.4f ms median, %.4f ms 95 %%, %.4f ms least\n", median,
              quantile(milliseconds, 0.95), quantile(milliseconds, 0));
  std::printf("rate     %.1f samples per second\n",
              1e3 * static_cast<double>(batch) / median);
  if (layers)
    printLayers(*layers, median);
}

void Benchmark::printJson() const {
  nlohmann::ordered_json report = {{"batch", batch},
                                   {"runs", milliseconds.size()},
                                   {"ms_median", quantile(milliseconds, 0.5)},
                                   {"ms_p95", quantile(milliseconds, 0.95)},
                                   {"ms_min", quantile(milliseconds, 0)}};
  if (!target.empty())
    report["target"] = target;
  if (layers)
    report["layers"] = describeLayers(*layers);
  std::printf("%s\n",
              report
                  .dump(-1, ' ', false,
                        nlohmann::ordered_json::error_handler_t::replace)
                  .c_str());
}

} // namespace

bool quantc::benchmark(const quantc_model &model, const RunOptions &options,
                       std::string &error) {
  std::optional<DataSet> data;
  if (!options.inputs.empty()) {
    data = readDataSet(options.inputs, options.labels, model, error);
    if (!data)
      return false;
  }
  std::unique_ptr<Pool> pool;
  if (options.threads != 1) {
    pool = Pool::create(options.threads, error);
    if (!pool)
      return false;
  }
  Benchmark benchmark(model, data ? &*data : nullptr, pool.get(),
                      options.isPerLayer);
  if (!benchmark.run(options.benchmarkSeconds, error))
    return false;
  if (options.isJson)
    benchmark.printJson();
  else
    benchmark.printText();
  return true;
}
