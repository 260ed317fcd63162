//===- Compressible.h - Layers whose weights may change -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_COMPRESSIBLE_H
#define QUANTC_PIPELINES_COMPRESSIBLE_H

#include "quantc/Compress/Layer.h"

#include "quantc/Pipelines/Pipelines.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace quantc {

/// On an op: its number among the layers that are compressed, while they are.
constexpr llvm::StringLiteral kLayerNumberAttrName = "quantc.layer";

/// A layer with the constants it has in float.
struct CompressibleLayer {
  std::string name, op;
  compress::Geometry geometry;
  std::vector<float> weight, bias; // the bias zeros where the layer has none
  compress::IntegerInput integers; // only where it gets integer weights
};

/// Numbers all layers of `module`, at a stage from `float` to `calibrated`,
/// that have constant weights, in program order.
std::vector<CompressibleLayer> numberLayers(mlir::ModuleOp module);

/// The layers that are numbered, in order.
std::vector<CompressibleLayer> describeNumberedLayers(mlir::ModuleOp module);

/// Numbers the layers of `module`, which is at stage `calibrated`: those that
/// have integer weights at stage `qdq`, to which `options` lead, in program
/// order. Failure, after a diagnostic, where there are none.
mlir::FailureOr<std::vector<CompressibleLayer>>
numberCompressibleLayers(mlir::ModuleOp module, const PipelineOptions &options);

/// The op with each number, in order.
llvm::SmallVector<mlir::Operation *> findNumberedLayers(mlir::ModuleOp module);

/// Gives a layer other weights, and a bias.
void setWeights(mlir::Operation *layer, llvm::ArrayRef<float> weight,
                llvm::ArrayRef<float> bias);

/// Gives a numbered layer the weights levels * steps, which -nn-insert-qdq will
/// bring back to these levels, and a bias; takes its number away.
void setCompressed(mlir::Operation *layer, llvm::ArrayRef<int8_t> levels,
                   llvm::ArrayRef<float> steps, llvm::ArrayRef<float> bias);

} // namespace quantc

#endif // QUANTC_PIPELINES_COMPRESSIBLE_H
