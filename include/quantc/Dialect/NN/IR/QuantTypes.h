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

/// Per-tensor scales of an element type are one number, per-axis ones a list.
llvm::SmallVector<float> getScales(mlir::quant::QuantizedType type);

/// Whether integers of `type` are sums of products: 32 bits, zero points 0.
bool isAccumulator(mlir::Type type);

/// The type of the sums that a contraction gives: i32, in scale f32(sa * sw),
/// for each index of dimension `axis` of the result where `weight` has a scale
/// for each output channel. Null where a scale is no normal number.
mlir::quant::QuantizedType
accumulatorOf(mlir::quant::UniformQuantizedType activation,
              mlir::quant::QuantizedType weight, int32_t axis);

/// The greatest |stored - zero point|.
int64_t reachOf(mlir::quant::UniformQuantizedType type);

/// The stored integer of a real number, and the real number of a stored
/// integer.
int32_t quantize(float real, mlir::quant::UniformQuantizedType type);
float dequantize(int32_t stored, mlir::quant::UniformQuantizedType type);

} // namespace quantc::nn

#endif // QUANTC_DIALECT_NN_IR_QUANTTYPES_H
