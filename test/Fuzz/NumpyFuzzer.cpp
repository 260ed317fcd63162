//===- NumpyFuzzer.cpp - Parses any .npy or .npz file ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Host/Numpy.h"

#include <cstdlib>

using namespace quantc::host;

// An array that can be read is written and read again as it was.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string error;
  auto arrays =
      parseArrays({reinterpret_cast<const char *>(data), size}, error);
  if (!arrays)
    return 0;
  for (const Array &array : *arrays) {
    auto again = parseNpy(printNpy(array), error);
    if (!again || again->type != array.type || again->shape != array.shape ||
        again->bytes != array.bytes)
      std::abort();
  }
  return 0;
}
