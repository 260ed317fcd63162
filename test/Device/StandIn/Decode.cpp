//===- Decode.cpp - From PTX to a program ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names become places. What an instruction does is in the files of its family.
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include "Warp.h"

#include <algorithm>

using namespace standin;

namespace standin {

class KernelDecoder {
public:
  KernelDecoder(const Entry &entry,
                const std::map<std::string, uint64_t> &globals,
                const std::vector<Variable> &moduleShared)
      : entry(entry), globals(globals), moduleShared(moduleShared) {}

  Kernel decode();

private:
  friend class Decoding;

  struct Register {
    bool isPredicate;
    uint32_t place;
  };
  using Scope = std::map<std::string, Register>;

  void declareParameters();
  void declare(const Variable &variable);
  void declareRegisters(const Variable &variable);
  void placeShared(const Variable &variable);
  void placeAllShared();
  void collectLabels();
  void decodeInstruction(const Statement &statement);
  bool decodeControl(Decoding &decoding);

  const Register &find(const std::string &name, unsigned line) const;
  bool isRegister(const std::string &name) const;
  uint32_t special(const std::string &name, unsigned line);
  uint32_t constant(uint64_t value);
  uint32_t addInitial(InitialSlot::Kind kind, uint64_t value);
  uint64_t addressOf(const std::string &name, unsigned line) const;
  uint32_t labelOf(const std::string &name, unsigned line) const;

  const Entry &entry;
  const std::map<std::string, uint64_t> &globals;
  const std::vector<Variable> &moduleShared;
  Kernel kernel;
  std::vector<Scope> scopes = {{}};
  std::map<std::string, uint64_t> variables; // parameters, shared, local
  std::map<std::string, uint32_t> labels;
  std::map<std::string, uint32_t> branchTables;
  std::map<std::pair<InitialSlot::Kind, uint64_t>, uint32_t> initial;
};

} // namespace standin

static uint64_t alignUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

const std::string &Decoding::type() const { return typeBefore(0); }

const std::string &Decoding::typeBefore(unsigned fromEnd) const {
  if (statement.modifiers.size() <= fromEnd)
    fail("expected a type");
  return statement.modifiers[statement.modifiers.size() - 1 - fromEnd];
}

void Decoding::fail(const std::string &text) const {
  throw PtxError(statement.line, text);
}

void Decoding::failUnknown() const {
  std::string text = "'" + statement.name;
  for (const std::string &modifier : statement.modifiers)
    text += "." + modifier;
  fail(text + "' is not supported");
}

void Decoding::allow(std::initializer_list<const char *> modifiers) const {
  for (const std::string &own : statement.modifiers)
    if (std::find(modifiers.begin(), modifiers.end(), own) == modifiers.end())
      failUnknown();
}

const Operand &Decoding::operand(size_t index) const {
  if (index >= statement.operands.size())
    fail("'" + statement.name + "' expects more operands");
  return statement.operands[index];
}

bool Decoding::isPredicate(const Operand &operand) const {
  return (operand.kind == Operand::Register ||
          operand.kind == Operand::Symbol) &&
         kernel.isRegister(operand.name) &&
         kernel.find(operand.name, statement.line).isPredicate;
}

void Decoding::addConstant(uint64_t value) {
  instruction.operands[count++] = kernel.constant(value);
}

void Decoding::addSlot(const Operand &operand, const std::string &type) {
  if (count >= std::size(instruction.operands))
    fail("too many operands");
  switch (operand.kind) {
  case Operand::Register:
  case Operand::Symbol:
    if (kernel.isRegister(operand.name)) {
      auto &found = kernel.find(operand.name, statement.line);
      if (found.isPredicate)
        fail("'" + operand.name + "' is a predicate");
      instruction.operands[count++] = found.place;
    } else if (operand.kind == Operand::Register) {
      instruction.operands[count++] =
          kernel.special(operand.name, statement.line);
    } else {
      addConstant(kernel.addressOf(operand.name, statement.line) +
                  operand.value);
    }
    return;
  case Operand::Integer: {
    unsigned bytes = type == "b128" ? 8 : sizeOfType(type, statement.line);
    addConstant(bytes < 8 ? operand.value & ((uint64_t{1} << 8 * bytes) - 1)
                          : operand.value);
    return;
  }
  case Operand::Float32:
    // An immediate of 32 bits for a type of 64 is widened.
    if (type == "f64")
      addConstant(toBits(static_cast<double>(fromBits<float>(operand.value))));
    else
      addConstant(operand.value);
    return;
  case Operand::Float64:
    if (type == "f32")
      addConstant(toBits(static_cast<float>(fromBits<double>(operand.value))));
    else
      addConstant(operand.value);
    return;
  case Operand::Sink:
    // Written and never read.
    instruction.operands[count++] = kernel.kernel.slotCount++;
    return;
  default:
    fail("expected a register or a number");
  }
}

