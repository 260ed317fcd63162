//===- OnnxFuzzer.cpp - Imports any bytes ---------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Import/ONNX/Import.h"

#include "mlir/IR/MLIRContext.h"

using namespace mlir;

// A context for each input, as it keeps every type and attribute that it saw.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  ScopedDiagnosticHandler ignore(&context,
                                 [](Diagnostic &) { return success(); });
  StringRef bytes(reinterpret_cast<const char *>(data), size);
  quantc::importONNX(llvm::MemoryBufferRef(bytes, "fuzzed.onnx"), &context);
  return 0;
}
