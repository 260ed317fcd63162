//===- Handlers.cpp - Which operator has which handler ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include "llvm/ADT/StringSet.h"

using namespace quantc::onnx;

/// Of ONNX Runtime's own operators.
static Handler findMicrosoftHandler(llvm::StringRef opType) {
  static const llvm::StringMap<Handler> handlers = {
      {"QGemm", importQGemm},
      {"QLinearAdd", importQLinearAdd},
      {"QLinearAveragePool", importQLinearAveragePool},
      {"QLinearConcat", importQLinearConcat},
      {"QLinearGlobalAveragePool", importQLinearGlobalAveragePool},
      {"QLinearMul", importQLinearMul},
      {"QLinearSoftmax", importQLinearSoftmax},
  };
  return handlers.lookup(opType);
}

static llvm::StringMap<Handler> createHandlers() {
  llvm::StringMap<Handler> handlers = {
      {"Add", importAdd},
      {"AveragePool", importAveragePool},
      {"BatchNormalization", importBatchNormalization},
      {"Cast", importCast},
      {"Clip", importClip},
      {"Concat", importConcat},
      {"Constant", importConstant},
      {"ConstantOfShape", importConstantOfShape},
      {"Conv", importConv},
      {"DequantizeLinear", importDequantizeLinear},
      {"Div", importDiv},
      {"Dropout", importIdentity},
      {"Expand", importExpand},
      {"Flatten", importFlatten},
      {"Gather", importGather},
      {"Gemm", importGemm},
      {"GlobalAveragePool", importGlobalAveragePool},
      {"GlobalMaxPool", importGlobalMaxPool},
      {"Identity", importIdentity},
      {"LayerNormalization", importLayerNormalization},
      {"MatMul", importMatMul},
      {"MaxPool", importMaxPool},
      {"Mul", importMul},
      {"Pad", importPad},
      {"QLinearConv", importQLinearConv},
      {"QLinearMatMul", importQLinearMatMul},
      {"QuantizeLinear", importQuantizeLinear},
      {"ReduceMax", importReduceMax},
      {"ReduceMean", importReduceMean},
      {"ReduceSum", importReduceSum},
      {"Relu", importRelu},
      {"Reshape", importReshape},
      {"Shape", importShape},
      {"Slice", importSlice},
      {"Softmax", importSoftmax},
      {"Split", importSplit},
      {"Squeeze", importSqueeze},
      {"Sub", importSub},
      {"Sum", importSum},
      {"Transpose", importTranspose},
      {"Unsqueeze", importUnsqueeze},
  };
  addUnaryHandlers(handlers);
  return handlers;
}

Handler quantc::onnx::findHandler(llvm::StringRef domain,
                                  llvm::StringRef opType) {
  if (domain == "com.microsoft")
    return findMicrosoftHandler(opType);
  if (!domain.empty() && domain != "ai.onnx")
    return nullptr;
  static const llvm::StringMap<Handler> handlers = createHandlers();
  return handlers.lookup(opType);
}

bool quantc::onnx::movesValues(llvm::StringRef opType) {
  // Not Pad, whose fill is a stored integer where its operand is.
  static const llvm::StringSet<> names = {
      "Concat",   "Expand",  "Flatten",   "Gather",    "GlobalMaxPool",
      "Identity", "MaxPool", "Reshape",   "ReduceMax", "Slice",
      "Split",    "Squeeze", "Transpose", "Unsqueeze"};
  return names.contains(opType);
}

bool quantc::onnx::takesScales(llvm::StringRef opType) {
  return opType == "DequantizeLinear" || opType == "QGemm" ||
         opType.starts_with("QLinear");
}
