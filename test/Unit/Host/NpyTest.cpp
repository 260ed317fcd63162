//===- NpyTest.cpp - Reading and writing .npy data ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Numpy.h"

#include <gtest/gtest.h>

using namespace quantc::host;

namespace {

/// A version 1 file with this header and these elements.
std::string makeNpy(const std::string &header, const std::string &data) {
  std::string bytes = "\x93NUMPY";
  bytes += {'\x01', '\x00', static_cast<char>(header.size()), '\x00'};
  return bytes + header + data;
}

std::string errorOf(const std::string &bytes) {
  std::string error;
  EXPECT_FALSE(parseNpy(bytes, error));
  return error;
}

TEST(Npy, ReadsWhatItWrites) {
  Array array;
  array.type = ElementType::I16;
  array.shape = {2, 3};
  array.bytes = {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0xff, 0xff};
  std::string error;
  auto read = parseNpy(printNpy(array), error);
  ASSERT_TRUE(read) << error;
  EXPECT_EQ(read->type, array.type);
  EXPECT_EQ(read->shape, array.shape);
  EXPECT_EQ(read->bytes, array.bytes);
  EXPECT_EQ(read->get<int64_t>(5), -1);
}

TEST(Npy, WritesAlignedElements) {
  Array array;
  array.shape = {1};
  array.bytes = {0, 0, 0, 0};
  EXPECT_EQ((printNpy(array).size() - 4) % 64, 0u);
}

TEST(Npy, ReadsScalarsAndEmptyArrays) {
  std::string error;
  auto scalar = parseNpy(
      makeNpy("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", "a"),
      error);
  ASSERT_TRUE(scalar) << error;
  EXPECT_TRUE(scalar->shape.empty());
  EXPECT_EQ(scalar->get<int64_t>(0), 'a');
  auto empty = parseNpy(
      makeNpy("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }",
              ""),
      error);
  ASSERT_TRUE(empty) << error;
  EXPECT_EQ(empty->size(), 0);
}

TEST(Npy, ReordersColumnMajorArrays) {
  std::string error;
  auto array = parseNpy(
      makeNpy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }",
              {0, 3, 1, 4, 2, 5}),
      error);
  ASSERT_TRUE(array) << error;
  EXPECT_EQ(array->bytes, (std::vector<uint8_t>{0, 1, 2, 3, 4, 5}));
}

TEST(Npy, RefusesMalformedFiles) {
  EXPECT_EQ(errorOf("no array at all"), "expected an .npy file");
  EXPECT_EQ(errorOf(std::string("\x93NUMPY\x09\x00\x10\x00....", 14)),
            "unsupported .npy version 9");
  EXPECT_EQ(errorOf(std::string("\x93NUMPY\x01\x00\x10\x00..", 12)),
            "the file ends within its header");
  EXPECT_EQ(errorOf(makeNpy("{'descr': '<f4', 'fortran_order': False, "
                            "'shape': (2,), }",
                            "1234")),
            "expected 8 bytes of float32 [2], but got 4");
  for (const char *shape : {"(2", "(-1,)", "(9223372036854775807, 9)", "2"})
    EXPECT_EQ(
        errorOf(makeNpy(std::string("{'descr': '<f4', 'shape': ") + shape, "")),
        "malformed shape in the header");
}

TEST(Npy, RefusesOtherTypes) {
  EXPECT_EQ(errorOf(makeNpy("{'descr': '>f4', 'fortran_order': False, "
                            "'shape': (), }",
                            "1234")),
            "unsupported element type '>f4', expected integers, float32 or "
            "float64 in little-endian order: convert with "
            ".astype(numpy.float32)");
  EXPECT_EQ(
      errorOf(makeNpy("{'descr': [('a', '<i4')], 'shape': (), }", "1234")),
      "expected a plain element type; structured arrays are not "
      "supported");
}

} // namespace
