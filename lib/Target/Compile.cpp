//===- Compile.cpp - From the LLVM dialect to optimized LLVM IR ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compile.h"
#include "ModelTable.h"
#include "Passes.h"
#include "ScalarizeStores.h"

#include "quantc/Runtime/Embedded/Bitcode.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Linker/Linker.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/IPO/ConstantMerge.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/Internalize.h"

using namespace mlir;
using namespace quantc;

namespace {

/// Bytes of all constants of networks in one context; what several share counts
/// once.
class ConstantCounter {
public:
  void add(llvm::Module &network) {
    SmallPtrSet<llvm::Constant *, 16> earlier = counted;
    for (llvm::GlobalVariable &global : network.globals()) {
      if (!global.isConstant() || !global.hasInitializer())
        continue;
      counted.insert(global.getInitializer());
      if (!earlier.contains(global.getInitializer()))
        bytes +=
            network.getDataLayout().getTypeAllocSize(global.getValueType());
    }
  }

  uint64_t bytes = 0;

private:
  // LLVM's constants are unique in their context.
  SmallPtrSet<llvm::Constant *, 16> counted;
};

} // namespace

/// Adds bitcode of the embedded runtime.
static LogicalResult
linkRuntime(ModuleOp module, llvm::Module &llvmModule,
            function_ref<std::string_view(std::string_view)> getBitcode) {
  llvm::Triple triple = llvmModule.getTargetTriple();
  std::string_view bitcode =
      getBitcode(llvm::Triple::getArchTypeName(triple.getArch()).str());
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

/// Looks whether this is the machine that all others are compiled for, and so
/// must run on any.
static constexpr StringRef kPrepareName = "quantc_prepare";

/// Everything in `llvmModule` is compiled for one machine: attributes that say
/// another would only hinder inlining.
static void removeTargetAttributes(llvm::Module &llvmModule) {
  for (llvm::Function &function : llvmModule)
    if (function.getName() != kPrepareName)
      for (StringRef attribute : {"target-cpu", "target-features", "tune-cpu"})
        function.removeFnAttr(attribute);
}

/// Vectors of 256 bits are in one register of SVE, which may be longer
/// (CPUFeatures.def).
static void setVectorLengths(llvm::Module &llvmModule,
                             const llvm::TargetMachine &machine) {
  if (!machine.getTargetTriple().isAArch64() ||
      !machine.getMCSubtargetInfo()->checkFeatures("+sve"))
    return;
  // Of 128 bits each. SVE allows no more.
  constexpr unsigned kLeast = 2, kMost = 16;
  for (llvm::Function &function : llvmModule)
    if (function.getName() != kPrepareName)
      function.addFnAttr(llvm::Attribute::getWithVScaleRangeArgs(
          function.getContext(), kLeast, kMost));
}

/// LLVM makes vectors of 256 bits of loops, as the first CPUs with longer ones
/// ran slower by those. Where tiles use 512 bits, loops can, too: quantizing
/// numbers takes 0.7 of the time, networks 0.98 to 1.
static void preferLongVectors(llvm::Module &llvmModule,
                              const llvm::TargetMachine &machine) {
  if (!machine.getTargetTriple().isX86() ||
      !machine.getMCSubtargetInfo()->checkFeatures("+avx512vnni"))
    return;
  for (llvm::Function &function : llvmModule)
    if (function.getName() != kPrepareName)
      function.addFnAttr("prefer-vector-width", "512");
}

static void addTargetAttributes(llvm::Module &llvmModule,
                                const llvm::TargetMachine &machine) {
  for (llvm::Function &function : llvmModule) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    if (StringRef features = machine.getTargetFeatureString();
        !features.empty())
      function.addFnAttr("target-features", features);
  }
}

