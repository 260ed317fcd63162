//===- RangeMethod.cpp - How ranges are chosen, as text -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Ranges.h"

#include <algorithm>
#include <charconv>

using namespace quantc::record;

namespace {

struct NamedKind {
  std::string_view name;
  RangeMethod::Kind kind;
};
constexpr NamedKind kKinds[] = {{"minmax", RangeMethod::MinMax},
                                {"mean", RangeMethod::Mean},
                                {"percentile", RangeMethod::Percentile},
                                {"mse", RangeMethod::MSE},
                                {"auto", RangeMethod::Auto}};

/// Percentiles below this would clip most of the elements.
constexpr double kLeastPercentile = 50;

} // namespace

std::optional<RangeMethod>
quantc::record::parseRangeMethod(std::string_view text, Error &error) {
  size_t colon = text.find(':');
  std::string_view name = text.substr(0, colon);
  const auto *kind = std::find_if(
      std::begin(kKinds), std::end(kKinds),
      [&](const NamedKind &candidate) { return candidate.name == name; });
  bool hasValue = colon != text.npos;
  if (kind == std::end(kKinds) ||
      (hasValue && kind->kind != RangeMethod::Percentile)) {
    error.text = name == "entropy"
                     ? "the range method 'entropy' is not "
                       "supported yet"
                     : "unknown range method '" + std::string(text) + "'";
    error.text += ", expected minmax, mean, percentile[:P], mse or auto";
    return std::nullopt;
  }
  RangeMethod method;
  method.kind = kind->kind;
  if (!hasValue)
    return method;
  std::string_view value = text.substr(colon + 1);
  auto result = std::from_chars(value.data(), value.data() + value.size(),
                                method.percentile);
  bool isNumber =
      result.ec == std::errc() && result.ptr == value.data() + value.size();
  if (!isNumber ||
      !(method.percentile >= kLeastPercentile && method.percentile <= 100)) {
    error.text = "expected a percentile from 50 to 100, but got '" +
                 std::string(value) + "'";
    return std::nullopt;
  }
  return method;
}

std::string quantc::record::print(const RangeMethod &method) {
  std::string text;
  for (const NamedKind &candidate : kKinds)
    if (candidate.kind == method.kind)
      text = candidate.name;
  if (method.kind != RangeMethod::Percentile)
    return text;
  char buffer[32];
  auto result =
      std::to_chars(buffer, buffer + sizeof(buffer), method.percentile);
  return text + ":" + std::string(buffer, result.ptr);
}
