//===- Layers.cpp - The layers of a network, for people -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Layers.h"

#include "quantc/Codegen/CPU/Passes.h"
#include "quantc/Dialect/NN/IR/NN.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace quantc;

static bool isQuantized(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa<quant::QuantizedType>(tensor.getElementType());
}

std::string quantc::nameOfLayer(Location location) {
  if (StringRef name = nn::getLayerName(location); !name.empty())
    return name.str();
  auto place = location->findInstanceOf<FileLineColLoc>();
  return place ? (place.getFilename().getValue() + ":" +
                  Twine(place.getLine()) + ":" + Twine(place.getColumn()))
                     .str()
               : "";
}

static std::string nameOf(Operation *op) {
  std::string name = nameOfLayer(op->getLoc());
  return name.empty() ? op->getName().getStringRef().str() : name;
}

arith::ConstantOp quantc::findConstant(Value value) {
  if (auto dequantize = value.getDefiningOp<nn::DequantizeOp>())
    value = dequantize.getInput();
  if (auto stored = value.getDefiningOp<quant::StorageCastOp>())
    value = stored.getInput();
  return value.getDefiningOp<arith::ConstantOp>();
}

static uint64_t countBytes(ElementsAttr values) {
  return values.getNumElements() *
         llvm::divideCeil(values.getElementType().getIntOrFloatBitWidth(), 8);
}

/// Why -nn-fold-scales left `op` in float.
static std::string explainFloat(nn::QuantizableOpInterface op) {
  if (auto reason =
          op->getAttrOfType<StringAttr>(nn::NNDialect::getFloatAttrName()))
    return reason.str();
  if (op.isFloatOnly())
    return "its op has no rule on integers";
  for (OpOperand *operand : op.getActivationOperands()) {
    Value value = operand->get();
    if (auto dequantize = value.getDefiningOp<nn::DequantizeOp>()) {
      if (isa<quant::UniformQuantizedPerAxisType>(
              dequantize.getInput().getType().getElementType()))
        return "its operand has a scale per index of an axis";
      continue;
    }
    Operation *producer = value.getDefiningOp();
    return producer ? "its operand '" + nameOf(producer) + "' is float"
                    : "its operand is a float input of the network";
  }
  if (OpOperand *weight = op.getWeightOperand())
    if (!weight->get().getDefiningOp<nn::DequantizeOp>())
      return "its weight is not quantized";
  return "its result is not quantized";
}

std::vector<Layer> quantc::describeLayers(ModuleOp module) {
  std::vector<Layer> layers;
  bool isAfterQuantization = false;
  module.walk([&](Operation *op) {
    isAfterQuantization |= llvm::any_of(op->getResultTypes(), isQuantized) ||
                           op->hasAttr(nn::NNDialect::getFloatAttrName());
  });
  module.walk([&](nn::QuantizableOpInterface op) {
    if (op.sharesScale())
      return;
    Layer layer;
    layer.name = nameOf(op);
    layer.op = op->getName().stripDialect().str();
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    layer.shape = type.getShape().vec();
    layer.multiplyAdds = op.countMultiplyAdds();
    for (Value operand : op->getOperands())
      if (arith::ConstantOp constant = findConstant(operand))
        layer.constantBytes +=
            countBytes(cast<ElementsAttr>(constant.getValue()));
    if (isAfterQuantization && !isQuantized(op->getResult(0).getType()))
      layer.whyFloat = explainFloat(op);
    layers.push_back(std::move(layer));
  });
  return layers;
}

LayerCosts LayerCosts::fromAttribute(DictionaryAttr attribute) {
  auto text = [&](StringRef name) {
    auto value = attribute.getAs<StringAttr>(name);
    return value ? value.str() : "";
  };
  auto integer = [&](StringRef name) {
    return attribute.getAs<IntegerAttr>(name).getInt();
  };
  LayerCosts costs;
  costs.name = text("name");
  costs.kernel = text("kernel");
  costs.tile = text("tile");
  costs.why = text("why");
  costs.multiplyAdds = integer("multiply_adds");
  costs.bytes = integer("bytes");
  costs.expectedCycles = integer("expected_cycles");
  costs.leastCycles = integer("least_cycles");
  return costs;
}

DictionaryAttr LayerCosts::toAttribute(MLIRContext *context) const {
  Builder builder(context);
  NamedAttrList attribute;
  attribute.set("name", builder.getStringAttr(name));
  attribute.set("kernel", builder.getStringAttr(kernel));
  if (!tile.empty())
    attribute.set("tile", builder.getStringAttr(tile));
  if (!why.empty())
    attribute.set("why", builder.getStringAttr(why));
  attribute.set("multiply_adds", builder.getI64IntegerAttr(multiplyAdds));
  attribute.set("bytes", builder.getI64IntegerAttr(bytes));
  attribute.set("expected_cycles", builder.getI64IntegerAttr(expectedCycles));
  attribute.set("least_cycles", builder.getI64IntegerAttr(leastCycles));
  return attribute.getDictionary(context);
}

void quantc::addCosts(MutableArrayRef<Layer> layers, ModuleOp module) {
  llvm::StringMap<LayerCosts> costs;
  if (auto list = module->getAttrOfType<ArrayAttr>(kLayersAttrName))
    for (auto entry : list.getAsRange<DictionaryAttr>()) {
      auto layer = LayerCosts::fromAttribute(entry);
      costs[layer.name] = layer;
    }
  for (Layer &layer : layers) {
    auto found = costs.find(layer.name);
    layer.kernel = "loops";
    if (found == costs.end())
      continue;
    layer.costs = found->second;
    layer.kernel = layer.costs->kernel;
  }
}

uint64_t quantc::countConstantBytes(ModuleOp module) {
  uint64_t bytes = 0;
  module.walk([&](Operation *op) {
    // arith.constant, memref.global, llvm.mlir.global; vectors are part of the
    // code.
    for (StringRef name : {"value", "initial_value"})
      if (auto values = op->getAttrOfType<ElementsAttr>(name);
          values && !isa<VectorType>(values.getShapedType()))
        bytes += countBytes(values);
  });
  if (auto panels = module->getAttrOfType<ArrayAttr>(kPanelsAttrName))
    for (auto entry : panels.getAsRange<DictionaryAttr>())
      for (StringRef name : {"weights", "steps"})
        if (auto stored = entry.getAs<DenseI8ArrayAttr>(name))
          bytes += stored.size();
  return bytes;
}
