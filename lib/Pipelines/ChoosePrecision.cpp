//===- ChoosePrecision.cpp - Float where integers do not pay -------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The costs belong to the code generator, which does not know layers, and the
// layers to the dialect, which does not know costs: this pass sees both.
//
//===----------------------------------------------------------------------===//

#include "quantc/Codegen/CPU/OpCosts.h"
#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Pipelines/Pipelines.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"

namespace quantc {
#define GEN_PASS_DEF_CHOOSEPRECISION
#include "quantc/Pipelines/Passes.h.inc"
} // namespace quantc

using namespace mlir;
using namespace quantc;

namespace {

bool isConstant(Value value) { return matchPattern(value, m_Constant()); }

/// An op that passes on what it gets, in the elements that it gets.
bool isTransparent(Operation *op) {
  auto quantizable = dyn_cast_or_null<nn::QuantizableOpInterface>(op);
  return isa_and_nonnull<nn::ObserveOp>(op) ||
         (quantizable && quantizable.sharesScale());
}

/// The value that ops in front of `value` pass on.
Value findSource(Value value) {
  while (isTransparent(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return value;
}

/// Whether a scale is seen between `value` and its source.
bool isObserved(Value value) {
  for (; isTransparent(value.getDefiningOp());
       value = value.getDefiningOp()->getOperand(0))
    if (value.getDefiningOp<nn::ObserveOp>())
      return true;
  return isConstant(value);
}

/// Whether a scale is seen between `value` and those who compute with it.
bool hasObserver(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    return isa<nn::ObserveOp>(user) ||
           (isTransparent(user) && hasObserver(user->getResult(0)));
  });
}

/// Whether the op has a form on integers here.
bool mayBeInteger(nn::QuantizableOpInterface op) {
  return !op.isFloatOnly() && !op->hasAttr(nn::NNDialect::getFloatAttrName()) &&
         hasObserver(op->getResult(0)) &&
         llvm::all_of(op.getActivationOperands(), [](OpOperand *operand) {
           return isObserved(operand->get());
         });
}

OpWork describe(nn::QuantizableOpInterface op, bool isInteger) {
  OpWork work;
  work.isInteger = isInteger;
  work.multiplyAdds = op.countMultiplyAdds();
  int64_t written = nn::countElements(op->getResult(0)), read = 0;
  for (OpOperand *operand : op.getActivationOperands())
    if (!isConstant(operand->get()))
      read += nn::countElements(operand->get());
  work.elements = read + written;
  if (OpOperand *weight = op.getWeightOperand())
    work.elements += nn::countElements(weight->get());
  if (auto conv = dyn_cast<nn::Conv2DOp>(op.getOperation()))
    work.isDepthwise = conv.getGroups() > 1 &&
                       conv.getFilter().getType().getShape().back() == 1;
  if (work.multiplyAdds > 0) {
    (isInteger ? work.quantized : work.additions) = written;
  } else if (isa<nn::UnaryOp>(op)) {
    (isInteger ? work.lookups : work.functions) = written;
  } else {
    work.additions = std::max(read, written);
    if (isInteger) {
      work.dequantized = read;
      work.quantized = written;
    }
  }
  return work;
}

/// The layers of a function, and the values between them.
class Network {
public:
  explicit Network(func::FuncOp function);

  /// The layers that are float where a network by `strategy` is fastest.
  llvm::BitVector chooseFloat(StringRef strategy) const;

  nn::QuantizableOpInterface layer(unsigned index) const {
    return layers[index].op;
  }

private:
  struct Layer {
    nn::QuantizableOpInterface op; // null: all that is no layer
    bool hasWeight = false;        // on integers a quarter of the bytes
    OpWork onIntegers, onFloats;
    SmallVector<unsigned> values; // its operands and its result
  };
  struct Value {
    unsigned producer;
    int64_t elements;
    SmallVector<unsigned> consumers;
  };

  unsigned valueOf(mlir::Value source);
  void addLayer(nn::QuantizableOpInterface op);
  double costOf(const Value &value, StringRef strategy,
                const llvm::BitVector &isFloat) const;
  double conversionsAround(const Layer &layer, StringRef strategy,
                           const llvm::BitVector &isFloat) const;

