//===- Layers.cpp - The layers of a network, for people -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Pipelines/Layers.h"

#include "quantc/Codegen/CPU/Passes.h"
#include "quantc/Dialect/NN/IR/NN.h"

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
  if (op->hasAttr(nn::NNDialect::getFloatAttrName()))
    return "it was asked to stay float";
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
    isAfterQuantization |= llvm::any_of(op->getResultTypes(), isQuantized);
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

void quantc::addKernels(MutableArrayRef<Layer> layers, ModuleOp module) {
  auto kernels = module->getAttrOfType<DictionaryAttr>(kKernelsAttrName);
  for (Layer &layer : layers) {
    auto kernel =
        kernels ? kernels.getAs<StringAttr>(layer.name) : StringAttr();
    layer.kernel = kernel ? kernel.str() : "loops";
  }
}

uint64_t quantc::countConstantBytes(ModuleOp module) {
  uint64_t bytes = 0;
  module.walk([&](Operation *op) {
    // arith.constant, memref.global, llvm.mlir.global.
    for (StringRef name : {"value", "initial_value"})
      if (auto values = op->getAttrOfType<ElementsAttr>(name))
        bytes += countBytes(values);
  });
  if (auto panels = module->getAttrOfType<ArrayAttr>(kPanelsAttrName))
    for (auto entry : panels.getAsRange<DictionaryAttr>())
      for (StringRef name : {"weights", "steps"})
        if (auto stored = entry.getAs<DenseI8ArrayAttr>(name))
          bytes += stored.size();
  return bytes;
}
