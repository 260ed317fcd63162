//===- Constant.cpp - Tensors known at import ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Constant.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Endian.h"

using namespace quantc::onnx;

int64_t Constant::size() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

mlir::DenseElementsAttr
Constant::toAttribute(mlir::MLIRContext *context) const {
  auto type =
      mlir::RankedTensorType::get(shape, mlir::Float32Type::get(context));
  return mlir::DenseElementsAttr::get(type, llvm::ArrayRef(floats));
}

/// Elements of type Stored in little-endian bytes, as type T.
template <typename Stored, typename T>
static void decodeRaw(std::string_view raw, std::vector<T> &elements) {
  for (size_t offset = 0; offset + sizeof(Stored) <= raw.size();
       offset += sizeof(Stored))
    elements.push_back(static_cast<T>(
        llvm::support::endian::read<Stored, llvm::endianness::little>(
            raw.data() + offset)));
}

std::optional<Constant> quantc::onnx::decode(const Tensor &tensor,
                                             std::string &error) {
  Constant constant;
  // A tensor of more elements could not be in a file.
  constexpr int64_t kMaxSize = int64_t(1) << 40;
  int64_t size = 1;
  for (int64_t extent : tensor.dims) {
    if (extent < 0 || (extent > 0 && size > kMaxSize / extent)) {
      error = "malformed shape";
      return std::nullopt;
    }
    size *= extent;
    constant.shape.push_back(extent);
  }
  if (tensor.isExternal) {
    error = "data in other files are not supported yet: save the model with "
            "its weights inside";
    return std::nullopt;
  }
  size_t width = 0;
  switch (tensor.type) {
  case FLOAT:
    width = 4;
    constant.floats = tensor.floats;
    decodeRaw<float>(tensor.raw, constant.floats);
    break;
  case INT64:
    width = 8;
    constant.isFloat = false;
    constant.ints = tensor.int64s;
    decodeRaw<int64_t>(tensor.raw, constant.ints);
    break;
  case INT32:
    width = 4;
    constant.isFloat = false;
    constant.ints.assign(tensor.int32s.begin(), tensor.int32s.end());
    decodeRaw<int32_t>(tensor.raw, constant.ints);
    break;
  default:
    error = "expected elements of type float, int32 or int64, but got ONNX "
            "data type " +
            std::to_string(tensor.type);
    return std::nullopt;
  }
  size_t count =
      constant.isFloat ? constant.floats.size() : constant.ints.size();
  if (count != static_cast<size_t>(size) || tensor.raw.size() % width != 0) {
    error = "expected " + std::to_string(size) + " elements, but got " +
            std::to_string(count);
    return std::nullopt;
  }
  return constant;
}

Constant quantc::onnx::transpose(const Constant &constant,
                                 llvm::ArrayRef<int64_t> permutation) {
  size_t rank = constant.shape.size();
  llvm::SmallVector<int64_t> strides(rank, 1);
  for (size_t axis = rank; axis-- > 1;)
    strides[axis - 1] = strides[axis] * constant.shape[axis];
  Constant result;
  result.isFloat = constant.isFloat;
  for (int64_t axis : permutation)
    result.shape.push_back(constant.shape[axis]);
  llvm::SmallVector<int64_t> position(rank, 0);
  for (int64_t count = constant.size(); count > 0; --count) {
    int64_t source = 0;
    for (size_t axis = 0; axis < rank; ++axis)
      source += position[axis] * strides[permutation[axis]];
    if (constant.isFloat)
      result.floats.push_back(constant.floats[source]);
    else
      result.ints.push_back(constant.ints[source]);
    for (size_t axis = rank; axis-- > 0;) {
      if (++position[axis] < result.shape[axis])
        break;
      position[axis] = 0;
    }
  }
  return result;
}
