//===- Constants.h - Elements of constant tensors ---------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_CONSTANTS_H
#define QUANTC_DIALECT_NN_IR_CONSTANTS_H

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

#include <optional>

namespace quantc::nn {

/// The elements of `constant`, f32, i8 or i32, taken as a tensor of `shape`, in
/// the order in which dimension i of the result is dimension permutation[i].
/// `type` is what the result, of as many elements, is to be read as.
mlir::DenseElementsAttr permuteElements(mlir::DenseElementsAttr constant,
                                        llvm::ArrayRef<int64_t> shape,
                                        llvm::ArrayRef<int64_t> permutation,
                                        mlir::RankedTensorType type);

/// A constant of real numbers: f32 elements, or integers behind quant.scast and
/// nn.dequantize.
struct RealConstant {
  mlir::DenseElementsAttr elements;
  mlir::quant::QuantizedType type; // null: f32

  /// Nothing where `value` is none.
  static std::optional<RealConstant> match(mlir::Value value);

  mlir::RankedTensorType getType() const {
    return mlir::cast<mlir::RankedTensorType>(elements.getType());
  }
  /// Whether all elements have one scale.
  bool isPerTensor() const { return hasScalesAlong(/*axis=*/-1); }
  /// Whether all elements have one scale, or one per index along `axis`.
  bool hasScalesAlong(int64_t axis) const;
  /// The same numbers as f32.
  mlir::DenseElementsAttr toFloat() const;
  mlir::Value create(mlir::OpBuilder &builder, mlir::Location loc) const;
};

} // namespace quantc::nn

#endif // QUANTC_DIALECT_NN_IR_CONSTANTS_H
