//===- Compile.cpp - From the LLVM dialect to optimized LLVM IR ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compile.h"
#include "ModelTable.h"

#include "quantc/Runtime/Embedded/Bitcode.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Linker/Linker.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/IPO/Internalize.h"

using namespace mlir;
using namespace quantc;

FailureOr<std::unique_ptr<llvm::TargetMachine>>
quantc::createTargetMachine(ModuleOp module) {
  static bool areTargetsInitialized = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser(); // of the embedded runtime
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
    LLVMInitializeAArch64AsmParser();
    return true;
  }();
  (void)areTargetsInitialized;
  auto target = module->getAttrOfType<LLVM::TargetAttr>("llvm.target");
  if (!target)
    return module.emitError(
        "requires an 'llvm.target' attribute: run -codegen-attach-target");
  llvm::Triple triple(target.getTriple());
  std::string error;
  const llvm::Target *llvmTarget =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!llvmTarget)
    return module.emitError("unknown target '")
           << target.getTriple() << "': " << error;
  llvm::TargetOptions options;
  // By the numerics contract only an fma that the IR names is one.
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  std::string features =
      target.getFeatures() ? target.getFeatures().getFeaturesString() : "";
  return std::unique_ptr<llvm::TargetMachine>(llvmTarget->createTargetMachine(
      triple, target.getChip(), features, options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

/// Bytes of all constants.
static uint64_t countConstants(llvm::Module &llvmModule) {
  uint64_t bytes = 0;
  for (llvm::GlobalVariable &global : llvmModule.globals())
    if (global.isConstant() && global.hasInitializer())
      bytes +=
          llvmModule.getDataLayout().getTypeAllocSize(global.getValueType());
  return bytes;
}

/// Adds the bitcode of the embedded runtime.
static LogicalResult linkRuntime(ModuleOp module, llvm::Module &llvmModule) {
  llvm::Triple triple = llvmModule.getTargetTriple();
  std::string_view bitcode =
      getEmbeddedRuntime(llvm::Triple::getArchTypeName(triple.getArch()).str());
  if (bitcode.empty())
    return module.emitError("no runtime for target '") << triple.str() << "'";
  auto runtime = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(StringRef(bitcode.data(), bitcode.size()),
                            "runtime"),
      llvmModule.getContext());
  if (!runtime)
    return module.emitError("cannot read the embedded runtime: ")
           << llvm::toString(runtime.takeError());
  (*runtime)->setTargetTriple(triple);
  (*runtime)->setDataLayout(llvmModule.getDataLayout());
  if (llvm::Linker::linkModules(llvmModule, std::move(*runtime)))
    return module.emitError("cannot link the embedded runtime");
  return success();
}

/// Everything is compiled for one machine: attributes that say another would
/// only hinder inlining. But what looks whether this is that machine must run
/// on any.
static void removeTargetAttributes(llvm::Module &llvmModule) {
  for (llvm::Function &function : llvmModule)
    if (function.getName() != "quantc_prepare")
      for (StringRef attribute : {"target-cpu", "target-features", "tune-cpu"})
        function.removeFnAttr(attribute);
}

static void optimize(llvm::Module &llvmModule, llvm::TargetMachine &machine) {
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  llvm::PassBuilder builder(&machine, tuning);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2)
      .run(llvmModule, modules);
}

FailureOr<std::unique_ptr<llvm::Module>>
quantc::compileToLLVM(ModuleOp module, BinaryKind kind, StringRef name,
                      llvm::TargetMachine &machine,
                      llvm::LLVMContext &context) {
  for (StringRef attribute :
       {"quantc.inputs", "quantc.outputs", "quantc.observed",
        "quantc.provenance", "quantc.workspace_fixed",
        "quantc.workspace_per_sample"})
    if (!module->hasAttr(attribute))
      return module.emitError("requires a network at stage 'binary', but it "
                              "has no attribute '")
             << attribute << "'";
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, name);
  if (!llvmModule)
    return failure();
  llvmModule->setSourceFileName(name);
  llvmModule->setTargetTriple(machine.getTargetTriple());
  llvmModule->setDataLayout(machine.createDataLayout());
  uint64_t weightsBytes = countConstants(*llvmModule);
  if (failed(linkRuntime(module, *llvmModule)))
    return failure();
  removeTargetAttributes(*llvmModule);

  llvm::GlobalVariable *table = addModelTable(
      *llvmModule, module, (name + "_model").str(), machine, weightsBytes);
  llvm::StringSet<> exported = {table->getName()};
  if (kind == BinaryKind::Shared) {
    llvm::GlobalAlias::create("quantc_model", table);
    exported.insert("quantc_model");
  }
  llvm::internalizeModule(*llvmModule, [&](const llvm::GlobalValue &value) {
    return exported.contains(value.getName());
  });
  optimize(*llvmModule, machine);
  return llvmModule;
}
