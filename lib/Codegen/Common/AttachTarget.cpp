//===- AttachTarget.cpp - Which CPU the code is for ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/Common/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace quantc {
#define GEN_PASS_DEF_ATTACHTARGET
#include "quantc/Codegen/Common/Passes.h.inc"
} // namespace quantc

using namespace mlir;

namespace {

/// Whether registers of SVE are as long as code for the feature `sve` takes
/// them to be.
bool hasLongVectors() {
#ifdef PR_SVE_GET_VL
  constexpr int kLeastBytes = 32;
  int length = prctl(PR_SVE_GET_VL);
  return length > 0 && (length & PR_SVE_VL_LEN_MASK) >= kLeastBytes;
#else
  return false;
#endif
}

/// A named set of CPU features that code may rely on.
struct Level {
  StringRef name;
  StringRef triple;
  StringRef chip; // LLVM's name
  /// What a machine has, in LLVM's names, that has the level but not the one
  /// below it (x86-64 psABI, section 3.1.1).
  ArrayRef<StringRef> features;
  /// Extensions that may be named beside it.
  ArrayRef<StringRef> extensions;
};

constexpr StringRef kX86Triple = "x86_64-unknown-linux-gnu";
constexpr StringRef kX86V2[] = {"cx16",   "sahf",   "popcnt", "sse3",
                                "sse4.1", "sse4.2", "ssse3"};
constexpr StringRef kX86V3[] = {"avx", "avx2",  "bmi",   "bmi2", "f16c",
                                "fma", "lzcnt", "movbe", "xsave"};
constexpr StringRef kX86V4[] = {"avx512f", "avx512bw", "avx512cd", "avx512dq",
                                "avx512vl"};
constexpr StringRef kX86Extensions[] = {"avx512vnni", "avx512vbmi", "avxvnni",
                                        "avxvnniint8", "amx-int8"};
constexpr StringRef kArmExtensions[] = {"dotprod", "sve", "i8mm"};

/// Ascending within an architecture.
const Level kLevels[] = {
    {"x86-64", kX86Triple, "x86-64", {}, kX86Extensions},
    {"x86-64-v2", kX86Triple, "x86-64-v2", kX86V2, kX86Extensions},
    {"x86-64-v3", kX86Triple, "x86-64-v3", kX86V3, kX86Extensions},
    {"x86-64-v4", kX86Triple, "x86-64-v4", kX86V4, kX86Extensions},
    {"aarch64", "aarch64-unknown-linux-gnu", "generic", {}, kArmExtensions},
};

/// The target of this machine, in the words that the option takes.
std::string nameOfHost() {
  llvm::Triple host(llvm::sys::getDefaultTargetTriple());
  llvm::StringMap<bool> present = llvm::sys::getHostCPUFeatures();
  auto hasFeature = [&](StringRef feature) {
    return present.lookup(feature) && (feature != "sve" || hasLongVectors());
  };
  const Level *best = nullptr;
  for (const Level &level : kLevels) {
    if (llvm::Triple(level.triple).getArch() != host.getArch())
      continue;
    if (!llvm::all_of(level.features, hasFeature))
      break;
    best = &level;
  }
  if (!best)
    return host.getArchName().str();
  std::string name = best->name.str();
  for (StringRef extension : best->extensions)
    if (hasFeature(extension))
      name += ("+" + extension).str();
  return name;
}

struct Chip {
  StringRef name;
  int ptx; // times ten
};

constexpr Chip kChips[] = {
#define GPU_CHIP(NAME, PTX) {NAME, PTX},
#include "quantc/Support/GPUChips.def"
};

LLVM::TargetAttr createTarget(MLIRContext *context, StringRef triple,
                              StringRef chip, ArrayRef<std::string> features) {
  auto featuresAttr =
      features.empty() ? LLVM::TargetFeaturesAttr()
                       : LLVM::TargetFeaturesAttr::get(
                             context, SmallVector<StringRef>(features.begin(),
                                                             features.end()));
  return LLVM::TargetAttr::get(context, StringAttr::get(context, triple),
                               StringAttr::get(context, chip), featuresAttr);
}

/// LLVM ends the process where chip and PTX version do not fit together, so
/// that both come from the table.
FailureOr<LLVM::TargetAttr>
parseGPU(MLIRContext *context, StringRef name,
         function_ref<InFlightDiagnostic()> emitError) {
  const Chip *chip = llvm::find_if(
      kChips, [&](const Chip &chip) { return chip.name == name; });
  if (chip == std::end(kChips))
    return emitError() << "unknown GPU '" << name << "', expected "
                       << llvm::join(llvm::map_range(kChips,
                                                     [](const Chip &chip) {
                                                       return chip.name;
                                                     }),
                                     ", ")
                       << " behind " << quantc::kGPUPrefix;
  return createTarget(context, "nvptx64-nvidia-cuda", name,
                      ("+ptx" + Twine(chip->ptx)).str());
}

} // namespace

FailureOr<LLVM::TargetAttr>
quantc::parseTarget(MLIRContext *context, StringRef text,
                    function_ref<InFlightDiagnostic()> emitError) {
  if (isGPUTarget(text))
    return parseGPU(context, text.drop_front(kGPUPrefix.size()), emitError);
  std::string name = text == "native" ? nameOfHost() : text.str();
  SmallVector<StringRef> parts;
  StringRef(name).split(parts, '+');
  const Level *level = llvm::find_if(
      kLevels, [&](const Level &level) { return level.name == parts[0]; });
  if (level == std::end(kLevels))
    return emitError() << "unknown target '" << parts[0]
                       << "', expected native, nvidia-sm_NN, "
                       << llvm::join(llvm::map_range(kLevels,
                                                     [](const Level &level) {
                                                       return level.name;
                                                     }),
                                     ", ");
  SmallVector<std::string> features;
  for (StringRef extension : llvm::drop_begin(parts)) {
    if (!llvm::is_contained(level->extensions, extension))
      return emitError() << "unknown feature '" << extension << "' of target '"
                         << level->name << "', expected "
                         << llvm::join(level->extensions, ", ");
    features.push_back(("+" + extension).str());
  }
  return createTarget(context, level->triple, level->chip, features);
}

namespace {

struct AttachTarget : quantc::impl::AttachTargetBase<AttachTarget> {
  using Base::Base;

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    auto parsed = quantc::parseTarget(
        context, target, [&] { return getOperation().emitError(); });
    if (failed(parsed))
      return signalPassFailure();
    getOperation()->setAttr(LLVM::LLVMDialect::getTargetAttrName(), *parsed);
    if (!forSize)
      return;
    // Inlined, a function would lose the wish for size.
    auto attributes = Builder(context).getStrArrayAttr({"noinline", "optsize"});
    for (auto function : getOperation().getOps<func::FuncOp>())
      function->setAttr("passthrough", attributes);
  }
};

} // namespace
