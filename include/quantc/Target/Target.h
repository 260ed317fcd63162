//===- Target.h - Binaries from the LLVM dialect ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TARGET_TARGET_H
#define QUANTC_TARGET_TARGET_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace quantc {

/// Of a network for a GPU, Assembly is PTX, too, and LLVMIR its kernels.
enum class BinaryKind { Shared, Object, Assembly, LLVMIR, PTX, Cubin };

/// A C identifier from a model's name: characters other than [A-Za-z0-9_]
/// become '_', a leading digit gets "m_" in front. Empty becomes "model".
std::string makeSymbolName(llvm::StringRef name);

/// Writes a network at stage `binary`, for the target that its `llvm.target`
/// attribute names, to `path` ("-": standard output; not for Shared). Several
/// modules are one network for several targets: all are in the file, and
/// `prepare` chooses. The one global symbol is NAME_model, `name` having been
/// made a symbol name; a shared library has it as `quantc_model` too. The file
/// appears whole or not at all. Failures are diagnostics of the modules.
/// `constantBytes`: what the constants of a CPU take in the file.
mlir::LogicalResult emitBinary(llvm::ArrayRef<mlir::ModuleOp> modules,
                               BinaryKind kind, llvm::StringRef name,
                               llvm::StringRef path,
                               uint64_t *constantBytes = nullptr);

/// Writes the C header that declares NAME_model. `module` as for emitBinary.
mlir::LogicalResult emitHeader(mlir::ModuleOp module, llvm::StringRef name,
                               llvm::StringRef path);

/// The order in which a binary with code for all `targets` tries them, as
/// indices: what needs more of the CPU comes first, by the rows of
/// CPUFeatures.def. Failure, after a diagnostic, where two need the same or are
/// of different architectures.
mlir::FailureOr<llvm::SmallVector<size_t>>
orderTargets(llvm::ArrayRef<mlir::LLVM::TargetAttr> targets,
             llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// Triple, CPU and features.
std::string describeTarget(mlir::LLVM::TargetAttr target);

/// How the inner loops of `module` were generated.
llvm::StringRef getStrategyName(mlir::ModuleOp module);

/// The targets and strategies of the modules, as the binary's table says them.
std::string describeTargets(llvm::ArrayRef<mlir::ModuleOp> modules);
std::string describeStrategies(llvm::ArrayRef<mlir::ModuleOp> modules);

} // namespace quantc

#endif // QUANTC_TARGET_TARGET_H
