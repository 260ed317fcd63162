//===- Handlers.cpp - Which op has which handler ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

template <typename OpT, void (*handler)(GraphWriter &, OpT)>
static void apply(GraphWriter &writer, Operation *op) {
  handler(writer, cast<OpT>(op));
}

ExportHandler quantc::onnx::findExportHandler(Operation *op) {
  static const llvm::StringMap<ExportHandler> handlers = {
      {"nn.add", [](GraphWriter &writer,
                    Operation *op) { exportBinary(writer, op, "Add"); }},
      {"nn.avg_pool_2d", apply<nn::AvgPool2DOp, exportAvgPool2D>},
      {"nn.clamp", apply<nn::ClampOp, exportClamp>},
      {"nn.concat", apply<nn::ConcatOp, exportConcat>},
      {"nn.conv_2d", apply<nn::Conv2DOp, exportConv2D>},
      {"nn.dequantize", apply<nn::DequantizeOp, exportDequantize>},
      {"nn.div", [](GraphWriter &writer,
                    Operation *op) { exportBinary(writer, op, "Div"); }},
      {"nn.fully_connected", apply<nn::FullyConnectedOp, exportFullyConnected>},
      {"nn.layer_norm", apply<nn::LayerNormOp, exportLayerNorm>},
      {"nn.matmul", apply<nn::MatmulOp, exportMatmul>},
      {"nn.max_pool_2d", apply<nn::MaxPool2DOp, exportMaxPool2D>},
      {"nn.mul", [](GraphWriter &writer,
                    Operation *op) { exportBinary(writer, op, "Mul"); }},
      {"nn.pad", apply<nn::PadOp, exportPad>},
      {"nn.quantize", apply<nn::QuantizeOp, exportQuantize>},
      {"nn.reduce", apply<nn::ReduceOp, exportReduce>},
      {"nn.reshape", apply<nn::ReshapeOp, exportReshape>},
      {"nn.slice", apply<nn::SliceOp, exportSlice>},
      {"nn.softmax", apply<nn::SoftmaxOp, exportSoftmax>},
      {"nn.sub", [](GraphWriter &writer,
                    Operation *op) { exportBinary(writer, op, "Sub"); }},
      {"nn.transpose", apply<nn::TransposeOp, exportTranspose>},
      {"nn.unary", apply<nn::UnaryOp, exportUnary>},
      {"quant.scast", apply<quant::StorageCastOp, exportStorageCast>},
  };
  return handlers.lookup(op->getName().getStringRef());
}
