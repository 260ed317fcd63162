//===- Pruning.h - A network of fewer channels ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_PRUNING_H
#define QUANTC_TOOLS_QUANTC_PRUNING_H

#include "Scratch.h"

#include "quantc/Compress/Geometry.h"
#include "quantc/Pipelines/Model.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace quantc {

/// What was asked for.
struct PruningGoal {
  enum Kind {
    MultiplyAdds, // the part of them that goes
    Speedup       // what the time is divided by, by the estimates
  };
  Kind kind = MultiplyAdds;
  double limit = 0;

  /// The option that asks for it.
  llvm::StringRef option() const {
    return kind == MultiplyAdds ? "--prune-channels" : "--target-speedup";
  }
};

/// The goal that `text` says. Nothing, and why in `error`, where it is no
/// number that makes sense.
std::optional<PruningGoal> parsePruningGoal(PruningGoal::Kind kind,
                                            llvm::StringRef text,
                                            std::string &error);

/// What a pruning came to.
struct Pruning {
  struct Layer {
    std::string name;
    compress::Geometry before, after;
  };
  std::vector<Layer> layers;
  double speedup = 1; // by the estimates
  int64_t samples = 0;
  double temperature = 1;
  double divergence = 0, agreement = 0; // from the network as it was

  int64_t countMultiplyAdds() const;
  int64_t countKeptMultiplyAdds() const;
};

/// Takes channels out of `network`, at stage `float`, until `goal` is reached,
/// and repairs its weights, by the inputs in `data`. `options` say what it will
/// run on. Failure after a diagnostic.
mlir::FailureOr<Pruning> pruneChannels(Network &network,
                                       const PipelineOptions &options,
                                       const PruningGoal &goal,
                                       const std::string &data,
                                       Scratch &scratch);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_PRUNING_H
