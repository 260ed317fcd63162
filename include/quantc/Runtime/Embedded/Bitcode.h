//===- Bitcode.h - The embedded runtime as data -------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_EMBEDDED_BITCODE_H
#define QUANTC_RUNTIME_EMBEDDED_BITCODE_H

#include <string_view>

namespace quantc {

/// LLVM bitcode of lib/Runtime/Embedded for an architecture of an LLVM triple
/// ("x86_64", "aarch64"); empty where there is none.
std::string_view getEmbeddedRuntime(std::string_view architecture);

/// The same of what chooses between several variants of a network, each of
/// which has a runtime of its own.
std::string_view getEmbeddedDispatch(std::string_view architecture);

/// The same of what fills the state of a variant for a CPU: packs the weights,
/// or decodes all constants and packs them.
std::string_view getEmbeddedPack(std::string_view architecture);
std::string_view getEmbeddedDecode(std::string_view architecture);

/// The same of what brings networks to a GPU, and of what runs them there.
std::string_view getEmbeddedDeviceLoad(std::string_view architecture);
std::string_view getEmbeddedDeviceRun(std::string_view architecture);

} // namespace quantc

#endif // QUANTC_RUNTIME_EMBEDDED_BITCODE_H
