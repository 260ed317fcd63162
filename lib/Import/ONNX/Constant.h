//===- Constant.h - Tensors known at import -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_IMPORT_ONNX_CONSTANT_H
#define QUANTC_LIB_IMPORT_ONNX_CONSTANT_H

#include "Wire/Model.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Support/LLVM.h"

namespace quantc::onnx {

/// Row-major elements: real numbers, or integers such as shapes and axes.
struct Constant {
  llvm::SmallVector<int64_t> shape;
  bool isFloat = true;
  std::vector<float> floats;
  std::vector<int64_t> ints;

  int64_t size() const;
  /// As an attribute of type tensor<shape x f32>. Requires isFloat.
  mlir::DenseElementsAttr toAttribute(mlir::MLIRContext *context) const;
};

/// The elements of a float, int32 or int64 tensor; nothing, and why in `error`,
/// for other types and malformed data.
std::optional<Constant> decode(const Tensor &tensor, std::string &error);

/// Dimension i of the result is dimension permutation[i] of `constant`.
Constant transpose(const Constant &constant,
                   llvm::ArrayRef<int64_t> permutation);

} // namespace quantc::onnx

#endif // QUANTC_LIB_IMPORT_ONNX_CONSTANT_H
