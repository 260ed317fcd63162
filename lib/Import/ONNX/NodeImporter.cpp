//===- NodeImporter.cpp - What a handler sees of its node ---------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"

#include "Quantization.h"

#include "quantc/Dialect/NN/IR/NN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

ArrayRef<int64_t> quantc::onnx::shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

InFlightDiagnostic NodeImporter::fail() const {
  return emitError(loc) << StringRef(node.opType) << ": ";
}

Value NodeImporter::createConstant(const Constant &constant) {
  if (constant.stored)
    return createDequantize(*this, constant);
  return arith::ConstantOp::create(builder, loc,
                                   constant.toAttribute(builder.getContext()));
}

Value NodeImporter::createReshape(Value input, ArrayRef<int64_t> shape) {
  if (shapeOf(input) == shape)
    return input;
  return nn::ReshapeOp::create(builder, loc, tensorType(shape), input);
}

FailureOr<Value> NodeImporter::createTranspose(Value input,
                                               ArrayRef<int64_t> permutation) {
  auto shape = nn::inferTransposeShape(shapeOf(input), permutation,
                                       [&] { return fail(); });
  if (failed(shape))
    return failure();
  return nn::TransposeOp::create(builder, loc, tensorType(*shape), input,
                                 permutation)
      .getResult();
}

FailureOr<Value> NodeImporter::getValue(unsigned index) {
  if (!hasInput(index))
    return fail() << "requires operand " << index;
  const Symbol &symbol = symbols[node.inputs[index]];
  DataType type = symbol.constant ? symbol.constant->type : symbol.type;
  bool isMoved = !symbol.constant && movesValues(node.opType);
  if (!isFloat(type) && !isMoved)
    return fail() << "expected real numbers, but '"
                  << StringRef(node.inputs[index]) << "' holds integers ("
                  << nameOf(type) << ")";
  if (symbol.constant)
    return createConstant(*symbol.constant);
  if (isFloat(type))
    return symbol.value;
  Type elementType =
      symbol.movedType ? symbol.movedType : getElementTypeOrSelf(symbol.value);
  if (movedType && (modelType != type || movedType != elementType))
    return fail() << "expected integers of one type and scale";
  if (isa<quant::UniformQuantizedPerAxisType>(elementType) &&
      node.opType != "Identity")
    return fail() << "moves '" << StringRef(node.inputs[index])
                  << "', integers with a scale per index of an axis: "
                     "dequantize before";
  modelType = type;
  movedType = elementType;
  if (symbol.movedType)
    return symbol.value;
  return nn::DequantizeOp::create(
             builder, loc, tensorType(shapeOf(symbol.value)), symbol.value)
      .getResult();
}

FailureOr<Symbol> NodeImporter::getIntegers(unsigned index) {
  if (!hasInput(index))
    return fail() << "requires operand " << index;
  const Symbol &symbol = symbols[node.inputs[index]];
  if (isFloat(symbol.type) || symbol.constant)
    return fail() << "expected integers, but '" << StringRef(node.inputs[index])
                  << "' holds real numbers";
  return symbol;
}

DataType NodeImporter::getType(unsigned index) const {
  if (!hasInput(index))
    return UNDEFINED;
  const Symbol &symbol = symbols[node.inputs[index]];
  return symbol.constant ? symbol.constant->type : symbol.type;
}

FailureOr<Value> NodeImporter::getValue(unsigned index, int64_t rank) {
  FailureOr<Value> value = getValue(index);
  if (failed(value))
    return failure();
  int64_t actual = shapeOf(*value).size();
  if (actual != rank)
    return fail() << "expected operand '" << StringRef(node.inputs[index])
                  << "' of rank " << rank << ", but got rank " << actual
                  << (rank == 4 ? "; only 2-D spatial operators are supported"
                                : "");
  return value;
}

const Constant *NodeImporter::getConstant(unsigned index) const {
  return hasInput(index) ? symbols[node.inputs[index]].constant.get() : nullptr;
}

FailureOr<const Constant *> NodeImporter::requireFloats(unsigned index,
                                                        StringRef what) const {
  const Constant *constant = getConstant(index);
  if (!constant || !constant->isFloat())
    return fail() << "requires a constant " << what << " of real numbers";
  return constant;
}

FailureOr<const Constant *> NodeImporter::requireInts(unsigned index,
                                                      StringRef what) const {
  const Constant *constant = getConstant(index);
  if (!constant || constant->isFloat())
    return fail() << "requires a constant " << what << " of integers";
  return constant;
}

FailureOr<SmallVector<int64_t>> NodeImporter::getShape(unsigned index) {
  if (const Constant *constant = getConstant(index))
    return constant->shape;
  if (!hasInput(index))
    return fail() << "requires operand " << index;
  return SmallVector<int64_t>(shapeOf(symbols[node.inputs[index]].value));
}

