//===- DataSet.cpp - Samples for a network ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/DataSet.h"

#include "quantc/Runtime/Host/Numpy.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

using namespace quantc::host;

namespace {

constexpr std::string_view kLabelNames[] = {"labels", "label", "y", "targets"};

bool isSameButOnes(std::vector<int64_t> a, std::vector<int64_t> b) {
  auto removeOnes = [](std::vector<int64_t> &shape) {
    shape.erase(std::remove(shape.begin(), shape.end(), 1), shape.end());
  };
  removeOnes(a);
  removeOnes(b);
  return a == b;
}

/// The array as the subject of a sentence; that of an .npy file has no name.
std::string describeSubject(const Array &array) {
  return array.name.empty() ? "the array" : "array '" + array.name + "'";
}

std::string listNames(const std::vector<Array> &arrays) {
  std::string text;
  for (const Array &array : arrays)
    text += (text.empty() ? "'" : ", '") + array.name + "'";
  return text.empty() ? "none" : text;
}

std::optional<std::vector<int64_t>> toLabels(const Array &array,
                                             std::string &error) {
  bool isFlat = array.shape.size() == 1 ||
                (array.shape.size() == 2 && array.shape[1] == 1);
  if (!isInteger(array.type) || !isFlat) {
    error = "expected labels as integers [samples], but '" + array.name +
            "' is " + array.describe();
    return std::nullopt;
  }
  std::vector<int64_t> labels(array.size());
  for (int64_t index = 0; index < array.size(); ++index)
    labels[index] = array.get<int64_t>(index);
  return labels;
}

bool isInput(const quantc_model &model, const std::string &name) {
  return std::any_of(
      model.inputs, model.inputs + model.input_count,
      [&](const quantc_tensor_info &input) { return input.name == name; });
}

/// Takes the labels out of `arrays`, or out of the file that `request` names.
bool takeLabels(const std::string &request, const quantc_model &model,
                std::vector<Array> &arrays, std::vector<int64_t> &labels,
                std::string &error) {
  auto isRequested = [&](const Array &array) {
    if (!request.empty())
      return array.name == request;
    return isInteger(array.type) && !isInput(model, array.name) &&
           std::find(std::begin(kLabelNames), std::end(kLabelNames),
                     array.name) != std::end(kLabelNames);
  };
  auto found = std::find_if(arrays.begin(), arrays.end(), isRequested);
  std::optional<std::vector<int64_t>> taken;
  if (found != arrays.end()) {
    taken = toLabels(*found, error);
    arrays.erase(found);
  } else if (request.empty()) {
    return true;
  } else {
    std::string why;
    auto file = readArrays(request, why);
    if (!file || file->size() != 1) {
      error = "no labels '" + request + "': neither an array of the inputs (" +
              listNames(arrays) + ") nor a file with one array";
      return false;
    }
    taken = toLabels(file->front(), error);
  }
  if (!taken)
    return false;
  labels = std::move(*taken);
  return true;
}

/// Whether the values of `array` are ones of the type of `input`. What is taken
/// as real numbers always is.
bool fitsInto(const Array &array, const quantc_tensor_info &input,
              std::string &error) {
  int64_t lo = 0, hi = 0;
  switch (input.type) {
  case QUANTC_F32:
    return true;
  case QUANTC_U8:
    hi = UINT8_MAX;
    break;
  case QUANTC_I8:
    lo = INT8_MIN;
    hi = INT8_MAX;
    break;
  default:
    lo = INT32_MIN;
    hi = INT32_MAX;
  }
  for (int64_t index = 0; index < array.size(); ++index) {
    int64_t value = array.get<int64_t>(index);
    if (lo <= value && value <= hi)
      continue;
    error = describeSubject(array) + " has the value " + std::to_string(value) +
            ", but input '" + input.name + "' takes integers from " +
            std::to_string(lo) + " to " + std::to_string(hi);
    return false;
  }
  return true;
}

/// Moves the array for `input` out of `arrays`.
std::optional<Array> takeInput(const quantc_model &model,
                               const quantc_tensor_info &input,
                               std::vector<Array> &arrays, std::string &error) {
  auto found =
      std::find_if(arrays.begin(), arrays.end(), [&](const Array &array) {
        return array.name == input.name;
      });
  if (found == arrays.end() && model.input_count == 1 && arrays.size() == 1)
    found = arrays.begin();
  if (found == arrays.end()) {
    error = "expected an array '" + std::string(input.name) +
            "' for the network's input, but the arrays are " +
            listNames(arrays);
    return std::nullopt;
  }
  Array array = std::move(*found);
  arrays.erase(found);
  std::vector<int64_t> expected = sampleShape(model, input);
  bool isFitting =
      !array.shape.empty() &&
      isSameButOnes(expected, {array.shape.begin() + 1, array.shape.end()});
  if (!isFitting) {
    error = describeSubject(array) + " is " + array.describe() +
            ", but input '" + input.name + "' takes samples of shape " +
            describeShape(expected) + ", counted by a first axis";
    return std::nullopt;
  }
  if (array.shape.front() == 0) {
    error = describeSubject(array) + " is " + array.describe() +
            ", but input '" + input.name +
            "' needs at least one sample of shape " + describeShape(expected);
    return std::nullopt;
  }
  if (input.type != QUANTC_F32 && !isInteger(array.type)) {
    error = describeSubject(array) + " is " + array.describe() +
            ", but input '" + input.name + "' takes integers";
    return std::nullopt;
  }
  if (!fitsInto(array, input, error))
    return std::nullopt;
  return array;
}

} // namespace

