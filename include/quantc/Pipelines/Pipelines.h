//===- Pipelines.h - Dialects, passes and their order -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_PIPELINES_H
#define QUANTC_PIPELINES_PIPELINES_H

#include "mlir/IR/DialectRegistry.h"

namespace quantc {

/// Adds our dialects, and upstream's that our passes work on, with the
/// external interfaces and translations that they need.
void registerDialects(mlir::DialectRegistry &registry);

/// Registers our passes and pipelines for textual use.
void registerPasses();

} // namespace quantc

#endif // QUANTC_PIPELINES_PIPELINES_H
