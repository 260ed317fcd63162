//===- ChannelGroups.cpp - Channels that come and go together ------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/Transforms/ChannelGroups.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::nn;

/// Of numbers that can be chosen from.
static bool isConstant(Value value) {
  DenseElementsAttr values;
  return matchPattern(value, m_Constant(&values)) &&
         values.getElementType().isF32();
}

int64_t nn::countChannels(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || type.getRank() < 2 ||
      ShapedType::isDynamic(type.getShape().back()))
    return 0;
  return type.getShape().back();
}

static bool hasConstantWeights(Operation *op) {
  auto layer = cast<QuantizableOpInterface>(op);
  OpOperand *weight = layer.getWeightOperand(), *bias = layer.getBiasOperand();
  return weight && isConstant(weight->get()) &&
         (!bias || isConstant(bias->get()));
}

bool nn::isPrunableLayer(Operation *op) {
  auto conv = dyn_cast<Conv2DOp>(op);
  bool isLayer = conv ? conv.getGroups() == 1 : isa<FullyConnectedOp>(op);
  return isLayer && hasConstantWeights(op);
}

bool nn::isDepthwise(Operation *op) {
  auto conv = dyn_cast<Conv2DOp>(op);
  return conv && conv.getGroups() > 1 &&
         static_cast<int64_t>(conv.getGroups()) ==
             countChannels(conv.getInput()) &&
         hasConstantWeights(op);
}

namespace {

constexpr llvm::StringLiteral kUnknownOp =
    "it reaches an op that needs all of its channels";

/// Unites the channels of a function.
class Uniter {
public:
  explicit Uniter(func::FuncOp function) {
    function.walk([&](Block *block) {
      for (Value argument : block->getArguments())
        number(argument);
    });
    function.walk([&](Operation *op) {
      for (Value result : op->getResults())
        number(result);
    });
    classes.grow(count);
    for (Value argument : function.getArguments())
      keep(argument, "it reaches an input of the network", argument.getLoc());
    function.walk([&](Operation *op) { visit(op); });
  }

  llvm::IntEqClasses classes;
  unsigned count = 0;
  DenseMap<Value, unsigned> firsts;
  /// A channel that has to stay.
  struct Kept {
    unsigned channel;
    StringRef reason;
    Location place;
  };
  SmallVector<Kept> kept;

private:
  void number(Value value) {
    firsts[value] = count;
    count += countChannels(value);
  }

  void unite(Value a, int64_t channelOfA, Value b, int64_t channelOfB) {
    classes.join(firsts[a] + channelOfA, firsts[b] + channelOfB);
  }

  void keep(Value value, StringRef reason, Location place) {
    for (int64_t channel = 0; channel < countChannels(value); ++channel)
      kept.push_back(
          {firsts[value] + static_cast<unsigned>(channel), reason, place});
  }

  void keepAll(Operation *op, StringRef reason = kUnknownOp) {
    for (Value operand : op->getOperands())
      keep(operand, reason, op->getLoc());
    for (Value result : op->getResults())
      keep(result, reason, op->getLoc());
  }

  /// The channels of `from` are the same ones of `to`.
  void pass(Operation *op, Value from, Value to) {
    if (countChannels(from) != countChannels(to))
      return keepAll(op);
    for (int64_t channel = 0; channel < countChannels(to); ++channel)
      unite(from, channel, to, channel);
  }

  void visit(Operation *op) {
    bool isUsedAsItIs =
        op->hasTrait<OpTrait::ConstantLike>() && isConstant(op->getResult(0));
    if (isUsedAsItIs || isPrunableLayer(op))
      return;
    if (isDepthwise(op))
      return visitDepthwise(cast<Conv2DOp>(op));
    if (op->hasTrait<Elementwise>())
      return visitElementwise(op);
    TypeSwitch<Operation *>(op)
        .Case<MaxPool2DOp, AvgPool2DOp>(
            [&](auto op) { pass(op, op.getInput(), op->getResult(0)); })
        .Case<ReduceOp, TransposeOp, ReshapeOp, PadOp, SliceOp, ConcatOp>(
            [&](auto op) { visit(op); })
        .Case([&](func::FuncOp) {})
        .Case([&](func::ReturnOp op) {
          keepAll(op, "it reaches an output of the network");
        })
        .Default([&](Operation *op) { keepAll(op); });
  }

