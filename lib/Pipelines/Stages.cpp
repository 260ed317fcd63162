//===- Stages.cpp - The stages of a network -----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Stages.h"

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Target/DeviceCode.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace quantc;

/// In the order of the enum.
static constexpr StringRef kNames[] = {"float", "observed",  "calibrated",
                                       "qdq",   "quantized", "int8",
                                       "loops", "binary"};

StringRef quantc::stringifyStage(Stage stage) {
  return kNames[static_cast<unsigned>(stage)];
}

std::optional<Stage> quantc::parseStage(StringRef name) {
  const StringRef *found = llvm::find(kNames, name);
  if (found == std::end(kNames))
    return std::nullopt;
  return static_cast<Stage>(found - kNames);
}

std::string quantc::listStages() { return llvm::join(ArrayRef(kNames), ", "); }

static bool hasQuantizedOperand(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && isa<quant::QuantizedType>(tensor.getElementType());
  });
}

/// Of a network that still is in the nn dialect.
static Stage inferNetworkStage(ModuleOp module) {
  bool hasObserver = false, hasUncalibrated = false, hasQuantize = false,
       hasQuantizedOp = false;
  module.walk([&](Operation *op) {
    if (auto observer = dyn_cast<nn::ObserveOp>(op)) {
      hasObserver = true;
      hasUncalibrated |= !observer.getRange();
    } else if (auto dequantize = dyn_cast<nn::DequantizeOp>(op)) {
      // A float network may have inputs of integers.
      hasQuantize |= !isa<BlockArgument>(dequantize.getInput());
    } else if (isa<nn::QuantizeOp>(op)) {
      hasQuantize = true;
    } else if (isa_and_nonnull<nn::NNDialect>(op->getDialect())) {
      hasQuantizedOp |= hasQuantizedOperand(op);
    }
  });
  if (hasQuantizedOp)
    return Stage::Quantized;
  if (hasQuantize)
    return Stage::QDQ;
  if (hasObserver)
    return hasUncalibrated ? Stage::Observed : Stage::Calibrated;
  return Stage::Float;
}

Stage quantc::inferStage(ModuleOp module) {
  // -convert-nn-to-linalg and -codegen-plan-workspace leave these.
  if (!module->hasAttr("quantc.inputs"))
    return inferNetworkStage(module);
  if (module->hasAttr(kDeviceCodeAttr))
    return Stage::Binary;
  if (!module->hasAttr("quantc.workspace_fixed"))
    return Stage::Int8;
  // -codegen-create-entry or -codegen-list-launches.
  bool isLowered = module.lookupSymbol<LLVM::LLVMFuncOp>("quantc_network") ||
                   module->hasAttr("quantc.launches");
  return isLowered ? Stage::Binary : Stage::Loops;
}
