//===- OpCosts.cpp - How long ops on tensors take ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/OpCosts.h"

#include "Strategy.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace quantc;

/// The row that has the kernel, which may be another than `strategy`.
static const Kernel &findKernel(const Strategy &strategy,
                                Kernel Strategy::*kernel) {
  const Strategy *row = &strategy;
  while (!(row->*kernel).dot && !row->otherwise.empty())
    row = findStrategy(row->otherwise);
  return row->*kernel;
}

llvm::SmallVector<llvm::StringRef> quantc::listStrategiesWithFloat() {
  llvm::SmallVector<llvm::StringRef> names;
  for (const Strategy &strategy : allStrategies())
    if (findKernel(strategy, &Strategy::real).dot)
      names.push_back(strategy.name);
  return names;
}

double quantc::estimate(llvm::StringRef strategy, const OpWork &work) {
  const Kernel &kernel = findKernel(*findStrategy(strategy),
                                    !work.isInteger    ? &Strategy::real
                                    : work.isDepthwise ? &Strategy::depthwise
                                                       : &Strategy::integer);
  double memory = bytesCycles(work.elements * (work.isInteger ? 1 : 4));
  auto scalarOps = static_cast<double>(
      work.additions + work.quantized * kScalarOpsOfQuantize +
      work.dequantized * kScalarOpsOfDequantize +
      work.functions * kScalarOpsOfFunction);
  double computing =
      static_cast<double>(work.multiplyAdds) / kernel.costs->ceiling +
      scalarOps * kCyclesOfScalarOp +
      static_cast<double>(work.lookups) * kCyclesOfLookup;
  return std::max(memory, computing);
}

llvm::StringRef quantc::findBestStrategy(mlir::LLVM::TargetAttr target) {
  return selectStrategy(target).name;
}

double quantc::estimate(llvm::StringRef strategy, const SumWork &work) {
  const Kernel &kernel =
      findKernel(*findStrategy(strategy),
                 work.isDepthwise ? &Strategy::depthwise : &Strategy::integer);
  // A depthwise convolution takes a tap of as many channels as there are lanes.
  int64_t columns = work.isDepthwise ? kernel.lanes : kernel.columns();
  int64_t group = work.isDepthwise ? 1 : kernel.group();
  auto vectors =
      static_cast<double>(work.rows * llvm::divideCeil(work.columns, columns));
  auto steps =
      static_cast<double>(work.runs * llvm::divideCeil(work.run, group));
  double step = static_cast<double>(columns * group) / kernel.costs->ceiling;
  double partialLoads =
      work.run >= group ? 0 : static_cast<double>(work.rows * work.runs);
  return vectors * (steps * step + kScalarOpsOfQuantize * kCyclesOfEpilogueOp) +
         partialLoads * kCyclesOfPartialLoad;
}
