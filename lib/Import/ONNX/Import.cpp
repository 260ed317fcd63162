//===- Import.cpp - From ONNX graphs to the nn dialect ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Import/ONNX/Import.h"

#include "ExternalData.h"
#include "NodeImporter.h"
#include "Quantization.h"

#include "quantc/Dialect/NN/IR/NN.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

constexpr std::string_view kConstant = "Constant";
constexpr int64_t kMinOpset = 7;
constexpr int64_t kMaxOpset = 27;
/// Extents of this size and more, and tensors of more elements (of one sample),
/// only come from broken files.
constexpr int64_t kMaxExtent = int64_t(1) << 31;
constexpr int64_t kMaxElements = int64_t(1) << 40;

/// Whether integers of this type are what real numbers are stored as.
bool isStored(DataType type) { return type == UINT8 || type == INT8; }

bool isTooLarge(ArrayRef<int64_t> shape) {
  int64_t elements = 1;
  for (int64_t extent : shape) {
    if (ShapedType::isDynamic(extent) || extent == 0)
      continue;
    if (elements > kMaxElements / extent)
      return true;
    elements *= extent;
  }
  return false;
}

class GraphImporter {
public:
  GraphImporter(Graph graph, int64_t opset, StringRef path, ModuleOp module)
      : graph(std::move(graph)), opset(opset), files(path), module(module),
        builder(module.getBodyRegion()), loc(module.getLoc()) {}

  LogicalResult import();

private:
  InFlightDiagnostic fail() const { return emitError(loc); }
  Location locationOf(const Node &node) const;
  void findNeededNodes();
  LogicalResult verifyOperators() const;
  int64_t countParameters() const;
  FailureOr<Constant> importInitializer(Tensor &tensor);
  LogicalResult importInitializers();
  LogicalResult importConstants();
  FailureOr<RankedTensorType> inputType(const ValueInfo &input);
  FailureOr<QuantizationParameters> findScale(const ValueInfo &input,
                                              ArrayRef<int64_t> shape);
  FailureOr<func::FuncOp> importInputs();
  LogicalResult importNode(const Node &node);
  LogicalResult importOutputs(func::FuncOp function);

  Graph graph;
  const int64_t opset;
  ExternalFiles files;
  ModuleOp module;
  OpBuilder builder;
  const Location loc;
  Symbols symbols;
  std::vector<const Node *> neededNodes; // in the order of the graph
};

Location GraphImporter::locationOf(const Node &node) const {
  StringRef name = node.name;
  if (name.empty() && !node.outputs.empty())
    name = node.outputs[0];
  return NameLoc::get(StringAttr::get(loc.getContext(), name));
}

/// Nodes that no output depends on are not imported, whatever they are.
void GraphImporter::findNeededNodes() {
  for (const ValueInfo &output : graph.outputs)
    symbols[output.name].isNeeded = true;
  for (const Node &node : llvm::reverse(graph.nodes)) {
    bool isNeeded = llvm::any_of(node.outputs, [&](std::string_view output) {
      return symbols.lookup(output).isNeeded;
    });
    if (!isNeeded)
      continue;
    neededNodes.push_back(&node);
    for (std::string_view input : node.inputs)
      if (!input.empty())
        symbols[input].isNeeded = true;
  }
  std::reverse(neededNodes.begin(), neededNodes.end());
}

/// Reports every operator without a handler, each once.
LogicalResult GraphImporter::verifyOperators() const {
  llvm::MapVector<StringRef, SmallVector<const Node *>> unsupported;
  for (const Node *node : neededNodes) {
    if (!findHandler(node->domain, node->opType))
      unsupported[node->opType].push_back(node);
  }
  if (unsupported.empty())
    return success();
  InFlightDiagnostic diagnostic = fail();
  diagnostic << "unsupported operators: "
             << llvm::join(llvm::map_range(
                               unsupported,
                               [](const auto &entry) { return entry.first; }),
                           ", ")
             << ": export the model without them, or cut it there "
                "(onnx.utils.extract_model) and compute them in the program";
  for (const auto &[opType, nodes] : unsupported) {
    Diagnostic &note = diagnostic.attachNote(locationOf(*nodes.front()));
    note << opType;
    if (StringRef domain = nodes.front()->domain; !domain.empty())
      note << " of domain '" << domain << "'";
    note << ", " << nodes.size() << (nodes.size() == 1 ? " node" : " nodes");
  }
  return diagnostic;
}

