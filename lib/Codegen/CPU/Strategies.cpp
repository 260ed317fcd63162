//===- Strategies.cpp - The table of strategies ----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace quantc;

Value quantc::keepElements(OpBuilder &, Location, Value elements) {
  return elements;
}

Value quantc::callIntrinsic(OpBuilder &builder, Location loc, StringRef name,
                            Type result, ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(builder, loc, result,
                                       builder.getStringAttr(name), operands)
      .getResult(0);
}

// Registers: accumulators, one vector per column of the tile, and one or two
// for the row. With 16 registers 6 x 2 accumulators fit, with 32 there is room
// for the 24 to 28 that reach the highest rates.
static constexpr int64_t kRows16[] = {8, 6};
// Of few columns few pairs saturate, and ten rows of one vector take as long as
// five of two.
static constexpr int64_t kRowsSaturating[] = {10};
static constexpr int64_t kRows32[] = {24, 14, 8, 6};
// 32 registers, of which each row of a tile holds one: the instructions take a
// group out of any lane.
static constexpr int64_t kRowsNEON[] = {8, 8, 6, 5};
// With products on the way to the accumulators.
static constexpr int64_t kRowsSMULL[] = {8, 7, 0, 4};
// Here a vector has half the columns, and holds two rows.
static constexpr int64_t kRowsSMMLA[] = {0, 8, 0, 8, 0, 0, 0, 4};

// Two registers by two.
static constexpr int64_t kRowsAMX[] = {32, 32};

static constexpr Packs kPacks256 = {"llvm.x86.avx2.packssdw",
                                    "llvm.x86.avx2.packsswb",
                                    "llvm.x86.avx2.packuswb"};
static constexpr Packs kPacks512 = {"llvm.x86.avx512.packssdw.512",
                                    "llvm.x86.avx512.packsswb.512",
                                    "llvm.x86.avx512.packuswb.512"};

// Of ResNet-50's time by avx512-vnni 8 steps leave 0.90, 16 and 32 0.88; by
// floats of 512 bits 8 and 16 0.91, 32 0.94, of 256 bits 16 0.98. With eight
// bits on AVX2, which reads a panel more slowly, none is better. Matrices take
// 0.94 with 2 steps, 0.98 with 1, 0.95 with 4 (Intel Xeon with AMX).
static constexpr int64_t kStepsAhead = 16;
static constexpr int64_t kStepsAheadOfMatrices = 2;

static constexpr Kernel kPairs128 = {&kDotPairs, &kPairs128Costs, 4,
                                     1,          kRows16,         4};
static constexpr Kernel kPairs256 = {
    &kDotPairsProductsFirst, &kPairs256Costs, 8, 1, kRows16, 4, &kPacks256};
static constexpr Kernel kSaturatingPairs256 = {&kDotSaturatingPairs,
                                               &kSaturatingPairs256Costs,
                                               8,
                                               1,
                                               kRowsSaturating,
                                               0,
                                               &kPacks256};
static constexpr Kernel kVNNI256 = {&kDotVNNI, &kVNNI256Costs, 8, 1, kRows16,
                                    4,         &kPacks256};
static constexpr Kernel kVNNISigned256 = {
    &kDotVNNISigned, &kVNNISigned256Costs, 8, 1, kRows16, 4, &kPacks256};
static constexpr Kernel kVNNI512 = {
    &kDotVNNI, &kVNNI512Costs, 16, 1, kRows32, 7, &kPacks512, kStepsAhead};
static constexpr Kernel kFloat256 = {
    &kDotFloat, &kFloat256Costs, 8, 1, kRows16, 8, nullptr, kStepsAhead};
static constexpr Kernel kFloat512 = {
    &kDotFloat, &kFloat512Costs, 16, 1, kRows32, 8, nullptr, kStepsAhead};
static constexpr Kernel kSMULL64 = {&kDotSMULL, &kSMULL64Costs, 4,
                                    4,          kRowsSMULL,     3};
static constexpr Kernel kSDOT128 = {&kDotSDOT, &kSDOT128Costs, 4,
                                    4,         kRowsNEON,      3};
static constexpr Kernel kSVE256 = {&kDotSVE, &kSVE256Costs, 8, 1, kRows32};
static constexpr Kernel kSMMLA128 = {&kDotSMMLA, &kSMMLA128Costs, 4, 2,
                                     kRowsSMMLA};
static constexpr Kernel kAMX = {
    &kDotMatrix,           &kAMXCosts, 16, 1, kRowsAMX, 0, &kPacks512,
    kStepsAheadOfMatrices, 16,         64};
static constexpr Kernel kFloat128 = {&kDotFloat, &kFloat128Costs, 4,
                                     4,          kRowsNEON,       8};

