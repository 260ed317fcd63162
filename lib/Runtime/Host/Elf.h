//===- Elf.h - Whether a file can be loaded as a library ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RUNTIME_HOST_ELF_H
#define QUANTC_LIB_RUNTIME_HOST_ELF_H

#include <string>

namespace quantc::host {

/// Whether a file that can be read is an ELF file for this machine that has all
/// it promises to: the system's loader maps what is not there, and the program
/// ends where that is touched. False, and why in `error`, otherwise. True for a
/// file that cannot be read, of which the loader tells.
bool verifyElf(const std::string &path, std::string &error);

} // namespace quantc::host

#endif // QUANTC_LIB_RUNTIME_HOST_ELF_H
