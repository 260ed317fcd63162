//===- Pipelines.h - Dialects, passes and their order -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_PIPELINES_H
#define QUANTC_PIPELINES_PIPELINES_H

#include "quantc/Pipelines/Stages.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

#include <optional>
#include <string>
#include <vector>

namespace quantc {

#define GEN_PASS_DECL
#include "quantc/Pipelines/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "quantc/Pipelines/Passes.h.inc"

/// Which of the two ways a float network takes to code.
enum class Way {
  Float,    // float -> [observed ->] int8: float arithmetic
  Quantized // through all stages
};

struct PipelineOptions {
  Way way = Way::Quantized;
  bool isObserved = false;          // the binary reports the values of edges
  bool isProfiled = false;          // the binary says when layers are done
  std::string record;               // file of the calibration record
  std::string ranges = "auto";      // as -nn-apply-calibration takes it
  bool isPairSafe = false;          // as -nn-insert-qdq takes it
  std::vector<std::string> exclude; // as -nn-insert-qdq takes it
  bool isAllInt8 = false;           // without -quantc-choose-precision
  std::string target = "native";    // as -codegen-attach-target takes it
  std::string strategy;             // "naive", or as -codegen-tile-contractions
  std::optional<int64_t> shareFrom; // as -codegen-tile-contractions
  bool packAtLoad = false;          // as -codegen-tile-contractions
  std::string encode;               // as -codegen-defer-constants; empty: plain
  double maxLoad = 100;             // as -codegen-defer-constants
  std::string tile;                 // as -codegen-outline-kernels
};

/// The targets of a list separated by commas, the best first. Failure, after a
/// diagnostic, where one is unknown or they cannot be in one binary.
mlir::FailureOr<std::vector<std::string>>
parseTargets(mlir::MLIRContext *context, llvm::StringRef list,
             llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// Adds the passes that bring a module at stage `from` to stage `to`, each
/// stage checked when it is reached. Requires from <= to.
void addPasses(mlir::OpPassManager &manager, Stage from, Stage to,
               const PipelineOptions &options);

/// Brings `module` from stage `from` to stage `to` by these passes. The module
/// is verified at each stage, which takes less time than after each pass.
mlir::LogicalResult runPasses(mlir::ModuleOp module, Stage from, Stage to,
                              const PipelineOptions &options);

/// Adds our dialects, and upstream's that our passes work on, with the
/// external interfaces and translations that they need.
void registerDialects(mlir::DialectRegistry &registry);

/// Registers our passes and pipelines for textual use.
void registerPasses();

} // namespace quantc

#endif // QUANTC_PIPELINES_PIPELINES_H
