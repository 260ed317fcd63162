//===- Variants.cpp - One network for several targets ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Variants.h"

#include "Kernels.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace quantc;

static void initializeTargets() {
  static bool areInitialized = [] {
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
  (void)areInitialized;
}

static FailureOr<std::unique_ptr<llvm::TargetMachine>>
createMachine(LLVM::TargetAttr target,
              function_ref<InFlightDiagnostic()> emitError) {
  initializeTargets();
  llvm::Triple triple(target.getTriple());
  std::string error;
  const llvm::Target *llvmTarget =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!llvmTarget)
    return emitError() << "unknown target '" << target.getTriple()
                       << "': " << error;
  llvm::TargetOptions options;
  // By the numerics contract only an fma that the IR names is one.
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  std::string features =
      target.getFeatures() ? target.getFeatures().getFeaturesString() : "";
  return std::unique_ptr<llvm::TargetMachine>(llvmTarget->createTargetMachine(
      triple, target.getChip(), features, options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

uint64_t quantc::getRequiredFeatures(const llvm::TargetMachine &machine) {
  constexpr const char *kX86[] = {
#define X86_FEATURE(NAME, WORD, BIT, STATE, REMEDY) NAME,
#include "quantc/Runtime/Embedded/CPUFeatures.def"
  };
  constexpr const char *kArm[] = {
#define ARM_FEATURE(NAME, WHAT, WORD, BIT, REMEDY) NAME,
#include "quantc/Runtime/Embedded/CPUFeatures.def"
  };
  uint64_t required = 0;
  auto names = machine.getTargetTriple().isX86() ? ArrayRef<const char *>(kX86)
                                                 : ArrayRef<const char *>(kArm);
  for (auto [row, name] : llvm::enumerate(names))
    if (machine.getMCSubtargetInfo()->checkFeatures(("+" + Twine(name)).str()))
      required |= uint64_t{1} << row;
  return required;
}

bool quantc::needsDispatch(ArrayRef<Variant> variants) {
  return variants.size() > 1 || variants.front().device ||
         ModuleOp(variants.front().module)->hasAttr("quantc.panels");
}

std::string quantc::describeTarget(LLVM::TargetAttr target) {
  std::string text = target.getTriple().str() + " " + target.getChip().str();
  if (auto features = target.getFeatures())
    text += " " + features.getFeaturesString();
  return text;
}

/// What makes a target better than others: a GPU is, then the later its last
/// row of CPUFeatures.def, or its compute capability, the better.
static FailureOr<std::pair<bool, uint64_t>>
rankTarget(LLVM::TargetAttr target,
           function_ref<InFlightDiagnostic()> emitError) {
  if (isDeviceTarget(target)) {
    auto chip = parseChip(target.getChip(), emitError);
    if (failed(chip))
      return failure();
    return std::pair(true, uint64_t{chip->capability} * 2 + chip->specific);
  }
  auto machine = createMachine(target, emitError);
  if (failed(machine))
    return failure();
  return std::pair(false, getRequiredFeatures(**machine));
}

FailureOr<SmallVector<size_t>>
quantc::orderTargets(ArrayRef<LLVM::TargetAttr> targets,
                     function_ref<InFlightDiagnostic()> emitError) {
  SmallVector<std::pair<std::pair<bool, uint64_t>, size_t>> order;
  LLVM::TargetAttr firstCPU;
  for (auto [index, target] : llvm::enumerate(targets)) {
    auto rank = rankTarget(target, emitError);
    if (failed(rank))
      return failure();
    bool isDevice = rank->first;
    if (!isDevice && !firstCPU)
      firstCPU = target;
    // Of any contexts.
    if (!isDevice &&
        target.getTriple().getValue() != firstCPU.getTriple().getValue())
      return emitError() << "expected targets of one architecture, but got "
                         << describeTarget(firstCPU) << " and "
                         << describeTarget(target)
                         << ": compile a library for each";
    for (auto [others, other] : order)
      if (others == *rank)
        return emitError() << "expected different targets, but got "
                           << describeTarget(targets[other]) << " and "
                           << describeTarget(target);
    order.emplace_back(*rank, index);
  }
  llvm::sort(order, std::greater<>());
  return llvm::map_to_vector(order, [](auto entry) { return entry.second; });
}

/// The least target of the CPUs that code for a GPU may be beside: of those of
/// the other modules, else of this machine.
static LLVM::TargetAttr hostOf(ArrayRef<LLVM::TargetAttr> targets,
                               MLIRContext *context) {
  llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  for (LLVM::TargetAttr target : targets)
    if (!isDeviceTarget(target))
      triple = llvm::Triple(target.getTriple());
  bool isArm = triple.isAArch64();
  Builder builder(context);
  return LLVM::TargetAttr::get(
      context,
      builder.getStringAttr(isArm ? "aarch64-unknown-linux-gnu"
                                  : "x86_64-unknown-linux-gnu"),
      builder.getStringAttr(isArm ? "generic" : "x86-64"),
      LLVM::TargetFeaturesAttr());
}

/// What the table of a binary says once, for all variants. Modules may be of
/// different contexts.
static LogicalResult verifyNetwork(ModuleOp module, ModuleOp first) {
  auto print = [](ModuleOp module, StringRef name) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    if (Attribute attribute = module->getAttr(name))
      attribute.print(stream);
    return text;
  };
  for (StringRef attribute : {"quantc.inputs", "quantc.outputs",
                              "quantc.observed", "quantc.provenance"})
    if (print(module, attribute) != print(first, attribute))
      return module.emitError("expected one network for several targets, but "
                              "the attribute '")
             << attribute << "' is not that of the first module";
  return success();
}

FailureOr<SmallVector<Variant>>
quantc::createVariants(ArrayRef<ModuleOp> modules) {
  SmallVector<LLVM::TargetAttr> targets;
  for (ModuleOp module : modules) {
    targets.push_back(module->getAttrOfType<LLVM::TargetAttr>(
        LLVM::LLVMDialect::getTargetAttrName()));
    if (!targets.back())
      return module.emitError(
          "requires an 'llvm.target' attribute: run -codegen-attach-target");
    if (failed(verifyNetwork(module, modules.front())))
      return failure();
  }
  auto emitError = [&] { return ModuleOp(modules.front()).emitError(); };
  auto order = orderTargets(targets, emitError);
  if (failed(order))
    return failure();
  SmallVector<Variant> variants;
  for (size_t index : *order) {
    ModuleOp module = modules[index];
    Variant variant;
    variant.module = module;
    LLVM::TargetAttr target = targets[index];
    if (isDeviceModule(module)) {
      auto device = compileDeviceCode(module);
      if (failed(device))
        return failure();
      variant.device = std::move(*device);
      target = hostOf(targets, module.getContext());
    }
    auto machine = createMachine(target, emitError);
    if (failed(machine))
      return failure();
    variant.machine = std::move(*machine);
    variants.push_back(std::move(variant));
  }
  return variants;
}
