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

alignas(16) constexpr unsigned char kPackX86[] = {
#include "Pack-x86_64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kPackAArch64[] = {
#include "Pack-aarch64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kDecodeX86[] = {
#include "Decode-x86_64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kDecodeAArch64[] = {
#include "Decode-aarch64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kDeviceLoadX86[] = {
#include "DeviceLoad-x86_64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kDeviceLoadAArch64[] = {
#include "DeviceLoad-aarch64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kDeviceRunX86[] = {
#include "DeviceRun-x86_64-unknown-linux-gnu.inc"
};

alignas(16) constexpr unsigned char kDeviceRunAArch64[] = {
#include "DeviceRun-aarch64-unknown-linux-gnu.inc"
};

template <size_t size>
std::string_view asText(const unsigned char (&data)[size]) {
  return {reinterpret_cast<const char *>(data), size};
}

template <size_t sizeX86, size_t sizeAArch64>
std::string_view choose(std::string_view architecture,
                        const unsigned char (&x86)[sizeX86],
                        const unsigned char (&aarch64)[sizeAArch64]) {
  if (architecture == "x86_64")
    return asText(x86);
  if (architecture == "aarch64")
    return asText(aarch64);
  return {};
}

} // namespace

std::string_view quantc::getEmbeddedRuntime(std::string_view architecture) {
  return choose(architecture, kRuntimeX86, kRuntimeAArch64);
}

std::string_view quantc::getEmbeddedDispatch(std::string_view architecture) {
  return choose(architecture, kDispatchX86, kDispatchAArch64);
}

std::string_view quantc::getEmbeddedPack(std::string_view architecture) {
  return choose(architecture, kPackX86, kPackAArch64);
}

std::string_view quantc::getEmbeddedDecode(std::string_view architecture) {
  return choose(architecture, kDecodeX86, kDecodeAArch64);
}

std::string_view quantc::getEmbeddedDeviceLoad(std::string_view architecture) {
  return choose(architecture, kDeviceLoadX86, kDeviceLoadAArch64);
}

std::string_view quantc::getEmbeddedDeviceRun(std::string_view architecture) {
  return choose(architecture, kDeviceRunX86, kDeviceRunAArch64);
}
