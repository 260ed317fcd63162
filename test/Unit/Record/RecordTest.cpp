//===- RecordTest.cpp - The calibration record as text ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Collect.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace quantc::record;

namespace {

Record makeRecord() {
  Record record;
  record.network = "abc123";
  record.samples = 2;
  record.tensors = {collect({{-1.5f, 0.1f, 0.1f}, {3.0f, 0.0f}}, 0, "image"),
                    collect({}, 4, "a \"b\" \\ \n")};
  record.tensors[1].range = Range{-1.0f, 6.0f};
  return record;
}

TEST(Record, PrintsText) {
  EXPECT_EQ(print(makeRecord()),
            "quantc-calibration 2\n"
            "network abc123\n"
            "samples 2\n"
            "tensor 0 \"image\" count 5 nan 0 infinite 0 min -1.5 max 3\n"
            "exponent -9\n"
            "values -768: 1\n"
            "values 0: 1\n"
            "values 51: 2\n"
            "values 1536: 1\n"
            "minima -768: 1\n"
            "minima 0: 1\n"
            "maxima 51: 1\n"
            "maxima 1536: 1\n"
            "tensor 4 \"a \\22b\\22 \\5c \\0a\" count 0 nan 0 infinite 0 "
            "min 0 max 0\n"
            "range -1 6\n");
}

TEST(Record, WritesNeighboursInOneLine) {
  std::vector<float> values = {0.0f, 0.0f, 1.0f, 3.0f, 15.0f, 16.0f, 2047.0f};
  std::string text = print(recordOf({values}));
  EXPECT_NE(text.find("\nvalues 0: 2 1 0 1 0 0 0 0 0 0 0 0 0 0 0 1\n"
                      "values 16: 1\nvalues 2047: 1\n"),
            std::string::npos)
      << text;
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
  std::vector<float> values = {-std::nextafterf(0.1f, 1.0f),
                               std::numeric_limits<float>::max()};
  Error error;
  auto read = parse(print(recordOf({values})), error);
  ASSERT_TRUE(read) << error.text;
  EXPECT_EQ(read->tensors[0].min, values[0]);
  EXPECT_EQ(read->tensors[0].max, values[1]);
}

TEST(Record, TakesEmptyLinesAndComments) {
  Error error;
  EXPECT_TRUE(parse("# edited by hand\n\nquantc-calibration 2\r\n"
                    "  network abc\nsamples 0\n\n# end",
                    error))
      << error.text;
}

TEST(Record, TakesRangesAlone) {
  Error error;
  auto record = parse("quantc-calibration 2\nnetwork abc\nsamples 0\n"
                      "tensor 0 \"x\" count 0 nan 0 infinite 0 min 0 max 0\n"
                      "range -1 1\n",
                      error);
  ASSERT_TRUE(record) << error.text;
  EXPECT_EQ(record->tensors[0].range->min, -1.0f);
}

void expectError(const std::string &text, unsigned line,
                 const std::string &message) {
  Error error;
  EXPECT_FALSE(parse(text, error)) << text;
  EXPECT_EQ(error.text, message);
  EXPECT_EQ(error.line, line);
}

const std::string kHead = "quantc-calibration 2\nnetwork a\nsamples 1\n";

TEST(Record, NamesTheLineOfAnError) {
  const std::string tail = " count 0 nan 0 infinite 0 min 0 max 0\n";
  expectError("hello\n", 1,
              "expected a calibration record, whose first line is "
              "'quantc-calibration 2'");
  expectError("", 0,
              "expected a calibration record, whose first line is "
              "'quantc-calibration 2'");
  expectError("quantc-calibration 1\nnetwork a\n", 1,
              "expected version 2 of the calibration record, but got 1: "
              "calibrate the network anew");
  expectError("quantc-calibration two\n", 1,
              "expected a number after 'quantc-calibration', but got 'two'");
  expectError("quantc-calibration 2\n", 1, "expected 'network', but got ''");
  for (std::string hash : {"", "ag", "a\r"})
    expectError("quantc-calibration 2\nnetwork " + hash + " \n", 2,
                "expected the hexadecimal hash of a network after 'network', "
                "but got '" +
                    hash + "'");
  expectError("quantc-calibration 2\nnetwork a b\n", 2,
              "expected the end of the line, but got 'b'");
  expectError("quantc-calibration 2\nnetwork a\nsamples -1\n", 3,
              "expected a number after 'samples', but got '-1'");
  expectError(kHead + "values 0: 1\n", 4,
              "expected 'tensor', but got 'values'");
  expectError(kHead + "tensor 0 x\n", 4, "expected a name in double quotes");
  expectError(kHead + "tensor 0 \"x\n", 4, "expected a closing double quote");
  expectError(kHead + "tensor 0 \"\\zz\"\n", 4,
              "expected two hexadecimal digits after '\\'");
  expectError(kHead + "tensor 1 \"x\"" + tail + "tensor 1 \"y\"" + tail, 5,
              "expected ascending tensor numbers, but 1 follows 1");
  expectError(kHead + "tensor 0 \"x\"" + tail + "quantiles 1\n", 5,
              "expected 'tensor' or a line about one, but got 'quantiles'");
}

/// An error in `lines`, which follow a tensor with the values 0 and 1.
void expectDetailError(const std::string &lines, unsigned line,
                       const std::string &message,
                       const std::string &numbers = "count 2 nan 0 infinite 0 "
                                                    "min 0 max 1") {
  expectError(kHead + "tensor 0 \"x\" " + numbers + "\n" + lines, line,
              message);
}

TEST(Record, RefusesMalformedLines) {
  expectDetailError("range 2 1\n", 5,
                    "expected finite ends of a range, the smaller one first, "
                    "but got 2 and 1");
  expectDetailError("range 0 inf\n", 5,
                    "expected finite ends of a range, the smaller one first, "
                    "but got 0 and inf");
  expectDetailError("exponent x\n", 5,
                    "expected a number after 'exponent', but got 'x'");
  expectDetailError("values 0 1\n", 5,
                    "expected the number of a bin and ':' after 'values', but "
                    "got '0'");
  expectDetailError("values 0: 1 -1\n", 5,
                    "expected a number after 'values', but got '-1'");
  expectDetailError("values 2047: 1 1\n", 5,
                    "expected bins from -2048 to 2047, but got 2048");
  expectDetailError("values 0: 1 1\nvalues 1: 1\n", 6,
                    "bin 1 of the values was counted before");
}

TEST(Record, RefusesNumbersThatContradictEachOther) {
  const std::string remedy = "; to set the range by hand, leave what was seen "
                             "and add a line 'range MIN MAX'";
  const std::string counts = "tensor 'x': the counts of values, minima and "
                             "maxima do not fit the other numbers" +
                             remedy;
  const std::string good = "exponent -10\nvalues 0: 1\nvalues 1024: 1\n"
                           "minima 0: 1\nmaxima 1024: 1\n";
  Error error;
  EXPECT_TRUE(parse(kHead +
                        "tensor 0 \"x\" count 2 nan 0 infinite 0 min 0 "
                        "max 1\n" +
                        good,
                    error))
      << error.text;
  expectDetailError(good, 4,
                    "tensor 'x': expected finite min and max with min <= max, "
                    "but got 2 and 1",
                    "count 2 nan 0 infinite 0 min 2 max 1");
  expectDetailError(good, 4,
                    "tensor 'x': expected finite min and max with min <= max, "
                    "but got 0 and inf",
                    "count 2 nan 0 infinite 0 min 0 max inf");
  expectDetailError(good, 4,
                    "tensor 'x': expected no more NaN and infinite values than "
                    "count 1",
                    "count 1 nan 1 infinite 1 min 0 max 0");
  expectDetailError("", 4,
                    "tensor 'x': expected min 0 and max 0 where no value was "
                    "finite, but got -1 and 0",
                    "count 1 nan 1 infinite 0 min -1 max 0");
  expectDetailError(good, 4,
                    "tensor 'x': expected exponent -9, which min and max need, "
                    "but got -10" +
                        remedy,
                    "count 2 nan 0 infinite 0 min 0 max 3");
  // Another minimum, maximum or count than the histograms have.
  expectDetailError(good, 4, counts, "count 2 nan 0 infinite 0 min 0.5 max 1");
  expectDetailError(good, 4, counts, "count 2 nan 0 infinite 0 min 0 max 1.5");
  expectDetailError(good, 4, counts, "count 3 nan 0 infinite 0 min 0 max 1");
  // More samples than the record has.
  expectDetailError("exponent -10\nvalues 0: 1\nvalues 1024: 1\n"
                    "minima 0: 2\nmaxima 1024: 2\n",
                    4, counts);
  // None of which anything was seen.
  expectDetailError("exponent -10\nvalues 0: 1\nvalues 1024: 1\n", 4, counts);
}

} // namespace
