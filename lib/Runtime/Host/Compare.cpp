//===- Compare.cpp - How far one network is from another ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Compare.h"

#include "quantc/Runtime/Host/Run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string_view>

using namespace quantc::host;

double TensorDistance::sqnr() const {
  if (noise == 0)
    return std::numeric_limits<double>::infinity();
  return 10 * std::log10(signal / noise);
}

namespace {

/// Real values of a tensor.
using Values = std::vector<float>;

template <typename T>
void appendReal(const quantc_tensor_info &tensor, const void *data,
                int64_t count, Values &values) {
  const T *stored = static_cast<const T *>(data);
  // One scale, or one per index along an axis.
  int64_t inner = 1;
  for (int32_t axis = tensor.axis + 1; tensor.axis >= 0 && axis < tensor.rank;
       ++axis)
    inner *= tensor.dims[axis];
  for (int64_t index = 0; index < count; ++index) {
    int64_t channel = index / inner % tensor.scale_count;
    values.push_back(
        static_cast<float>(stored[index] - tensor.zero_points[channel]) *
        tensor.scales[channel]);
  }
}

/// Appends `count` elements of a tensor.
void append(const quantc_tensor_info &tensor, const void *data, int64_t count,
            Values &values) {
  switch (tensor.type) {
  case QUANTC_F32: {
    auto *real = static_cast<const float *>(data);
    values.insert(values.end(), real, real + count);
    return;
  }
  case QUANTC_U8:
    return appendReal<uint8_t>(tensor, data, count, values);
  case QUANTC_I32:
    return appendReal<int32_t>(tensor, data, count, values);
  default:
    return appendReal<int8_t>(tensor, data, count, values);
  }
}

/// What a network made of some samples.
struct Trace {
  std::map<std::string, Values> layers; // by name
  std::vector<Values> outputs;
};

/// A network and the samples for it.
class Side {
public:
  static std::optional<Side> create(const quantc_model &model,
                                    const std::string &path,
                                    std::string &error) {
    auto data = readDataSet(path, /*labels=*/"", model, error);
    if (!data)
      return std::nullopt;
    Side side(model, std::move(*data));
    for (int32_t index = 0; index < model.observed_count; ++index)
      side.observed[model.observed[index].id] = &model.observed[index].tensor;
    return side;
  }

  int64_t samples() const { return data.samples; }

  /// Runs `count` samples, or as many as there are, from `begin` on.
  std::optional<Trace> run(int64_t begin, int64_t count, std::string &error) {
    Trace trace;
    RunConfig config;
    config.observe = [&](int32_t id, const void *values, int64_t samples,
                         int64_t sampleSize) {
      const quantc_tensor_info &tensor = *observed.at(id);
      append(tensor, values, samples * sampleSize, trace.layers[tensor.name]);
    };
    auto results = runAll(model, slice(data, begin, count), config, error);
    if (!results)
      return std::nullopt;
    for (size_t index = 0; index < results->outputs.size(); ++index) {
      const Array &output = results->outputs[index];
      append(model.outputs[index], output.bytes.data(), output.size(),
             trace.outputs.emplace_back());
    }
    return trace;
  }

private:
  Side(const quantc_model &model, DataSet data)
      : model(model), data(std::move(data)) {}

  const quantc_model &model;
  DataSet data;
  std::map<int32_t, const quantc_tensor_info *> observed;
};

/// Adds what `values` differ from `reference`; false where they are not as
/// many.
bool add(TensorDistance &distance, const Values &values,
         const Values &reference, std::string &error) {
  if (values.size() != reference.size()) {
    error = "'" + distance.name + "' has " + std::to_string(values.size()) +
            " elements, but " + std::to_string(reference.size()) +
            " in the reference";
    return false;
  }
  for (size_t index = 0; index < values.size(); ++index) {
    double expected = reference[index];
    double difference = values[index] - expected;
    distance.signal += expected * expected;
    distance.noise += difference * difference;
  }
  return true;
}

/// Samples that are held in memory at a time.
constexpr int64_t kChunk = 16;

} // namespace

/// The tensors that will be compared, without sums: the outputs, and observed
/// tensors of one name. A network that was imported with its quantization has
/// no hash of the float network it once was.
static std::optional<Comparison> prepare(const quantc_model &model,
                                         const quantc_model &reference,
                                         std::string &error) {
  std::string_view network = model.provenance->network_sha256;
  std::string_view other = reference.provenance->network_sha256;
  bool isObserved = model.observed_count > 0 && reference.observed_count > 0;
  bool isOther = !network.empty() && !other.empty() && network != other;
  if (model.output_count != reference.output_count || (isObserved && isOther)) {
    error = "the libraries are of different networks: compile both from one "
            "model";
    return std::nullopt;
  }
  Comparison comparison;
  for (int32_t index = 0; index < reference.output_count; ++index)
    comparison.outputs.push_back({reference.outputs[index].name});
  if (!isObserved)
    return comparison;
  std::set<std::string_view> observed;
  for (int32_t index = 0; index < model.observed_count; ++index)
    observed.insert(model.observed[index].tensor.name);
  for (int32_t index = 0; index < reference.observed_count; ++index)
    if (const char *name = reference.observed[index].tensor.name;
        observed.count(name))
      comparison.layers.push_back({name});
  return comparison;
}

std::optional<Comparison> quantc::host::compare(const quantc_model &model,
                                                const quantc_model &reference,
                                                const std::string &path,
                                                int64_t most,
                                                std::string &error) {
  auto comparison = prepare(model, reference, error);
  if (!comparison)
    return std::nullopt;
  auto side = Side::create(model, path, error);
  auto referenceSide =
      side ? Side::create(reference, path, error) : std::optional<Side>();
  if (!referenceSide)
    return std::nullopt;
  comparison->samples = std::min(side->samples(), most);
  for (int64_t begin = 0; begin < comparison->samples; begin += kChunk) {
    int64_t count = std::min(kChunk, comparison->samples - begin);
    auto got = side->run(begin, count, error);
    auto expected =
        got ? referenceSide->run(begin, count, error) : std::optional<Trace>();
    if (!expected)
      return std::nullopt;
    for (TensorDistance &layer : comparison->layers)
      if (!add(layer, got->layers[layer.name], expected->layers[layer.name],
               error))
        return std::nullopt;
    for (size_t index = 0; index < comparison->outputs.size(); ++index)
      if (!add(comparison->outputs[index], got->outputs[index],
               expected->outputs[index], error))
        return std::nullopt;
  }
  return comparison;
}
