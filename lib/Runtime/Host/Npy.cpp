//===- Npy.cpp - Reads and writes .npy data -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The format is NEP 1 of numpy: a magic string, the header's length, a Python
// dictionary as text, the elements.
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Numpy.h"

#include <charconv>
#include <cstring>
#include <limits>

using namespace quantc::host;

namespace {

/// The elements begin at a multiple of this in files that numpy writes.
constexpr size_t kAlignment = 64;

struct TypeCode {
  std::string_view code; // without the byte order
  ElementType type;
};
constexpr TypeCode kTypeCodes[] = {
    {"b1", ElementType::Bool}, {"i1", ElementType::I8},
    {"u1", ElementType::U8},   {"i2", ElementType::I16},
    {"u2", ElementType::U16},  {"i4", ElementType::I32},
    {"u4", ElementType::U32},  {"i8", ElementType::I64},
    {"u8", ElementType::U64},  {"f4", ElementType::F32},
    {"f8", ElementType::F64}};

/// What follows "'key':" in the header.
std::optional<std::string_view> valueOf(std::string_view header,
                                        std::string_view key) {
  std::string quoted = "'" + std::string(key) + "'";
  size_t begin = header.find(quoted);
  if (begin == header.npos)
    return std::nullopt;
  begin = header.find_first_not_of(" :", begin + quoted.size());
  if (begin == header.npos)
    return std::nullopt;
  return header.substr(begin);
}

bool parseType(std::string_view header, Array &array, std::string &error) {
  auto value = valueOf(header, "descr");
  size_t end = value && value->front() == '\'' ? value->find('\'', 1)
                                               : std::string_view::npos;
  if (end == std::string_view::npos) {
    error = "expected a plain element type; structured arrays are not "
            "supported";
    return false;
  }
  std::string_view descr = value->substr(1, end - 1);
  if (!descr.empty() && (descr[0] == '<' || descr[0] == '|'))
    for (const TypeCode &code : kTypeCodes)
      if (code.code == descr.substr(1)) {
        array.type = code.type;
        return true;
      }
  error = "unsupported element type '" + std::string(descr) +
          "', expected integers, float32 or float64 in little-endian order: "
          "convert with .astype(numpy.float32)";
  return false;
}

bool parseShape(std::string_view header, Array &array, std::string &error) {
  error = "malformed shape in the header";
  auto value = valueOf(header, "shape");
  if (!value || value->front() != '(')
    return false;
  std::string_view rest = value->substr(1);
  // The product must fit, whatever it is multiplied by afterwards.
  uint64_t limit = std::numeric_limits<int64_t>::max() / 16;
  uint64_t count = 1;
  for (;;) {
    size_t begin = rest.find_first_not_of(", ");
    if (begin == rest.npos)
      return false;
    rest.remove_prefix(begin);
    if (rest.front() == ')')
      break;
    int64_t extent = 0;
    auto result =
        std::from_chars(rest.data(), rest.data() + rest.size(), extent);
    if (result.ec != std::errc() || extent < 0)
      return false;
    rest.remove_prefix(result.ptr - rest.data());
    if (extent > 0 && count > limit / static_cast<uint64_t>(extent))
      return false;
    count *= static_cast<uint64_t>(extent);
    array.shape.push_back(extent);
  }
  error.clear();
  return true;
}

/// Column-major to row-major.
void reorderFromFortran(Array &array, std::string_view data) {
  size_t elementSize = sizeOf(array.type);
  std::vector<int64_t> position(array.shape.size(), 0);
  int64_t count = array.size();
  for (int64_t index = 0; index < count; ++index) {
    // `position` is that of the row-major element `index`.
    int64_t source = 0;
    for (size_t axis = array.shape.size(); axis-- > 0;)
      source = source * array.shape[axis] + position[axis];
    std::memcpy(array.bytes.data() + index * elementSize,
                data.data() + source * elementSize, elementSize);
    for (size_t axis = array.shape.size(); axis-- > 0;) {
      if (++position[axis] < array.shape[axis])
        break;
      position[axis] = 0;
    }
  }
}

uint64_t readLittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t index = bytes.size(); index-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[index]);
  return value;
}

} // namespace

std::optional<Array> quantc::host::parseNpy(std::string_view bytes,
                                            std::string &error) {
  if (bytes.substr(0, kNpyMagic.size()) != kNpyMagic || bytes.size() < 12) {
    error = "expected an .npy file";
    return std::nullopt;
  }
  char version = bytes[kNpyMagic.size()];
  if (version < 1 || version > 3) {
    error = "unsupported .npy version " + std::to_string(version);
    return std::nullopt;
  }
  size_t lengthBytes = version == 1 ? 2 : 4;
  size_t headerBegin = kNpyMagic.size() + 2 + lengthBytes;
  uint64_t headerSize =
      readLittleEndian(bytes.substr(headerBegin - lengthBytes, lengthBytes));
  if (headerSize > bytes.size() - headerBegin) {
    error = "the file ends within its header";
    return std::nullopt;
  }
  std::string_view header = bytes.substr(headerBegin, headerSize);
  std::string_view data = bytes.substr(headerBegin + headerSize);

  Array array;
  if (!parseType(header, array, error) || !parseShape(header, array, error))
    return std::nullopt;
  uint64_t expected = array.size() * sizeOf(array.type);
  if (data.size() != expected) {
    error = "expected " + std::to_string(expected) + " bytes of " +
            array.describe() + ", but got " + std::to_string(data.size());
    return std::nullopt;
  }
  auto order = valueOf(header, "fortran_order");
  if (order && order->substr(0, 4) == "True") {
    array.bytes.resize(expected);
    reorderFromFortran(array, data);
  } else {
    array.bytes.assign(data.begin(), data.end());
  }
  return array;
}

std::string quantc::host::printNpy(const Array &array) {
  std::string_view code;
  for (const TypeCode &candidate : kTypeCodes)
    if (candidate.type == array.type)
      code = candidate.code;
  std::string header = "{'descr': '";
  header += sizeOf(array.type) == 1 ? '|' : '<';
  header += std::string(code) + "', 'fortran_order': False, 'shape': (";
  for (int64_t extent : array.shape)
    header += std::to_string(extent) + ",";
  header += "), }";
  size_t prefix = kNpyMagic.size() + 4;
  size_t size = prefix + header.size() + 1; // and a newline
  header.append((kAlignment - size % kAlignment) % kAlignment, ' ');
  header += '\n';

  std::string bytes(kNpyMagic);
  bytes += {'\x01', '\x00', static_cast<char>(header.size() & 0xff),
            static_cast<char>(header.size() >> 8)};
  bytes += header;
  bytes.append(array.bytes.begin(), array.bytes.end());
  return bytes;
}
