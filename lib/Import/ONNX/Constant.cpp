//===- Constant.cpp - Tensors known at import ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Constant.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

using namespace quantc::onnx;

bool quantc::onnx::isFloat(DataType type) {
  return type == FLOAT || type == FLOAT16 || type == BFLOAT16 || type == DOUBLE;
}

float quantc::onnx::roundTo(DataType type, float value) {
  if (type != FLOAT16 && type != BFLOAT16)
    return value;
  llvm::APFloat number(value);
  bool isInexact = false;
  number.convert(type == FLOAT16 ? llvm::APFloat::IEEEhalf()
                                 : llvm::APFloat::BFloat(),
                 llvm::APFloat::rmNearestTiesToEven, &isInexact);
  return number.convertToFloat();
}

std::string quantc::onnx::nameOf(int32_t type) {
  static constexpr llvm::StringLiteral kNames[] = {
      "undefined",      "float",      "uint8",
      "int8",           "uint16",     "int16",
      "int32",          "int64",      "string",
      "bool",           "float16",    "double",
      "uint32",         "uint64",     "complex64",
      "complex128",     "bfloat16",   "float8e4m3fn",
      "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz",
      "uint4",          "int4",       "float4e2m1",
      "float8e8m0",     "uint2",      "int2"};
  if (type >= 0 && static_cast<size_t>(type) < std::size(kNames))
    return kNames[type].str();
  return "number " + std::to_string(type);
}

Constant Constant::fromInts(llvm::ArrayRef<int64_t> values) {
  Constant constant;
  constant.type = INT64;
  constant.shape = {static_cast<int64_t>(values.size())};
  constant.ints = values.vec();
  return constant;
}

bool Constant::isFloat() const { return onnx::isFloat(type); }

int64_t Constant::size() const {
  return isFloat() ? floats.size() : ints.size();
}

void Constant::reshape(llvm::ArrayRef<int64_t> newShape) {
  if (stored && stored->axis >= 0) {
    size_t leading = stored->axis + 1;
    if (newShape.size() < leading ||
        newShape.take_front(leading) !=
            llvm::ArrayRef(shape).take_front(leading))
      stored.reset();
  }
  shape.assign(newShape.begin(), newShape.end());
}

mlir::DenseElementsAttr
Constant::toAttribute(mlir::MLIRContext *context) const {
  auto type =
      mlir::RankedTensorType::get(shape, mlir::Float32Type::get(context));
  return mlir::DenseElementsAttr::get(type, llvm::ArrayRef(floats));
}

namespace {

/// A float of 16 bits.
template <const llvm::fltSemantics &(*semantics)()> float widen(uint16_t bits) {
  return llvm::APFloat(semantics(), llvm::APInt(16, bits)).convertToFloat();
}
constexpr auto widenHalf = widen<llvm::APFloat::IEEEhalf>;
constexpr auto widenBFloat = widen<llvm::APFloat::BFloat>;

/// Appends little-endian elements of type Stored, each converted. False where
/// the bytes are not a whole number of them.
template <typename Stored, typename T, typename Convert>
bool appendRaw(std::string_view raw, std::vector<T> &elements,
               Convert convert) {
  elements.reserve(raw.size() / sizeof(Stored));
  for (size_t offset = 0; offset + sizeof(Stored) <= raw.size();
       offset += sizeof(Stored))
    elements.push_back(
        convert(llvm::support::endian::read<Stored, llvm::endianness::little>(
            raw.data() + offset)));
  return raw.size() % sizeof(Stored) == 0;
}

/// The elements of a tensor of integers: raw, or in one of the lists.
template <typename Stored, typename List>
bool readInts(const Tensor &tensor, const List &list,
              std::vector<int64_t> &ints) {
  auto convert = [](auto element) {
    return static_cast<int64_t>(static_cast<Stored>(element));
  };
  for (auto element : list)
    ints.push_back(convert(element));
  return appendRaw<Stored>(tensor.raw, ints, convert);
}

/// As readInts, of real numbers that `convert` makes f32.
template <typename Stored, typename List, typename Convert>
bool readFloats(const Tensor &tensor, const List &list,
                std::vector<float> &floats, Convert convert) {
  for (auto element : list)
    floats.push_back(convert(static_cast<Stored>(element)));
  return appendRaw<Stored>(tensor.raw, floats, convert);
}

/// Fills the elements of `constant`; nothing for a type that is not supported.
std::optional<bool> readElements(const Tensor &tensor, Constant &constant) {
  auto same = [](float value) { return value; };
  auto narrow = [](double value) { return static_cast<float>(value); };
  switch (tensor.type) {
  case FLOAT:
    return readFloats<float>(tensor, tensor.floats, constant.floats, same);
  case DOUBLE:
    return readFloats<double>(tensor, tensor.doubles, constant.floats, narrow);
  case FLOAT16:
    return readFloats<uint16_t>(tensor, tensor.int32s, constant.floats,
                                widenHalf);
  case BFLOAT16:
    return readFloats<uint16_t>(tensor, tensor.int32s, constant.floats,
                                widenBFloat);
  case BOOL:
  case UINT8:
    return readInts<uint8_t>(tensor, tensor.int32s, constant.ints);
  case INT8:
    return readInts<int8_t>(tensor, tensor.int32s, constant.ints);
  case UINT16:
    return readInts<uint16_t>(tensor, tensor.int32s, constant.ints);
  case INT16:
    return readInts<int16_t>(tensor, tensor.int32s, constant.ints);
  case INT32:
    return readInts<int32_t>(tensor, tensor.int32s, constant.ints);
  case UINT32:
    return readInts<uint32_t>(tensor, tensor.uint64s, constant.ints);
  case INT64:
    return readInts<int64_t>(tensor, tensor.int64s, constant.ints);
  default:
    return std::nullopt;
  }
}

} // namespace