bool quantc::host::isBatchLeading(const quantc_model &model,
                                  const quantc_tensor_info &tensor) {
  return tensor.rank > 0 && tensor.dims[0] == model.fixed_batch;
}

int64_t quantc::host::chooseBatch(const quantc_model &model, int64_t most) {
  if (model.fixed_batch != QUANTC_DIM_BATCH)
    return model.fixed_batch;
  auto isPerSample = [&](const quantc_tensor_info &tensor) {
    return isBatchLeading(model, tensor);
  };
  bool areAll = std::all_of(model.inputs, model.inputs + model.input_count,
                            isPerSample) &&
                std::all_of(model.outputs, model.outputs + model.output_count,
                            isPerSample);
  return areAll ? most : std::min<int64_t>(most, 1);
}

std::vector<int64_t>
quantc::host::sampleShape(const quantc_model &model,
                          const quantc_tensor_info &tensor) {
  return {tensor.dims + isBatchLeading(model, tensor),
          tensor.dims + tensor.rank};
}

int64_t quantc::host::sampleSize(const quantc_model &model,
                                 const quantc_tensor_info &tensor) {
  int64_t size = 1;
  for (int64_t extent : sampleShape(model, tensor))
    size *= extent;
  return size;
}

size_t quantc::host::sizeOf(quantc_element_type type) {
  return type == QUANTC_I8 || type == QUANTC_U8 ? 1 : 4;
}

DataSet quantc::host::slice(const DataSet &data, int64_t begin, int64_t count) {
  DataSet part;
  part.samples = std::min(count, data.samples - begin);
  for (const Array &input : data.inputs) {
    auto sampleBytes = static_cast<int64_t>(input.bytes.size()) / data.samples;
    auto first = input.bytes.begin() + begin * sampleBytes;
    Array &array = part.inputs.emplace_back();
    array.name = input.name;
    array.type = input.type;
    array.shape = input.shape;
    array.shape[0] = part.samples;
    array.bytes.assign(first, first + part.samples * sampleBytes);
  }
  return part;
}

void quantc::host::convertSamples(const Array &array, int64_t begin,
                                  int64_t count, quantc_element_type type,
                                  void *to) {
  int64_t size = array.shape[0] == 0 ? 0 : array.size() / array.shape[0];
  int64_t first = begin * size;
  int64_t elements = count * size;
  if (elements == 0)
    return; // an empty array may have no bytes to point to
  if (type == QUANTC_F32 && array.type == ElementType::F32) {
    std::memcpy(to, array.bytes.data() + first * sizeof(float),
                elements * sizeof(float));
    return;
  }
  for (int64_t index = 0; index < elements; ++index)
    switch (type) {
    case QUANTC_F32:
      static_cast<float *>(to)[index] = array.get<float>(first + index);
      break;
    case QUANTC_I32:
      static_cast<int32_t *>(to)[index] =
          static_cast<int32_t>(array.get<int64_t>(first + index));
      break;
    default:
      static_cast<uint8_t *>(to)[index] =
          static_cast<uint8_t>(array.get<int64_t>(first + index));
    }
}

std::optional<DataSet> quantc::host::readDataSet(const std::string &path,
                                                 const std::string &labels,
                                                 const quantc_model &model,
                                                 std::string &error) {
  if (model.input_count == 0) {
    DataSet data;
    data.samples = chooseBatch(model, /*most=*/1);
    if (path.empty())
      return data;
    error =
        "expected no data, but got '" + path + "': the network has no inputs";
    return std::nullopt;
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    error = "'" + path +
            "' is a folder: expected an .npz or .npy file (folders "
            "of images are not supported yet)";
    return std::nullopt;
  }
  auto arrays = readArrays(path, error);
  if (!arrays)
    return std::nullopt;
  auto fail = [&](const std::string &text) {
    error = "'" + path + "': " + text;
    return std::nullopt;
  };
  DataSet data;
  if (!takeLabels(labels, model, *arrays, data.labels, error))
    return fail(error);
  for (int32_t index = 0; index < model.input_count; ++index) {
    auto array = takeInput(model, model.inputs[index], *arrays, error);
    if (!array)
      return fail(error);
    int64_t samples = array->shape[0];
    if (index > 0 && samples != data.samples)
      return fail("expected as many samples for every input, but got " +
                  std::to_string(data.samples) + " and " +
                  std::to_string(samples));
    data.samples = samples;
    data.inputs.push_back(std::move(*array));
  }
  if (!data.labels.empty() &&
      static_cast<int64_t>(data.labels.size()) != data.samples)
    return fail("expected one label per sample, but got " +
                std::to_string(data.labels.size()) + " labels for " +
                std::to_string(data.samples) + " samples");
  return data;
}
