// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sets the smallest weights of every layer to zero. The pass knows layers by
// QuantizableOpInterface alone, so that it also works for ops that come later.

#include "PruneWeights.h"

#include "quantc/Dialect/NN/IR/NN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/Pass.h"

#include <cmath>

using namespace mlir;
using quantc::nn::QuantizableOpInterface;

namespace {

struct PruneWeights : PassWrapper<PruneWeights, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PruneWeights)

  PruneWeights() = default;
  PruneWeights(const PruneWeights &other) : PassWrapper(other) {}

  StringRef getArgument() const override { return "prune-weights"; }
  StringRef getDescription() const override {
    return "Set the smallest weights of every layer to zero";
  }

  void runOnOperation() override {
    getOperation().walk([&](QuantizableOpInterface op) {
      OpOperand *weight = op.getWeightOperand();
      DenseFPElementsAttr values;
      if (weight && matchPattern(weight->get(), m_Constant(&values)))
        prune(*weight, values);
    });
  }

private:
  /// weight -> weight with the `share` smallest magnitudes replaced by 0
  void prune(OpOperand &weight, DenseFPElementsAttr values) {
    SmallVector<float> kept(values.getValues<float>());
    SmallVector<float> magnitudes;
    for (float value : kept)
      magnitudes.push_back(std::fabs(value));
    auto nth = magnitudes.begin() + static_cast<size_t>(share * kept.size());
    if (nth == magnitudes.end())
      --nth;
    std::nth_element(magnitudes.begin(), nth, magnitudes.end());
    for (float &value : kept)
      if (std::fabs(value) < *nth)
        value = 0;
    OpBuilder builder(weight.getOwner());
    weight.set(arith::ConstantOp::create(
        builder, weight.get().getLoc(),
        DenseElementsAttr::get(values.getType(), ArrayRef<float>(kept))));
  }

  Option<double> share{*this, "share",
                       llvm::cl::desc("Part of the weights that becomes zero"),
                       llvm::cl::init(0.5)};
};

} // namespace

void registerPruneWeights() { PassRegistration<PruneWeights>(); }
