//===- Quantization.h - Integers of quantized models --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX keeps scales beside the integers, in QuantizeLinear and
// DequantizeLinear; here they are part of the type. uint8 is stored as int8:
// integers and zero points are smaller by 128, the real numbers are the same.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_IMPORT_ONNX_QUANTIZATION_H
#define QUANTC_LIB_IMPORT_ONNX_QUANTIZATION_H

#include "NodeImporter.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"

namespace quantc::onnx {

/// What is taken off an integer of the model to store it: 128 for UINT8.
int32_t storageOffset(DataType type);

/// Scales and zero points, one or one per index along `axis`, in the model's
/// numbers.
struct QuantizationParameters {
  DataType type = UINT8; // UINT8, INT8 or INT32
  std::vector<float> scales;
  std::vector<int64_t> zeroPoints;
  int64_t axis = -1;

  /// Signed storage of 8 or 32 bits.
  mlir::quant::QuantizedType toType(mlir::MLIRContext *context) const;
};

/// The operands `scale` and `zero_point` at `scaleIndex` and behind it, of a
/// tensor of this shape and, where known, type. A model says which type by its
/// zero point, or else by `fallback`. Fails for types and values without
/// meaning here.
mlir::FailureOr<QuantizationParameters>
readQuantization(NodeImporter &node, unsigned scaleIndex,
                 llvm::ArrayRef<int64_t> shape, int64_t axis,
                 std::optional<DataType> known, DataType fallback);

/// The integers of a constant of the model as real numbers that remember them.
/// The sizes must fit.
Constant dequantize(const Constant &integers,
                    const QuantizationParameters &parameters);

/// Operand `index`, integers, as real numbers; a constant remembers the
/// integers.
mlir::FailureOr<Symbol> dequantizeOperand(NodeImporter &node, unsigned index,
                                          unsigned scaleIndex, int64_t axis);

/// Operand `index`, integers, as the real numbers that are written alike: with
/// scale 1 and zero point 0. Fails for a constant.
mlir::FailureOr<mlir::Value> convertToFloat(NodeImporter &node, unsigned index);

/// Sets the result to `real`, quantized by operands `scaleIndex` and behind.
void setQuantized(NodeImporter &node, mlir::Value real,
                  const QuantizationParameters &parameters);

/// The integers that a symbol of integers stands for. Those that were moved as
/// real numbers are quantized, which gives the same.
mlir::Value toIntegers(mlir::OpBuilder &builder, mlir::Location loc,
                       const Symbol &integers);

/// A constant with stored integers: arith.constant, quant.scast, nn.dequantize.
mlir::Value createDequantize(NodeImporter &node, const Constant &constant);

} // namespace quantc::onnx

#endif // QUANTC_LIB_IMPORT_ONNX_QUANTIZATION_H
