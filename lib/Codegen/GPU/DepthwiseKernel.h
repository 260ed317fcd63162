//===- DepthwiseKernel.h - A convolution of single channels -----*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_DEPTHWISEKERNEL_H
#define QUANTC_LIB_CODEGEN_GPU_DEPTHWISEKERNEL_H

#include "ImageBorder.h"
#include "Kernel.h"

namespace quantc {

/// What a thread of a depthwise convolution computes: neighbouring channels of
/// pixels beside and below each other.
struct DepthwiseTile {
  static constexpr int64_t kChannels = 4; // bytes of a word

  int64_t lines, columns;
};

/// The tile that "depthwise-LINESxCOLUMNS" names.
std::optional<DepthwiseTile> findDepthwiseTile(llvm::StringRef name);

/// All names, separated by commas, for messages.
std::string listDepthwiseTiles();

/// Whether the channels of `contraction`, a depthwise one, are whole words, and
/// the taps of its windows few enough for code without loops.
bool isDepthwiseKernel(const Contraction &contraction);

/// The tile that `contraction` should be cut into, where `batch` samples are
/// expected.
DepthwiseTile chooseDepthwiseTile(const Contraction &contraction,
                                  int64_t batch);

/// Adds a kernel for `contraction`, and its launch. Failure after a diagnostic.
mlir::LogicalResult createDepthwiseKernel(KernelModule &kernels,
                                          const Contraction &contraction,
                                          const DepthwiseTile &tile);

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_DEPTHWISEKERNEL_H
