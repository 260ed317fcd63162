//===- PrepareBuffers.h - Buffers as dots take them ------------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_CPU_PREPAREBUFFERS_H
#define QUANTC_LIB_CODEGEN_CPU_PREPAREBUFFERS_H

#include "Strategy.h"
#include "quantc/Codegen/Common/Contraction.h"

#include <utility>
#include <vector>

namespace quantc {

using PlannedContraction = std::pair<Contraction, const Strategy *>;

/// Where contractions multiply an i8 buffer of the network as u8, + 128, and
/// all else that accesses it computes with scalars, it holds u8 from then on:
/// what writes it adds 128, what reads it as i8 subtracts that. Sets
/// `isPrepared` of these contractions.
void prepareBuffers(llvm::MutableArrayRef<PlannedContraction> contractions);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_CPU_PREPAREBUFFERS_H
