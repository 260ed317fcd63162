//===- Prunable.h - Channels that a network may lose ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_PRUNABLE_H
#define QUANTC_PIPELINES_PRUNABLE_H

#include "quantc/Compress/Geometry.h"

#include "quantc/Pipelines/Pipelines.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <vector>

namespace quantc {

/// Groups of channels (ChannelGroups.h) that can be removed and are alike: the
/// same layers give them and sum over them, as many channels of each.
struct ChannelSet {
  /// A numbered layer, and its channels of each group.
  struct Part {
    size_t layer;
    std::vector<std::vector<int64_t>> channels;
  };
  size_t size = 0;           // groups
  std::vector<Part> outputs; // of layers that give them, depthwise ones, too
  std::vector<Part> inputs;  // of layers that sum over them
};

/// The sets of a module at stage `float` whose layers are numbered
/// (Compressible.h).
std::vector<ChannelSet> findChannelSets(mlir::ModuleOp module);

/// What is left of the outputs of each numbered layer without some groups of
/// each set.
std::vector<std::vector<int64_t>>
findKeptOutputs(llvm::ArrayRef<compress::Geometry> layers,
                llvm::ArrayRef<ChannelSet> sets,
                llvm::ArrayRef<std::vector<int64_t>> removed);

/// Takes out of `module` all outputs of numbered layers but those in `kept`,
/// and what goes with them. Failure after a diagnostic.
mlir::LogicalResult keepOutputs(mlir::ModuleOp module,
                                llvm::ArrayRef<std::vector<int64_t>> kept);

/// What an int8 layer of any widths takes on the target that `options` name, in
/// cycles; on a GPU in multiply-adds. Requires that the target can be parsed.
using EstimateLayer = std::function<double(const compress::Geometry &)>;
EstimateLayer estimateLayersFor(mlir::MLIRContext *context,
                                const PipelineOptions &options);

} // namespace quantc

#endif // QUANTC_PIPELINES_PRUNABLE_H
