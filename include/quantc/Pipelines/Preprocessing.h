//===- Preprocessing.h - What happens to inputs before a network -*- C++
//-*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_PREPROCESSING_H
#define QUANTC_PIPELINES_PREPROCESSING_H

#include "mlir/Pass/PassManager.h"

namespace quantc {

/// Adds the pass that takes the preprocessing of one input into a network at
/// stage float. `text` is [NAME:]KEY=VALUE,...: type=f32|u8, layout=nhwc|nchw,
/// mean=A,B,... and std=A,B,... False, and why in `error`, where it is
/// malformed.
bool addPreprocessing(mlir::OpPassManager &manager, llvm::StringRef text,
                      std::string &error);

} // namespace quantc

#endif // QUANTC_PIPELINES_PREPROCESSING_H
