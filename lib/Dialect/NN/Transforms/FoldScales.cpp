//===- FoldScales.cpp - dequantize - op - quantize to integers ----------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From here on the integers are the network: what this pass writes is normative
// (docs/numerics.md), and no later pass may change a bit of its results.
//
//===----------------------------------------------------------------------===//

#include "QuantizeConstants.h"

#include "quantc/Dialect/NN/Transforms/Passes.h"
#include "quantc/Support/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

namespace quantc::nn {
#define GEN_PASS_DEF_FOLDSCALES
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

Type elementOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

/// The result type of a quantized op: `type`, with the bounds of an activation
/// clamp folded in. Quantization is monotone, so clamping the stored integers
/// to the quantized bounds equals quantizing the clamped real numbers. Null where
/// one integer is left: the type cannot say that.
quant::UniformQuantizedType foldClamp(quant::UniformQuantizedType type,
                                      ClampOp clamp) {
  quantc::StorageBounds bounds = {
      static_cast<int32_t>(type.getStorageTypeMin()),
      static_cast<int32_t>(type.getStorageTypeMax())};
  quantc::QuantParams params = {static_cast<float>(type.getScale()),
                                static_cast<int32_t>(type.getZeroPoint())};
  int32_t lo =
      quantc::quantize(clamp.getMin().convertToFloat(), params, bounds);
  int32_t hi =
      quantc::quantize(clamp.getMax().convertToFloat(), params, bounds);
  if (lo == hi)
    return nullptr;
  return quant::UniformQuantizedType::get(
      type.getFlags(), type.getStorageType(), type.getExpressedType(),
      type.getScale(), type.getZeroPoint(), lo, hi);
}

/// Whether two types have the same integers for the same real numbers, bounds
/// apart.
bool haveSameScale(quant::UniformQuantizedType a,
                   quant::UniformQuantizedType b) {
  return a.getStorageType() == b.getStorageType() &&
         a.getFlags() == b.getFlags() && a.getScale() == b.getScale() &&
         a.getZeroPoint() == b.getZeroPoint();
}

/// Proves that no accumulator of `op`, a contraction on integers, leaves i32:
/// for each output channel |bias| + sum |w| * max|a - za| < 2^31.
LogicalResult proveAccumulator(QuantizableOpInterface op) {
  DenseElementsAttr weight, bias;
  auto constantOf = [](OpOperand *operand, DenseElementsAttr &attr) {
    auto cast = operand->get().getDefiningOp<quant::StorageCastOp>();
    return cast && matchPattern(cast.getInput(), m_Constant(&attr));
  };
  if (!constantOf(op.getWeightOperand(), weight))
    return op->emitOpError("requires a constant weight");
  if (op.getBiasOperand() && !constantOf(op.getBiasOperand(), bias))
    return op->emitOpError("requires a constant bias");

  auto activation = cast<quant::UniformQuantizedType>(
      elementOf(op.getActivationOperands()[0]->get()));
  int64_t zeroPoint = activation.getZeroPoint();
  int64_t reach = std::max(std::abs(activation.getStorageTypeMin() - zeroPoint),
                           std::abs(activation.getStorageTypeMax() - zeroPoint));
  // Channels are the leading dimension of every weight so far.
  assert(op.getWeightChannelAxis() == 0 && "channels lead");
  int64_t channels = weight.getType().getDimSize(0);
  int64_t inner = channels ? weight.getNumElements() / channels : 0;
  auto weights = weight.getValues<int8_t>();
  for (int64_t channel = 0; channel < channels; ++channel) {
    int64_t sum = bias ? std::abs<int64_t>(bias.getValues<int32_t>()[channel])
                       : 0;
    for (int64_t k = 0; k < inner; ++k)
      sum += std::abs<int64_t>(weights[channel * inner + k]) * reach;
    if (sum > std::numeric_limits<int32_t>::max())
      return op->emitOpError("expected an accumulator that fits into i32, but "
                             "channel ")
             << channel << " can reach " << sum
             << "; keep this layer in float or scale its weights down";
  }
  return success();
}

/// A constant of i8 or i32 integers stays what it is; an f32 bias becomes i32.
/// Null where `op` has a bias that cannot be quantized.
Value foldBias(RewriterBase &rewriter, QuantizableOpInterface op, Value weight,
               Value activation) {
  Value bias = op.getBiasOperand()->get();
  DenseElementsAttr values;
  if (!matchPattern(bias, m_Constant(&values)) ||
      !values.getElementType().isF32())
    return nullptr;
  auto activationType = cast<quant::UniformQuantizedType>(elementOf(activation));
  return quantizeBias(rewriter, bias.getLoc(), values,
                      static_cast<float>(activationType.getScale()),
                      getScales(cast<quant::QuantizedType>(elementOf(weight))));
}

/// Rewrites the cluster that ends in `root`; leaves it where an operand is not
/// quantized. Fails, with a diagnostic, where the integers would overflow.
LogicalResult foldCluster(RewriterBase &rewriter, QuantizeOp root) {
  Value value = root.getInput();
  ClampOp clamp = value.getDefiningOp<ClampOp>();
  if (clamp && clamp->hasOneUse())
    if (auto producer = clamp.getInput().getDefiningOp<QuantizableOpInterface>())
      if (!producer.sharesScale())
        value = clamp.getInput();
  if (value == root.getInput())
    clamp = nullptr;
  auto op = value.getDefiningOp<QuantizableOpInterface>();
  if (!op || op.isFloatOnly() || !value.hasOneUse())
    return success();
  auto resultType = dyn_cast<quant::UniformQuantizedType>(
      elementOf(root.getOutput()));
  if (clamp && resultType)
    resultType = foldClamp(resultType, clamp);
  if (!resultType)
    return success();

  IRMapping mapping;
  auto mapDequantized = [&](OpOperand *operand) {
    auto dequantize = operand->get().getDefiningOp<DequantizeOp>();
    if (dequantize)
      mapping.map(operand->get(), dequantize.getInput());
    return bool(dequantize);
  };
  for (OpOperand *operand : op.getActivationOperands())
    if (!mapDequantized(operand))
      return success();
  Value activation = mapping.lookup(op.getActivationOperands()[0]->get());

  rewriter.setInsertionPoint(root);
  if (op.sharesScale()) {
    auto type = dyn_cast<quant::UniformQuantizedType>(elementOf(activation));
    if (!type || !haveSameScale(type, resultType))
      return success();
    resultType = type;
  }
  if (OpOperand *weight = op.getWeightOperand())
    if (!mapDequantized(weight))
      return success();
  if (OpOperand *bias = op.getBiasOperand()) {
    Value folded = foldBias(
        rewriter, op, mapping.lookup(op.getWeightOperand()->get()), activation);
    if (!folded)
      return op->emitOpError("expected a constant bias that fits into i32 in "
                             "units of its accumulator");
    mapping.map(bias->get(), folded);
  }

  Operation *folded = rewriter.clone(*op, mapping);
  auto floatType = cast<RankedTensorType>(value.getType());
  folded->getResult(0).setType(floatType.clone(resultType));
  if (Attribute edge = root->getAttr(NNDialect::getEdgeAttrName()))
    folded->setAttr(NNDialect::getEdgeAttrName(), edge);
  if (clamp)
    folded->setLoc(rewriter.getFusedLoc({op.getLoc(), clamp.getLoc()}));
  if (op.getWeightOperand() &&
      failed(proveAccumulator(cast<QuantizableOpInterface>(folded))))
    return failure();

  rewriter.replaceAllUsesWith(root.getOutput(), folded->getResult(0));
  rewriter.eraseOp(root);
  if (clamp)
    rewriter.eraseOp(clamp);
  rewriter.eraseOp(op);
  return success();
}

struct FoldScales : quantc::nn::impl::FoldScalesBase<FoldScales> {
  void runOnOperation() override {
    // In program order: the storage bounds of a producer are those of the ops
    // behind it that share its scale.
    SmallVector<QuantizeOp> roots;
    getOperation()->walk([&](QuantizeOp op) { roots.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (QuantizeOp root : roots)
      if (failed(foldCluster(rewriter, root)))
        return signalPassFailure();
    // Dequantized operands of the clusters have no use left.
    SmallVector<DequantizeOp> dequantizes;
    getOperation()->walk([&](DequantizeOp op) { dequantizes.push_back(op); });
    for (DequantizeOp op : dequantizes)
      if (op.use_empty())
        rewriter.eraseOp(op);
  }
};

} // namespace
