//===- WriteFile.h - Files that appear whole or not at all --------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TARGET_WRITEFILE_H
#define QUANTC_TARGET_WRITEFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace quantc {

/// Writes what `print` prints to a file beside `path` and renames it, so that
/// neither a full disk nor an interrupt leaves a part of it. "-" is standard
/// output; a device or a pipe is written as it is.
llvm::Error writeFile(llvm::StringRef path,
                      llvm::function_ref<void(llvm::raw_ostream &)> print);

} // namespace quantc

#endif // QUANTC_TARGET_WRITEFILE_H
