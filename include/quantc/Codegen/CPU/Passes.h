//===- Passes.h - Code generation for CPUs ------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CODEGEN_CPU_PASSES_H
#define QUANTC_CODEGEN_CPU_PASSES_H

#include "quantc/Dialect/MK/IR/MK.h"

// The dialects that the passes depend on.
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

namespace quantc {

#define GEN_PASS_DECL
#include "quantc/Codegen/CPU/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "quantc/Codegen/CPU/Passes.h.inc"

/// The function of the network, behind -codegen-create-entry.
constexpr llvm::StringLiteral kBodyName = "quantc_body";

/// The module's list of panels that `prepare` packs, in the order of their
/// addresses behind the arguments of a run: each a dictionary of `panels`, the
/// global that stands for them in stage `loops`, the bytes of `weights`, what
/// an `element` of these is, their `shape` as rows, taps and channels, and
/// `layout`, the fields of a PanelLayout, without which they are as they are;
/// and `steps`, where these begin anywhere.
constexpr llvm::StringLiteral kPanelsAttrName = "quantc.panels";

/// How the weights of `quantc.panels` are coded in the binary: a dictionary of
/// `coder`, "rans", "context" or "auto", and `max_load_ms`, how long `auto` may
/// take to decode them. They are not where it is absent.
constexpr llvm::StringLiteral kEncodingAttrName = "quantc.encoding";

/// The module's list of what its layers cost, in no order: each a dictionary of
/// its `location`, the `kernel` ("avx512-vnni tile", "... depthwise" or
/// "loops"), in tiles the largest `tile` ("14x32"), `multiply_adds` and `bytes`
/// of a sample, the `expected_cycles`, the `least_cycles` that the ceilings of
/// the machine allow, and `why` these are less than half, where they are.
constexpr llvm::StringLiteral kCostsAttrName = "quantc.costs";

} // namespace quantc

#endif // QUANTC_CODEGEN_CPU_PASSES_H
