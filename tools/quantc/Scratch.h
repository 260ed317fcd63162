//===- Scratch.h - Files in between ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_SCRATCH_H
#define QUANTC_TOOLS_QUANTC_SCRATCH_H

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace quantc {

/// Files that vanish with this object, or when a signal ends the program.
class Scratch {
public:
  Scratch() = default;
  ~Scratch();
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;

  /// The path of a new, empty file with this suffix; empty where there can be
  /// none.
  std::string createFile(llvm::StringRef suffix);

  /// Takes a file that exists, or will soon.
  void add(llvm::StringRef path);
  /// Lets all files live on.
  void release();

private:
  std::vector<std::string> files;
};

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_SCRATCH_H
