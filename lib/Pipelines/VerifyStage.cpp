//===- VerifyStage.cpp - What is legal at each stage --------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Pipelines/Pipelines.h"
#include "quantc/Pipelines/Stages.h"
#include "quantc/Target/DeviceCode.h"
#include "quantc/Target/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/Pass.h"

namespace quantc {
#define GEN_PASS_DEF_VERIFYSTAGE
#include "quantc/Pipelines/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

/// The table. A name is an op's, or a dialect's where it has no dot.
struct Rule {
  Stage stage;
  StringRef producer; // what brings a network here
  ArrayRef<StringRef> legal;
  ArrayRef<StringRef> illegal; // although its dialect is legal
};

constexpr StringRef kFloat[] = {"func.func", "func.return", "nn",
                                "arith.constant"};
constexpr StringRef kNoQuantization[] = {"nn.quantize", "nn.observe"};
constexpr StringRef kNoQuantize[] = {"nn.quantize"};
constexpr StringRef kQuantized[] = {"func.func", "func.return", "nn",
                                    "arith.constant", "quant.scast"};
constexpr StringRef kNoObserver[] = {"nn.observe"};
constexpr StringRef kInt8[] = {"func",     "linalg",         "tensor",
                               "arith",    "math.roundeven", "math.sqrt",
                               "math.absf"};
// i8 is signed, and rounding is the contract's: no other extension or
// conversion may slip in. Upstream's ops with zero points cannot be vectorized.
constexpr StringRef kNotInt8[] = {"arith.extui",
                                  "arith.uitofp",
                                  "arith.fptoui",
                                  "linalg.quantized_matmul",
                                  "linalg.quantized_batch_matmul",
                                  "linalg.conv_2d_nhwc_hwcf_q",
                                  "linalg.conv_2d_nhwc_fhwc_q",
                                  "linalg.conv_2d_nhwgc_gfhwc_q",
                                  "linalg.depthwise_conv_2d_nhwc_hwc_q"};
constexpr StringRef kLoops[] = {"func",
                                "scf",
                                "vector",
                                "memref",
                                "arith",
                                "affine",
                                "math.fma",
                                "math.sqrt",
                                "math.absf",
                                "mk.registers",
                                "llvm.call_intrinsic",
                                "llvm.intr.lrint",
                                "llvm.intr.sadd.sat",
                                "llvm.intr.ssub.sat",
                                "llvm.inline_asm",
                                "llvm.mlir.poison",
                                "llvm.inttoptr"};
// Temporary buffers lie in the workspace, or on the stack of a thread.
constexpr StringRef kNoAllocation[] = {"memref.alloc", "memref.dealloc",
                                       "memref.copy"};
constexpr StringRef kBinary[] = {"llvm"};

// A kernel is a function of scf on buffers, or what the tensor cores take.
constexpr StringRef kGPULoops[] = {
    "func",  "gpu",    "nvvm",           "scf",      "vector",    "memref",
    "arith", "affine", "math.roundeven", "math.fma", "math.sqrt", "math.absf",
    "llvm"};
constexpr StringRef kGPUBinary[] = {"gpu.module", "llvm", "nvvm"};

const Rule kRules[] = {
    {Stage::Float, "quant-translate --import-onnx", kFloat, kNoQuantization},
    {Stage::Observed, "-nn-insert-observers", kFloat, kNoQuantize},
    {Stage::Calibrated, "-nn-apply-calibration", kFloat, kNoQuantize},
    {Stage::QDQ, "-nn-insert-qdq", kQuantized, kNoObserver},
    {Stage::Quantized, "-nn-fold-scales", kQuantized, kNoObserver},
    {Stage::Int8, "-convert-nn-to-linalg", kInt8, kNotInt8},
    {Stage::Loops, "-codegen-cpu", kLoops, kNoAllocation},
    {Stage::Binary, "-lower-to-llvm-cpu", kBinary, {}},
};

/// From stage `loops` on, for a GPU.
const Rule kGPURules[] = {
    {Stage::Loops, "-codegen-gpu", kGPULoops, kNoAllocation},
    {Stage::Binary, "-lower-to-nvvm", kGPUBinary, {}},
};

bool isNamed(Operation *op, ArrayRef<StringRef> names) {
  return llvm::is_contained(names, op->getName().getStringRef()) ||
         llvm::is_contained(names, op->getName().getDialectNamespace());
}

Type elementTypeOf(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? shaped.getElementType() : type;
}

/// Quantized types exist from `qdq` to `quantized`, and only there; an input
/// may have one before.
bool isTypeLegal(Type type, Stage stage) {
  Type element = elementTypeOf(type);
  bool isStored = stage == Stage::QDQ || stage == Stage::Quantized;
  if (isa<quant::QuantizedType>(element))
    return isStored;
  if (stage <= Stage::Calibrated)
    return element.isF32();
  return stage == Stage::Binary || element.isF32() || element.isIndex() ||
         element.isSignlessInteger() ||
         isa<LLVM::LLVMPointerType, LLVM::LLVMStructType>(element);
}

struct VerifyStage : quantc::impl::VerifyStageBase<VerifyStage> {
  using Base::Base;

