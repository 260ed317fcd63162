//===- DeviceTable.h - Code for a GPU as constants ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_TARGET_DEVICETABLE_H
#define QUANTC_LIB_TARGET_DEVICETABLE_H

#include "quantc/Target/DeviceCode.h"

#include "llvm/IR/Module.h"

namespace quantc {

/// Adds a constant of type quantc::DeviceProgram with all that it points to;
/// its address. Inputs and outputs are those of `module`.
llvm::Constant *addDeviceProgram(llvm::Module &llvmModule,
                                 const DeviceCode &code, mlir::ModuleOp module,
                                 int64_t fixedBatch);

} // namespace quantc

#endif // QUANTC_LIB_TARGET_DEVICETABLE_H
