//===- PruningReport.h - What a pruning came to --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_PRUNINGREPORT_H
#define QUANTC_TOOLS_QUANTC_PRUNINGREPORT_H

#include "Pruning.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace quantc {

/// Lines of the summary.
void printText(const Pruning &pruning, llvm::raw_ostream &stream);

/// Members of an object.
void printJson(const Pruning &pruning, llvm::json::OStream &json);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_PRUNINGREPORT_H
