//===- QuantTypes.h - Quantized types as numbers ----------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_QUANTTYPES_H
#define QUANTC_DIALECT_NN_IR_QUANTTYPES_H

#include "quantc/Support/Quantization.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"

namespace quantc::nn {

/// The zero points of a type for each of `count` channels; a type for the whole
/// tensor has one for all.
llvm::SmallVector<int64_t> zeroPointsOf(mlir::quant::QuantizedType type,
                                        int64_t count);

QuantParams paramsOf(mlir::quant::UniformQuantizedType type);
StorageBounds boundsOf(mlir::quant::UniformQuantizedType type);

/// The greatest |stored - zero point|.
int64_t reachOf(mlir::quant::UniformQuantizedType type);

/// The stored integer of a real number, and the real number of a stored
/// integer.
int32_t quantize(float real, mlir::quant::UniformQuantizedType type);
float dequantize(int32_t stored, mlir::quant::UniformQuantizedType type);

} // namespace quantc::nn

#endif // QUANTC_DIALECT_NN_IR_QUANTTYPES_H
