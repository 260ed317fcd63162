//===- GraphWriter.cpp - A network as an ONNX graph ---------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphWriter.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/Endian.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

static constexpr int64_t kToChannelsFirst[] = {0, 3, 1, 2};
static constexpr int64_t kToChannelsLast[] = {0, 2, 3, 1};

SmallVector<int64_t> quantc::onnx::toLayout(ArrayRef<int64_t> list,
                                            Layout layout) {
  if (layout == Layout::Plain)
    return SmallVector<int64_t>(list);
  SmallVector<int64_t> result;
  for (int64_t dimension : kToChannelsFirst)
    result.push_back(list[dimension]);
  return result;
}

int64_t quantc::onnx::toLayout(int64_t dimension, Layout layout) {
  return layout == Layout::Plain ? dimension : kToChannelsLast[dimension];
}

ArrayRef<int64_t> quantc::onnx::extentsOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Stored signed integers are this far below the bytes 0..255.
static constexpr int64_t kByteOffset = 128;

static StringRef nameOf(Value value) {
  StringRef name = nn::getLayerName(value.getLoc());
  return name.empty() ? "value" : name;
}

Name GraphWriter::own(std::string text) {
  texts.push_back(std::move(text));
  return texts.back();
}

Name GraphWriter::createName(StringRef hint) {
  std::string name = hint.str();
  for (int count = 2; !names.insert(name).second; ++count)
    name = (hint + "_" + Twine(count)).str();
  return own(std::move(name));
}

Name GraphWriter::createName(Value value, Layout layout) {
  if (layout == Layout::Plain)
    if (Name output = outputs.lookup(value); !output.empty()) {
      outputs.erase(value);
      return output;
    }
  return createName(nameOf(value));
}

void GraphWriter::set(Value value, Name name, Layout layout) {
  values[{value, static_cast<int>(layout)}] = name;
}

Layout GraphWriter::chooseLayout(ValueRange operands) const {
  bool isSpatial = llvm::all_of(
      operands, [](Value operand) { return extentsOf(operand).size() == 4; });
  bool hasChannelsFirst = llvm::any_of(operands, [&](Value operand) {
    return values.contains({operand, static_cast<int>(Layout::ChannelsFirst)});
  });
  return isSpatial && hasChannelsFirst ? Layout::ChannelsFirst : Layout::Plain;
}

Name GraphWriter::get(Value value, Layout layout) {
  Name known = values.lookup({value, static_cast<int>(layout)});
  if (!known.empty())
    return known;
  Name name;
  if (auto constant = nn::RealConstant::match(value)) {
    if (layout == Layout::ChannelsFirst) {
      RankedTensorType type = constant->getType();
      SmallVector<int64_t> shape = toLayout(type.getShape(), layout);
      constant->elements = nn::permuteElements(
          constant->elements, type.getShape(), kToChannelsFirst,
          cast<RankedTensorType>(type.clone(shape)));
    }
    name = addConstant(*constant, nameOf(value), isUnsigned(value));
  } else {
    bool toFirst = layout == Layout::ChannelsFirst;
    Name other = values.lookup(
        {value,
         static_cast<int>(toFirst ? Layout::Plain : Layout::ChannelsFirst)});
    assert(!other.empty() && "operands are written before their users");
    name = createName(value, layout);
    addNode("Transpose", {other}, name,
            {makeInts("perm", toFirst ? ArrayRef(kToChannelsFirst)
                                      : ArrayRef(kToChannelsLast))});
  }
  set(value, name, layout);
  return name;
}

ValueInfo GraphWriter::describe(Value value, Name name) const {
  ValueInfo info;
  info.name = name;
  auto type = cast<RankedTensorType>(value.getType());
  info.type = type.getElementType().isF32() ? FLOAT
              : isUnsigned(value)           ? UINT8
                                            : INT8;
  info.shape.emplace();
  for (int64_t extent : type.getShape()) {
    Dimension dimension;
    if (ShapedType::isDynamic(extent))
      dimension.parameter = "batch";
    else
      dimension.value = extent;
    info.shape->push_back(dimension);
  }
  return info;
}

