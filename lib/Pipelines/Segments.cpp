//===- Segments.cpp - A network without its layers ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Segments.h"

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Pipelines/Compressible.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace quantc;

static func::FuncOp functionOf(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isExternal())
      return function;
  llvm_unreachable("a network has a function");
}

/// The only use of `value`, or, where it is quantized, of what is dequantized.
static OpOperand *followUse(Value value) {
  while (value.hasOneUse()) {
    OpOperand &use = *value.use_begin();
    if (!isa<nn::QuantizeOp, nn::DequantizeOp>(use.getOwner()))
      return &use;
    value = use.getOwner()->getResult(0);
  }
  return nullptr;
}

Value quantc::findShortcut(Operation *layer) {
  OpOperand *use = followUse(layer->getResult(0));
  auto add = use ? dyn_cast<nn::AddOp>(use->getOwner()) : nn::AddOp();
  if (!add)
    return nullptr;
  Value other = add->getOperand(1 - use->getOperandNumber());
  bool isBefore =
      !other.getDefiningOp() || other.getDefiningOp()->isBeforeInBlock(layer);
  bool isSameShape = other.getType() == layer->getResult(0).getType();
  bool isConstant = other.getDefiningOp<arith::ConstantOp>() != nullptr;
  return isBefore && isSameShape && !isConstant ? other : nullptr;
}

namespace {

class Cutter {
public:
  explicit Cutter(ModuleOp module)
      : module(module), function(functionOf(module)),
        layers(findNumberedLayers(module)) {}

  SegmentedNetwork run() {
    assignOps();
    findCrossing();
    for (BlockArgument argument : function.getArguments())
      result.inputs.push_back(number(argument));
    for (Operation *layer : layers) {
      auto op = cast<nn::QuantizableOpInterface>(layer);
      SegmentedNetwork::Layer cut;
      cut.input = number(op.getActivationOperands()[0]->get());
      cut.output = number(layer->getResult(0));
      if (Value shortcut = findShortcut(layer))
        cut.shortcut = number(shortcut);
      result.layers.push_back(cut);
    }
    for (size_t index = 0; index <= layers.size(); ++index)
      result.segments.push_back(createSegment(index));
    for (Value output : function.front().getTerminator()->getOperands())
      result.outputs.push_back(number(output));
    result.valueCount = numbers.size();
    return std::move(result);
  }

private:
  static bool isConstant(Value value) {
    Operation *op = value.getDefiningOp();
    return op && op->hasTrait<OpTrait::ConstantLike>();
  }

  void assignOps() {
    ops.resize(layers.size() + 1);
    size_t segment = 0;
    for (Operation &op : function.front().without_terminator()) {
      if (segment < layers.size() && &op == layers[segment])
        ++segment;
      else if (!op.hasTrait<OpTrait::ConstantLike>())
        ops[segment].push_back(&op);
      if (!op.hasAttr(kLayerNumberAttrName))
        for (Value value : op.getResults())
          segmentOf[value] = segment;
    }
  }

  /// Results of segments that others read: those that lead to layers, to other
  /// segments, or out.
  void findCrossing() {
    auto read = [&](Value value, std::optional<size_t> segment) {
      auto found = segmentOf.find(value);
      if (found != segmentOf.end() && !isConstant(value) &&
          segment != found->second)
        crossing.insert(value);
    };
    for (auto [segment, list] : llvm::enumerate(ops))
      for (Operation *op : list)
        for (Value operand : op->getOperands())
          read(operand, segment);
    for (Operation *layer : layers) {
      auto op = cast<nn::QuantizableOpInterface>(layer);
      read(op.getActivationOperands()[0]->get(), std::nullopt);
      if (Value shortcut = findShortcut(layer))
        read(shortcut, std::nullopt);
    }
    for (Value output : function.front().getTerminator()->getOperands())
      read(output, std::nullopt);
  }

  size_t number(Value value) {
    return numbers.try_emplace(value, numbers.size()).first->second;
  }

  /// The ops of `segment` that lead to what others read, in program order, and
  /// the values from outside that these take.
  SmallVector<Operation *> findNeeded(size_t segment,
                                      llvm::SetVector<Value> &inputs) {
    DenseSet<Value> needed;
    SmallVector<Operation *> found;
    for (Operation *op : llvm::reverse(ops[segment])) {
      bool isNeeded = llvm::any_of(op->getResults(), [&](Value value) {
        return needed.contains(value) || crossing.contains(value);
      });
      if (!isNeeded)
        continue;
      found.push_back(op);
      needed.insert_range(op->getOperands());
    }
    std::reverse(found.begin(), found.end());
    for (Operation *op : found)
      for (Value operand : op->getOperands()) {
        auto place = segmentOf.find(operand);
        if (!isConstant(operand) &&
            (place == segmentOf.end() || place->second != segment))
          inputs.insert(operand);
      }
    return found;
  }

