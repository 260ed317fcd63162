//===- Output.h - What quantc can write ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TOOLS_QUANTC_OUTPUT_H
#define QUANTC_TOOLS_QUANTC_OUTPUT_H

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace quantc {

enum class OutputKind {
  Shared,
  Object,
  LLVMIR,
  Assembly,
  PTX,
  Cubin,
  MLIR,
  ONNX
};

/// The kind that --emit=NAME names.
std::optional<OutputKind> parseOutputKind(llvm::StringRef name);

/// The kind by the suffix of a path; Shared where that says nothing.
OutputKind inferOutputKind(llvm::StringRef path);

/// ".so", ".o", ".ll", ".s", ".ptx", ".cubin", ".mlir", ".onnx"
llvm::StringRef suffixOf(OutputKind kind);

} // namespace quantc

#endif // QUANTC_TOOLS_QUANTC_OUTPUT_H