  static constexpr unsigned kOutside = 0; // inputs, outputs, other ops
  std::vector<Layer> layers{1};
  std::vector<Value> values;
  DenseMap<mlir::Value, unsigned> valueIndex;
  llvm::BitVector staysFloat{1, true};
};

Network::Network(func::FuncOp function) {
  function.walk([&](Operation *op) {
    if (isTransparent(op))
      return;
    if (auto layer = dyn_cast<nn::QuantizableOpInterface>(op))
      return addLayer(layer);
    for (mlir::Value operand : op->getOperands())
      if (!isConstant(operand))
        values[valueOf(findSource(operand))].consumers.push_back(kOutside);
  });
}

/// Of a source that no layer produced: it comes from outside.
unsigned Network::valueOf(mlir::Value source) {
  auto [entry, isNew] = valueIndex.try_emplace(source, values.size());
  if (isNew)
    values.push_back({kOutside, nn::countElements(source), {}});
  return entry->second;
}

void Network::addLayer(nn::QuantizableOpInterface op) {
  unsigned index = layers.size();
  Layer layer{op,
              op.getWeightOperand() != nullptr,
              describe(op, /*isInteger=*/true),
              describe(op, /*isInteger=*/false),
              {}};
  for (OpOperand *operand : op.getActivationOperands()) {
    if (isConstant(operand->get()))
      continue;
    unsigned value = valueOf(findSource(operand->get()));
    values[value].consumers.push_back(index);
    layer.values.push_back(value);
  }
  unsigned result = valueOf(op->getResult(0));
  values[result].producer = index;
  layer.values.push_back(result);
  layers.push_back(std::move(layer));
  staysFloat.push_back(!mayBeInteger(op));
}

/// Of the conversions between those that produce and consume the value. A float
/// one is quantized once, by its producer; every consumer dequantizes for
/// itself.
double Network::costOf(const Value &value, StringRef strategy,
                       const llvm::BitVector &isFloat) const {
  int64_t floats = llvm::count_if(
      value.consumers, [&](unsigned consumer) { return isFloat[consumer]; });
  OpWork work;
  if (!isFloat[value.producer])
    work.dequantized = floats * value.elements;
  else if (floats < static_cast<int64_t>(value.consumers.size()))
    work.quantized = value.elements;
  return estimate(strategy, work);
}

double Network::conversionsAround(const Layer &layer, StringRef strategy,
                                  const llvm::BitVector &isFloat) const {
  double cost = 0;
  for (unsigned value : layer.values)
    cost += costOf(values[value], strategy, isFloat);
  return cost;
}

llvm::BitVector Network::chooseFloat(StringRef strategy) const {
  llvm::BitVector isFloat = staysFloat;
  bool isChanged = true;
  while (isChanged) {
    isChanged = false;
    for (auto [index, layer] : llvm::enumerate(layers)) {
      if (isFloat[index] || layer.hasWeight)
        continue;
      double onIntegers = estimate(strategy, layer.onIntegers) +
                          conversionsAround(layer, strategy, isFloat);
      isFloat.set(index);
      double onFloats = estimate(strategy, layer.onFloats) +
                        conversionsAround(layer, strategy, isFloat);
      if (onFloats < onIntegers)
        isChanged = true;
      else
        isFloat.reset(index);
    }
  }
  isFloat &= llvm::BitVector(staysFloat).flip();
  return isFloat;
}

struct ChoosePrecision : quantc::impl::ChoosePrecisionBase<ChoosePrecision> {
  void runOnOperation() override {
    Network network(getOperation());
    SmallVector<StringRef> strategies = listStrategiesWithFloat();
    llvm::BitVector isFloat = network.chooseFloat(strategies.front());
    for (StringRef strategy : llvm::drop_begin(strategies))
      isFloat &= network.chooseFloat(strategy);
    auto reason = StringAttr::get(
        &getContext(),
        "integers would not be faster, with the conversions around them");
    for (unsigned index : isFloat.set_bits())
      network.layer(index)->setAttr(nn::NNDialect::getFloatAttrName(), reason);
  }
};

} // namespace