FailureOr<Constant> GraphImporter::importInitializer(Tensor &tensor) {
  std::string error;
  std::optional<Constant> constant;
  if (tensor.external) {
    std::optional<std::string_view> bytes = files.read(*tensor.external, error);
    tensor.raw = bytes.value_or("");
  }
  if (error.empty())
    constant = decode(tensor, error);
  if (!constant)
    return fail() << "initializer '" << StringRef(tensor.name)
                  << "': " << error;
  return std::move(*constant);
}

/// Elements of constants that are weights: real numbers, and integers that
/// stand for some, but not how they do.
int64_t GraphImporter::countParameters() const {
  llvm::StringSet<> quantization;
  for (const Node &node : graph.nodes)
    if (StringRef(node.opType) == "QuantizeLinear" ||
        StringRef(node.opType) == "DequantizeLinear")
      for (auto [index, input] : llvm::enumerate(node.inputs))
        if (index > 0) // a damaged node may have none
          quantization.insert(input);
  int64_t count = 0;
  for (const Tensor &tensor : graph.initializers) {
    auto type = static_cast<DataType>(tensor.type);
    bool isParameter =
        isFloat(type) || type == INT8 || type == UINT8 || type == INT32;
    if (isParameter && symbols.contains(tensor.name) &&
        !quantization.contains(tensor.name))
      count += ShapedType::getNumElements(tensor.dims);
  }
  return count;
}

LogicalResult GraphImporter::importInitializers() {
  for (Tensor &tensor : graph.initializers) {
    auto symbol = symbols.find(tensor.name);
    if (symbol == symbols.end())
      continue; // not used
    if (symbol->second.constant)
      return fail() << "initializer '" << StringRef(tensor.name)
                    << "' exists twice";
    FailureOr<Constant> constant = importInitializer(tensor);
    if (failed(constant))
      return failure();
    symbol->second.constant =
        std::make_shared<const Constant>(std::move(*constant));
  }
  return success();
}

/// Before the inputs, whose integers may have a scale from a node.
LogicalResult GraphImporter::importConstants() {
  for (const Node *node : neededNodes)
    if (node->opType == kConstant && failed(importNode(*node)))
      return failure();
  return success();
}

FailureOr<RankedTensorType> GraphImporter::inputType(const ValueInfo &input) {
  auto dataType = static_cast<DataType>(input.type);
  if (!isFloat(dataType) && !isStored(dataType))
    return fail() << "input '" << StringRef(input.name)
                  << "': expected a tensor of a float type, uint8 or int8, but "
                     "got "
                  << nameOf(dataType);
  if (!input.shape)
    return fail() << "input '" << StringRef(input.name)
                  << "' has no shape: export the model with input shapes";
  SmallVector<int64_t> shape;
  for (const auto &[axis, dimension] : llvm::enumerate(*input.shape)) {
    if (dimension.value) {
      if (*dimension.value < 0 || *dimension.value >= kMaxExtent)
        return fail() << "input '" << StringRef(input.name)
                      << "': malformed shape: dimension " << axis << " is "
                      << *dimension.value;
      shape.push_back(*dimension.value);
      continue;
    }
    if (axis != 0)
      return fail() << "input '" << StringRef(input.name) << "': dimension "
                    << axis << ", '" << StringRef(dimension.parameter)
                    << "', is not known; only the first, the batch, may stay "
                       "open: export the model with fixed extents";
    shape.push_back(ShapedType::kDynamic);
  }
  if (isTooLarge(shape))
    return fail() << "input '" << StringRef(input.name)
                  << "' has more elements than can be computed with";
  if (isFloat(dataType))
    return RankedTensorType::get(shape, Float32Type::get(loc.getContext()));
  FailureOr<QuantizationParameters> parameters = findScale(input, shape);
  if (failed(parameters))
    return failure();
  return RankedTensorType::get(shape, parameters->toType(loc.getContext()));
}

