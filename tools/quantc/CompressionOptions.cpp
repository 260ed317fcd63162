//===- CompressionOptions.cpp - What compression aims at ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompressionOptions.h"

#include "llvm/Support/ErrorHandling.h"

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
  case CompressionGoal::Format:
    llvm_unreachable("a format is no number");
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

std::optional<CompressionGoal> quantc::parseWeightFormat(llvm::StringRef text,
                                                         std::string &error) {
  CompressionGoal goal;
  goal.kind = CompressionGoal::Format;
  goal.option = "--weights";
  compress::WeightFormat &format = goal.format;
  auto [name, group] = text.split(",");
  if (name == "int4" || name == "int2") {
    format.kind = compress::WeightFormat::Integers;
    format.bits = name == "int4" ? 4 : 2;
    if (name != text &&
        (!group.consume_front("group=") ||
         group.getAsInteger(10, format.groupSize) || format.groupSize < 1)) {
      error = "expected --weights=" + name.str() +
              ",group=N with N inputs, at least 1, but got '" + text.str() +
              "'";
      return std::nullopt;
    }
    return goal;
  }
  if (text.consume_front("vq:")) {
    format.kind = compress::WeightFormat::Vectors;
    constexpr int64_t kMostCodewords = 256; // a byte says which
    auto [codewords, size] = text.split("x");
    if (codewords.getAsInteger(10, format.levels) ||
        size.getAsInteger(10, format.vectorSize) || format.levels < 2 ||
        format.levels > kMostCodewords ||
        !llvm::is_contained({2, 4, 8}, format.vectorSize)) {
      error = "expected --weights=vq:KxD with 2 to 256 codewords of 2, 4 or 8 "
              "weights, but got '" +
              text.str() + "'";
      return std::nullopt;
    }
    return goal;
  }
  // As many as a table in a register holds.
  constexpr int64_t kMostLevels = 16;
  llvm::StringRef count = text;
  if (!count.consume_front("codebook:")) {
    error = "unknown --weights=" + text.str() +
            ", expected int8, int4[,group=N], int2[,group=N], codebook:N or "
            "vq:KxD";
    return std::nullopt;
  }
  format.kind = compress::WeightFormat::Codebook;
  if (count.getAsInteger(10, format.levels) || format.levels < 2 ||
      format.levels > kMostLevels) {
    error = "expected --weights=codebook:N with 2 to 16 levels, but got '" +
            count.str() + "'";
    return std::nullopt;
  }
  return goal;
}