/// What is left to do for loops that are tiled and in order, and unrolled where
/// that lets others be vectorized. The pipeline of O2 takes much longer, for
/// code that is hardly ever faster: by this one MobileNetV3 takes 0.75 of its
/// time, other networks 0.93 to 1.05.
static constexpr StringRef kPipeline =
    "globaldce,"
    "function(sroa<modify-cfg>,early-cse<memssa>,simplifycfg),"
    "cgscc(inline),globaldce,"
    "function(sroa<modify-cfg>,early-cse<memssa>,"
    "instcombine<no-verify-fixpoint>,simplifycfg,"
    "loop-mssa(loop-rotate,licm),simplifycfg,instcombine<no-verify-fixpoint>,"
    "loop(loop-idiom,indvars,loop-deletion),"
    "sroa<modify-cfg>,gvn,dse,loop-mssa(licm),simplifycfg,"
    "loop-vectorize,instcombine<no-verify-fixpoint>,simplifycfg,"
    "slp-vectorizer,vector-combine,loop-unroll,"
    "instcombine<no-verify-fixpoint>,loop-mssa(licm),simplifycfg),"
    "globaldce,constmerge";

static void optimize(llvm::Module &llvmModule, llvm::TargetMachine &machine) {
  runPasses(llvmModule, machine, [](llvm::PassBuilder &builder) {
    llvm::ModulePassManager manager;
    llvm::cantFail(builder.parsePassPipeline(manager, kPipeline));
    manager.addPass(
        llvm::createModuleToFunctionPassAdaptor(quantc::ScalarizeStores()));
    return manager;
  });
}

static void setMachine(llvm::Module &llvmModule, llvm::TargetMachine &machine) {
  llvmModule.setTargetTriple(machine.getTargetTriple());
  llvmModule.setDataLayout(machine.createDataLayout());
}

static void keepOnly(llvm::Module &llvmModule,
                     const llvm::StringSet<> &exported) {
  llvm::internalizeModule(llvmModule, [&](const llvm::GlobalValue &value) {
    return exported.contains(value.getName());
  });
}

/// The network with its runtime.
static FailureOr<std::unique_ptr<llvm::Module>>
translate(const Variant &variant, StringRef name, llvm::LLVMContext &context,
          ConstantCounter &counter) {
  ModuleOp module = variant.module;
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
  setMachine(*llvmModule, *variant.machine);
  counter.add(*llvmModule);
  if (failed(linkRuntime(module, *llvmModule, getEmbeddedRuntime)))
    return failure();
  removeTargetAttributes(*llvmModule);
  setVectorLengths(*llvmModule, *variant.machine);
  preferLongVectors(*llvmModule, *variant.machine);
  defineRuntimeConstants(*llvmModule, variant);
  return llvmModule;
}

/// Adds the model table, beside which nothing is visible.
static void addModel(llvm::Module &llvmModule, ArrayRef<Variant> variants,
                     BinaryKind kind, StringRef name, uint64_t weightsBytes,
                     const ConstantSection *section = nullptr) {
  llvm::GlobalVariable *table = addModelTable(
      llvmModule, variants, (name + "_model").str(), weightsBytes, section);
  llvm::StringSet<> exported = {table->getName()};
  if (kind == BinaryKind::Shared) {
    llvm::GlobalAlias::create("quantc_model", table);
    exported.insert("quantc_model");
  }
  keepOnly(llvmModule, exported);
}

/// Moves one of several variants, optimized for its machine, into `all`. Its
/// symbols end with `suffix`.
static FailureOr<VariantFunctions>
moveInto(llvm::Module &all, std::unique_ptr<llvm::Module> llvmModule,
         const Variant &variant, StringRef suffix) {
  keepOnly(*llvmModule, {"quantc_workspace_bytes", "quantc_run"});
  optimize(*llvmModule, *variant.machine);
  addTargetAttributes(*llvmModule, *variant.machine);
  for (llvm::GlobalValue &value : llvmModule->global_values())
    if (!value.isDeclaration())
      value.setName(value.getName() + suffix);
  if (llvm::Linker::linkModules(all, std::move(llvmModule)))
    return ModuleOp(variant.module).emitError("cannot link the variants");
  auto find = [&](StringRef name) {
    return all.getFunction((name + suffix).str());
  };
  return VariantFunctions{find("quantc_workspace_bytes"), find("quantc_run")};
}