  void runOnOperation() override {
    std::optional<Stage> parsed = parseStage(stage);
    if (!parsed) {
      getOperation().emitError("unknown stage '")
          << stage << "', expected one of " << listStages();
      return signalPassFailure();
    }
    isForGPU = isDeviceModule(getOperation());
    ArrayRef<Rule> rules = kRules;
    if (isForGPU && *parsed >= Stage::Loops)
      rules = kGPURules;
    const Rule &rule = *llvm::find_if(
        rules, [&](const Rule &rule) { return rule.stage == *parsed; });
    bool isLegal =
        succeeded(verify(getOperation())) && succeeded(verifyModule(rule));
    getOperation().walk([&](Operation *op) {
      if (op != getOperation())
        isLegal &= succeeded(verifyOp(op, rule));
    });
    if (!isLegal)
      signalPassFailure();
    markAllAnalysesPreserved();
  }

private:
  LogicalResult verifyModule(const Rule &rule) {
    SmallVector<StringRef> required;
    if (rule.stage >= Stage::Int8)
      required = {"quantc.inputs", "quantc.outputs", "quantc.observed",
                  "quantc.provenance"};
    if (rule.stage >= Stage::Loops)
      llvm::append_range(required, ArrayRef<StringRef>{
                                       "quantc.workspace_fixed",
                                       "quantc.workspace_per_sample",
                                       LLVM::LLVMDialect::getTargetAttrName()});
    if (isForGPU && rule.stage == Stage::Binary)
      required.push_back("quantc.launches");
    for (StringRef name : required)
      if (!getOperation()->hasAttr(name))
        return getOperation().emitError("stage '")
               << stringifyStage(rule.stage) << "' requires the attribute '"
               << name << "'; " << rule.producer << " sets it";
    return success();
  }

  LogicalResult verifyOp(Operation *op, const Rule &rule) {
    if (!isNamed(op, rule.legal) || isNamed(op, rule.illegal))
      return op->emitOpError("is illegal at stage '")
             << stringifyStage(rule.stage) << "', which " << rule.producer
             << " produces";
    auto isIllegal = [&](Type type) { return !isTypeLegal(type, rule.stage); };
    auto type = llvm::find_if(op->getResultTypes(), isIllegal);
    if (type != op->getResultTypes().end())
      return op->emitOpError("has the type ")
             << *type << ", which is illegal at stage '"
             << stringifyStage(rule.stage) << "'";
    if (auto function = dyn_cast<func::FuncOp>(op))
      return verifyInputs(function, rule);
    return verifyQuantization(op, rule);
  }

  LogicalResult verifyInputs(func::FuncOp function, const Rule &rule) {
    for (BlockArgument argument : function.getBody().getArguments()) {
      Type type = argument.getType();
      bool isInteger = rule.stage < Stage::QDQ &&
                       isa<quant::QuantizedType>(elementTypeOf(type));
      if (!isInteger && !isTypeLegal(type, rule.stage))
        return emitError(argument.getLoc(), "input #")
               << argument.getArgNumber() << " has the type " << type
               << ", which is illegal at stage '" << stringifyStage(rule.stage)
               << "'";
    }
    return success();
  }

  LogicalResult verifyQuantization(Operation *op, const Rule &rule) {
    if (auto observer = dyn_cast<nn::ObserveOp>(op);
        observer && rule.stage == Stage::Calibrated && !observer.getRange())
      return observer.emitOpError("requires a range at stage 'calibrated', "
                                  "which -nn-apply-calibration sets");
    // An input of bytes is all that may be quantized before.
    if (auto dequantize = dyn_cast<nn::DequantizeOp>(op);
        dequantize && rule.stage < Stage::QDQ &&
        !isa<BlockArgument>(dequantize.getInput()))
      return dequantize.emitOpError("requires an input of the network at stage "
                                    "'")
             << stringifyStage(rule.stage) << "'";
    // Between quantize and dequantize a network at `qdq` computes in float.
    if (rule.stage != Stage::QDQ ||
        !isa_and_nonnull<nn::NNDialect>(op->getDialect()) ||
        isa<nn::QuantizeOp, nn::DequantizeOp>(op))
      return success();
    for (Type type : op->getOperandTypes())
      if (!elementTypeOf(type).isF32())
        return op->emitOpError("computes on ")
               << type
               << " at stage 'qdq', where only nn.quantize and "
                  "nn.dequantize see integers";
    return success();
  }

  bool isForGPU = false;
};

} // namespace
