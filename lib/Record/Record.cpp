//===- Record.cpp - Records of one network merge ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Record.h"

#include <algorithm>

using namespace quantc::record;

void TensorRecord::coarsen(int32_t larger) {
  for (Histogram *histogram : {&values, &minima, &maxima})
    histogram->coarsen(larger - exponent);
  exponent = larger;
}

static void merge(TensorRecord &into, TensorRecord from) {
  if (from.hasFinite()) {
    into.min = into.hasFinite() ? std::min(into.min, from.min) : from.min;
    into.max = into.hasFinite() ? std::max(into.max, from.max) : from.max;
  }
  into.count += from.count;
  into.nan += from.nan;
  into.infinite += from.infinite;
  int32_t exponent = std::max(into.exponent, from.exponent);
  into.coarsen(exponent);
  from.coarsen(exponent);
  into.values.add(from.values);
  into.minima.add(from.minima);
  into.maxima.add(from.maxima);
  if (from.range)
    into.range = from.range;
}

/// Why the two cannot be added, or an empty text.
static std::string findConflict(const TensorRecord &a, const TensorRecord &b) {
  if (a.id != b.id || a.name != b.name)
    return "the records list different tensors, although they are of one "
           "network: one of them was edited";
  if (a.range && b.range &&
      (a.range->min != b.range->min || a.range->max != b.range->max))
    return "the records set different ranges for tensor '" + a.name +
           "': remove one of the lines";
  return "";
}

bool quantc::record::merge(Record &into, const Record &from, Error &error) {
  if (into.network != from.network) {
    error.text = "the records are of different networks (" +
                 into.network.substr(0, 12) + " and " +
                 from.network.substr(0, 12) +
                 "): merge only records of one observed library";
    return false;
  }
  if (into.tensors.size() != from.tensors.size()) {
    error.text = "the records list different numbers of tensors, although they "
                 "are of one network: one of them was edited";
    return false;
  }
  for (size_t index = 0; index < into.tensors.size(); ++index) {
    error.text = findConflict(into.tensors[index], from.tensors[index]);
    if (!error.text.empty())
      return false;
  }
  for (size_t index = 0; index < into.tensors.size(); ++index)
    ::merge(into.tensors[index], from.tensors[index]);
  into.samples += from.samples;
  return true;
}