void Decoding::addSlots(std::initializer_list<size_t> indices,
                        const std::string &type) {
  for (size_t index : indices)
    addSlot(operand(index), type);
}

void Decoding::addPredicate(const Operand &operand) {
  if (operand.kind == Operand::Sink) {
    instruction.operands[count++] = kernel.kernel.predicateCount++;
    return;
  }
  if (!isPredicate(operand))
    fail("expected a predicate, but got '" + operand.name + "'");
  instruction.operands[count++] =
      kernel.find(operand.name, statement.line).place;
}

size_t Decoding::addVector(const Operand &operand, const std::string &type) {
  if (operand.kind != Operand::Vector) {
    addSlot(operand, type);
    return 1;
  }
  for (const Operand &part : operand.parts)
    addSlot(part, type);
  return operand.parts.size();
}

size_t Decoding::addRegisterList(const Operand &operand) {
  std::vector<uint32_t> slots;
  for (const Operand &part : operand.parts)
    slots.push_back(kernel.find(part.name, statement.line).place);
  instruction.immediate = kernel.kernel.registerLists.size();
  kernel.kernel.registerLists.push_back(std::move(slots));
  return operand.parts.size();
}

void Decoding::addAddress(const Operand &operand) {
  if (operand.kind != Operand::Address)
    fail("expected an address");
  addSlot(operand.parts[0], "b64");
  instruction.immediate = operand.value;
}

bool KernelDecoder::isRegister(const std::string &name) const {
  return std::any_of(scopes.begin(), scopes.end(),
                     [&](const Scope &scope) { return scope.count(name) > 0; });
}

const KernelDecoder::Register &KernelDecoder::find(const std::string &name,
                                                   unsigned line) const {
  for (size_t depth = scopes.size(); depth-- > 0;) {
    auto found = scopes[depth].find(name);
    if (found != scopes[depth].end())
      return found->second;
  }
  throw PtxError(line, "unknown register '" + name + "'");
}

uint32_t KernelDecoder::addInitial(InitialSlot::Kind kind, uint64_t value) {
  auto [found, isNew] = initial.try_emplace({kind, value}, kernel.slotCount);
  if (isNew) {
    kernel.initialSlots.push_back({kernel.slotCount, kind, value});
    ++kernel.slotCount;
  }
  return found->second;
}

uint32_t KernelDecoder::constant(uint64_t value) {
  return addInitial(InitialSlot::Constant, value);
}

uint32_t KernelDecoder::special(const std::string &name, unsigned line) {
  static const std::map<std::string, InitialSlot::Kind> kinds = {
      {"%tid.x", InitialSlot::ThreadX},
      {"%tid.y", InitialSlot::ThreadY},
      {"%tid.z", InitialSlot::ThreadZ},
      {"%ctaid.x", InitialSlot::BlockX},
      {"%ctaid.y", InitialSlot::BlockY},
      {"%ctaid.z", InitialSlot::BlockZ},
      {"%ntid.x", InitialSlot::ThreadsX},
      {"%ntid.y", InitialSlot::ThreadsY},
      {"%ntid.z", InitialSlot::ThreadsZ},
      {"%nctaid.x", InitialSlot::BlocksX},
      {"%nctaid.y", InitialSlot::BlocksY},
      {"%nctaid.z", InitialSlot::BlocksZ},
      {"%laneid", InitialSlot::Lane},
      {"%warpid", InitialSlot::WarpIndex},
      {"%lanemask_lt", InitialSlot::LaneMaskLt},
      {"%lanemask_le", InitialSlot::LaneMaskLe},
      {"%lanemask_eq", InitialSlot::LaneMaskEq},
      {"%lanemask_gt", InitialSlot::LaneMaskGt},
      {"%lanemask_ge", InitialSlot::LaneMaskGe},
      {"%dynamic_smem_size", InitialSlot::SharedBytes}};
  auto found = kinds.find(name);
  if (found == kinds.end())
    throw PtxError(line, "unknown register '" + name + "'");
  return addInitial(found->second, 0);
}