const onnx::Attribute *NodeImporter::find(StringRef name) const {
  for (const onnx::Attribute &attribute : node.attributes)
    if (StringRef(attribute.name) == name)
      return &attribute;
  return nullptr;
}

FailureOr<const onnx::Attribute *>
NodeImporter::find(StringRef name, AttributeType type,
                   StringRef typeName) const {
  const onnx::Attribute *attribute = find(name);
  if (attribute && attribute->type != type)
    return fail() << "expected attribute '" << name << "' of type " << typeName;
  return attribute;
}

FailureOr<int64_t> NodeImporter::getInt(StringRef name,
                                        int64_t fallback) const {
  auto attribute = find(name, AttributeType::Int, "INT");
  if (failed(attribute))
    return failure();
  return *attribute ? (*attribute)->i : fallback;
}

FailureOr<float> NodeImporter::getFloat(StringRef name, float fallback) const {
  auto attribute = find(name, AttributeType::Float, "FLOAT");
  if (failed(attribute))
    return failure();
  return *attribute ? (*attribute)->f : fallback;
}

FailureOr<SmallVector<int64_t>>
NodeImporter::getLongInts(StringRef name) const {
  auto attribute = find(name, AttributeType::Ints, "INTS");
  if (failed(attribute))
    return failure();
  return *attribute ? SmallVector<int64_t>(ArrayRef((*attribute)->ints))
                    : SmallVector<int64_t>();
}

FailureOr<SmallVector<int64_t>>
NodeImporter::getInts(StringRef name, ArrayRef<int64_t> fallback) const {
  FailureOr<SmallVector<int64_t>> values = getLongInts(name);
  if (failed(values))
    return failure();
  if (!hasAttribute(name))
    return SmallVector<int64_t>(fallback);
  // Sizes of windows and shapes; larger ones only come from broken files.
  constexpr int64_t kLimit = int64_t(1) << 31;
  for (int64_t value : *values)
    if (value >= kLimit || value <= -kLimit)
      return fail() << "attribute '" << name << "' has the value " << value
                    << ", which is out of range";
  return values;
}

FailureOr<std::vector<float>> NodeImporter::getFloats(StringRef name) const {
  auto attribute = find(name, AttributeType::Floats, "FLOATS");
  if (failed(attribute))
    return failure();
  return *attribute ? (*attribute)->floats : std::vector<float>();
}

FailureOr<StringRef> NodeImporter::getString(StringRef name,
                                             StringRef fallback) const {
  auto attribute = find(name, AttributeType::String, "STRING");
  if (failed(attribute))
    return failure();
  return *attribute ? StringRef((*attribute)->s) : fallback;
}

FailureOr<const Tensor *> NodeImporter::getTensor(StringRef name) const {
  auto attribute = find(name, AttributeType::Tensor, "TENSOR");
  if (failed(attribute) || !*attribute)
    return failure();
  return &(*attribute)->tensor;
}

void NodeImporter::setResult(Value value, unsigned index) {
  Symbol &symbol = symbols[node.outputs[index]];
  symbol.value = value;
  symbol.type = modelType;
  symbol.movedType = movedType;
}

void NodeImporter::setIntegers(Value integers, DataType type) {
  Symbol &symbol = symbols[node.outputs[0]];
  symbol.value = integers;
  symbol.type = type;
}

FailureOr<Value> NodeImporter::importAs(StringRef opType,
                                        ArrayRef<Symbol> operands) {
  Node other;
  other.name = node.name;
  other.opType = opType;
  other.attributes = node.attributes;
  other.outputs = {"result"};
  Symbols names;
  std::vector<std::string> operandNames;
  operandNames.reserve(operands.size()); // the node points into it
  for (auto [index, operand] : llvm::enumerate(operands)) {
    operandNames.push_back(std::to_string(index));
    names[operandNames.back()] = operand;
    other.inputs.push_back(operandNames.back());
  }
  NodeImporter importer(other, opset, loc, builder, names);
  Handler handler = findHandler(/*domain=*/"", opType);
  assert(handler && "a known operator");
  if (failed(handler(importer)))
    return failure();
  return names["result"].value;
}

void NodeImporter::setResult(Constant constant, unsigned index) {
  symbols[node.outputs[index]].constant =
      std::make_shared<const Constant>(std::move(constant));
}

LogicalResult NodeImporter::setReshaped(ArrayRef<int64_t> shape) {
  if (const Constant *constant = getConstant(0)) {
    Constant result = *constant;
    result.reshape(shape);
    setResult(std::move(result));
    return success();
  }
  FailureOr<Value> input = getValue(0);
  if (failed(input))
    return failure();
  setResult(createReshape(*input, shape));
  return success();
}