void GraphWriter::addInput(BlockArgument argument, StringRef name) {
  Name created = createName(name);
  graph.inputs.push_back(describe(argument, created));
  set(argument, created);
}

void GraphWriter::reserveOutput(Value value, StringRef name) {
  Name created = createName(name);
  // Inputs and constants, and what is an output already, have names.
  if (!isa<BlockArgument>(value) && !nn::RealConstant::match(value))
    outputs.try_emplace(value, created);
}

void GraphWriter::addOutput(Value value, StringRef name) {
  Name actual = get(value);
  if (actual != Name(name)) {
    Name output = own(name.str());
    addNode("Identity", {actual}, output);
    actual = output;
  }
  graph.outputs.push_back(describe(value, actual));
}

void GraphWriter::addNode(StringRef opType, std::vector<Name> inputs,
                          Name result, Attributes attributes) {
  Node node;
  node.name = result;
  node.opType = own(opType.str());
  node.inputs = std::move(inputs);
  node.outputs = {result};
  node.attributes = std::move(attributes);
  graph.nodes.push_back(std::move(node));
}

Name GraphWriter::addNode(StringRef opType, std::vector<Name> inputs,
                          Value value, Attributes attributes) {
  Name result = createName(nameOf(value));
  addNode(opType, std::move(inputs), result, std::move(attributes));
  return result;
}

/// Little-endian bytes of the elements.
template <typename T> static std::string toBytes(ArrayRef<T> elements) {
  std::string bytes(elements.size() * sizeof(T), '\0');
  for (auto [index, element] : llvm::enumerate(elements))
    llvm::support::endian::write<T>(bytes.data() + index * sizeof(T), element,
                                    llvm::endianness::little);
  return bytes;
}

template <typename T> static std::string toBytes(DenseElementsAttr elements) {
  return toBytes<T>(llvm::to_vector(elements.getValues<T>()));
}

Name GraphWriter::addTensor(DenseElementsAttr elements, StringRef hint) {
  Tensor tensor;
  tensor.name = createName(hint);
  ArrayRef<int64_t> shape = elements.getType().getShape();
  tensor.dims.assign(shape.begin(), shape.end());
  Type element = elements.getElementType();
  if (element.isF32()) {
    tensor.type = FLOAT;
    tensor.raw = own(toBytes<float>(elements));
  } else if (element.isSignlessInteger(8)) {
    tensor.type = INT8;
    tensor.raw = own(toBytes<int8_t>(elements));
  } else if (element.isUnsignedInteger(8)) {
    tensor.type = UINT8;
    tensor.raw = own(toBytes<uint8_t>(elements));
  } else {
    assert(element.isInteger(32) && "storage has 8 or 32 bits");
    tensor.type = INT32;
    tensor.raw = own(toBytes<int32_t>(elements));
  }
  graph.initializers.push_back(tensor);
  return tensor.name;
}

Name GraphWriter::addInts(ArrayRef<int64_t> values) {
  Tensor tensor;
  tensor.name = createName("integers");
  tensor.dims = {static_cast<int64_t>(values.size())};
  tensor.type = INT64;
  tensor.raw = own(toBytes(values));
  graph.initializers.push_back(tensor);
  return tensor.name;
}

Name GraphWriter::addFloat(float value) {
  Tensor tensor;
  tensor.name = createName("number");
  tensor.type = FLOAT;
  tensor.raw = own(toBytes(ArrayRef(value)));
  graph.initializers.push_back(tensor);
  return tensor.name;
}

Name GraphWriter::addConstant(const nn::RealConstant &constant, StringRef hint,
                              bool isUnsigned) {
  if (!constant.type)
    return addTensor(constant.elements, hint);
  DenseElementsAttr elements = constant.elements;
  if (isUnsigned)
    elements = elements.mapValues(
        IntegerType::get(elements.getContext(), 8, IntegerType::Unsigned),
        [](const APInt &stored) { return stored + kByteOffset; });
  Name integers = addTensor(elements, (hint + "_integers").str());
  // Of its own: ONNX Runtime may replace weights by uint8, with their zero
  // points, and cannot do that twice.
  auto [scale, zeroPoint] = createQuantization(constant.type, isUnsigned);
  Name real = createName(hint);
  addNode("DequantizeLinear", {integers, scale, zeroPoint}, real,
          makeAxis(constant.type, Layout::Plain));
  return real;
}

