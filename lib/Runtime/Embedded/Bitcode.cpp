//===- Bitcode.cpp - The embedded runtime as data -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Embedded/Bitcode.h"

namespace {

alignas(16) constexpr unsigned char kX86[] = {
#include "x86_64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kAArch64[] = {
#include "aarch64-unknown-linux-gnu.inc"
};

std::string_view asText(const unsigned char *data, size_t size) {
  return {reinterpret_cast<const char *>(data), size};
}

} // namespace

std::string_view quantc::getEmbeddedRuntime(std::string_view architecture) {
  if (architecture == "x86_64")
    return asText(kX86, sizeof(kX86));
  if (architecture == "aarch64")
    return asText(kAArch64, sizeof(kAArch64));
  return {};
}
