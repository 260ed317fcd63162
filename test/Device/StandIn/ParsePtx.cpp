//===- ParsePtx.cpp - Text to statements ----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The syntax of PTX ISA, chapters 4 and 5, as far as LLVM prints it. What
// instructions mean is not known here.
//
//===----------------------------------------------------------------------===//

#include "Ptx.h"

#include <cctype>
#include <cstdlib>
#include <cstring>

using namespace standin;

namespace {

class Parser {
public:
  explicit Parser(const std::string &text) : text(withoutComments(text)) {}

  Ptx parse();

private:
  static std::string withoutComments(std::string text);

  [[noreturn]] void fail(const std::string &what) const {
    throw PtxError(line, what);
  }
  void skipSpace() {
    while (place < text.size() && std::isspace(text[place])) {
      line += text[place] == '\n';
      ++place;
    }
  }
  char peek() {
    skipSpace();
    return place < text.size() ? text[place] : '\0';
  }
  bool accept(char expected) {
    if (peek() != expected)
      return false;
    ++place;
    return true;
  }
  void expect(char expected) {
    if (!accept(expected))
      fail(std::string("expected '") + expected + "', but got '" +
           text.substr(place, 20) + "'");
  }
  static bool isWord(char character) {
    return std::isalnum(character) || std::strchr("_$%.", character);
  }
  /// Letters, digits, dots, `::`.
  std::string word() {
    skipSpace();
    size_t begin = place;
    while (place < text.size() && (isWord(text[place]) || isScope(place) ||
                                   (place > begin && isScope(place - 1))))
      ++place;
    if (place == begin)
      fail("expected a word, but got '" + text.substr(place, 20) + "'");
    return text.substr(begin, place - begin);
  }
  bool isScope(size_t at) const { return text.compare(at, 2, "::") == 0; }
  uint64_t integer() { return std::strtoull(word().c_str(), nullptr, 0); }
  void skipLine() {
    while (place < text.size() && text[place] != '\n')
      ++place;
  }
  void skipBraces();

  Variable parseVariable(const std::string &space, bool isParameter);
  void parseValues(Variable &variable);
  Entry parseEntry();
  void parseStatement(std::vector<Statement> &body);
  Operand parseOperand();
  Operand parseSimple();
  Operand parseNumber();