GraphWriter::Quantization GraphWriter::addQuantization(Value stored) {
  Quantization &quantization =
      quantizations[{typeOf(stored), static_cast<int>(isUnsigned(stored))}];
  if (quantization.scale.empty())
    quantization = createQuantization(typeOf(stored), isUnsigned(stored));
  return quantization;
}

GraphWriter::Quantization
GraphWriter::createQuantization(quant::QuantizedType type, bool isUnsigned) {
  SmallVector<float> scales;
  SmallVector<int64_t> zeroPoints, shape;
  if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(type)) {
    scales.push_back(static_cast<float>(perTensor.getScale()));
    zeroPoints.push_back(perTensor.getZeroPoint());
  } else {
    auto perAxis = cast<quant::UniformQuantizedPerAxisType>(type);
    for (double scale : perAxis.getScales())
      scales.push_back(static_cast<float>(scale));
    llvm::append_range(zeroPoints, perAxis.getZeroPoints());
    shape.push_back(scales.size());
  }
  MLIRContext *context = type.getContext();
  Quantization quantization;
  quantization.scale =
      addTensor(DenseElementsAttr::get(
                    RankedTensorType::get(shape, Float32Type::get(context)),
                    ArrayRef<float>(scales)),
                "scale");
  unsigned width = type.getStorageTypeIntegralWidth();
  SmallVector<APInt> stored;
  for (int64_t zeroPoint : zeroPoints)
    stored.emplace_back(width, isUnsigned ? zeroPoint + kByteOffset : zeroPoint,
                        /*isSigned=*/!isUnsigned);
  auto element = IntegerType::get(context, width,
                                  isUnsigned ? IntegerType::Unsigned
                                             : IntegerType::Signless);
  quantization.zeroPoint =
      addTensor(DenseElementsAttr::get(RankedTensorType::get(shape, element),
                                       ArrayRef<APInt>(stored)),
                "zero_point");
  return quantization;
}

Name GraphWriter::addRoundTrip(Name real, Value stored, Value value,
                               Layout layout) {
  auto [scale, zeroPoint] = addQuantization(stored);
  Attributes axis = makeAxis(typeOf(stored), layout);
  Name integers =
      addNode("QuantizeLinear", {real, scale, zeroPoint}, value, axis);
  return addNode("DequantizeLinear", {integers, scale, zeroPoint}, value, axis);
}

quant::QuantizedType GraphWriter::typeOf(Value stored) {
  return cast<quant::QuantizedType>(getElementTypeOrSelf(stored));
}

GraphWriter::Attributes GraphWriter::makeAxis(quant::QuantizedType type,
                                              Layout layout) {
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type);
  if (!perAxis)
    return {};
  return {makeInt("axis", toLayout(perAxis.getQuantizedDimension(), layout))};
}

onnx::Attribute GraphWriter::makeFloat(StringRef name, float value) {
  onnx::Attribute attribute;
  attribute.name = Name(name);
  attribute.type = AttributeType::Float;
  attribute.f = value;
  return attribute;
}

onnx::Attribute GraphWriter::makeString(StringRef name, StringRef value) {
  onnx::Attribute attribute;
  attribute.name = Name(name);
  attribute.type = AttributeType::String;
  attribute.s = value;
  return attribute;
}

onnx::Attribute GraphWriter::makeInt(StringRef name, int64_t value) {
  onnx::Attribute attribute;
  attribute.name = Name(name);
  attribute.type = AttributeType::Int;
  attribute.i = value;
  return attribute;
}

onnx::Attribute GraphWriter::makeInts(StringRef name,
                                      ArrayRef<int64_t> values) {
  onnx::Attribute attribute;
  attribute.name = Name(name);
  attribute.type = AttributeType::Ints;
  attribute.ints.assign(values.begin(), values.end());
  return attribute;
}
