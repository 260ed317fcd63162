//===- Export.h - ONNX models from networks ---------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_EXPORT_ONNX_EXPORT_H
#define QUANTC_EXPORT_ONNX_EXPORT_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace quantc {

/// The bytes of an ONNX model of a network at stage `float` or `qdq`; fails,
/// with a diagnostic, where an op has no ONNX form.
mlir::FailureOr<std::string> exportONNX(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_EXPORT_ONNX_EXPORT_H
