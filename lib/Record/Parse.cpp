//===- Parse.cpp - The record from text ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Syntax.h"

#include "quantc/Record/Record.h"

#include <algorithm>
#include <charconv>

using namespace quantc::record;

namespace {

/// Reads the words of one line after the other.
class Parser {
public:
  Parser(std::string_view text, Error &error) : rest(text), error(error) {}

  std::optional<Record> parse();

private:
  /// Goes to the next line that is neither empty nor a comment.
  bool nextLine();
  bool fail(const std::string &text) { return failAt(lineNumber, text); }
  bool failAt(unsigned number, const std::string &text) {
    error = {text, number};
    return false;
  }

  void skipSpaces() {
    size_t begin = line.find_first_not_of(" \t");
    line.remove_prefix(begin == line.npos ? line.size() : begin);
  }
  std::string_view word();
  bool expect(std::string_view keyword);
  bool endOfLine();
  bool parseQuoted(std::string &text);
  template <typename T>
  bool parseNumber(std::string_view what, std::string_view text, T &number);
  template <typename T> bool parseField(std::string_view keyword, T &number) {
    return expect(keyword) && parseNumber(keyword, word(), number);
  }

  bool parseHead(Record &record);
  bool parseTensor(Record &record);
  bool parseDetail(std::string_view keyword, TensorRecord &tensor);
  bool parseRange(TensorRecord &tensor);
  bool parseCounts(std::string_view keyword, Histogram &histogram);
  bool verify(const TensorRecord &tensor, uint64_t samples);

