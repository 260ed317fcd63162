//===- Ptx.h - PTX as statements ------------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_PTX_H
#define QUANTC_TEST_DEVICE_STANDIN_PTX_H

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace standin {

/// PTX that the stand-in does not take, with the line.
struct PtxError : std::runtime_error {
  PtxError(unsigned line, const std::string &text)
      : std::runtime_error("line " + std::to_string(line) + ": " + text) {}
};

struct Operand {
  enum Kind {
    Register, // `name`, also special ones
    Integer,  // `value`
    Float32,  // `value`: its bits
    Float64,
    Symbol,  // `name`: a variable, a label
    Address, // `parts`: base and, in tensor copies, coordinates; plus `value`
    Vector,  // `parts`
    Pair,    // `parts`: a|b
    Sink,    // _
  };
  Kind kind;
  std::string name;
  uint64_t value = 0;
  bool isNegated = false; // a predicate with !
  std::vector<Operand> parts;
};

struct Variable {
  std::string name;
  std::string space; // "reg", "shared", "local", "param", "global"...
  std::string type;  // "b32"
  uint64_t elementCount = 1;
  uint64_t alignment = 1;
  bool isArray = false;
  bool isExtern = false;
  uint64_t registerCount = 0;   // of %r<N>
  std::vector<uint64_t> values; // initial
  unsigned line = 0;
};

struct Statement {
  enum Kind { Instruction, Label, Declaration, BranchTargets, Open, Close };
  Kind kind;
  unsigned line = 0;
  std::string name; // of a label; opcode without modifiers
  std::vector<std::string> modifiers;
  std::vector<Operand> operands; // also branch targets
  std::string guard;             // a predicate register
  bool isGuardNegated = false;
  Variable variable;

  bool has(const char *modifier) const {
    for (const std::string &own : modifiers)
      if (own == modifier)
        return true;
    return false;
  }
};

struct Entry {
  std::string name;
  std::vector<Variable> parameters;
  std::vector<Statement> body;
  uint64_t requiredThreads = 0; // .reqntid
  uint64_t maxThreads = 0;      // .maxntid
  unsigned line = 0;
};

struct Ptx {
  unsigned version = 0; // 80 for 8.0
  std::string target;   // "sm_80"
  std::vector<Variable> variables;
  std::vector<Entry> entries;
};

/// Throws PtxError.
Ptx parsePtx(const std::string &text);

/// Of an element type, in bytes.
unsigned sizeOfType(const std::string &type, unsigned line);

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_PTX_H
