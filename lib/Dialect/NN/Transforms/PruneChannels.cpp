//===- PruneChannels.cpp - Take channels out of a network ----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attributes say which outputs layers keep; what goes with the others follows
// from the groups of channels. All that is wrong is found before anything
// changes. Then every op gets the types, constants and attributes of what is
// left, in place.
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/Transforms/ChannelGroups.h"
#include "quantc/Dialect/NN/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/TypeSwitch.h"

namespace quantc::nn {
#define GEN_PASS_DEF_PRUNECHANNELS
#include "quantc/Dialect/NN/Transforms/Passes.h.inc"
} // namespace quantc::nn

using namespace mlir;
using namespace quantc::nn;

namespace {

using Indices = SmallVector<int64_t>;

/// Those elements of `constant` whose index in `dimension` is one of `kept`.
DenseElementsAttr choose(DenseElementsAttr constant, int64_t dimension,
                         ArrayRef<int64_t> kept) {
  auto type = cast<RankedTensorType>(constant.getType());
  ArrayRef<int64_t> shape = type.getShape();
  int64_t extent = shape[dimension];
  int64_t outer = ShapedType::getNumElements(shape.take_front(dimension));
  int64_t inner = ShapedType::getNumElements(shape.drop_front(dimension + 1));
  auto from = constant.getValues<float>();
  SmallVector<float> values;
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t index : kept)
      for (int64_t j = 0; j < inner; ++j)
        values.push_back(from[(i * extent + index) * inner + j]);
  Indices chosen(shape);
  chosen[dimension] = static_cast<int64_t>(kept.size());
  return DenseElementsAttr::get(type.clone(chosen), ArrayRef(values));
}

class Pruner {
public:
  explicit Pruner(func::FuncOp function)
      : function(function), groups(function), builder(function.getContext()),
        removed(groups.all().size()) {}

  LogicalResult run() {
    if (failed(readChoices()) || failed(verifyChoices()) || failed(findLeft()))
      return failure();
    if (removed.any())
      for (Operation &op : function.front().without_terminator())
        shrink(&op);
    for (Operation *layer : layers)
      layer->removeAttr(NNDialect::getKeptChannelsAttrName());
    return success();
  }

private:
  static ArrayRef<int64_t> keptBy(Operation *layer) {
    return layer->getAttrOfType<DenseI64ArrayAttr>(
        NNDialect::getKeptChannelsAttrName());
  }

  LogicalResult readChoices() {
    StringRef name = NNDialect::getKeptChannelsAttrName();
    WalkResult walk = function.walk([&](Operation *op) {
      if (!op->hasAttr(name))
        return WalkResult::advance();
      if (!isPrunableLayer(op)) {
        op->emitOpError("'")
            << name
            << "' is for convolutions without groups and dense layers, with "
               "constant weights and bias";
        return WalkResult::interrupt();
      }
      int64_t channels = countChannels(op->getResult(0));
      auto kept = op->getAttrOfType<DenseI64ArrayAttr>(name);
      bool isValid = kept && !kept.empty() && kept[0] >= 0 &&
                     kept.asArrayRef().back() < channels &&
                     llvm::is_sorted(kept.asArrayRef(), std::less_equal<>());
      if (!isValid) {
        op->emitOpError("expected '")
            << name << "' to be an array of i64: ascending channels from 0 to "
            << channels - 1 << ", at least one";
        return WalkResult::interrupt();
      }
      layers.push_back(op);
      for (int64_t channel = 0; channel < channels; ++channel)
        if (!llvm::is_contained(kept.asArrayRef(), channel))
          removed.set(groups.find(op->getResult(0), channel));
      return WalkResult::advance();
    });
    return failure(walk.wasInterrupted());
  }

  static bool isKept(const ChannelGroup::Member &member) {
    return !member.layer->hasAttr(NNDialect::getKeptChannelsAttrName()) ||
           llvm::is_contained(keptBy(member.layer), member.channel);
  }

  LogicalResult verifyChoices() const {
    for (unsigned index : removed.set_bits()) {
      const ChannelGroup &group = groups.all()[index];
      const auto *first = llvm::find_if_not(group.producers, isKept);
      if (!group.isRemovable()) {
        InFlightDiagnostic error =
            first->layer->emitOpError("cannot lose channel ");
        error << first->channel << ": " << group.reason;
        error.attachNote(group.place) << "here";
        return error;
      }
      const auto *other = llvm::find_if(group.producers, isKept);
      if (other != group.producers.end()) {
        InFlightDiagnostic error = other->layer->emitOpError("keeps channel ");
        error << other->channel << ", which goes with channel "
              << first->channel << " of a layer that loses it";
        error.attachNote(first->layer->getLoc()) << "this layer";
        return error;
      }
    }
    return success();
  }

