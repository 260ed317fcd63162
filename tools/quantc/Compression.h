//===- Compression.h - Networks in few bytes ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_COMPRESSION_H
#define QUANTC_TOOLS_QUANTC_COMPRESSION_H

#include "Scratch.h"

#include "quantc/Compress/Layer.h"
#include "quantc/Compress/Search.h"
#include "quantc/Pipelines/Model.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace quantc {

/// What was asked for.
struct CompressionGoal {
  enum Kind { Ratio, Bytes, Divergence, Agreement, Format };
  Kind kind = Divergence;
  /// Of the agreement, a part of 1.
  double limit = 0.01;
  compress::WeightFormat format = {};    // of Format
  llvm::StringRef option = "--compress"; // that asked for it
};

/// What a compression came to.
struct Compression {
  struct Layer {
    std::string name;
    int64_t weights = 0, zeros = 0;
    double bits = 0; // of the weights
    double bytes = 0, loss = 0;
  };
  std::vector<Layer> layers;
  uint64_t floatBytes = 0; // of the parameters
  int64_t samples = 0;
  double temperature = 1;
  std::vector<compress::Outcome> curve; // as it was measured
  compress::Outcome best;

  double ratio() const { return static_cast<double>(floatBytes) / best.bytes; }
};

/// Gives the layers of `network`, at stage `calibrated`, weights that take few
/// bits, such that `goal` is reached on the inputs in `data`, or weights of its
/// format. `floatBytes` is
/// what the parameters took before; `options` are those of the pipeline.
/// Failure after a diagnostic.
mlir::FailureOr<Compression>
compressWeights(Network &network, const PipelineOptions &options,
                const CompressionGoal &goal, uint64_t floatBytes,
                const std::string &data, Scratch &scratch);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_COMPRESSION_H
