//===- Output.cpp - What quantc can write -------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Output.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace quantc;

namespace {

struct KindInfo {
  OutputKind kind;
  llvm::StringLiteral name;
  llvm::StringLiteral suffix;
};

constexpr KindInfo kKinds[] = {
    {OutputKind::Shared, "shared", ".so"},
    {OutputKind::Object, "object", ".o"},
    {OutputKind::LLVMIR, "llvm", ".ll"},
    {OutputKind::Assembly, "asm", ".s"},
    {OutputKind::PTX, "ptx", ".ptx"},
    {OutputKind::Cubin, "cubin", ".cubin"},
    {OutputKind::MLIR, "mlir", ".mlir"},
    {OutputKind::ONNX, "onnx", ".onnx"},
};

} // namespace

std::optional<OutputKind> quantc::parseOutputKind(llvm::StringRef name) {
  for (const KindInfo &info : kKinds)
    if (info.name == name)
      return info.kind;
  return std::nullopt;
}

OutputKind quantc::inferOutputKind(llvm::StringRef path) {
  llvm::StringRef suffix = llvm::sys::path::extension(path);
  for (const KindInfo &info : kKinds)
    if (info.suffix == suffix)
      return info.kind;
  return OutputKind::Shared;
}

llvm::StringRef quantc::suffixOf(OutputKind kind) {
  return llvm::find_if(kKinds,
                       [&](const KindInfo &info) { return info.kind == kind; })
      ->suffix;
}
