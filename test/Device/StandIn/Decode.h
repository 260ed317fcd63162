//===- Decode.h - From PTX to a program -----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_DECODE_H
#define QUANTC_TEST_DEVICE_STANDIN_DECODE_H

#include "Memory.h"
#include "Program.h"
#include "Ptx.h"

#include <map>

namespace standin {

/// Places the global variables in `memory`. Throws PtxError.
Program decode(const Ptx &ptx, Memory &memory, int32_t device);

/// What the decoders of single instructions share: the places of operands.
class KernelDecoder;

/// An instruction of PTX on its way. Operands are taken one after the other.
class Decoding {
public:
  Decoding(KernelDecoder &kernel, const Statement &statement,
           Instruction &instruction)
      : statement(statement), instruction(instruction), kernel(kernel) {}

  const Statement &statement;
  Instruction &instruction;

  const std::string &name() const { return statement.name; }
  bool has(const char *modifier) const { return statement.has(modifier); }
  /// The last modifier, which is the type in most.
  const std::string &type() const;
  /// That which is `fromEnd` modifiers before the last.
  const std::string &typeBefore(unsigned fromEnd) const;
  [[noreturn]] void fail(const std::string &text) const;
  [[noreturn]] void failUnknown() const;
  /// Fails unless all modifiers are among these.
  void allow(std::initializer_list<const char *> modifiers) const;

  size_t operandCount() const { return statement.operands.size(); }
  const Operand &operand(size_t index) const;
  /// Adds the operand's slot to the instruction, as a value of a type; for an
  /// immediate that fits it.
  void addSlot(const Operand &operand, const std::string &type);
  void addSlots(std::initializer_list<size_t> indices, const std::string &type);
  /// Adds the number of the predicate.
  void addPredicate(const Operand &operand);
  /// The elements of a vector, or the one operand; their number.
  size_t addVector(const Operand &operand, const std::string &type);
  /// Slots beside the operands, a list of the kernel, whose number becomes the
  /// immediate; how many there are.
  size_t addRegisterList(const Operand &operand);
  /// A base in a slot; the offset becomes the immediate.
  void addAddress(const Operand &operand);
  void addConstant(uint64_t value);
  bool isPredicate(const Operand &operand) const;

private:
  KernelDecoder &kernel;
  unsigned count = 0;
};

/// Each sets `execute` for the instructions of a family, and returns whether it
/// knows the name. Throws PtxError for what it knows and does not support.
bool decodeInteger(Decoding &decoding);
bool decodeBits(Decoding &decoding);
bool decodeFloat(Decoding &decoding);
bool decodeCompare(Decoding &decoding);
bool decodeConvert(Decoding &decoding);
bool decodeMove(Decoding &decoding);
bool decodeMemory(Decoding &decoding);
bool decodeAsync(Decoding &decoding);
bool decodeExchange(Decoding &decoding);
bool decodeMatrix(Decoding &decoding);
bool decodeMbarrier(Decoding &decoding);
bool decodeWarpgroup(Decoding &decoding);

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_DECODE_H
