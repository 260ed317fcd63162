//===- Bitcode.cpp - The embedded runtime as data -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Runtime/Embedded/Bitcode.h"

namespace {

alignas(16) constexpr unsigned char kRuntimeX86[] = {
#include "Embedded-x86_64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kRuntimeAArch64[] = {
#include "Embedded-aarch64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kDispatchX86[] = {
#include "Dispatch-x86_64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kDispatchAArch64[] = {
#include "Dispatch-aarch64-unknown-linux-gnu.inc"
};

template <size_t size>
std::string_view asText(const unsigned char (&data)[size]) {
  return {reinterpret_cast<const char *>(data), size};
}

} // namespace

std::string_view quantc::getEmbeddedRuntime(std::string_view architecture) {
  if (architecture == "x86_64")
    return asText(kRuntimeX86);
  if (architecture == "aarch64")
    return asText(kRuntimeAArch64);
  return {};
}

std::string_view quantc::getEmbeddedDispatch(std::string_view architecture) {
  if (architecture == "x86_64")
    return asText(kDispatchX86);
  if (architecture == "aarch64")
    return asText(kDispatchAArch64);
  return {};
}
