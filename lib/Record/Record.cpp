//===- Record.cpp - What calibration saw --------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Record.h"

#include <algorithm>
#include <cmath>

using namespace quantc::record;

void TensorRecord::add(const float *values, uint64_t added) {
  bool hasFinite = count > nan + infinite;
  for (uint64_t index = 0; index < added; ++index) {
    float value = values[index];
    if (std::isnan(value)) {
      ++nan;
    } else if (std::isinf(value)) {
      ++infinite;
    } else if (!hasFinite) {
      hasFinite = true;
      min = max = value;
    } else {
      min = std::min(min, value);
      max = std::max(max, value);
    }
  }
  count += added;
  // One zero, so that the order of samples cannot show in its sign.
  min += 0.0f;
  max += 0.0f;
}

void TensorRecord::merge(const TensorRecord &other) {
  bool hasFinite = count > nan + infinite;
  bool otherHasFinite = other.count > other.nan + other.infinite;
  if (otherHasFinite) {
    min = hasFinite ? std::min(min, other.min) : other.min;
    max = hasFinite ? std::max(max, other.max) : other.max;
  }
  count += other.count;
  nan += other.nan;
  infinite += other.infinite;
}

bool quantc::record::merge(Record &into, const Record &from, Error &error) {
  if (into.network != from.network) {
    error.text = "the records are of different networks (" +
                 into.network.substr(0, 12) + " and " +
                 from.network.substr(0, 12) +
                 "): merge only records of one observed library";
    return false;
  }
  bool isSameTable = std::equal(
      into.tensors.begin(), into.tensors.end(), from.tensors.begin(),
      from.tensors.end(), [](const TensorRecord &a, const TensorRecord &b) {
        return a.id == b.id && a.name == b.name;
      });
  if (!isSameTable) {
    error.text = "the records list different tensors, although they are of "
                 "one network: one of them was edited";
    return false;
  }
  for (size_t index = 0; index < into.tensors.size(); ++index)
    into.tensors[index].merge(from.tensors[index]);
  into.samples += from.samples;
  return true;
}

std::optional<Range> quantc::record::chooseMinMax(const TensorRecord &tensor,
                                                  Error &error) {
  std::string subject = "tensor '" + tensor.name + "'";
  if (tensor.count == 0) {
    error.text = subject + " was never observed: calibrate with at least one "
                           "sample";
    return std::nullopt;
  }
  if (tensor.nan + tensor.infinite > 0) {
    error.text = subject + " had " + std::to_string(tensor.nan) +
                 " NaN and " + std::to_string(tensor.infinite) +
                 " infinite values of " + std::to_string(tensor.count) +
                 " during calibration: check the calibration data";
    return std::nullopt;
  }
  Range range = {std::min(tensor.min, 0.0f), std::max(tensor.max, 0.0f)};
  double width = static_cast<double>(range.max) - range.min;
  if (width < std::ldexp(1.0, -100))
    return Range{0.0f, 1.0f};
  return range;
}
