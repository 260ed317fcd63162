//===- MemRefs.h - Buffers at addresses -------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CODEGEN_COMMON_MEMREFS_H
#define QUANTC_CODEGEN_COMMON_MEMREFS_H

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"

namespace quantc {

/// A memref of `type` at `pointer`, dense, whose dynamic leading dimension is
/// `extent`, an integer as wide as an index; null if it has none.
mlir::Value createMemRef(mlir::OpBuilder &builder, mlir::Location loc,
                         const mlir::LLVMTypeConverter &converter,
                         mlir::MemRefType type, mlir::Value pointer,
                         mlir::Value extent);

/// Where the elements of a dense memref begin.
mlir::Value getPointer(mlir::OpBuilder &builder, mlir::Location loc,
                       const mlir::LLVMTypeConverter &converter,
                       mlir::Value buffer);

} // namespace quantc

#endif // QUANTC_CODEGEN_COMMON_MEMREFS_H
