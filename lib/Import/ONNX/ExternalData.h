//===- ExternalData.h - Weights beside the model ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_IMPORT_ONNX_EXTERNALDATA_H
#define QUANTC_LIB_IMPORT_ONNX_EXTERNALDATA_H

#include "quantc/Wire/ONNX/Model.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"

namespace quantc::onnx {

/// The files that a model keeps its weights in. They must lie in the folder of
/// the model, or below it.
class ExternalFiles {
public:
  /// `modelPath` names the model's file.
  explicit ExternalFiles(llvm::StringRef modelPath) : modelPath(modelPath) {}

  /// The bytes of a tensor, which live as long as this; nothing, and why in
  /// `error`, where they cannot be read.
  std::optional<std::string_view> read(const ExternalData &data,
                                       std::string &error);

private:
  /// The contents of a file, mapped.
  std::optional<llvm::StringRef> map(llvm::StringRef location,
                                     std::string &error);

  const std::string modelPath;
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> files; // by location
};

} // namespace quantc::onnx

#endif // QUANTC_LIB_IMPORT_ONNX_EXTERNALDATA_H
