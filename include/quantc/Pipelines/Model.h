//===- Model.h - Models in files ----------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_MODEL_H
#define QUANTC_PIPELINES_MODEL_H

#include "quantc/Pipelines/Pipelines.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <string>

namespace quantc {

/// Prints diagnostics as one line each to `stream` while it lives:
/// "FILE: 'node': error: text", or "FILE:line:column: error: text".
class DiagnosticPrinter {
public:
  DiagnosticPrinter(mlir::MLIRContext *context, llvm::StringRef file,
                    llvm::raw_ostream &stream);

private:
  void print(mlir::Diagnostic &diagnostic) const;

  std::string file;
  llvm::raw_ostream &stream;
  mlir::ScopedDiagnosticHandler handler;
};

/// A network and its context. A context keeps every constant that was ever in
/// its modules; a copy takes along only those that still are.
class Network {
public:
  /// Diagnostics of `file` go to `diagnostics`.
  Network(const mlir::DialectRegistry &registry, llvm::StringRef file,
          llvm::raw_ostream &diagnostics);

  /// Never null, nor its module.
  std::unique_ptr<Network> copy();

  mlir::MLIRContext context;

private:
  std::string file;
  llvm::raw_ostream &diagnostics;
  DiagnosticPrinter printer;

public:
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// Brings a network at stage `from` to stage `binary`, on the way as a copy.
mlir::LogicalResult lowerToBinary(std::unique_ptr<Network> &network, Stage from,
                                  const PipelineOptions &options);

/// Reads an ONNX model, or a module at any stage as text or bytecode. Null
/// after diagnostics.
mlir::OwningOpRef<mlir::ModuleOp> readModel(llvm::StringRef path,
                                            mlir::MLIRContext *context);

/// Writes a module as text, with the locations that carry names; "-" is
/// standard output. The file appears whole or not at all.
mlir::LogicalResult writeModule(mlir::ModuleOp module, llvm::StringRef path);

/// Writes a network at stage `float` or `qdq` as an ONNX model, in the same
/// way.
mlir::LogicalResult writeONNX(mlir::ModuleOp module, llvm::StringRef path);

} // namespace quantc

#endif // QUANTC_PIPELINES_MODEL_H
