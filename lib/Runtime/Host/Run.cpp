//===- Run.cpp - Runs networks on data sets -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Run.h"

#include "quantc/Runtime/Host/LayerTimes.h"
#include "quantc/Runtime/Host/Pool.h"
#include "quantc/Runtime/Host/Session.h"

#include <algorithm>
#include <chrono>
#include <cstring>

using namespace quantc::host;

namespace {

ElementType toElementType(quantc_element_type type) {
  switch (type) {
  case QUANTC_F32:
    return ElementType::F32;
  case QUANTC_U8:
    return ElementType::U8;
  case QUANTC_I32:
    return ElementType::I32;
  default:
    return ElementType::I8;
  }
}

/// One model, its memory and one batch after the other.
class Runner {
public:
  Runner(const quantc_model &model, const DataSet &data,
         const RunConfig &config)
      : model(model), data(data), config(config),
        batch(chooseBatch(model, std::min(config.batch, data.samples))) {}

  std::optional<Results> run(std::string &error);

private:
  void allocate();
  bool runBatch(int64_t begin, std::string &error);
  bool isPerSample(int32_t id) const; // of an observed tensor
  static void onObserve(void *context, int32_t id, const void *data,
                        int64_t count);

  const quantc_model &model;
  const DataSet &data;
  const RunConfig &config;
  int64_t batch;
  int64_t valid = 0; // samples of the current batch that are not padding
  Results results;
  std::vector<std::vector<uint8_t>> inputs, outputs;
  std::unique_ptr<Session> session;
};

bool Runner::isPerSample(int32_t id) const {
  const quantc_observed_info *end = model.observed + model.observed_count;
  const auto *found = std::find_if(
      model.observed, end,
      [&](const quantc_observed_info &observed) { return observed.id == id; });
  return found == end || isBatchLeading(model, found->tensor);
}

void Runner::onObserve(void *context, int32_t id, const void *data,
                       int64_t count) {
  auto *runner = static_cast<Runner *>(context);
  if (!runner->isPerSample(id))
    return runner->config.observe(id, data, /*samples=*/1, count);
  int64_t batch = runner->model.fixed_batch == QUANTC_DIM_BATCH ? runner->valid
                                                                : runner->batch;
  runner->config.observe(id, data, runner->valid, count / batch);
}

/// Of `size` bytes; its address is not null even without any.
std::vector<uint8_t> makeBuffer(int64_t size) {
  std::vector<uint8_t> buffer(size);
  buffer.reserve(1);
  return buffer;
}

void Runner::allocate() {
  for (int32_t index = 0; index < model.input_count; ++index) {
    const quantc_tensor_info &input = model.inputs[index];
    inputs.push_back(
        makeBuffer(batch * sampleSize(model, input) * sizeOf(input.type)));
  }
  for (int32_t index = 0; index < model.output_count; ++index) {
    const quantc_tensor_info &output = model.outputs[index];
    outputs.push_back(
        makeBuffer(batch * sampleSize(model, output) * sizeOf(output.type)));
    Array array;
    array.name = output.name;
    array.type = toElementType(output.type);
    array.shape = {data.samples};
    std::vector<int64_t> sample = sampleShape(model, output);
    array.shape.insert(array.shape.end(), sample.begin(), sample.end());
    array.bytes.resize(array.size() * sizeOf(output.type));
    results.outputs.push_back(std::move(array));
  }
}

bool Runner::runBatch(int64_t begin, std::string &error) {
  valid = std::min(batch, data.samples - begin);
  std::vector<const void *> inputPointers;
  std::vector<void *> outputPointers;
  for (int32_t index = 0; index < model.input_count; ++index) {
    // What is behind the last sample of an incomplete batch stays zero or
    // what it was; nobody reads its results.
    convertSamples(data.inputs[index], begin, valid, model.inputs[index].type,
                   inputs[index].data());
    inputPointers.push_back(inputs[index].data());
  }
  for (std::vector<uint8_t> &output : outputs)
    outputPointers.push_back(output.data());

  quantc_run_args args = {};
  args.batch =
      model.fixed_batch == QUANTC_DIM_BATCH ? valid : model.fixed_batch;
  args.inputs = inputPointers.data();
  args.outputs = outputPointers.data();
  if (config.pool)
    config.pool->attachTo(args);
  if (config.observe) {
    args.observe = onObserve;
    args.observe_context = this;
  }
  if (config.times) {
    config.times->attachTo(args);
    config.times->beginRun();
  }
  auto start = std::chrono::steady_clock::now();
  if (session->run(args, error) != QUANTC_OK)
    return false;
  double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  if (config.times)
    config.times->endRun();
  results.seconds += seconds;
  results.secondsPerSample.push_back(seconds / args.batch);
  for (size_t index = 0; index < outputs.size(); ++index) {
    size_t sampleBytes = outputs[index].size() / batch;
    if (sampleBytes > 0)
      std::memcpy(results.outputs[index].bytes.data() + begin * sampleBytes,
                  outputs[index].data(), valid * sampleBytes);
  }
  return true;
}

std::optional<Results> Runner::run(std::string &error) {
  if (batch < 1) {
    error = "the network was compiled for a batch of " + std::to_string(batch) +
            ", which takes no samples";
    return std::nullopt;
  }
  session = Session::create(model, error);
  if (!session)
    return std::nullopt;
  allocate();
  for (int64_t begin = 0; begin < data.samples; begin += batch) {
    if (!runBatch(begin, error))
      return std::nullopt;
    if (config.reportProgress)
      config.reportProgress(begin + valid);
  }
  return std::move(results);
}

} // namespace

std::optional<Results> quantc::host::runAll(const quantc_model &model,
                                            const DataSet &data,
                                            const RunConfig &config,
                                            std::string &error) {
  return Runner(model, data, config).run(error);
}

std::vector<int64_t> quantc::host::argMax(const Array &output) {
  int64_t samples = output.shape[0];
  int64_t size = samples == 0 ? 0 : output.size() / samples;
  std::vector<int64_t> winners(samples, 0);
  for (int64_t sample = 0; sample < samples; ++sample) {
    std::optional<double> best;
    for (int64_t index = 0; index < size; ++index) {
      double value = output.get<double>(sample * size + index);
      if (best ? value > *best : value == value) {
        best = value;
        winners[sample] = index;
      }
    }
  }
  return winners;
}

int64_t quantc::host::countEqual(const std::vector<int64_t> &a,
                                 const std::vector<int64_t> &b) {
  int64_t count = 0;
  for (size_t index = 0; index < a.size(); ++index)
    count += a[index] == b[index];
  return count;
}