/// What the integers of an input mean: the first node says it that takes them
/// with their scale, behind others that only move them. Without such a node
/// they are the numbers that they are.
FailureOr<QuantizationParameters>
GraphImporter::findScale(const ValueInfo &input, ArrayRef<int64_t> shape) {
  auto type = static_cast<DataType>(input.type);
  llvm::StringSet<> names = {input.name};
  for (const Node *node : neededNodes) {
    auto operand = llvm::find_if(node->inputs, [&](std::string_view name) {
      return names.contains(name);
    });
    if (operand == node->inputs.end())
      continue;
    if (movesValues(node->opType)) {
      for (std::string_view output : node->outputs)
        names.insert(output);
      continue;
    }
    NodeImporter importer(*node, opset, locationOf(*node), builder, symbols);
    unsigned scaleIndex = operand - node->inputs.begin() + 1;
    const Constant *scale = importer.getConstant(scaleIndex);
    // Where they are moved, an axis of the node is none of the input.
    bool hasScale = scale && (scale->size() == 1 || *operand == input.name);
    if (!takesScales(node->opType) || !hasScale)
      continue;
    FailureOr<int64_t> axis = importer.getInt("axis", 1);
    if (failed(axis))
      return failure();
    return readQuantization(importer, scaleIndex, shape, *axis, type, type);
  }
  return QuantizationParameters{type, {1.0f}, {0}};
}

/// Creates the function, with an argument for every input.
FailureOr<func::FuncOp> GraphImporter::importInputs() {
  SmallVector<Type> types;
  SmallVector<const ValueInfo *> inputs;
  for (const ValueInfo &input : graph.inputs) {
    // Older models list their initializers as inputs too.
    if (symbols[input.name].constant)
      continue;
    FailureOr<RankedTensorType> type = inputType(input);
    if (failed(type))
      return failure();
    types.push_back(*type);
    inputs.push_back(&input);
  }
  auto function = func::FuncOp::create(builder, loc, "network",
                                       builder.getFunctionType(types, {}));
  Block *block = function.addEntryBlock();
  for (auto [index, input] : llvm::enumerate(inputs)) {
    StringAttr name = builder.getStringAttr(input->name);
    block->getArgument(index).setLoc(NameLoc::get(name));
    function.setArgAttr(index, nn::NNDialect::getNameAttrName(), name);
    if (input->type == UINT8)
      function.setArgAttr(index, nn::NNDialect::getUnsignedAttrName(),
                          builder.getUnitAttr());
    Symbol &symbol = symbols[input->name];
    if (symbol.value)
      return fail() << "input '" << StringRef(input->name) << "' exists twice";
    symbol.value = block->getArgument(index);
    symbol.type = static_cast<DataType>(input->type);
  }
  builder.setInsertionPointToStart(block);
  return function;
}

LogicalResult GraphImporter::importNode(const Node &node) {
  NodeImporter importer(node, opset, locationOf(node), builder, symbols);
  if (node.outputs.empty() || node.outputs[0].empty())
    return importer.fail() << "requires an output";
  for (std::string_view input : node.inputs) {
    if (input.empty())
      continue;
    const Symbol &symbol = symbols[input];
    if (!symbol.value && !symbol.constant)
      return importer.fail() << "uses '" << StringRef(input)
                             << "', which no node before it computes: the "
                                "graph must be in topological order";
  }
  for (std::string_view output : node.outputs) {
    const Symbol &result = symbols[output];
    if (result.value || result.constant)
      return importer.fail()
             << "computes '" << StringRef(output) << "', which exists already";
  }
  if (failed(findHandler(node.domain, node.opType)(importer)))
    return failure();
  for (std::string_view output : node.outputs) {
    const Symbol &symbol = symbols[output];
    if (symbol.isNeeded && !symbol.value && !symbol.constant)
      return importer.fail() << "output '" << StringRef(output)
                             << "' is used, but not supported";
    if (symbol.value && isTooLarge(shapeOf(symbol.value)))
      return importer.fail()
             << "computes " << symbol.value.getType() << ", which is too large";
  }
  return success();
}

