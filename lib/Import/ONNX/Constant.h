//===- Constant.h - Tensors known at import -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_IMPORT_ONNX_CONSTANT_H
#define QUANTC_LIB_IMPORT_ONNX_CONSTANT_H

#include "quantc/Wire/ONNX/Model.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "mlir/Support/LLVM.h"

#include <memory>

namespace quantc::onnx {

/// The batch, among extents: also an element of a constant that was computed
/// from a shape.
inline constexpr int64_t kBatch = mlir::ShapedType::kDynamic;

/// The integers that real numbers are stored as: each is
/// scale * (stored - zero point).
struct StoredIntegers {
  DataType type = INT8; // or INT32
  std::vector<int32_t> elements;
  std::vector<float> scales; // one, or one per index along the axis
  std::vector<int32_t> zeroPoints;
  int64_t axis = -1; // -1: one scale for the tensor
};

/// Row-major elements: real numbers as f32, or integers such as shapes and
/// axes.
struct Constant {
  llvm::SmallVector<int64_t> shape;
  DataType type = FLOAT; // in the model
  std::vector<float> floats;
  std::vector<int64_t> ints;
  /// Where the real numbers were dequantized. Must be reset with their change.
  std::shared_ptr<const StoredIntegers> stored;

  /// A vector of type INT64.
  static Constant fromInts(llvm::ArrayRef<int64_t> values);

  bool isFloat() const;
  int64_t size() const;
  /// The same elements in row-major order. Stored integers with a scale per
  /// index stay only where the dimensions up to their axis do.
  void reshape(llvm::ArrayRef<int64_t> newShape);
  /// As an attribute of type tensor<shape x f32>. Requires isFloat.
  mlir::DenseElementsAttr toAttribute(mlir::MLIRContext *context) const;
};

/// Whether elements of this type are real numbers.
bool isFloat(DataType type);

/// The number of a float type that is nearest to `value`, ties to even.
float roundTo(DataType type, float value);

/// ONNX's name of an element type: "uint8".
std::string nameOf(int32_t type);

/// The elements of a tensor, whose data are in the model; nothing, and why in
/// `error`, for texts, complex and narrow types, and malformed data.
std::optional<Constant> decode(const Tensor &tensor, std::string &error);

/// The element at `offset + sum of index[d] * strides[d]` for every index of
/// `shape`. The elements must exist. Stored integers are left behind.
Constant createView(const Constant &constant, llvm::ArrayRef<int64_t> shape,
                    llvm::ArrayRef<int64_t> strides, int64_t offset = 0);

/// Steps between neighbours of each dimension of a row-major tensor.
llvm::SmallVector<int64_t> getStrides(llvm::ArrayRef<int64_t> shape);

/// Dimension i of the result is dimension permutation[i] of `constant`.
Constant transpose(const Constant &constant,
                   llvm::ArrayRef<int64_t> permutation);

/// Repeats dimensions of extent 1, and missing leading ones, as ONNX
/// broadcasts. The shape must fit.
Constant broadcast(const Constant &constant, llvm::ArrayRef<int64_t> shape);

/// One tensor behind the other along `axis`. The shapes and types must fit.
Constant concat(llvm::ArrayRef<const Constant *> constants, int64_t axis);

} // namespace quantc::onnx

#endif // QUANTC_LIB_IMPORT_ONNX_CONSTANT_H
