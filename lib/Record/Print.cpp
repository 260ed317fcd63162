//===- Print.cpp - The record to text -----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Syntax.h"

#include "quantc/Record/Record.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

using namespace quantc::record;

/// The shortest decimal that reads back as the same number.
std::string quantc::record::printFloat(float value) {
  char buffer[32];
  auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, result.ptr);
}

/// In double quotes; `"`, `\` and control characters as \XX, hexadecimal.
static std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (char character : text) {
    auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte != 0x7f && character != '"' && character != '\\') {
      quoted += character;
      continue;
    }
    char escape[4];
    std::snprintf(escape, sizeof(escape), "\\%02x", byte);
    quoted += escape;
  }
  return quoted + '"';
}

/// Lines of up to kCountsPerLine bins, each beginning and ending with one that
/// is not empty.
static std::string printCounts(std::string_view keyword,
                               const Histogram &histogram) {
  constexpr int32_t kCountsPerLine = 16;
  std::string text;
  for (int32_t bin = -kBinsPerSide; bin < kBinsPerSide; ++bin) {
    if (histogram[bin] == 0)
      continue;
    int32_t last = std::min(bin + kCountsPerLine, kBinsPerSide) - 1;
    while (histogram[last] == 0)
      --last;
    text += keyword;
    text += " " + std::to_string(bin) + ":";
    for (; bin <= last; ++bin)
      text += " " + std::to_string(histogram[bin]);
    --bin;
    text += "\n";
  }
  return text;
}

static std::string print(const TensorRecord &tensor) {
  std::string text =
      "tensor " + std::to_string(tensor.id) + " " + quote(tensor.name) +
      " count " + std::to_string(tensor.count) + " nan " +
      std::to_string(tensor.nan) + " infinite " +
      std::to_string(tensor.infinite) + " min " + printFloat(tensor.min) +
      " max " + printFloat(tensor.max) + "\n";
  if (tensor.range)
    text += "range " + printFloat(tensor.range->min) + " " +
            printFloat(tensor.range->max) + "\n";
  if (tensor.hasFinite())
    text += "exponent " + std::to_string(tensor.exponent) + "\n";
  return text + printCounts("values", tensor.values) +
         printCounts("minima", tensor.minima) +
         printCounts("maxima", tensor.maxima);
}

std::string quantc::record::print(const Record &record) {
  std::string text(kMagic);
  text += " " + std::to_string(kFormatVersion);
  text += "\nnetwork " + record.network;
  text += "\nsamples " + std::to_string(record.samples) + "\n";
  for (const TensorRecord &tensor : record.tensors)
    text += ::print(tensor);
  return text;
}