  /// Finds what is left of each value that loses channels.
  LogicalResult findLeft() {
    WalkResult walk = function.walk([&](Operation *op) {
      if (op->hasTrait<OpTrait::ConstantLike>())
        return WalkResult::advance();
      for (Value value : op->getResults()) {
        Indices kept;
        for (int64_t channel = 0; channel < countChannels(value); ++channel)
          if (!removed.test(groups.find(value, channel)))
            kept.push_back(channel);
        if (static_cast<int64_t>(kept.size()) == countChannels(value))
          continue;
        if (kept.empty()) {
          op->emitOpError("would lose all of its channels");
          return WalkResult::interrupt();
        }
        left[value] = std::move(kept);
      }
      return WalkResult::advance();
    });
    return failure(walk.wasInterrupted());
  }

  /// Replaces a constant by its part for `kept`; null: by all.
  void chooseOperand(OpOperand &operand, int64_t dimension,
                     const Indices *kept) {
    DenseElementsAttr values;
    if (!kept || !matchPattern(operand.get(), m_Constant(&values)))
      return;
    builder.setInsertionPoint(operand.getOwner());
    operand.set(arith::ConstantOp::create(builder, operand.get().getLoc(),
                                          choose(values, dimension, *kept)));
  }

  const Indices *leftOf(Value value) const {
    auto found = left.find(value);
    return found == left.end() ? nullptr : &found->second;
  }

  /// Of channels `begin` to `end` of `value`, how many are left.
  int64_t countLeft(Value value, int64_t begin, int64_t end) const {
    const Indices *kept = leftOf(value);
    if (!kept)
      return end - begin;
    return llvm::count_if(*kept, [&](int64_t channel) {
      return channel >= begin && channel < end;
    });
  }

  void shrink(Operation *op) {
    if (op->getNumResults() != 1 || op->hasTrait<OpTrait::ConstantLike>())
      return;
    Value output = op->getResult(0);
    const Indices *kept = leftOf(output);
    if (auto conv = dyn_cast<Conv2DOp>(op); conv && conv.getGroups() > 1) {
      shrinkDepthwise(conv, kept);
    } else if (isPrunableLayer(op)) {
      shrinkLayer(cast<QuantizableOpInterface>(op), kept);
    } else if (op->hasTrait<Elementwise>() && kept) {
      for (OpOperand &operand : op->getOpOperands()) {
        auto type = cast<RankedTensorType>(operand.get().getType());
        if (type.getShape().back() != 1)
          chooseOperand(operand, type.getRank() - 1, kept);
      }
    } else {
      TypeSwitch<Operation *>(op).Case<PadOp, SliceOp>(
          [&](auto op) { shrinkMovement(op); });
    }
    if (!kept)
      return;
    auto type = cast<RankedTensorType>(output.getType());
    Indices shape(type.getShape());
    shape.back() = static_cast<int64_t>(kept->size());
    output.setType(type.clone(shape));
  }

  void shrinkOutputs(QuantizableOpInterface op, const Indices *kept) {
    chooseOperand(*op.getWeightOperand(), op.getWeightChannelAxis(), kept);
    if (OpOperand *bias = op.getBiasOperand())
      chooseOperand(*bias, 0, kept);
  }

  void shrinkLayer(QuantizableOpInterface op, const Indices *kept) {
    shrinkOutputs(op, kept);
    OpOperand *weight = op.getWeightOperand();
    auto type = cast<RankedTensorType>(weight->get().getType());
    chooseOperand(*weight, type.getRank() - 1,
                  leftOf(op.getActivationOperands()[0]->get()));
  }

  /// Of convolutions with other groups all channels are left.
  void shrinkDepthwise(Conv2DOp op, const Indices *kept) {
    if (!kept)
      return;
    shrinkOutputs(cast<QuantizableOpInterface>(op.getOperation()), kept);
    op.setGroups(leftOf(op.getInput())->size());
  }

  void shrinkMovement(PadOp op) {
    int64_t low = op.getLow().back(), high = op.getHigh().back();
    int64_t end = countChannels(op.getOutput()); // not shrunk yet
    Indices lows(op.getLow()), highs(op.getHigh());
    lows.back() = countLeft(op.getOutput(), 0, low);
    highs.back() = countLeft(op.getOutput(), end - high, end);
    op.setLow(lows);
    op.setHigh(highs);
  }

  void shrinkMovement(SliceOp op) {
    Indices offsets(op.getOffsets());
    offsets.back() = countLeft(op.getInput(), 0, offsets.back());
    op.setOffsets(offsets);
  }

  func::FuncOp function;
  ChannelGroups groups;
  OpBuilder builder;
  SmallVector<Operation *> layers; // that have the attribute
  llvm::BitVector removed;         // groups
  DenseMap<Value, Indices> left;
};

struct PruneChannels : quantc::nn::impl::PruneChannelsBase<PruneChannels> {
  void runOnOperation() override {
    if (!getOperation().isExternal() && failed(Pruner(getOperation()).run()))
      signalPassFailure();
  }
};

} // namespace
