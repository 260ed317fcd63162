//===- Target.h - Binaries from the LLVM dialect ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TARGET_TARGET_H
#define QUANTC_TARGET_TARGET_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace quantc {

enum class BinaryKind { Shared, Object, Assembly, LLVMIR };

/// A C identifier from a model's name: characters other than [A-Za-z0-9_]
/// become '_', a leading digit gets "m_" in front. Empty becomes "model".
std::string makeSymbolName(llvm::StringRef name);

/// Writes a network at stage `binary`, for the target that its `llvm.target`
/// attribute names, to `path` ("-": standard output; not for Shared). The one
/// global symbol is NAME_model, `name` having been made a symbol name; a shared
/// library has it as `quantc_model` too. The file appears whole or not at all.
/// Failures are diagnostics of `module`.
mlir::LogicalResult emitBinary(mlir::ModuleOp module, BinaryKind kind,
                               llvm::StringRef name, llvm::StringRef path);

/// Writes the C header that declares NAME_model. `module` as for emitBinary.
mlir::LogicalResult emitHeader(mlir::ModuleOp module, llvm::StringRef name,
                               llvm::StringRef path);

/// Triple, CPU and features of a module with an `llvm.target` attribute, and
/// how its inner loops were generated; what the binary's table says, too.
std::string describeTarget(mlir::ModuleOp module);
llvm::StringRef getStrategyName(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_TARGET_TARGET_H
