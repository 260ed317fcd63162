//===- Interface.cpp - What the binary's table will say -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names, shapes and scales live on nn ops and quantized types, which end here;
// the binary's table needs them. They go on as builtin attributes of the
// module, one dictionary per tensor: name, type (of the storage) and, where
// quantized, scales, zero_points and axis.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace quantc;

/// `isUnsigned`: the host sees bytes, 128 above the stored integers.
static DictionaryAttr describeTensor(Builder &builder, StringRef name,
                                     RankedTensorType type,
                                     bool isUnsigned = false) {
  NamedAttrList attributes;
  attributes.set("name", builder.getStringAttr(name));
  auto quantized = dyn_cast<quant::QuantizedType>(type.getElementType());
  if (!quantized) {
    attributes.set("type", TypeAttr::get(type));
    return attributes.getDictionary(builder.getContext());
  }
  SmallVector<float> scales;
  SmallVector<int32_t> zeroPoints;
  int32_t axis = -1;
  if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(quantized)) {
    scales.push_back(static_cast<float>(perTensor.getScale()));
    zeroPoints.push_back(static_cast<int32_t>(perTensor.getZeroPoint()));
  } else {
    auto perAxis = cast<quant::UniformQuantizedPerAxisType>(quantized);
    llvm::append_range(scales, perAxis.getScales());
    llvm::append_range(zeroPoints, perAxis.getZeroPoints());
    axis = perAxis.getQuantizedDimension();
  }
  Type storage = quantized.getStorageType();
  if (isUnsigned) {
    storage = builder.getIntegerType(8, /*isSigned=*/false);
    for (int32_t &zeroPoint : zeroPoints)
      zeroPoint += 128;
  }
  attributes.set("type", TypeAttr::get(type.clone(storage)));
  attributes.set("scales", builder.getDenseF32ArrayAttr(scales));
  attributes.set("zero_points", builder.getDenseI32ArrayAttr(zeroPoints));
  attributes.set("axis", builder.getI32IntegerAttr(axis));
  return attributes.getDictionary(builder.getContext());
}

static ArrayAttr describeInputs(Builder &builder, func::FuncOp function) {
  SmallVector<Attribute> inputs;
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    auto name = function.getArgAttrOfType<StringAttr>(
        index, nn::NNDialect::getNameAttrName());
    inputs.push_back(describeTensor(
        builder, name ? name.getValue().str() : "input" + std::to_string(index),
        cast<RankedTensorType>(type),
        static_cast<bool>(
            function.getArgAttr(index, nn::NNDialect::getUnsignedAttrName()))));
  }
  return builder.getArrayAttr(inputs);
}

static ArrayAttr describeOutputs(Builder &builder, func::FuncOp function) {
  SmallVector<Attribute> outputs;
  for (auto [index, type] : llvm::enumerate(function.getResultTypes())) {
    auto name = function.getResultAttrOfType<StringAttr>(
        index, nn::NNDialect::getNameAttrName());
    outputs.push_back(describeTensor(
        builder,
        name ? name.getValue().str() : "output" + std::to_string(index),
        cast<RankedTensorType>(type),
        static_cast<bool>(function.getResultAttr(
            index, nn::NNDialect::getUnsignedAttrName()))));
  }
  return builder.getArrayAttr(outputs);
}

static ArrayAttr describeObserved(Builder &builder, func::FuncOp function) {
  SmallVector<Attribute> observed;
  function.walk([&](nn::ObserveOp op) {
    NamedAttrList attributes(describeTensor(
        builder, op.getName(), cast<RankedTensorType>(op.getType())));
    attributes.set("id", op.getIdAttr());
    observed.push_back(attributes.getDictionary(builder.getContext()));
  });
  return builder.getArrayAttr(observed);
}

static bool isQuantized(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa<quant::QuantizedType>(tensor.getElementType());
}

/// "float", "observed" or "int8": what the binary is. Inputs of integers say
/// nothing.
static StringRef stageOf(func::FuncOp function) {
  bool isObserved = false, isQuantized = false;
  function.walk([&](Operation *op) {
    isObserved |= isa<nn::ObserveOp>(op);
    isQuantized |= llvm::any_of(op->getResultTypes(), ::isQuantized);
  });
  return isQuantized ? "int8" : isObserved ? "observed" : "float";
}

void quantc::describeInterface(ModuleOp module) {
  Builder builder(module.getContext());
  NamedAttrList provenance;
  for (StringRef name : {nn::NNDialect::getModelHashAttrName(),
                         nn::NNDialect::getNetworkHashAttrName(),
                         nn::NNDialect::getCalibrationHashAttrName(),
                         nn::NNDialect::getParametersAttrName()})
    if (Attribute value = module->removeAttr(name)) {
      name.consume_front("nn.");
      provenance.set(name, value);
    }
  module->removeAttr(nn::NNDialect::getQuantizationAttrName());
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isExternal())
      continue;
    provenance.set("stage", builder.getStringAttr(stageOf(function)));
    module->setAttr("quantc.inputs", describeInputs(builder, function));
    module->setAttr("quantc.outputs", describeOutputs(builder, function));
    module->setAttr("quantc.observed", describeObserved(builder, function));
    function.removeArgAttrsAttr();
    function.removeResAttrsAttr();
    function->removeAttr(nn::NNDialect::getUnsignedAttrName());
  }
  module->setAttr("quantc.provenance",
                  provenance.getDictionary(builder.getContext()));
}
