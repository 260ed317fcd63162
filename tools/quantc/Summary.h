//===- Summary.h - What was done, in plain words ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_SUMMARY_H
#define QUANTC_TOOLS_QUANTC_SUMMARY_H

#include "Driver.h"

namespace quantc {

/// Prints what was written. With `options.evaluation`, runs the library and
/// `floatLibrary`, the same network unquantized, on these data and prints
/// accuracy, agreement and time.
mlir::LogicalResult printSummary(const DriverOptions &options,
                                 llvm::StringRef output,
                                 llvm::StringRef floatLibrary,
                                 mlir::MLIRContext *context);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_SUMMARY_H
