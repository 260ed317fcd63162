//===- Variants.h - One network for several targets -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_VARIANTS_H
#define QUANTC_LIB_TARGET_VARIANTS_H

#include "quantc/Target/DeviceCode.h"
#include "quantc/Target/Target.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <optional>

namespace quantc {

/// A network at stage `binary` and the machine that it is for; or code for a
/// GPU and the least of the machines that it may be in.
struct Variant {
  mlir::ModuleOp module;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::optional<DeviceCode> device;
};

/// The machine that `llvm.target` of each module names, the best first.
/// Failure, after diagnostics, unless all are the same network for different
/// targets, those for CPUs of one architecture. Code for GPUs comes first.
mlir::FailureOr<llvm::SmallVector<Variant>>
createVariants(llvm::ArrayRef<mlir::ModuleOp> modules);

/// Whether a binary of `variants` has a state: a choice, panels to pack, or a
/// GPU.
bool needsDispatch(llvm::ArrayRef<Variant> variants);

/// Which rows of CPUFeatures.def `machine` has, and code for it may use.
uint64_t getRequiredFeatures(const llvm::TargetMachine &machine);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_VARIANTS_H