  Segment createSegment(size_t index) {
    llvm::SetVector<Value> inputs;
    SmallVector<Operation *> needed = findNeeded(index, inputs);
    Segment segment;
    if (needed.empty())
      return segment;
    segment.module = ModuleOp::create(module.getLoc());
    (*segment.module)->setAttrs(module->getAttrDictionary());
    OpBuilder builder(segment.module->getBodyRegion());
    auto copy = func::FuncOp::create(
        builder, function.getLoc(), function.getName(),
        builder.getFunctionType(
            TypeRange(ArrayRef<Value>(inputs.getArrayRef())), {}));
    Block *body = copy.addEntryBlock();
    builder.setInsertionPointToEnd(body);
    IRMapping mapping;
    for (auto [input, argument] :
         llvm::zip_equal(inputs, body->getArguments())) {
      mapping.map(input, argument);
      segment.inputs.push_back(number(input));
      if (auto original = dyn_cast<BlockArgument>(input))
        if (DictionaryAttr attributes =
                function.getArgAttrDict(original.getArgNumber()))
          copy.setArgAttrs(argument.getArgNumber(), attributes);
    }
    SmallVector<Value> results;
    for (Operation *op : needed) {
      for (Value operand : op->getOperands())
        if (isConstant(operand) && !mapping.contains(operand))
          builder.clone(*operand.getDefiningOp(), mapping);
      builder.clone(*op, mapping);
      for (Value value : op->getResults())
        if (crossing.contains(value)) {
          results.push_back(mapping.lookup(value));
          segment.outputs.push_back(number(value));
        }
    }
    func::ReturnOp::create(builder, function.getLoc(), results);
    copy.setFunctionType(builder.getFunctionType(
        copy.getArgumentTypes(), TypeRange(ArrayRef<Value>(results))));
    return segment;
  }

  ModuleOp module;
  func::FuncOp function;
  SmallVector<Operation *> layers;
  SmallVector<SmallVector<Operation *>> ops; // of each segment
  DenseMap<Value, size_t> segmentOf;
  DenseSet<Value> crossing;
  DenseMap<Value, size_t> numbers;
  SegmentedNetwork result;
};

} // namespace

SegmentedNetwork quantc::cutAtLayers(ModuleOp module) {
  return Cutter(module).run();
}

void quantc::instrumentLayers(ModuleOp module) {
  func::FuncOp function = functionOf(module);
  module.walk([&](nn::ObserveOp op) {
    op.replaceAllUsesWith(op.getInput());
    op.erase();
  });
  OpBuilder builder(module.getContext());
  auto observe = [&](Value value, size_t id) {
    builder.setInsertionPointAfterValue(value);
    return nn::ObserveOp::create(builder, value.getLoc(), value.getType(),
                                 value, id, "layer" + std::to_string(id),
                                 /*range=*/TypeAttr());
  };
  SmallVector<Operation *> layers = findNumberedLayers(module);
  SmallVector<Value> shortcuts;
  for (Operation *layer : layers)
    shortcuts.push_back(findShortcut(layer));
  for (auto [index, layer] : llvm::enumerate(layers)) {
    Value output = layer->getResult(0);
    Location loc = layer->getLoc();
    if (failed(function.insertArgument(function.getNumArguments(),
                                       output.getType(), {}, loc)))
      llvm_unreachable("the function of a network takes any argument");
    builder.setInsertionPointAfter(layer);
    auto sum =
        nn::AddOp::create(builder, loc, output.getType(), output,
                          function.getArgument(function.getNumArguments() - 1));
    nn::ObserveOp observer = observe(sum, 2 * index);
    output.replaceAllUsesExcept(observer, sum);
    layer->removeAttr(kLayerNumberAttrName);
  }
  for (auto [index, shortcut] : llvm::enumerate(shortcuts)) {
    if (!shortcut)
      continue;
    nn::ObserveOp observer = observe(shortcut, 2 * index + 1);
    shortcut.replaceAllUsesExcept(observer, observer);
  }
}