static constexpr Strategy kStrategies[] = {
    {"generic", "", kPairs128, kPairs128, {}},
    {"neon", "aarch64", kSMULL64, kSMULL64, kFloat128},
    {"neon-dotprod", "aarch64+dotprod", kSDOT128, kSDOT128, kFloat128},
    {"sve", "aarch64+dotprod+sve", kSVE256, kSDOT128, kFloat128},
    {"neon-i8mm", "aarch64+dotprod+i8mm", kSMMLA128, kSDOT128, kFloat128},
    {"avx2-exact", "x86-64-v3", kPairs256, kPairs256, kFloat256},
    {"avx2-fast", "x86-64-v3", kSaturatingPairs256, {}, {}, "avx2-exact"},
    {"avx-vnni", "x86-64-v3+avxvnni|x86-64-v4+avx512vnni", kVNNI256, kVNNI256,
     kFloat256},
    {"avx-vnni-int8", "x86-64-v3+avxvnniint8", kVNNISigned256, kVNNISigned256,
     kFloat256},
    {"avx512-vnni", "x86-64-v4+avx512vnni", kVNNI512, kVNNI512, kFloat512},
    {"amx", "x86-64-v4+avx512vnni+amx-int8", kAMX, {}, {}, "avx512-vnni"},
};

int64_t Kernel::depthOf(int64_t run) const {
  for (int64_t depth = registerDepth; depth > 0; depth -= group())
    if (run % depth == 0)
      return depth;
  return 0;
}

int64_t Kernel::chainsOf(int64_t accumulators) const {
  if (dot->bits == 32 || isMatrix())
    return 1;
  constexpr double kDotsOfCycle = 2;
  auto wanted = static_cast<int64_t>(kDotsOfCycle * costs->latency);
  return llvm::bit_floor<uint64_t>(std::max<int64_t>(1, wanted / accumulators));
}

int64_t Kernel::linesPerRegister(int64_t line, int64_t pixelPitch,
                                 int64_t linePitch) const {
  if (linePitch % pixelPitch != 0)
    return 1;
  // Pixels that lie between lines are multiplied, too.
  return 1 + (registerRows - line) / (linePitch / pixelPitch);
}

/// The level of `--target`: LLVM's name of the CPU, where it names the levels.
static StringRef levelOf(LLVM::TargetAttr target) {
  StringRef chip = target.getChip().getValue();
  return chip == "generic" ? target.getTriple().getValue().split('-').first
                           : chip;
}

/// Of one of the targets that a strategy names.
static bool includes(LLVM::TargetAttr target, StringRef needed) {
  SmallVector<StringRef> parts;
  needed.split(parts, '+');
  // The names of the levels of an architecture ascend.
  StringRef level = levelOf(target);
  bool isSameArchitecture = level.split('-').first == parts[0].split('-').first;
  if (!isSameArchitecture || level < parts[0])
    return false;
  return llvm::all_of(llvm::drop_begin(parts), [&](StringRef feature) {
    return target.getFeatures() &&
           target.getFeatures().contains(("+" + feature).str());
  });
}

bool quantc::hasOneOf(LLVM::TargetAttr target, StringRef needs) {
  return needs.empty() ||
         llvm::any_of(llvm::split(needs, '|'), [&](StringRef needed) {
           return includes(target, needed);
         });
}

FailureOr<LLVM::TargetAttr> quantc::findTarget(ModuleOp module) {
  auto target = module->getAttrOfType<LLVM::TargetAttr>(
      LLVM::LLVMDialect::getTargetAttrName());
  if (!target)
    return module.emitError("requires the attribute 'llvm.target'; "
                            "-codegen-attach-target sets it");
  return target;
}

bool quantc::isSupported(const Strategy &strategy, LLVM::TargetAttr target) {
  return hasOneOf(target, strategy.needs);
}

std::string quantc::nameOf(LLVM::TargetAttr target) {
  std::string name = levelOf(target).str();
  if (target.getFeatures())
    for (StringAttr feature : target.getFeatures().getFeatures())
      name += feature.getValue();
  return name;
}

const Strategy *quantc::findStrategy(StringRef name) {
  const Strategy *found = llvm::find_if(
      kStrategies, [&](const Strategy &row) { return row.name == name; });
  return found == std::end(kStrategies) ? nullptr : found;
}

const Strategy &quantc::selectStrategy(LLVM::TargetAttr target) {
  auto best =
      llvm::find_if(llvm::reverse(kStrategies), [&](const Strategy &row) {
        return isSupported(row, target);
      });
  return *best; // the first row needs nothing
}

ArrayRef<Strategy> quantc::allStrategies() { return kStrategies; }

std::string quantc::listStrategies() {
  return llvm::join(
      llvm::map_range(kStrategies,
                      [](const Strategy &row) { return row.name; }),
      ", ");
}
