//===- Codes.cpp - What codes of weights stand for ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Codes.h"

#include "Steps.h"

using namespace mlir;
using namespace quantc;

// Behind all that it is better than.
static constexpr CodeLookup kLookups[] = {
    {"x86-64-v2", 16, "llvm.x86.ssse3.pshuf.b.128"},
    {"x86-64-v3", 32, "llvm.x86.avx2.pshuf.b"},
    {"x86-64-v4", 64, "llvm.x86.avx512.pshuf.b.512"},
    {"x86-64-v4+avx512vbmi", 64, "llvm.x86.avx512.permvar.qi.512", 64,
     /*takesLowBits=*/true},
    {"aarch64", 8, "llvm.aarch64.neon.tbl1.v8i8"},
    {"aarch64", 16, "llvm.aarch64.neon.tbl1.v16i8"},
};

const CodeLookup *quantc::selectCodeLookup(LLVM::TargetAttr target,
                                           int64_t bytes) {
  auto found =
      llvm::find_if(llvm::reverse(kLookups), [&](const CodeLookup &row) {
        return row.bytes == bytes && hasOneOf(target, row.needs);
      });
  return found == std::rend(kLookups) ? nullptr : &*found;
}

static Levels findLevels(DenseElementsAttr right) {
  std::vector<int8_t> bytes = bytesOf(right);
  return {bytes.data(), static_cast<int64_t>(bytes.size())};
}

/// Rows that are multiplied with a panel of codes, at most.
static constexpr int64_t kMostRows = 4;

int64_t quantc::chooseCodeBits(const Contraction &contraction,
                               const Kernel &kernel, LLVM::TargetAttr target) {
  if (!contraction.right || contraction.isDepthwise ||
      !contraction.element().isInteger(8) || kernel.isMatrix() ||
      leastExtent(contraction.rows) > kMostRows ||
      !selectCodeLookup(target, kernel.columns() * kernel.group()))
    return 0;
  // Steps that begin anywhere have no codes.
  if (kernel.dot->saturates &&
      !planSteps(contraction, choosePanels(contraction, kernel), kernel)
           .areInOrder)
    return 0;
  Levels levels = findLevels(contraction.right);
  // What a step has too much of the left operand may be 128.
  if (!levels.hasZero && contraction.run % kernel.group() != 0)
    return 0;
  return levels.count <= 4 ? 2 : levels.count <= 16 ? 4 : 0;
}

SmallVector<int8_t> quantc::listLevels(DenseElementsAttr right, int64_t bits) {
  Levels levels = findLevels(right);
  SmallVector<int8_t> all(ArrayRef(levels.values, levels.count));
  all.resize(size_t{1} << bits);
  return all;
}
