//===- Kernels.h - The kernels of a network as machine code ------*- C++
//-*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_KERNELS_H
#define QUANTC_LIB_TARGET_KERNELS_H

#include "quantc/Target/DeviceCode.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"

#include <string>

namespace quantc {

/// The optimized LLVM IR of the kernels of a network at stage `binary` for a
/// GPU.
mlir::FailureOr<std::unique_ptr<llvm::Module>>
compileKernels(mlir::ModuleOp module, llvm::LLVMContext &context);

/// The same as PTX, the text that drivers compile for their chip.
mlir::FailureOr<std::string> compileToPTX(mlir::ModuleOp module);

/// Where CUDA's assembler is: in PATH, or where CUDA is installed by default;
/// empty without one.
std::string findAssembler();

/// Machine code, as a cubin, for the chip of `module`; empty where the
/// assembler does not know that. Failure, after a diagnostic, without an
/// assembler.
mlir::FailureOr<std::string> assemble(mlir::ModuleOp module,
                                      llvm::StringRef ptx);

/// What a binary holds of a network for a GPU: from `quantc.device_code`, or
/// else the kernels compiled, and assembled where there is an assembler that
/// knows the chip, with their `quantc.launches`.
mlir::FailureOr<DeviceCode> compileDeviceCode(mlir::ModuleOp module);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_KERNELS_H
