//===- Layers.h - The layers of a network, for people -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_LAYERS_H
#define QUANTC_PIPELINES_LAYERS_H

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace quantc {

/// An op that computes: one that gives its result a scale of its own.
struct Layer {
  std::string name;         // of the node in the model, or of the op
  std::string op;           // "conv_2d"
  int64_t multiplyAdds = 0; // of one sample, or of a run of a fixed batch
  std::string whyFloat;     // empty: it computes on integers
};

/// The layers of a network at a stage from `float` to `quantized`, in program
/// order. Before `quantized` all are float, without a reason.
std::vector<Layer> describeLayers(mlir::ModuleOp module);

/// Bytes of all constants, at any stage.
uint64_t countConstantBytes(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_PIPELINES_LAYERS_H
