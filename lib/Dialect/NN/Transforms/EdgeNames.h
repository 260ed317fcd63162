//===- EdgeNames.h - Names of observed edges ----------------*- C++ -*---===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_DIALECT_NN_TRANSFORMS_EDGENAMES_H
#define QUANTC_LIB_DIALECT_NN_TRANSFORMS_EDGENAMES_H

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"

#include <string>

namespace quantc::nn {

/// Gives each edge of a network a name of its own.
class EdgeNames {
public:
  /// `name`, or "value" where it is empty, with a number where it was given
  /// before.
  std::string makeUnique(llvm::StringRef name) {
    if (name.empty())
      name = "value";
    std::string unique = name.str();
    for (int count = 2; !names.insert(unique).second; ++count)
      unique = (name + "#" + llvm::Twine(count)).str();
    return unique;
  }

private:
  llvm::StringSet<> names;
};

} // namespace quantc::nn

#endif // QUANTC_LIB_DIALECT_NN_TRANSFORMS_EDGENAMES_H
