//===- Text.cpp - The record as text ------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Record.h"

#include <charconv>
#include <cstdio>

using namespace quantc::record;

namespace {

constexpr std::string_view kFirstLine = "quantc-calibration 1";

/// The shortest decimal that reads back as the same number.
std::string printFloat(float value) {
  char buffer[32];
  auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, result.ptr);
}

/// In double quotes; `"`, `\` and control characters as \XX, hexadecimal.
std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (char character : text) {
    auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte != 0x7f && character != '"' &&
        character != '\\') {
      quoted += character;
      continue;
    }
    char escape[4];
    std::snprintf(escape, sizeof(escape), "\\%02x", byte);
    quoted += escape;
  }
  return quoted + '"';
}

/// Reads the words of one line after the other.
class Parser {
public:
  Parser(std::string_view text, Error &error) : rest(text), error(error) {}

  std::optional<Record> parse();

private:
  /// Goes to the next line that is neither empty nor a comment.
  bool nextLine();
  bool fail(const std::string &text) {
    error = {text, lineNumber};
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
  bool parseNumber(std::string_view what, T &number);
  bool parseTensor(TensorRecord &tensor);
  bool verifyTensor(const Record &record, const TensorRecord &tensor);

  std::string_view rest;
  std::string_view line;
  unsigned lineNumber = 0;
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
  return found == keyword ||
         fail("expected '" + std::string(keyword) + "', but got '" +
              std::string(found) + "'");
}

bool Parser::endOfLine() {
  skipSpaces();
  return line.empty() ||
         fail("expected the end of the line, but got '" + std::string(line) +
              "'");
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
bool Parser::parseNumber(std::string_view what, T &number) {
  if (!expect(what))
    return false;
  std::string_view text = word();
  auto result =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return (result.ec == std::errc() && !text.empty() &&
          result.ptr == text.data() + text.size()) ||
         fail("expected a number after '" + std::string(what) +
              "', but got '" + std::string(text) + "'");
}

bool Parser::parseTensor(TensorRecord &tensor) {
  return parseNumber("tensor", tensor.id) && parseQuoted(tensor.name) &&
         parseNumber("count", tensor.count) && parseNumber("nan", tensor.nan) &&
         parseNumber("infinite", tensor.infinite) &&
         parseNumber("min", tensor.min) && parseNumber("max", tensor.max) &&
         endOfLine();
}

bool Parser::verifyTensor(const Record &record, const TensorRecord &tensor) {
  if (!record.tensors.empty() && record.tensors.back().id >= tensor.id)
    return fail("expected ascending tensor numbers, but " +
                std::to_string(tensor.id) + " follows " +
                std::to_string(record.tensors.back().id));
  if (!(tensor.min <= tensor.max)) // or NaN
    return fail("expected min <= max, but got " + printFloat(tensor.min) +
                " and " + printFloat(tensor.max));
  if (tensor.max - tensor.max != 0 || tensor.min - tensor.min != 0)
    return fail("expected finite min and max, but got " +
                printFloat(tensor.min) + " and " + printFloat(tensor.max));
  if (tensor.nan > tensor.count || tensor.infinite > tensor.count - tensor.nan)
    return fail("expected no more NaN and infinite values than count " +
                std::to_string(tensor.count));
  return true;
}

std::optional<Record> Parser::parse() {
  if (!nextLine() || line != kFirstLine) {
    fail("expected a calibration record, whose first line is '" +
         std::string(kFirstLine) + "'");
    return std::nullopt;
  }
  Record record;
  nextLine();
  if (!expect("network"))
    return std::nullopt;
  record.network = word();
  if (!endOfLine())
    return std::nullopt;
  nextLine();
  if (!parseNumber("samples", record.samples) || !endOfLine())
    return std::nullopt;
  while (nextLine()) {
    TensorRecord tensor;
    if (!parseTensor(tensor) || !verifyTensor(record, tensor))
      return std::nullopt;
    record.tensors.push_back(std::move(tensor));
  }
  return record;
}

} // namespace

std::string quantc::record::print(const Record &record) {
  std::string text(kFirstLine);
  text += "\nnetwork " + record.network;
  text += "\nsamples " + std::to_string(record.samples) + "\n";
  for (const TensorRecord &tensor : record.tensors)
    text += "tensor " + std::to_string(tensor.id) + " " + quote(tensor.name) +
            " count " + std::to_string(tensor.count) + " nan " +
            std::to_string(tensor.nan) + " infinite " +
            std::to_string(tensor.infinite) + " min " +
            printFloat(tensor.min) + " max " + printFloat(tensor.max) + "\n";
  return text;
}

std::optional<Record> quantc::record::parse(std::string_view text,
                                            Error &error) {
  return Parser(text, error).parse();
}
