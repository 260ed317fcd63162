//===- Import.h - From ONNX files to the nn dialect ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_IMPORT_ONNX_IMPORT_H
#define QUANTC_IMPORT_ONNX_IMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace quantc {

/// The network of an ONNX model, opset 7 to 27, as a module with one function
/// on f32 tensors in the layout of the model. Locations carry node names. The
/// identifier of `model` is its path: weights in other files are looked for
/// beside it, and nowhere else. Returns null after diagnostics, which name all
/// unsupported operators at once, where the model cannot be imported.
mlir::OwningOpRef<mlir::ModuleOp> importONNX(llvm::MemoryBufferRef model,
                                             mlir::MLIRContext *context);

} // namespace quantc

#endif // QUANTC_IMPORT_ONNX_IMPORT_H
