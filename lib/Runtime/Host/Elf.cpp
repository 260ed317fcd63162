//===- Elf.cpp - Whether a file can be loaded as a library --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elf.h"

#include <cstdint>
#include <cstring>
#include <elf.h>
#include <fstream>

namespace {

constexpr Elf64_Half kMachine =
#if defined(__x86_64__)
    EM_X86_64;
#elif defined(__aarch64__)
    EM_AARCH64;
#else
#error "unsupported host"
#endif

std::string describeMachine(Elf64_Half machine) {
  switch (machine) {
  case EM_X86_64:
    return "x86-64";
  case EM_AARCH64:
    return "AArch64";
  default:
    return "machine " + std::to_string(machine) + " of ELF";
  }
}

/// Reads `value` at `offset`; false where the file ends before.
template <typename T>
bool readAt(std::ifstream &file, uint64_t offset, T &value) {
  file.seekg(static_cast<std::streamoff>(offset));
  return static_cast<bool>(
      file.read(reinterpret_cast<char *>(&value), sizeof(value)));
}

/// Where the last part that is loaded ends. Nothing where the table of parts is
/// not all there.
bool findEnd(std::ifstream &file, const Elf64_Ehdr &header, uint64_t &end) {
  end = 0;
  for (uint64_t index = 0; index < header.e_phnum; ++index) {
    Elf64_Phdr part;
    if (!readAt(file, header.e_phoff + index * sizeof(part), part))
      return false;
    if (part.p_offset + part.p_filesz > end)
      end = part.p_offset + part.p_filesz;
  }
  return true;
}

} // namespace

bool quantc::host::verifyElf(const std::string &path, std::string &error) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || file.tellg() < 0)
    return true;
  auto size = static_cast<uint64_t>(file.tellg());
  Elf64_Ehdr header = {};
  bool isRead = readAt(file, 0, header);
  if (!isRead && file.bad()) // a folder
    return true;
  if (!isRead || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64) {
    error = "'" + path +
            "' is not a library that quantc wrote: expected an ELF file of "
            "64 bits";
    return false;
  }
  if (header.e_machine != kMachine) {
    error = "'" + path + "' is for " + describeMachine(header.e_machine) +
            ", but this machine is " + describeMachine(kMachine) +
            ": compile the network with --target=native";
    return false;
  }
  uint64_t end = 0;
  if (!findEnd(file, header, end) || end > size) {
    error = "'" + path + "' is cut off after " + std::to_string(size) +
            " bytes: copy or compile it anew";
    return false;
  }
  return true;
}
