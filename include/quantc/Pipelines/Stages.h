//===- Stages.h - The stages of a network -------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network goes through the stages in their order; docs/architecture.md tells
// what each is for. -quantc-verify-stage checks what is legal at one.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_STAGES_H
#define QUANTC_PIPELINES_STAGES_H

#include "mlir/IR/BuiltinOps.h"

#include <optional>

namespace quantc {

enum class Stage {
  Float,
  Observed,
  Calibrated,
  QDQ,
  Quantized,
  Int8,
  Loops,
  Binary
};

llvm::StringRef stringifyStage(Stage stage);
std::optional<Stage> parseStage(llvm::StringRef name);

/// All names in order, separated by commas, for messages.
std::string listStages();

/// The stage that a module is at, from its contents.
Stage inferStage(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_PIPELINES_STAGES_H