LogicalResult GraphImporter::importOutputs(func::FuncOp function) {
  SmallVector<Value> results;
  for (const ValueInfo &output : graph.outputs) {
    const Symbol &symbol = symbols[output.name];
    if (!symbol.value && !symbol.constant)
      return fail() << "output '" << StringRef(output.name)
                    << "' is not computed by any node";
    if (symbol.value) {
      results.push_back(toIntegers(builder, loc, symbol));
      continue;
    }
    if (!symbol.constant->isFloat())
      return fail() << "output '" << StringRef(output.name)
                    << "' is a constant of integers";
    results.push_back(arith::ConstantOp::create(
        builder, loc, symbol.constant->toAttribute(builder.getContext())));
  }
  func::ReturnOp::create(builder, loc, results);
  function.setType(builder.getFunctionType(
      function.getBody().getArgumentTypes(), ValueRange(results).getTypes()));
  for (auto [index, output] : llvm::enumerate(graph.outputs)) {
    function.setResultAttr(index, nn::NNDialect::getNameAttrName(),
                           builder.getStringAttr(output.name));
    if (symbols[output.name].type == UINT8)
      function.setResultAttr(index, nn::NNDialect::getUnsignedAttrName(),
                             builder.getUnitAttr());
  }
  return success();
}

LogicalResult GraphImporter::import() {
  if (graph.outputs.empty())
    return fail() << "the graph has no outputs";
  findNeededNodes();
  if (failed(verifyOperators()) || failed(importInitializers()) ||
      failed(importConstants()))
    return failure();
  module->setAttr(nn::NNDialect::getParametersAttrName(),
                  builder.getI64IntegerAttr(countParameters()));
  FailureOr<func::FuncOp> function = importInputs();
  if (failed(function))
    return failure();
  for (const Node *node : neededNodes)
    if (node->opType != kConstant && failed(importNode(*node)))
      return failure();
  return importOutputs(*function);
}

FailureOr<int64_t> findOpset(const Model &model, Location loc) {
  for (const OperatorSet &set : model.operatorSets) {
    if (!set.domain.empty() && set.domain != "ai.onnx")
      continue;
    if (set.version < kMinOpset || set.version > kMaxOpset)
      return emitError(loc)
             << "expected opset " << kMinOpset << " to " << kMaxOpset
             << ", but the model has " << set.version
             << ": export it with a version in that range";
    return set.version;
  }
  return emitError(loc) << "the model states no opset of the default domain";
}

} // namespace

OwningOpRef<ModuleOp> quantc::importONNX(llvm::MemoryBufferRef buffer,
                                         MLIRContext *context) {
  context->loadDialect<arith::ArithDialect, func::FuncDialect, nn::NNDialect>();
  Location loc = UnknownLoc::get(context);
  StringRef bytes = buffer.getBuffer();
  std::variant<Model, ParseError> parsed = parseModel(bytes);
  if (auto *error = std::get_if<ParseError>(&parsed)) {
    emitError(loc) << "not an ONNX model, or a damaged one: " << error->text
                   << ", at byte " << error->offset << " of " << bytes.size();
    return {};
  }
  Model &model = std::get<Model>(parsed);
  if (!model.graph) {
    emitError(loc) << "not an ONNX model: it has no graph";
    return {};
  }
  FailureOr<int64_t> opset = findOpset(model, loc);
  if (failed(opset))
    return {};

  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  auto digest = llvm::SHA256::hash(llvm::arrayRefFromStringRef(bytes));
  (*module)->setAttr(
      nn::NNDialect::getModelHashAttrName(),
      StringAttr::get(context, llvm::toHex(digest, /*LowerCase=*/true)));
  if (failed(GraphImporter(std::move(*model.graph), *opset,
                           buffer.getBufferIdentifier(), *module)
                 .import()) ||
      failed(verify(*module)))
    return {};
  return module;
}