/// What the variants for GPUs share in `all`.
static FailureOr<VariantFunctions> linkDeviceRuntime(ModuleOp module,
                                                     llvm::Module &all) {
  llvm::Function *prepare = all.getFunction("quantc_device_prepare");
  if (!prepare) {
    if (failed(linkRuntime(module, all, getEmbeddedDeviceLoad)) ||
        failed(linkRuntime(module, all, getEmbeddedDeviceRun)))
      return failure();
    prepare = all.getFunction("quantc_device_prepare");
  }
  return VariantFunctions{all.getFunction("quantc_device_workspace_bytes"),
                          all.getFunction("quantc_device_run"), prepare,
                          all.getFunction("quantc_device_release")};
}

/// Drops what no variant uses, and stores once what several have.
static void mergeConstants(llvm::Module &llvmModule) {
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder().registerModuleAnalyses(modules);
  llvm::ModulePassManager passes;
  passes.addPass(llvm::GlobalDCEPass());
  passes.addPass(llvm::ConstantMergePass());
  passes.run(llvmModule, modules);
}

/// Those of the decoder would be 4 kB of the symbol table.
static void dropNames(llvm::Module &llvmModule) {
  for (llvm::Function &function : llvmModule)
    if (function.hasInternalLinkage() &&
        function.getName().starts_with("_ZN6quantc"))
      function.setLinkage(llvm::GlobalValue::PrivateLinkage);
}

static FailureOr<std::unique_ptr<llvm::Module>>
compileSeveral(ArrayRef<Variant> variants, BinaryKind kind, StringRef name,
               llvm::LLVMContext &context, uint64_t &constantBytes) {
  auto all = std::make_unique<llvm::Module>(name, context);
  setMachine(*all, *variants.front().machine);
  ModuleOp first = variants.front().module;
  auto section = ConstantSection::create(variants);
  if (failed(linkRuntime(first, *all, getEmbeddedDispatch)) ||
      failed(linkRuntime(first, *all,
                         section ? getEmbeddedDecode : getEmbeddedPack)))
    return failure();
  ConstantCounter counter;
  SmallVector<VariantFunctions> functions;
  for (auto [index, variant] : llvm::enumerate(variants)) {
    if (variant.device) {
      auto found = linkDeviceRuntime(variant.module, *all);
      if (failed(found))
        return failure();
      functions.push_back(*found);
      continue;
    }
    auto llvmModule = translate(variant, name, context, counter);
    if (failed(llvmModule))
      return failure();
    auto found = moveInto(*all, std::move(*llvmModule), variant,
                          ("." + Twine(index)).str());
    if (failed(found))
      return failure();
    functions.push_back(*found);
  }
  constantBytes =
      counter.bytes + defineVariants(*all, variants, functions, section.get());
  addModel(*all, variants, kind, name, constantBytes, section.get());
  if (section)
    dropNames(*all);
  mergeConstants(*all);
  return all;
}

FailureOr<std::unique_ptr<llvm::Module>>
quantc::compileToLLVM(ArrayRef<Variant> variants, BinaryKind kind,
                      StringRef name, llvm::LLVMContext &context,
                      uint64_t &constantBytes) {
  if (needsDispatch(variants))
    return compileSeveral(variants, kind, name, context, constantBytes);
  const Variant &variant = variants.front();
  ConstantCounter counter;
  auto llvmModule = translate(variant, name, context, counter);
  if (failed(llvmModule))
    return failure();
  constantBytes = counter.bytes;
  addModel(**llvmModule, variant, kind, name, constantBytes);
  optimize(**llvmModule, *variant.machine);
  return llvmModule;
}
