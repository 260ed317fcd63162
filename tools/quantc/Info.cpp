//===- Info.cpp - What a network consists of ----------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Info.h"

#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Pipelines/Layers.h"
#include "quantc/Pipelines/Stages.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace quantc;

namespace {

class InfoPrinter {
public:
  InfoPrinter(ModuleOp module, raw_ostream &stream)
      : module(module), stream(stream) {}

  void printInterface(func::FuncOp function);
  void printTotals();
  void printLayers();

private:
  raw_ostream &line(StringRef title) {
    return stream << "  " << llvm::left_justify(title, 14);
  }
  void printTensor(StringRef title, StringAttr name, Type type,
                   bool isUnsigned);

  ModuleOp module;
  raw_ostream &stream;
};

/// "[batch, 8, 8, 16]"
std::string describeShape(Type type) {
  std::string text = "[";
  llvm::raw_string_ostream stream(text);
  llvm::interleaveComma(cast<RankedTensorType>(type).getShape(), stream,
                        [&](int64_t extent) {
                          if (ShapedType::isDynamic(extent))
                            stream << "batch";
                          else
                            stream << extent;
                        });
  return text + "]";
}

/// What computes on activations; a dequantized weight is that of its layer.
bool isLayer(Operation *op) {
  return isa_and_nonnull<nn::NNDialect>(op->getDialect()) &&
         !(isa<nn::DequantizeOp>(op) && findConstant(op->getResult(0)));
}

/// Elements of the constants among the operands.
int64_t countParameters(Operation *op) {
  int64_t count = 0;
  for (Value operand : op->getOperands())
    if (findConstant(operand))
      count += nn::countElements(operand);
  return count;
}

/// As the host sees it: bytes are stored 128 below.
void InfoPrinter::printTensor(StringRef title, StringAttr name, Type type,
                              bool isUnsigned) {
  Type element = cast<RankedTensorType>(type).getElementType();
  auto quantized = dyn_cast<quant::QuantizedType>(element);
  line(title) << (name ? name.getValue() : "(no name)") << ": ";
  if (isUnsigned)
    stream << "u8";
  else
    stream << (quantized ? quantized.getStorageType() : element);
  stream << " " << describeShape(type);
  if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(element))
    stream << llvm::format(", scale %.9g, zero point ", perTensor.getScale())
           << perTensor.getZeroPoint() + (isUnsigned ? 128 : 0);
  stream << "\n";
}

void InfoPrinter::printInterface(func::FuncOp function) {
  StringRef attribute = nn::NNDialect::getNameAttrName();
  StringRef isUnsigned = nn::NNDialect::getUnsignedAttrName();
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
    printTensor("input",
                function.getArgAttrOfType<StringAttr>(index, attribute), type,
                function.getArgAttr(index, isUnsigned) != nullptr);
  for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
    printTensor("output",
                function.getResultAttrOfType<StringAttr>(index, attribute),
                type, function.getResultAttr(index, isUnsigned) != nullptr);
}

void InfoPrinter::printTotals() {
  int64_t parameters = 0, multiplyAdds = 0;
  llvm::MapVector<StringRef, int64_t> operators;
  module.walk([&](Operation *op) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op))
      parameters += nn::countElements(constant);
    if (!isLayer(op))
      return;
    ++operators[op->getName().stripDialect()];
    if (auto layer = dyn_cast<nn::QuantizableOpInterface>(op))
      multiplyAdds += layer.countMultiplyAdds();
  });
  line("parameters") << parameters << " in " << countConstantBytes(module)
                     << " bytes\n";
  line("multiply-adds") << multiplyAdds << "\n";
  line("operators");
  llvm::interleaveComma(operators, stream, [&](const auto &entry) {
    stream << entry.second << " " << entry.first;
  });
  stream << "\n";
}

void InfoPrinter::printLayers() {
  auto row = [&](StringRef op, StringRef shape, StringRef parameters,
                 StringRef multiplyAdds, StringRef name) {
    stream << "  " << llvm::left_justify(op, 16)
           << llvm::left_justify(shape, 22)
           << llvm::right_justify(parameters, 10)
           << llvm::right_justify(multiplyAdds, 15) << "  " << name << "\n";
  };
  row("op", "result", "parameters", "multiply-adds", "node");
  module.walk([&](Operation *op) {
    if (!isLayer(op))
      return;
    auto layer = dyn_cast<nn::QuantizableOpInterface>(op);
    std::string node = nn::getLayerName(op->getLoc()).str();
    if (auto reason =
            op->getAttrOfType<StringAttr>(nn::NNDialect::getFloatAttrName()))
      node += ", float: " + reason.str();
    row(op->getName().stripDialect(), describeShape(op->getResult(0).getType()),
        std::to_string(countParameters(op)),
        std::to_string(layer ? layer.countMultiplyAdds() : 0), node);
  });
}

} // namespace

LogicalResult quantc::printInfo(ModuleOp module, StringRef title,
                                raw_ostream &stream) {
  Stage stage = inferStage(module);
  if (stage > Stage::Quantized)
    return module.emitError("--info requires a network of layers, but it is at "
                            "stage ")
           << stringifyStage(stage);
  stream << title << ", stage " << stringifyStage(stage) << "\n";
  InfoPrinter printer(module, stream);
  for (auto function : module.getOps<func::FuncOp>())
    printer.printInterface(function);
  printer.printTotals();
  printer.printLayers();
  return success();
}