  void visitDepthwise(Conv2DOp op) {
    int64_t inputs = countChannels(op.getInput());
    int64_t multiplier = countChannels(op.getOutput()) / inputs;
    for (int64_t channel = 0; channel < inputs * multiplier; ++channel)
      unite(op.getInput(), channel / multiplier, op.getOutput(), channel);
  }

  /// What is repeated along the channels is not one of them.
  void visitElementwise(Operation *op) {
    Value result = op->getResult(0);
    for (Value operand : op->getOperands()) {
      if (isConstant(operand))
        continue;
      if (countChannels(operand) == countChannels(result))
        pass(op, operand, result);
      else
        keep(operand, "it is added to, or multiplied with, all channels",
             op->getLoc());
    }
  }

  void visit(ReduceOp op) {
    auto type = cast<RankedTensorType>(op.getInput().getType());
    if (llvm::is_contained(op.getAxes(), type.getRank() - 1))
      return keepAll(op);
    pass(op, op.getInput(), op.getOutput());
  }

  void visit(TransposeOp op) {
    int64_t last = op.getPermutation().size() - 1;
    if (op.getPermutation().back() != last)
      return keepAll(op);
    pass(op, op.getInput(), op.getOutput());
  }

  /// In row-major order element e has channel e mod C before and e mod D
  /// behind; where C divides D, the latter determines the former.
  void visit(ReshapeOp op) {
    Value input = op.getInput(), output = op.getOutput();
    int64_t before = countChannels(input), behind = countChannels(output);
    if (before == 0 || behind == 0 ||
        (before % behind != 0 && behind % before != 0))
      return keepAll(op);
    for (int64_t channel = 0; channel < std::max(before, behind); ++channel)
      unite(input, channel % before, output, channel % behind);
  }

  void visit(PadOp op) {
    int64_t low = op.getLow().back();
    for (int64_t channel = 0; channel < countChannels(op.getInput()); ++channel)
      unite(op.getInput(), channel, op.getOutput(), low + channel);
  }

  void visit(SliceOp op) {
    if (op.getStrides().back() != 1)
      return keepAll(op);
    int64_t offset = op.getOffsets().back();
    for (int64_t channel = 0; channel < countChannels(op.getOutput());
         ++channel)
      unite(op.getInput(), offset + channel, op.getOutput(), channel);
  }

  void visit(ConcatOp op) {
    if (llvm::any_of(op.getInputs(), isConstant))
      return keepAll(op);
    auto type = cast<RankedTensorType>(op.getType());
    bool isAlongChannels =
        static_cast<int64_t>(op.getAxis()) == type.getRank() - 1;
    int64_t offset = 0;
    for (Value input : op.getInputs()) {
      if (!isAlongChannels) {
        pass(op, input, op.getOutput());
        continue;
      }
      for (int64_t channel = 0; channel < countChannels(input); ++channel)
        unite(input, channel, op.getOutput(), offset++);
    }
  }
};

} // namespace

ChannelGroups::ChannelGroups(func::FuncOp function) {
  Uniter uniter(function);
  firsts = std::move(uniter.firsts);
  uniter.classes.compress();
  groups.resize(uniter.classes.getNumClasses());
  for (unsigned channel = 0; channel < uniter.count; ++channel)
    classes.push_back(uniter.classes[channel]);
  for (const Uniter::Kept &kept : uniter.kept) {
    ChannelGroup &group = groups[classes[kept.channel]];
    if (!group.reason.empty())
      continue;
    group.reason = kept.reason;
    group.place = kept.place;
  }
  function.walk([&](Operation *op) {
    if (!isPrunableLayer(op))
      return;
    Value input = op->getOperand(0), output = op->getResult(0);
    for (int64_t channel = 0; channel < countChannels(input); ++channel)
      groups[find(input, channel)].consumers.push_back({op, channel});
    for (int64_t channel = 0; channel < countChannels(output); ++channel)
      groups[find(output, channel)].producers.push_back({op, channel});
  });
}
