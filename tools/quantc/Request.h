//===- Request.h - What is asked for, and of which model -------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_REQUEST_H
#define QUANTC_TOOLS_QUANTC_REQUEST_H

#include "Driver.h"

#include "mlir/IR/BuiltinOps.h"

namespace quantc {

/// The options, and what follows from them and the model.
struct Request {
  const DriverOptions &options;
  mlir::ModuleOp module; // at `stage`
  llvm::ArrayRef<std::string> targets;
  llvm::StringRef output; // where the result goes
  OutputKind kind;
  Stage stage, last;

  /// A float network is observed for calibration where nothing is said of it.
  bool isQuantizing() const;
  bool needsRecord() const;

  /// Failure, after a diagnostic, where options do not fit together, or to the
  /// model.
  mlir::LogicalResult verify() const;

private:
  mlir::InFlightDiagnostic fail() const;
  mlir::LogicalResult verifyOptions() const;
  mlir::LogicalResult verifyTarget() const;
  mlir::LogicalResult verifyPruning() const;
  mlir::LogicalResult verifyCompression() const;
};

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_REQUEST_H
