//===- Registration.cpp - Dialects and passes for the tools -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/Passes.h"
#include "quantc/Conversion/Passes.h"
#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Dialect/NN/Transforms/Passes.h"
#include "quantc/Pipelines/Pipelines.h"

void quantc::registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<nn::NNDialect>();
}

void quantc::registerPasses() {
  nn::registerNNTransformsPasses();
  registerConversionPasses();
  registerCodegenCPUPasses();
}
