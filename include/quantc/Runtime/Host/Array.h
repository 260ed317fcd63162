//===- Array.h - Arrays of data -----------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_ARRAY_H
#define QUANTC_RUNTIME_HOST_ARRAY_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantc::host {

enum class ElementType { Bool, I8, U8, I16, U16, I32, U32, I64, U64, F32, F64 };

/// Bytes of one element.
size_t sizeOf(ElementType type);
/// numpy's name: "uint8", "float32".
std::string_view nameOf(ElementType type);
/// Bool counts as an integer.
bool isInteger(ElementType type);

/// A dense, row-major, little-endian array.
struct Array {
  std::string name; // empty in an .npy file
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes;

  int64_t size() const; // elements
  /// "uint8 [600, 8, 8]"
  std::string describe() const;
  /// Element `index` as a number of type T, converted by value.
  template <typename T> T get(int64_t index) const;
};

/// "[600, 8, 8]"
std::string describeShape(const std::vector<int64_t> &shape);

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_ARRAY_H
