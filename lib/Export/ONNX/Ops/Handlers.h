//===- Handlers.h - The export handlers ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_EXPORT_ONNX_OPS_HANDLERS_H
#define QUANTC_LIB_EXPORT_ONNX_OPS_HANDLERS_H

#include "../GraphWriter.h"

namespace quantc::onnx {

using ExportHandler = void (*)(GraphWriter &writer, mlir::Operation *op);

/// The handler of an op, or null.
ExportHandler findExportHandler(mlir::Operation *op);

// Computation.cpp
void exportAvgPool2D(GraphWriter &writer, nn::AvgPool2DOp op);
void exportBinary(GraphWriter &writer, mlir::Operation *op,
                  llvm::StringRef opType);
void exportClamp(GraphWriter &writer, nn::ClampOp op);
void exportConv2D(GraphWriter &writer, nn::Conv2DOp op);
void exportDequantize(GraphWriter &writer, nn::DequantizeOp op);
void exportFullyConnected(GraphWriter &writer, nn::FullyConnectedOp op);
void exportLayerNorm(GraphWriter &writer, nn::LayerNormOp op);
void exportMatmul(GraphWriter &writer, nn::MatmulOp op);
void exportMaxPool2D(GraphWriter &writer, nn::MaxPool2DOp op);
void exportQuantize(GraphWriter &writer, nn::QuantizeOp op);
void exportReduce(GraphWriter &writer, nn::ReduceOp op);
void exportSoftmax(GraphWriter &writer, nn::SoftmaxOp op);
void exportStorageCast(GraphWriter &writer, mlir::quant::StorageCastOp op);
// Movement.cpp
void exportConcat(GraphWriter &writer, nn::ConcatOp op);
void exportPad(GraphWriter &writer, nn::PadOp op);
void exportReshape(GraphWriter &writer, nn::ReshapeOp op);
void exportSlice(GraphWriter &writer, nn::SliceOp op);
void exportTranspose(GraphWriter &writer, nn::TransposeOp op);
// Unary.cpp
void exportUnary(GraphWriter &writer, nn::UnaryOp op);

} // namespace quantc::onnx

#endif // QUANTC_LIB_EXPORT_ONNX_OPS_HANDLERS_H
