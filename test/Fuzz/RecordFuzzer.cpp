//===- RecordFuzzer.cpp - Parses any calibration record -------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Record/Record.h"

#include <cstdlib>

using namespace quantc::record;

// What can be read prints, and comes to the same text when it is read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Error error;
  auto record = parse({reinterpret_cast<const char *>(data), size}, error);
  if (!record)
    return 0;
  std::string text = print(*record);
  auto again = parse(text, error);
  if (!again || print(*again) != text)
    std::abort();
  merge(*record, *again, error);
  return 0;
}
