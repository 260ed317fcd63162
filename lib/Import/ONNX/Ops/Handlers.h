//===- Handlers.h - The import handlers ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_IMPORT_ONNX_OPS_HANDLERS_H
#define QUANTC_LIB_IMPORT_ONNX_OPS_HANDLERS_H

#include "../NodeImporter.h"

#include "quantc/Dialect/NN/IR/NN.h"

namespace quantc::onnx {

// Convolution.cpp
mlir::LogicalResult importConv(NodeImporter &node);
// Dense.cpp
mlir::LogicalResult importGemm(NodeImporter &node);
mlir::LogicalResult importMatMul(NodeImporter &node);
// Bias.cpp
mlir::LogicalResult importAdd(NodeImporter &node);
// Elementwise.cpp
mlir::LogicalResult importRelu(NodeImporter &node);
mlir::LogicalResult importClip(NodeImporter &node);
mlir::LogicalResult importIdentity(NodeImporter &node);
mlir::LogicalResult importCast(NodeImporter &node);
mlir::LogicalResult importConstant(NodeImporter &node);
// Pooling.cpp
mlir::LogicalResult importMaxPool(NodeImporter &node);
// Shape.cpp
mlir::LogicalResult importReshape(NodeImporter &node);
mlir::LogicalResult importFlatten(NodeImporter &node);
mlir::LogicalResult importSqueeze(NodeImporter &node);
mlir::LogicalResult importUnsqueeze(NodeImporter &node);
mlir::LogicalResult importTranspose(NodeImporter &node);
mlir::LogicalResult importPad(NodeImporter &node);

/// How a 2-D window moves, from the attributes that Conv and the pools share.
struct WindowAttributes {
  llvm::SmallVector<int64_t> kernel, strides, pad, dilations;
  nn::Window toWindow() const { return {kernel, strides, pad, dilations}; }
};

/// `input` is NCHW; `kernel` the extents where the operator has none of its
/// own (Conv: those of the filter).
mlir::FailureOr<WindowAttributes>
readWindow(NodeImporter &node, llvm::ArrayRef<int64_t> input,
           llvm::ArrayRef<int64_t> kernel);

} // namespace quantc::onnx

#endif // QUANTC_LIB_IMPORT_ONNX_OPS_HANDLERS_H
