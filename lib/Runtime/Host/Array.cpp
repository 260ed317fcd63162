//===- Array.cpp - Arrays of data ---------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Array.h"

#include <cstring>

using namespace quantc::host;

size_t quantc::host::sizeOf(ElementType type) {
  switch (type) {
  case ElementType::Bool:
  case ElementType::I8:
  case ElementType::U8:
    return 1;
  case ElementType::I16:
  case ElementType::U16:
    return 2;
  case ElementType::I32:
  case ElementType::U32:
  case ElementType::F32:
    return 4;
  case ElementType::I64:
  case ElementType::U64:
  case ElementType::F64:
    return 8;
  }
  return 0;
}

std::string_view quantc::host::nameOf(ElementType type) {
  static constexpr std::string_view names[] = {
      "bool",   "int8",  "uint8",  "int16",   "uint16", "int32",
      "uint32", "int64", "uint64", "float32", "float64"};
  return names[static_cast<size_t>(type)];
}

bool quantc::host::isInteger(ElementType type) {
  return type != ElementType::F32 && type != ElementType::F64;
}

int64_t Array::size() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

std::string quantc::host::describeShape(const std::vector<int64_t> &shape) {
  std::string text = "[";
  for (int64_t extent : shape)
    text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  return text + "]";
}

std::string Array::describe() const {
  return std::string(nameOf(type)) + " " + describeShape(shape);
}

template <typename Stored, typename T>
static T load(const std::vector<uint8_t> &bytes, int64_t index) {
  Stored value;
  std::memcpy(&value, bytes.data() + index * sizeof(Stored), sizeof(Stored));
  return static_cast<T>(value);
}

template <typename T> T Array::get(int64_t index) const {
  switch (type) {
  case ElementType::Bool:
  case ElementType::U8:
    return load<uint8_t, T>(bytes, index);
  case ElementType::I8:
    return load<int8_t, T>(bytes, index);
  case ElementType::I16:
    return load<int16_t, T>(bytes, index);
  case ElementType::U16:
    return load<uint16_t, T>(bytes, index);
  case ElementType::I32:
    return load<int32_t, T>(bytes, index);
  case ElementType::U32:
    return load<uint32_t, T>(bytes, index);
  case ElementType::I64:
    return load<int64_t, T>(bytes, index);
  case ElementType::U64:
    return load<uint64_t, T>(bytes, index);
  case ElementType::F32:
    return load<float, T>(bytes, index);
  case ElementType::F64:
    return load<double, T>(bytes, index);
  }
  return T();
}

template float Array::get<float>(int64_t) const;
template double Array::get<double>(int64_t) const;
template int64_t Array::get<int64_t>(int64_t) const;
