//===- Info.h - What a network consists of ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_INFO_H
#define QUANTC_TOOLS_QUANTC_INFO_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

namespace quantc {

/// Prints inputs, outputs, operators, parameters and every layer of a network
/// that is still in the nn dialect. Fails, with a diagnostic, where it is not.
mlir::LogicalResult printInfo(mlir::ModuleOp module, llvm::StringRef title,
                              llvm::raw_ostream &stream);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_INFO_H
