//===- CompressionOptions.h - What compression aims at --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_COMPRESSIONOPTIONS_H
#define QUANTC_TOOLS_QUANTC_COMPRESSIONOPTIONS_H

#include "Compression.h"

#include "llvm/ADT/StringRef.h"

namespace quantc {

/// The goal that `text` says, of an agreement in percent. Nothing, and why in
/// `error`, where it is no number that makes sense.
std::optional<CompressionGoal> parseCompressionGoal(CompressionGoal::Kind kind,
                                                    llvm::StringRef text,
                                                    std::string &error);

/// The goal that --weights=`text` says. Nothing, and why in `error`, where it
/// is no format.
std::optional<CompressionGoal> parseWeightFormat(llvm::StringRef text,
                                                 std::string &error);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_COMPRESSIONOPTIONS_H
