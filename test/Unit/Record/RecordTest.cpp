//===- RecordTest.cpp - The calibration record --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Record.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace quantc::record;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Record makeRecord() {
  Record record;
  record.network = "abc123";
  record.samples = 2;
  TensorRecord image;
  image.name = "image";
  float values[] = {-1.5f, 0.1f, 3.0f};
  image.add(values, 3);
  TensorRecord odd;
  odd.id = 4;
  odd.name = "a \"b\" \\ \n";
  record.tensors = {image, odd};
  return record;
}

TEST(Record, PrintsText) {
  EXPECT_EQ(print(makeRecord()),
            "quantc-calibration 1\n"
            "network abc123\n"
            "samples 2\n"
            "tensor 0 \"image\" count 3 nan 0 infinite 0 min -1.5 max 3\n"
            "tensor 4 \"a \\22b\\22 \\5c \\0a\" count 0 nan 0 infinite 0 "
            "min 0 max 0\n");
}

TEST(Record, ReadsWhatItPrints) {
  std::string text = print(makeRecord());
  Error error;
  auto record = parse(text, error);
  ASSERT_TRUE(record) << error.text;
  EXPECT_EQ(record->tensors[1].name, makeRecord().tensors[1].name);
  EXPECT_EQ(print(*record), text);
}

TEST(Record, FloatsReadBackExactly) {
  TensorRecord tensor;
  float values[] = {-std::nextafterf(0.1f, 1.0f),
                    std::numeric_limits<float>::max()};
  tensor.add(values, 2);
  Record record;
  record.tensors = {tensor};
  Error error;
  auto read = parse(print(record), error);
  ASSERT_TRUE(read) << error.text;
  EXPECT_EQ(read->tensors[0].min, values[0]);
  EXPECT_EQ(read->tensors[0].max, values[1]);
}

TEST(Record, TakesEmptyLinesAndComments) {
  Error error;
  EXPECT_TRUE(parse("# edited by hand\n\nquantc-calibration 1\r\n"
                    "  network abc\nsamples 0\n\n# end",
                    error))
      << error.text;
}

void expectError(const std::string &text, unsigned line,
                 const std::string &message) {
  Error error;
  EXPECT_FALSE(parse(text, error));
  EXPECT_EQ(error.text, message);
  EXPECT_EQ(error.line, line);
}

TEST(Record, NamesTheLineOfAnError) {
  const std::string head = "quantc-calibration 1\nnetwork a\nsamples 1\n";
  const std::string tail = " count 1 nan 0 infinite 0 min 0 max 1\n";
  expectError("hello\n", 1,
              "expected a calibration record, whose first line is "
              "'quantc-calibration 1'");
  expectError("quantc-calibration 1\n", 1, "expected 'network', but got ''");
  expectError("quantc-calibration 1\nnetwork a b\n", 2,
              "expected the end of the line, but got 'b'");
  expectError("quantc-calibration 1\nnetwork a\nsamples -1\n", 3,
              "expected a number after 'samples', but got '-1'");
  expectError(head + "tensor 0 x\n", 4, "expected a name in double quotes");
  expectError(head + "tensor 0 \"x\n", 4, "expected a closing double quote");
  expectError(head + "tensor 0 \"\\zz\"\n", 4,
              "expected two hexadecimal digits after '\\'");
  expectError(head + "tensor 1 \"x\"" + tail + "tensor 1 \"y\"" + tail, 5,
              "expected ascending tensor numbers, but 1 follows 1");
  expectError(head + "tensor 0 \"x\" count 1 nan 0 infinite 0 min 2 max 1\n",
              4, "expected min <= max, but got 2 and 1");
  expectError(head + "tensor 0 \"x\" count 1 nan 0 infinite 0 min 0 max inf\n",
              4, "expected finite min and max, but got 0 and inf");
  expectError(head + "tensor 0 \"x\" count 1 nan 1 infinite 1 min 0 max 0\n",
              4, "expected no more NaN and infinite values than count 1");
}

TEST(Record, CountsWhatIsNotFinite) {
  TensorRecord tensor;
  float values[] = {NAN, -kInfinity, kInfinity, 2.0f};
  tensor.add(values, 4);
  EXPECT_EQ(tensor.count, 4u);
  EXPECT_EQ(tensor.nan, 1u);
  EXPECT_EQ(tensor.infinite, 2u);
  EXPECT_EQ(tensor.min, 2.0f);
  EXPECT_EQ(tensor.max, 2.0f);
}

TEST(Record, DoesNotDependOnOrderOrBatches) {
  float values[] = {-0.0f, 5.0f, 0.0f, -3.0f};
  TensorRecord whole, parts, reversed;
  whole.add(values, 4);
  parts.add(values, 1);
  TensorRecord rest;
  rest.add(values + 1, 3);
  parts.merge(rest);
  for (int index = 3; index >= 0; --index)
    reversed.add(values + index, 1);
  Record a, b, c;
  a.tensors = {whole};
  b.tensors = {parts};
  c.tensors = {reversed};
  EXPECT_EQ(print(a), print(b));
  EXPECT_EQ(print(a), print(c));
}

TEST(Record, MergesOnlyWhatFits) {
  Record record = makeRecord();
  Error error;
  ASSERT_TRUE(merge(record, makeRecord(), error));
  EXPECT_EQ(record.samples, 4u);
  EXPECT_EQ(record.tensors[0].count, 6u);

  Record other = makeRecord();
  other.network = "def456";
  EXPECT_FALSE(merge(record, other, error));
  EXPECT_EQ(error.text, "the records are of different networks (abc123 and "
                        "def456): merge only records of one observed library");
  other = makeRecord();
  other.tensors.pop_back();
  EXPECT_FALSE(merge(record, other, error));
  EXPECT_EQ(record.samples, 4u);
}

TEST(ChooseMinMax, IncludesZero) {
  TensorRecord tensor;
  float values[] = {2.0f, 5.0f};
  tensor.add(values, 2);
  Error error;
  auto range = chooseMinMax(tensor, error);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->min, 0.0f);
  EXPECT_EQ(range->max, 5.0f);
}

TEST(ChooseMinMax, WidensWhatNoScaleCanRepresent) {
  TensorRecord zero, narrow, wide;
  float values[] = {0.0f, std::ldexp(1.0f, -101), std::ldexp(1.0f, -100)};
  zero.add(values, 1);
  narrow.add(values + 1, 1);
  wide.add(values + 2, 1);
  Error error;
  EXPECT_EQ(chooseMinMax(zero, error)->max, 1.0f);
  EXPECT_EQ(chooseMinMax(narrow, error)->max, 1.0f);
  EXPECT_EQ(chooseMinMax(wide, error)->max, values[2]);
}

TEST(ChooseMinMax, RefusesWhatWasNotSeenOrNotFinite) {
  TensorRecord tensor;
  tensor.name = "conv1";
  Error error;
  EXPECT_FALSE(chooseMinMax(tensor, error));
  EXPECT_EQ(error.text, "tensor 'conv1' was never observed: calibrate with at "
                        "least one sample");
  float values[] = {NAN, 1.0f, kInfinity};
  tensor.add(values, 3);
  EXPECT_FALSE(chooseMinMax(tensor, error));
  EXPECT_EQ(error.text,
            "tensor 'conv1' had 1 NaN and 1 infinite values of 3 during "
            "calibration: check the calibration data");
}

} // namespace
