//===- StateLayout.h - How large the state of a model is ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What lib/Target must know of the states that the embedded runtime fills,
// which are of 64-bit machines. Freestanding.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_RUNTIME_EMBEDDED_STATELAYOUT_H
#define QUANTC_RUNTIME_EMBEDDED_STATELAYOUT_H

#include <stdint.h>

namespace quantc {

/// The longest sentence, with its NUL, about why a target was not chosen.
constexpr uint64_t kReasonBytes = 1024;

/// What each state begins with (State in lib/Runtime/Embedded/Variant.h).
constexpr uint64_t kStateBytes = 4 * sizeof(uint64_t) + kReasonBytes;

/// Batches whose launches the state of a GPU keeps.
constexpr uint64_t kDeviceGraphs = 8;

/// The part of a DeviceState that all networks have, behind the State.
constexpr uint64_t kDeviceStateBytes = 1024;

/// The state of a network with this many launches, inputs and outputs on a GPU:
/// kernels, and for each graph the nodes of these and the addresses of tensors.
constexpr uint64_t deviceStateBytes(uint64_t launches, uint64_t tensors) {
  return kStateBytes + kDeviceStateBytes +
         sizeof(uint64_t) * (launches + kDeviceGraphs * (launches + tensors));
}

} // namespace quantc

#endif // QUANTC_RUNTIME_EMBEDDED_STATELAYOUT_H
