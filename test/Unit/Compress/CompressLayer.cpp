//===- CompressLayer.cpp - A layer of a file, compressed ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// compress-layer IN.npz OUT.npz: compresses a dense layer, or with `taps` a
// depthwise one, at a price of bits or to integers, for a comparison with
// another implementation.
//
//===----------------------------------------------------------------------===//

#include "quantc/Compress/Layer.h"
#include "quantc/Runtime/Host/Numpy.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

using namespace quantc;

namespace {

[[noreturn]] void fail(const std::string &error) {
  std::fprintf(stderr, "compress-layer: error: %s\n", error.c_str());
  std::exit(1);
}

std::vector<float> toFloats(const host::Array &array) {
  std::vector<float> values(array.size());
  for (int64_t index = 0; index < array.size(); ++index)
    values[index] = array.get<float>(index);
  return values;
}

template <typename T>
host::Array toArray(const char *name, host::ElementType type,
                    const std::vector<T> &values) {
  host::Array array;
  array.name = name;
  array.type = type;
  array.shape = {static_cast<int64_t>(values.size())};
  array.bytes.resize(values.size() * sizeof(T));
  std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
  return array;
}

/// By `bits`, with `group` or without, or by `price`.
compress::WeightFormat
formatOf(const std::map<std::string, host::Array> &named) {
  auto number = [&](const char *name) { return named.at(name).get<double>(0); };
  if (!named.count("bits"))
    return {compress::WeightFormat::Priced, number("price")};
  compress::WeightFormat format = {compress::WeightFormat::Integers};
  format.bits = static_cast<int64_t>(number("bits"));
  if (named.count("group"))
    format.groupSize = static_cast<int64_t>(number("group"));
  return format;
}

} // namespace

int main(int argc, char **argv) {
  std::string error;
  auto arrays = argc == 3 ? host::readArrays(argv[1], error) : std::nullopt;
  if (!arrays)
    fail(argc == 3 ? error : "expected IN.npz OUT.npz");
  std::map<std::string, host::Array> named;
  for (host::Array &array : *arrays)
    named[array.name] = std::move(array);
  auto number = [&](const char *name) { return named.at(name).get<double>(0); };

  compress::Geometry geometry;
  const host::Array &weight = named.at("weight");
  geometry.outputs = weight.shape[0];
  auto taps = static_cast<int64_t>(number("taps"));
  geometry.kernelWidth = taps;
  geometry.groups = taps > 1 ? geometry.outputs : 1;
  geometry.channels = weight.shape[1] / taps * geometry.groups;
  // Of the positions only their number counts.
  geometry.outHeight = static_cast<int64_t>(number("positions"));
  auto observe = [&](const char *values, const char *means, int64_t size) {
    compress::Observations seen;
    seen.size = size;
    seen.values = toFloats(named.at(values));
    seen.means = toFloats(named.at(means));
    return seen;
  };
  compress::Observations inputs =
      observe("inputs", "input_means", geometry.windowSize());
  compress::Observations targets =
      observe("targets", "target_means", geometry.outputs);
  compress::Sensitivity sensitivity;
  for (float value : toFloats(named.at("sensitivity")))
    sensitivity.perChannel.push_back(value);
  sensitivity.coherence = number("coherence");
  compress::IntegerInput integers;
  integers.scale = number("input_scale");
  integers.zeroPoint = static_cast<int32_t>(number("zero_point"));
  integers.leastSteps.resize(geometry.outputs);
  compress::CompressedLayer layer = compress::compressLayer(
      {{geometry, toFloats(weight), inputs, targets, sensitivity}, integers},
      formatOf(named));
  bool isWritten =
      host::writeNpz(argv[2],
                     {toArray("levels", host::ElementType::I8, layer.levels),
                      toArray("steps", host::ElementType::F32, layer.steps),
                      toArray("bias", host::ElementType::F32, layer.bias),
                      toArray("starts", host::ElementType::I32, layer.starts),
                      toArray("loss", host::ElementType::F64,
                              std::vector<double>{layer.loss})},
                     error);
  if (!isWritten)
    fail(error);
  return 0;
}