std::optional<Constant> quantc::onnx::decode(const Tensor &tensor,
                                             std::string &error) {
  Constant constant;
  constant.type = static_cast<DataType>(tensor.type);
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
  std::optional<bool> isWhole = readElements(tensor, constant);
  if (!isWhole) {
    error = "expected elements of a float, double, bool or integer type of 8 "
            "to 64 bits, but got " +
            nameOf(tensor.type);
    return std::nullopt;
  }
  if (constant.size() != size || !*isWhole) {
    error = "expected " + std::to_string(size) + " elements, but got " +
            std::to_string(constant.size());
    return std::nullopt;
  }
  return constant;
}

llvm::SmallVector<int64_t>
quantc::onnx::getStrides(llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * shape[axis];
  return strides;
}

/// The elements of a view, as createView; of an empty list an empty one.
template <typename T>
static std::vector<T>
viewElements(const std::vector<T> &elements, llvm::ArrayRef<int64_t> shape,
             llvm::ArrayRef<int64_t> strides, int64_t offset) {
  if (elements.empty())
    return {};
  std::vector<T> result;
  int64_t size = 1;
  for (int64_t extent : shape)
    size *= extent;
  result.reserve(size);
  llvm::SmallVector<int64_t> position(shape.size(), 0);
  for (int64_t count = size; count > 0; --count) {
    int64_t source = offset;
    for (auto [index, stride] : llvm::zip_equal(position, strides))
      source += index * stride;
    result.push_back(elements[source]);
    for (size_t axis = shape.size(); axis-- > 0;) {
      if (++position[axis] < shape[axis])
        break;
      position[axis] = 0;
    }
  }
  return result;
}

Constant quantc::onnx::createView(const Constant &constant,
                                  llvm::ArrayRef<int64_t> shape,
                                  llvm::ArrayRef<int64_t> strides,
                                  int64_t offset) {
  Constant result;
  result.type = constant.type;
  result.shape.assign(shape.begin(), shape.end());
  result.floats = viewElements(constant.floats, shape, strides, offset);
  result.ints = viewElements(constant.ints, shape, strides, offset);
  return result;
}

Constant quantc::onnx::transpose(const Constant &constant,
                                 llvm::ArrayRef<int64_t> permutation) {
  llvm::SmallVector<int64_t> strides = getStrides(constant.shape);
  llvm::SmallVector<int64_t> shape, steps;
  for (int64_t axis : permutation) {
    shape.push_back(constant.shape[axis]);
    steps.push_back(strides[axis]);
  }
  Constant result = createView(constant, shape, steps);
  if (!constant.stored)
    return result;
  StoredIntegers stored = *constant.stored;
  stored.elements = viewElements(stored.elements, shape, steps, /*offset=*/0);
  if (stored.axis >= 0)
    stored.axis = llvm::find(permutation, stored.axis) - permutation.begin();
  result.stored = std::make_shared<const StoredIntegers>(std::move(stored));
  return result;
}

Constant quantc::onnx::broadcast(const Constant &constant,
                                 llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t> strides = getStrides(constant.shape);
  for (auto [stride, extent] : llvm::zip_equal(strides, constant.shape))
    if (extent == 1)
      stride = 0;
  strides.insert(strides.begin(), shape.size() - constant.shape.size(), 0);
  return createView(constant, shape, strides);
}

Constant quantc::onnx::concat(llvm::ArrayRef<const Constant *> constants,
                              int64_t axis) {
  Constant result;
  result.type = constants[0]->type;
  result.shape = constants[0]->shape;
  result.shape[axis] = 0;
  for (const Constant *constant : constants)
    result.shape[axis] += constant->shape[axis];
  int64_t blocks = 1;
  for (int64_t extent : llvm::ArrayRef(result.shape).take_front(axis))
    blocks *= extent;
  auto append = [](auto &to, const auto &from, int64_t block, int64_t width) {
    to.insert(to.end(), from.begin() + block * width,
              from.begin() + (block + 1) * width);
  };
  for (int64_t block = 0; block < blocks; ++block)
    for (const Constant *constant : constants) {
      int64_t width = constant->size() / blocks;
      if (result.isFloat())
        append(result.floats, constant->floats, block, width);
      else
        append(result.ints, constant->ints, block, width);
    }
  return result;
}
