//===- MK.h - The micro-kernel dialect --------------------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_MK_IR_MK_H
#define QUANTC_DIALECT_MK_IR_MK_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "quantc/Dialect/MK/IR/MKDialect.h.inc"

#define GET_OP_CLASSES
#include "quantc/Dialect/MK/IR/MKOps.h.inc"

#endif // QUANTC_DIALECT_MK_IR_MK_H