  std::string_view rest;
  std::string_view line;
  unsigned lineNumber = 0;
  unsigned tensorLine = 0; // where the current tensor begins
  Error &error;
};

bool Parser::nextLine() {
  while (!rest.empty()) {
    size_t end = rest.find('\n');
    line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    ++lineNumber;
    if (!line.empty() && line.back() == '\r')
      line.remove_suffix(1);
    skipSpaces();
    if (!line.empty() && line.front() != '#')
      return true;
  }
  line = {};
  return false;
}

std::string_view Parser::word() {
  skipSpaces();
  std::string_view result = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(result.size());
  return result;
}

bool Parser::expect(std::string_view keyword) {
  std::string_view found = word();
  return found == keyword || fail("expected '" + std::string(keyword) +
                                  "', but got '" + std::string(found) + "'");
}

bool Parser::endOfLine() {
  skipSpaces();
  return line.empty() || fail("expected the end of the line, but got '" +
                              std::string(line) + "'");
}

bool Parser::parseQuoted(std::string &text) {
  skipSpaces();
  if (line.empty() || line.front() != '"')
    return fail("expected a name in double quotes");
  for (size_t index = 1; index < line.size(); ++index) {
    if (line[index] == '"') {
      line.remove_prefix(index + 1);
      return true;
    }
    if (line[index] != '\\') {
      text += line[index];
      continue;
    }
    unsigned byte = 0;
    if (index + 2 >= line.size())
      break;
    auto result = std::from_chars(line.data() + index + 1,
                                  line.data() + index + 3, byte, 16);
    if (result.ptr != line.data() + index + 3)
      return fail("expected two hexadecimal digits after '\\'");
    text += static_cast<char>(byte);
    index += 2;
  }
  return fail("expected a closing double quote");
}

template <typename T>
bool Parser::parseNumber(std::string_view what, std::string_view text,
                         T &number) {
  auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return (result.ec == std::errc() && !text.empty() &&
          result.ptr == text.data() + text.size()) ||
         fail("expected a number after '" + std::string(what) + "', but got '" +
              std::string(text) + "'");
}

bool Parser::parseHead(Record &record) {
  nextLine();
  int version = 0;
  if (word() != kMagic)
    return fail("expected a calibration record, whose first line is '" +
                std::string(kMagic) + " " + std::to_string(kFormatVersion) +
                "'");
  if (!parseNumber(kMagic, word(), version) || !endOfLine())
    return false;
  if (version != kFormatVersion)
    return fail("expected version " + std::to_string(kFormatVersion) +
                " of the calibration record, but got " +
                std::to_string(version) + ": calibrate the network anew");
  nextLine();
  if (!expect("network"))
    return false;
  record.network = word();
  if (record.network.empty() ||
      record.network.find_first_not_of("0123456789abcdef") != std::string::npos)
    return fail("expected the hexadecimal hash of a network after 'network', "
                "but got '" +
                record.network + "'");
  if (!endOfLine())
    return false;
  nextLine();
  return parseField("samples", record.samples) && endOfLine();
}

bool Parser::parseTensor(Record &record) {
  TensorRecord tensor;
  tensorLine = lineNumber;
  if (!parseNumber("tensor", word(), tensor.id) || !parseQuoted(tensor.name) ||
      !parseField("count", tensor.count) || !parseField("nan", tensor.nan) ||
      !parseField("infinite", tensor.infinite) ||
      !parseField("min", tensor.min) || !parseField("max", tensor.max) ||
      !endOfLine())
    return false;
  if (!record.tensors.empty() && record.tensors.back().id >= tensor.id)
    return fail("expected ascending tensor numbers, but " +
                std::to_string(tensor.id) + " follows " +
                std::to_string(record.tensors.back().id));
  record.tensors.push_back(std::move(tensor));
  return true;
}

bool isOrderedAndFinite(float min, float max) {
  return min <= max && max - max == 0 && min - min == 0; // false for NaN
}

bool Parser::parseRange(TensorRecord &tensor) {
  Range range;
  if (!parseNumber("range", word(), range.min) ||
      !parseNumber("range", word(), range.max) || !endOfLine())
    return false;
  if (!isOrderedAndFinite(range.min, range.max))
    return fail("expected finite ends of a range, the smaller one first, but "
                "got " +
                printFloat(range.min) + " and " + printFloat(range.max));
  tensor.range = range;
  return true;
}

bool Parser::parseCounts(std::string_view keyword, Histogram &histogram) {
  std::string_view first = word();
  int32_t bin = 0;
  if (first.empty() || first.back() != ':')
    return fail("expected the number of a bin and ':' after '" +
                std::string(keyword) + "', but got '" + std::string(first) +
                "'");
  first.remove_suffix(1);
  if (!parseNumber(keyword, first, bin))
    return false;
  for (skipSpaces(); !line.empty(); skipSpaces(), ++bin) {
    if (bin < -kBinsPerSide || bin >= kBinsPerSide)
      return fail("expected bins from " + std::to_string(-kBinsPerSide) +
                  " to " + std::to_string(kBinsPerSide - 1) + ", but got " +
                  std::to_string(bin));
    if (histogram[bin] != 0)
      return fail("bin " + std::to_string(bin) + " of the " +
                  std::string(keyword) + " was counted before");
    if (!parseNumber(keyword, word(), histogram[bin]))
      return false;
  }
  return true;
}

bool Parser::parseDetail(std::string_view keyword, TensorRecord &tensor) {
  if (keyword == "range")
    return parseRange(tensor);
  if (keyword == "exponent")
    return parseNumber(keyword, word(), tensor.exponent) && endOfLine();
  if (keyword == "values")
    return parseCounts(keyword, tensor.values);
  if (keyword == "minima")
    return parseCounts(keyword, tensor.minima);
  if (keyword == "maxima")
    return parseCounts(keyword, tensor.maxima);
  return fail("expected 'tensor' or a line about one, but got '" +
              std::string(keyword) + "'");
}

/// The outermost bins that are not empty. Requires that there is one.
int32_t firstBin(const Histogram &histogram) {
  int32_t bin = -kBinsPerSide;
  while (histogram[bin] == 0)
    ++bin;
  return bin;
}
int32_t lastBin(const Histogram &histogram) {
  int32_t bin = kBinsPerSide - 1;
  while (histogram[bin] == 0)
    --bin;
  return bin;
}

/// Whether the counts are those of elements and samples with these extremes.
bool areCountsOf(const TensorRecord &tensor, uint64_t samples) {
  uint64_t finite = tensor.count - tensor.nan - tensor.infinite;
  uint64_t counted = tensor.minima.total();
  if (tensor.values.total() != finite || tensor.maxima.total() != counted ||
      counted > samples || counted > finite || (counted == 0) != (finite == 0))
    return false;
  if (finite == 0)
    return true;
  int32_t min = binOf(tensor.min, tensor.exponent);
  int32_t max = binOf(tensor.max, tensor.exponent);
  return firstBin(tensor.values) == min && firstBin(tensor.minima) == min &&
         lastBin(tensor.values) == max && lastBin(tensor.maxima) == max;
}

bool Parser::verify(const TensorRecord &tensor, uint64_t samples) {
  auto fail = [&](const std::string &text) {
    return failAt(tensorLine, "tensor '" + tensor.name + "': " + text);
  };
  if (!isOrderedAndFinite(tensor.min, tensor.max))
    return fail("expected finite min and max with min <= max, but got " +
                printFloat(tensor.min) + " and " + printFloat(tensor.max));
  if (tensor.nan > tensor.count || tensor.infinite > tensor.count - tensor.nan)
    return fail("expected no more NaN and infinite values than count " +
                std::to_string(tensor.count));
  if (!tensor.hasFinite() && (tensor.min != 0 || tensor.max != 0))
    return fail("expected min 0 and max 0 where no value was finite, but got " +
                printFloat(tensor.min) + " and " + printFloat(tensor.max));
  int32_t exponent = std::max(exponentFor(tensor.min), exponentFor(tensor.max));
  if (tensor.exponent != exponent)
    return fail("expected exponent " + std::to_string(exponent) +
                ", which min and max need, but got " +
                std::to_string(tensor.exponent) +
                "; to set the range by hand, leave what was seen and add a "
                "line 'range MIN MAX'");
  return areCountsOf(tensor, samples) ||
         fail("the counts of values, minima and maxima do not fit the other "
              "numbers; to set the range by hand, leave what was seen and add "
              "a line 'range MIN MAX'");
}

std::optional<Record> Parser::parse() {
  Record record;
  if (!parseHead(record))
    return std::nullopt;
  auto isLastComplete = [&] {
    return record.tensors.empty() ||
           verify(record.tensors.back(), record.samples);
  };
  while (nextLine()) {
    std::string_view keyword = word();
    if (keyword == "tensor") {
      if (!isLastComplete() || !parseTensor(record))
        return std::nullopt;
    } else if (record.tensors.empty()) {
      fail("expected 'tensor', but got '" + std::string(keyword) + "'");
      return std::nullopt;
    } else if (!parseDetail(keyword, record.tensors.back())) {
      return std::nullopt;
    }
  }
  if (!isLastComplete())
    return std::nullopt;
  return record;
}

} // namespace

std::optional<Record> quantc::record::parse(std::string_view text,
                                            Error &error) {
  return Parser(text, error).parse();
}