  std::string text;
  size_t place = 0;
  unsigned line = 1;
};

std::string Parser::withoutComments(std::string text) {
  for (size_t at = 0; at + 1 < text.size(); ++at) {
    if (text.compare(at, 2, "//") == 0)
      for (; at < text.size() && text[at] != '\n'; ++at)
        text[at] = ' ';
    else if (text.compare(at, 2, "/*") == 0)
      for (bool isOpen = true; isOpen && at < text.size(); ++at) {
        isOpen = text.compare(at, 2, "*/") != 0;
        if (!isOpen)
          text[at + 1] = ' ';
        if (text[at] != '\n')
          text[at] = ' ';
      }
  }
  return text;
}

void Parser::skipBraces() {
  expect('{');
  for (unsigned depth = 1; depth > 0; ++place) {
    if (place >= text.size())
      fail("expected '}'");
    line += text[place] == '\n';
    depth += text[place] == '{';
    depth -= text[place] == '}';
  }
}

/// 0f3F800000 and 0d... have the bits of a float; the rest are integers.
Operand Parser::parseNumber() {
  bool isNegative = accept('-');
  std::string number = word();
  Operand operand{};
  if (number.compare(0, 2, "0f") == 0 || number.compare(0, 2, "0F") == 0) {
    operand.kind = Operand::Float32;
    operand.value = std::strtoull(number.c_str() + 2, nullptr, 16);
    if (isNegative)
      operand.value ^= 1u << 31;
    return operand;
  }
  if (number.compare(0, 2, "0d") == 0 || number.compare(0, 2, "0D") == 0) {
    operand.kind = Operand::Float64;
    operand.value = std::strtoull(number.c_str() + 2, nullptr, 16);
    if (isNegative)
      operand.value ^= uint64_t{1} << 63;
    return operand;
  }
  operand.kind = Operand::Integer;
  char *end;
  operand.value = std::strtoull(number.c_str(), &end, 0);
  if (*end && std::strcmp(end, "U") != 0)
    fail("expected a number, but got '" + number + "'");
  if (isNegative)
    operand.value = -operand.value;
  return operand;
}

Operand Parser::parseSimple() {
  Operand operand{};
  if (accept('!')) {
    operand = parseSimple();
    operand.isNegated = true;
    return operand;
  }
  char first = peek();
  if (std::isdigit(first) || first == '-')
    return parseNumber();
  operand.name = word();
  operand.kind = operand.name == "_"      ? Operand::Sink
                 : operand.name[0] == '%' ? Operand::Register
                                          : Operand::Symbol;
  // Registers of inline assembly have names without %, which the decoder finds
  // among the declarations.
  return operand;
}

Operand Parser::parseOperand() {
  Operand operand{};
  if (accept('{')) {
    operand.kind = Operand::Vector;
    do
      operand.parts.push_back(parseSimple());
    while (accept(','));
    expect('}');
    return operand;
  }
  if (accept('[')) {
    operand.kind = Operand::Address;
    operand.parts.push_back(parseSimple());
    if (accept('+'))
      operand.value = parseNumber().value;
    else if (peek() == '-')
      operand.value = parseNumber().value;
    while (accept(','))
      operand.parts.push_back(parseOperand());
    expect(']');
    return operand;
  }
  operand = parseSimple();
  if (accept('|')) {
    Operand pair{};
    pair.kind = Operand::Pair;
    pair.parts = {operand, parseSimple()};
    return pair;
  }
  if (operand.kind == Operand::Symbol && accept('+'))
    operand.value = parseNumber().value;
  return operand;
}

void Parser::parseValues(Variable &variable) {
  if (!accept('{')) {
    variable.values.push_back(parseNumber().value);
    return;
  }
  if (accept('}'))
    return;
  do
    variable.values.push_back(parseNumber().value);
  while (accept(','));
  expect('}');
}

/// What follows `.space`: .align N .type name[count] = {...}
Variable Parser::parseVariable(const std::string &space, bool isParameter) {
  Variable variable;
  variable.space = space;
  variable.line = line;
  bool isVector2 = false, isVector4 = false;
  std::string token;
  for (token = word(); token[0] == '.'; token = word()) {
    if (token == ".align")
      variable.alignment = integer();
    else if (token == ".v2")
      isVector2 = true;
    else if (token == ".v4")
      isVector4 = true;
    else if (token == ".ptr" || token == ".global" || token == ".shared" ||
             token == ".const")
      continue; // attributes of a pointer parameter
    else
      variable.type = token.substr(1);
  }
  // `.param .u64 .ptr .global .align 1 name`: the alignment is the target's.
  if (isParameter && !variable.type.empty() && variable.type != "b8")
    variable.alignment = sizeOfType(variable.type, line);
  variable.name = token;
  if (isVector2 || isVector4)
    fail("variables of vectors are not supported");
  if (space != "reg" && variable.alignment == 1)
    variable.alignment = sizeOfType(variable.type, line);
  if (accept('<')) {
    variable.registerCount = integer();
    expect('>');
  }
  while (accept('[')) {
    variable.isArray = true;
    variable.elementCount *= peek() == ']' ? 0 : integer();
    expect(']');
  }
  if (accept('='))
    parseValues(variable);
  return variable;
}

void Parser::parseStatement(std::vector<Statement> &body) {
  Statement statement{};
  peek();
  statement.line = line;
  if (accept('{')) {
    statement.kind = Statement::Open;
    body.push_back(statement);
    return;
  }
  if (peek() == '@') {
    ++place;
    statement.isGuardNegated = accept('!');
    statement.guard = word();
  }
  std::string first = word();
  if (first == ".loc") {
    skipLine();
    return;
  }
  if (first == ".pragma") {
    while (text[place] != ';')
      ++place;
    expect(';');
    return;
  }
  if (first == ".branchtargets") {
    statement.kind = Statement::BranchTargets;
    do
      statement.operands.push_back(parseOperand());
    while (accept(','));
    expect(';');
    body.push_back(statement);
    return;
  }
  if (first[0] == '.') {
    do {
      statement.kind = Statement::Declaration;
      statement.variable = parseVariable(first.substr(1), false);
      body.push_back(statement);
      // `.reg .pred p, q;`
      while (accept(',')) {
        statement.variable.name = word();
        body.push_back(statement);
      }
    } while (false);
    expect(';');
    return;
  }
  if (accept(':')) {
    statement.kind = Statement::Label;
    statement.name = first;
    body.push_back(statement);
    return;
  }
  statement.kind = Statement::Instruction;
  for (size_t begin = 0; begin <= first.size();) {
    size_t end = std::min(first.find('.', begin), first.size());
    std::string part = first.substr(begin, end - begin);
    if (begin == 0)
      statement.name = part;
    else
      statement.modifiers.push_back(part);
    begin = end + 1;
  }
  if (peek() != ';')
    do
      statement.operands.push_back(parseOperand());
    while (accept(','));
  expect(';');
  body.push_back(statement);
}

Entry Parser::parseEntry() {
  Entry entry;
  entry.line = line;
  entry.name = word();
  if (accept('(')) {
    while (!accept(')')) {
      if (word() != ".param")
        fail("expected a parameter");
      entry.parameters.push_back(parseVariable("param", true));
      accept(',');
    }
  }
  while (peek() != '{') {
    std::string directive = word();
    uint64_t product = 1;
    if (std::isdigit(peek()))
      do
        product *= integer();
      while (accept(','));
    if (directive == ".reqntid")
      entry.requiredThreads = product;
    else if (directive == ".maxntid")
      entry.maxThreads = product;
    else if (directive != ".minnctapersm" && directive != ".maxnreg" &&
             directive != ".noreturn" && directive != ".pragma" &&
             directive != ".explicitcluster" &&
             directive != ".reqnctapercluster" &&
             directive != ".blocksareclusters")
      fail("unknown directive '" + directive + "'");
  }
  expect('{');
  for (unsigned depth = 1; depth > 0;) {
    if (accept('}')) {
      Statement close{};
      close.kind = Statement::Close;
      close.line = line;
      if (--depth > 0)
        entry.body.push_back(close);
      continue;
    }
    if (!peek())
      fail("expected '}'");
    depth += peek() == '{';
    parseStatement(entry.body);
  }
  return entry;
}

Ptx Parser::parse() {
  Ptx ptx;
  bool isExtern = false;
  while (peek()) {
    std::string directive = word();
    if (directive == ".version") {
      std::string version = word();
      ptx.version = std::atoi(version.c_str()) * 10 +
                    std::atoi(version.c_str() + version.find('.') + 1);
    } else if (directive == ".target") {
      ptx.target = word();
      while (accept(','))
        word();
    } else if (directive == ".address_size") {
      if (integer() != 64)
        fail("expected addresses of 64 bits");
    } else if (directive == ".visible" || directive == ".weak" ||
               directive == ".extern") {
      isExtern = directive == ".extern";
      continue;
    } else if (directive == ".entry") {
      ptx.entries.push_back(parseEntry());
    } else if (directive == ".global" || directive == ".const" ||
               directive == ".shared") {
      Variable variable = parseVariable(directive.substr(1), false);
      variable.isExtern = isExtern;
      expect(';');
      ptx.variables.push_back(variable);
    } else if (directive == ".file") {
      skipLine();
    } else if (directive == ".section") {
      word();
      skipBraces();
    } else {
      fail("'" + directive + "' is not supported");
    }
    isExtern = false;
  }
  if (!ptx.version || ptx.target.empty())
    fail("expected .version and .target");
  return ptx;
}

} // namespace

unsigned standin::sizeOfType(const std::string &type, unsigned line) {
  if (type == "pred" || type == "b8" || type == "u8" || type == "s8")
    return 1;
  if (type == "b16" || type == "u16" || type == "s16" || type == "f16" ||
      type == "bf16")
    return 2;
  if (type == "b32" || type == "u32" || type == "s32" || type == "f32" ||
      type == "f16x2" || type == "bf16x2")
    return 4;
  if (type == "b64" || type == "u64" || type == "s64" || type == "f64")
    return 8;
  throw PtxError(line, "unknown type '" + type + "'");
}

Ptx standin::parsePtx(const std::string &text) { return Parser(text).parse(); }
