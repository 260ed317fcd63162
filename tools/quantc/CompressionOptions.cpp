//===- CompressionOptions.cpp - What compression aims at ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompressionOptions.h"

#include <cmath>

using namespace quantc;

std::optional<CompressionGoal>
quantc::parseCompressionGoal(CompressionGoal::Kind kind, llvm::StringRef text,
                             std::string &error) {
  double limit = 0;
  // Of a tenth of a million to one no network is left.
  struct Bounds {
    double least, most;
    const char *expected;
  };
  Bounds bounds = {};
  switch (kind) {
  case CompressionGoal::Ratio:
    bounds = {1, 1e6, "a ratio from 1 to 1000000"};
    break;
  case CompressionGoal::Bytes:
    bounds = {1, 1e15, "a number of bytes, at least 1"};
    break;
  case CompressionGoal::Divergence:
    bounds = {1e-9, 1e3, "a divergence from 1e-9 to 1000 nats"};
    break;
  case CompressionGoal::Agreement:
    bounds = {0, 100, "a percentage from 0 to 100"};
    break;
  }
  if (text.getAsDouble(limit) ||
      !(limit >= bounds.least && limit <= bounds.most)) {
    error = std::string("expected ") + bounds.expected + ", but got '" +
            text.str() + "'";
    return std::nullopt;
  }
  if (kind == CompressionGoal::Agreement)
    limit /= 100;
  return CompressionGoal{kind, limit};
}
