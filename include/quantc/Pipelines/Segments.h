//===- Segments.h - A network without its layers --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_SEGMENTS_H
#define QUANTC_PIPELINES_SEGMENTS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <optional>
#include <vector>

namespace quantc {

/// What lies between two layers, as a network of its own. Numbers are those of
/// values.
struct Segment {
  mlir::OwningOpRef<mlir::ModuleOp> module; // null: there is nothing
  std::vector<size_t> inputs, outputs;
};

/// A network cut at its numbered layers (Compressible.h), which the host
/// computes by itself: segment 0, layer 0, segment 1, ... and the last segment.
struct SegmentedNetwork {
  struct Layer {
    size_t input, output;
    /// What is added to the output behind, where that is known before.
    std::optional<size_t> shortcut;
  };
  size_t valueCount = 0;
  std::vector<size_t> inputs, outputs; // of the network
  std::vector<Segment> segments;       // one more than layers
  std::vector<Layer> layers;
};

/// Cuts `module`, at a stage from `float` to `qdq`, whose function it reads.
SegmentedNetwork cutAtLayers(mlir::ModuleOp module);

/// What is added to the output of `layer`, through quantizations, by the only
/// op that takes it, and is computed before `layer`; or null.
mlir::Value findShortcut(mlir::Operation *layer);

/// Makes `module`, numbered and at stage `calibrated`, a float network that is
/// looked at: behind its own inputs it takes one for each layer, which is added
/// to the layer's output; observer 2 * i reports the output of layer i,
/// observer 2 * i + 1 its shortcut.
void instrumentLayers(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_PIPELINES_SEGMENTS_H