uint64_t KernelDecoder::addressOf(const std::string &name,
                                  unsigned line) const {
  for (auto *table : {&variables, &globals}) {
    auto found = table->find(name);
    if (found != table->end())
      return found->second;
  }
  throw PtxError(line, "unknown variable '" + name + "'");
}

uint32_t KernelDecoder::labelOf(const std::string &name, unsigned line) const {
  auto found = labels.find(name);
  if (found == labels.end())
    throw PtxError(line, "unknown label '" + name + "'");
  return found->second;
}

void KernelDecoder::declareParameters() {
  for (const Variable &parameter : entry.parameters) {
    uint64_t element = sizeOfType(parameter.type, parameter.line);
    uint64_t size = element * parameter.elementCount;
    uint64_t place =
        alignUp(kernel.parameterBytes, std::max(parameter.alignment, element));
    variables[parameter.name] = place;
    kernel.parameterOffsets.push_back(place);
    kernel.parameterSizes.push_back(size);
    kernel.parameterBytes = place + size;
  }
}

void KernelDecoder::declareRegisters(const Variable &variable) {
  bool isPredicate = variable.type == "pred";
  auto add = [&](const std::string &name) {
    scopes.back()[name] = {isPredicate, isPredicate ? kernel.predicateCount++
                                                    : kernel.slotCount++};
  };
  if (variable.registerCount == 0)
    return add(variable.name);
  for (uint64_t index = 0; index < variable.registerCount; ++index)
    add(variable.name + std::to_string(index));
}

void KernelDecoder::placeShared(const Variable &variable) {
  kernel.sharedBytes = alignUp(kernel.sharedBytes, variable.alignment);
  variables[variable.name] = kernel.sharedBytes;
  kernel.sharedBytes +=
      sizeOfType(variable.type, variable.line) * variable.elementCount;
}

/// Dynamic memory is behind all that is static.
void KernelDecoder::placeAllShared() {
  std::vector<Variable> all = moduleShared;
  for (const Statement &statement : entry.body)
    if (statement.kind == Statement::Declaration &&
        statement.variable.space == "shared")
      all.push_back(statement.variable);
  std::partition(all.begin(), all.end(), [](const Variable &variable) {
    return variable.elementCount > 0;
  });
  for (const Variable &variable : all)
    placeShared(variable);
}

void KernelDecoder::declare(const Variable &variable) {
  if (variable.space == "reg")
    return declareRegisters(variable);
  if (variable.space == "shared")
    return; // in its place already
  if (variable.space != "local")
    throw PtxError(variable.line,
                   "'." + variable.space + "' is not supported here");
  kernel.localBytes = alignUp(kernel.localBytes, variable.alignment);
  variables[variable.name] = kernel.localBytes;
  kernel.localBytes +=
      sizeOfType(variable.type, variable.line) * variable.elementCount;
}

void KernelDecoder::collectLabels() {
  uint32_t place = 0;
  std::string last;
  for (const Statement &statement : entry.body) {
    if (statement.kind == Statement::Instruction)
      ++place;
    if (statement.kind == Statement::Label &&
        !labels.emplace(last = statement.name, place).second)
      throw PtxError(statement.line, "label '" + last + "' is there twice");
    if (statement.kind == Statement::BranchTargets) {
      branchTables[last] = static_cast<uint32_t>(kernel.branchTables.size());
      kernel.branchTables.emplace_back();
    }
  }
  for (const Statement &statement : entry.body) {
    if (statement.kind == Statement::Label)
      last = statement.name;
    if (statement.kind == Statement::BranchTargets)
      for (const Operand &target : statement.operands)
        kernel.branchTables[branchTables[last]].push_back(
            labelOf(target.name, statement.line));
  }
}

static void doNothing(Warp &, const Instruction &, uint32_t) {}

