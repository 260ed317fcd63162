//===- File.h - Whole files ---------------------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_HOST_FILE_H
#define QUANTC_RUNTIME_HOST_FILE_H

#include <optional>
#include <string>
#include <string_view>

namespace quantc::host {

/// The contents of a file. `error` names it.
std::optional<std::string> readFile(const std::string &path,
                                    std::string &error);

/// Whether the file begins with `prefix`; false where it cannot be read.
bool startsWith(const std::string &path, std::string_view prefix);

/// Writes a file beside its place and renames it: it appears whole or not at
/// all. False, and why in `error`, where that fails.
bool writeFile(const std::string &path, std::string_view contents,
               std::string &error);

} // namespace quantc::host

#endif // QUANTC_RUNTIME_HOST_FILE_H
