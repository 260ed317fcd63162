//===- Handlers.cpp - Which operator has which handler ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

using namespace quantc::onnx;

Handler quantc::onnx::findHandler(llvm::StringRef opType) {
  static const llvm::StringMap<Handler> handlers = {
      {"Add", importAdd},           {"Cast", importCast},
      {"Clip", importClip},         {"Constant", importConstant},
      {"Conv", importConv},         {"Dropout", importIdentity},
      {"Flatten", importFlatten},   {"Gemm", importGemm},
      {"Identity", importIdentity}, {"MatMul", importMatMul},
      {"MaxPool", importMaxPool},   {"Pad", importPad},
      {"Relu", importRelu},         {"Reshape", importReshape},
      {"Squeeze", importSqueeze},   {"Transpose", importTranspose},
      {"Unsqueeze", importUnsqueeze}};
  return handlers.lookup(opType);
}
