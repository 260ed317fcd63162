//===- Device.h - What the stand-in is like -------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_TEST_DEVICE_STANDIN_DEVICE_H
#define QUANTC_TEST_DEVICE_STANDIN_DEVICE_H

#include <cstdint>
#include <string>
#include <vector>

namespace standin {

/// The machine that variables of the environment describe, so that tests see
/// one that is old, small or missing:
///   STANDIN_CAPABILITIES  of the GPUs, "90,75"; empty: there is none
///   STANDIN_DRIVER        as cuDriverGetVersion gives it, 13000
///   STANDIN_PTX           the newest PTX that it reads, 80 for 8.0; usually
///   what a
///                         driver of that version does
///   STANDIN_MEMORY        of each GPU, bytes
///   STANDIN_MULTIPROCESSORS  of each GPU, 3: blocks share some tiles
///   STANDIN_PIECE         as if memory were mapped in pieces of so many bytes
///   STANDIN_INIT          what cuInit returns
///   STANDIN_TIME          1: tells what each launch executed, on stderr
struct Machine {
  std::vector<uint32_t> capabilities;
  int32_t driver;
  uint32_t ptx;
  uint64_t memory;
  int32_t multiprocessors;
  uint64_t piece; // 0: all of an allocation
  int32_t init;
  bool tellsTime;

  static Machine fromEnvironment();
};

/// Whether PTX for a target runs on a GPU: sm_80 on 8.0 and later, sm_90a
/// on 9.0 alone. Throws PtxError for a name that it does not know.
bool runsOn(const std::string &target, uint32_t capability);

} // namespace standin

#endif // QUANTC_TEST_DEVICE_STANDIN_DEVICE_H