/// What changes the place of lanes, and what has no effect here.
bool KernelDecoder::decodeControl(Decoding &decoding) {
  Instruction &instruction = decoding.instruction;
  const std::string &name = decoding.name();
  const Statement &statement = decoding.statement;
  if (name == "bra") {
    instruction.kind = Instruction::Branch;
    instruction.target = labelOf(decoding.operand(0).name, statement.line);
    return true;
  }
  if (name == "brx") {
    instruction.kind = Instruction::IndexedBranch;
    decoding.addSlot(decoding.operand(0), "u32");
    auto found = branchTables.find(decoding.operand(1).name);
    if (found == branchTables.end())
      decoding.fail("unknown branch targets");
    instruction.immediate = found->second;
    return true;
  }
  if (name == "ret" || name == "exit") {
    instruction.kind = Instruction::Exit;
    return true;
  }
  if (name == "trap") {
    instruction.kind = Instruction::Trap;
    return true;
  }
  if (name == "bar" && decoding.has("warp")) {
    instruction.kind = Instruction::WarpBarrier;
    decoding.addSlot(decoding.operand(0), "u32");
    return true;
  }
  if (name == "bar" || name == "barrier") {
    if (decoding.has("red") || decoding.has("cluster"))
      decoding.failUnknown();
    instruction.kind = Instruction::Barrier;
    instruction.immediate = decoding.has("arrive");
    decoding.addSlot(decoding.operand(0), "u32");
    if (decoding.operandCount() > 1) {
      decoding.addSlot(decoding.operand(1), "u32");
      kernel.usesFineBarriers = true;
    } else {
      decoding.addConstant(0);
    }
    return true;
  }
  // Memory is in order.
  if (name == "membar" || name == "fence" || name == "griddepcontrol" ||
      name == "nanosleep" || name == "prefetch" || name == "prefetchu" ||
      name == "applypriority" || name == "discard") {
    instruction.execute = doNothing;
    return true;
  }
  return false;
}

void KernelDecoder::decodeInstruction(const Statement &statement) {
  Instruction instruction;
  instruction.line = statement.line;
  Decoding decoding(*this, statement, instruction);
  if (!statement.guard.empty()) {
    const Register &guard = find(statement.guard, statement.line);
    if (!guard.isPredicate)
      decoding.fail("expected a predicate as guard");
    instruction.isGuarded = true;
    instruction.isGuardNegated = statement.isGuardNegated;
    instruction.guard = guard.place;
  }
  bool isKnown = decodeControl(decoding);
  for (auto decodeFamily :
       {decodeInteger, decodeBits, decodeFloat, decodeCompare, decodeConvert,
        decodeMove, decodeMemory, decodeAsync, decodeExchange, decodeMatrix,
        decodeMbarrier, decodeWarpgroup})
    isKnown = isKnown || decodeFamily(decoding);
  kernel.usesFineBarriers |= decoding.name() == "mbarrier";
  if (!isKnown ||
      (instruction.kind == Instruction::Plain && !instruction.execute))
    decoding.failUnknown();
  kernel.code.push_back(instruction);
}

Kernel KernelDecoder::decode() {
  kernel.name = entry.name;
  kernel.requiredThreads = entry.requiredThreads;
  kernel.maxThreads = entry.maxThreads;
  declareParameters();
  placeAllShared();
  collectLabels();
  for (const Statement &statement : entry.body)
    switch (statement.kind) {
    case Statement::Open:
      scopes.emplace_back();
      break;
    case Statement::Close:
      scopes.pop_back();
      break;
    case Statement::Declaration:
      declare(statement.variable);
      break;
    case Statement::Instruction:
      decodeInstruction(statement);
      break;
    case Statement::Label:
    case Statement::BranchTargets:
      break;
    }
  // Running off the end is a return.
  Instruction end;
  end.kind = Instruction::Exit;
  end.line = entry.line;
  kernel.code.push_back(end);
  return std::move(kernel);
}

static uint64_t placeGlobal(const Variable &variable, Memory &memory,
                            int32_t device) {
  unsigned element = sizeOfType(variable.type, variable.line);
  uint64_t bytes = element * variable.elementCount;
  uint64_t address = memory.allocate(bytes, device, ~uint64_t{0} >> 1);
  auto *place = reinterpret_cast<uint8_t *>(address);
  std::memset(place, 0, bytes);
  for (size_t index = 0; index < variable.values.size(); ++index)
    std::memcpy(place + index * element, &variable.values[index], element);
  return address;
}

Program standin::decode(const Ptx &ptx, Memory &memory, int32_t device) {
  Program program;
  program.target = ptx.target;
  program.version = ptx.version;
  std::map<std::string, uint64_t> globals;
  std::vector<Variable> shared;
  for (const Variable &variable : ptx.variables)
    if (variable.space != "shared")
      program.globals.push_back(globals[variable.name] =
                                    placeGlobal(variable, memory, device));
    else
      shared.push_back(variable);
  try {
    for (const Entry &entry : ptx.entries)
      program.kernels.push_back(KernelDecoder(entry, globals, shared).decode());
  } catch (...) {
    for (uint64_t address : program.globals)
      memory.release(address);
    throw;
  }
  return program;
}
