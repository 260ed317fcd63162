//===- Layers.h - The layers of a network, for people -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_LAYERS_H
#define QUANTC_PIPELINES_LAYERS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>
#include <vector>

namespace quantc {

/// What became of a layer, as the code generator sees it. Entries of the
/// module's kLayersAttrName; what a field means is said where
/// -codegen-tile-contractions lists them (kCostsAttrName).
struct LayerCosts {
  std::string name, kernel, tile, why;
  int64_t multiplyAdds = 0, bytes = 0;
  int64_t expectedCycles = 0, leastCycles = 0;

  double shareOfCeiling() const {
    return expectedCycles == 0
               ? 1
               : static_cast<double>(leastCycles) / expectedCycles;
  }
  static LayerCosts fromAttribute(mlir::DictionaryAttr attribute);
  mlir::DictionaryAttr toAttribute(mlir::MLIRContext *context) const;
};

/// A list of LayerCosts, in program order, by the names of layers.
constexpr llvm::StringLiteral kLayersAttrName = "quantc.layers";

/// The same of a network that is timed, with the tile in the name of the
/// kernel. Entries of the binary's table of layers.
constexpr llvm::StringLiteral kTimedLayersAttrName = "quantc.timed_layers";

/// An op that computes: one that gives its result a scale of its own.
struct Layer {
  std::string name;           // of the node in the model, or its place
  std::string op;             // "conv_2d"
  std::vector<int64_t> shape; // of the result; the batch is kDynamic
  int64_t multiplyAdds = 0;   // of one sample, or of a run of a fixed batch
  uint64_t constantBytes = 0; // weights and biases, as they are stored
  std::string whyFloat;       // empty: it computes on integers
  std::string kernel;         // "STRATEGY tile", "loops"; empty: unknown
  std::optional<LayerCosts> costs; // none: part of another layer, or unknown
};

/// The name of the node in the model, or "FILE:line:column" without one; empty
/// where nothing is known.
std::string nameOfLayer(mlir::Location location);

/// The layers of a network at a stage from `float` to `quantized`, in program
/// order. Before `quantized` all are float, without a reason.
std::vector<Layer> describeLayers(mlir::ModuleOp module);

/// Says of layers what -quantc-list-kernels found in `module`.
void addCosts(llvm::MutableArrayRef<Layer> layers, mlir::ModuleOp module);

/// The constant that `value` is, with or without quantization, or null.
mlir::arith::ConstantOp findConstant(mlir::Value value);

/// Bytes of all constants, at any stage.
uint64_t countConstantBytes(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_PIPELINES_LAYERS_H
