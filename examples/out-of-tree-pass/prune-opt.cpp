// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// quant-opt with one pass more.

#include "PruneWeights.h"

#include "quantc/Pipelines/Pipelines.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  quantc::registerDialects(registry);
  quantc::registerPasses();
  mlir::registerTransformsPasses();
  registerPruneWeights();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "quantc with -prune-weights\n", registry));
}
