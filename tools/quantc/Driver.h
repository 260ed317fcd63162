//===- Driver.h - From a model to a binary ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_DRIVER_H
#define QUANTC_TOOLS_QUANTC_DRIVER_H

#include "Compression.h"
#include "Output.h"
#include "Pruning.h"

#include "quantc/Pipelines/Pipelines.h"

#include "mlir/IR/DialectRegistry.h"

#include <optional>
#include <string>
#include <vector>

namespace quantc {

struct DriverOptions {
  std::string model;
  std::string output;                     // empty: from `model`
  std::string name;                       // empty: from `output`
  std::vector<std::string> calibration;   // data and records
  std::vector<std::string> preprocessing; // as addPreprocessing takes it
  std::string ranges = "auto";            // as -nn-apply-calibration takes it
  bool isPairSafe = false;                // as -nn-insert-qdq takes it
  std::vector<std::string> exclude;       // as -nn-insert-qdq takes it
  bool isAllInt8 = false;                 // also where float takes no longer
  std::optional<PruningGoal> pruning;     // of channels
  std::optional<CompressionGoal> compression; // of weights
  std::string evaluation, labels;
  std::string report;            // a file for the report as JSON; empty: none
  std::string target = "native"; // or a list, as parseTargets takes it
  std::string strategy;          // empty: the best that the target has
  bool isEncodeGiven = false;    // else compressed weights are coded
  std::string encode;            // as -codegen-defer-constants; empty: plain
  double maxLoad = 100;          // as -codegen-defer-constants
  bool isInfo = false;           // only describe the model
  bool isFloat = false;
  bool isObserved = false;
  bool isProfiled = false;
  std::optional<OutputKind> kind; // empty: from the suffix of `output`
  std::optional<Stage> lastStage; // write the IR after it, no binary
};

/// Does what the options ask for and prints what was done. Failure after
/// diagnostics, to a stream; then no output is left.
mlir::LogicalResult compileModel(const DriverOptions &options,
                                 const mlir::DialectRegistry &registry,
                                 llvm::raw_ostream &diagnostics);

/// Begins an error that has no place in the model.
mlir::InFlightDiagnostic emitDriverError(mlir::MLIRContext *context);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_DRIVER_H
