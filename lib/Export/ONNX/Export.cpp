//===- Export.cpp - From the nn dialect to ONNX graphs ------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Export/ONNX/Export.h"

#include "Ops/Handlers.h"

#include "quantc/Support/Version.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

/// Current runtimes take these; Gelu needs opset 20.
static constexpr int64_t kOpset = 20;
static constexpr int64_t kIRVersion = 9;

/// Constants, and what belongs to them, are written where they are used.
static bool isConstant(Operation *op) {
  if (auto cast = dyn_cast<quant::StorageCastOp>(op))
    return matchPattern(cast.getInput(), m_Constant());
  return op->hasTrait<OpTrait::ConstantLike>();
}

/// Operators of ONNX compute on real numbers, between DequantizeLinear and
/// QuantizeLinear.
static bool computesOnIntegers(Operation *op) {
  return isa<nn::NNDialect>(op->getDialect()) &&
         !isa<nn::QuantizeOp, nn::DequantizeOp>(op) &&
         llvm::any_of(op->getOperandTypes(), [](Type type) {
           return isa<quant::QuantizedType>(getElementTypeOrSelf(type));
         });
}

static LogicalResult verifyOps(func::FuncOp function) {
  WalkResult walk = function.walk([&](Operation *op) {
    if (op == function || isa<func::ReturnOp>(op) || isConstant(op))
      return WalkResult::advance();
    if (computesOnIntegers(op)) {
      op->emitOpError("computes on integers, for which ONNX has no form here: "
                      "export the network at stage float or qdq");
      return WalkResult::interrupt();
    }
    if (findExportHandler(op))
      return WalkResult::advance();
    op->emitOpError("has no ONNX form here");
    return WalkResult::interrupt();
  });
  return failure(walk.wasInterrupted());
}

/// What the network calls an input or output.
static std::string nameOf(StringAttr name, StringRef fallback, size_t index) {
  return name ? name.getValue().str() : (fallback + Twine(index)).str();
}

/// Activations that are bytes in the graph: those inside the network, and
/// constants beside them. Weights stay signed.
static void markUnsigned(func::FuncOp function, GraphWriter &writer) {
  Operation *terminator = function.getBody().front().getTerminator();
  function.walk([&](nn::QuantizeOp op) {
    if (!llvm::is_contained(terminator->getOperands(), op.getOutput()))
      writer.setUnsigned(op.getOutput());
  });
  function.walk([&](nn::QuantizableOpInterface op) {
    for (OpOperand *operand : op.getActivationOperands())
      if (auto constant = nn::RealConstant::match(operand->get());
          constant && constant->elements.getElementType().isInteger(8))
        writer.setUnsigned(operand->get());
  });
}

static void writeFunction(func::FuncOp function, GraphWriter &writer) {
  StringRef attribute = nn::NNDialect::getNameAttrName();
  StringRef unsignedAttribute = nn::NNDialect::getUnsignedAttrName();
  if (function->hasAttr(unsignedAttribute))
    markUnsigned(function, writer);
  for (BlockArgument argument : function.getArguments()) {
    unsigned index = argument.getArgNumber();
    if (function.getArgAttr(index, unsignedAttribute))
      writer.setUnsigned(argument);
    writer.addInput(argument, nameOf(function.getArgAttrOfType<StringAttr>(
                                         index, attribute),
                                     "input", index));
  }
  Operation *terminator = function.getBody().front().getTerminator();
  SmallVector<std::string> names;
  for (auto [index, value] : llvm::enumerate(terminator->getOperands())) {
    names.push_back(
        nameOf(function.getResultAttrOfType<StringAttr>(index, attribute),
               "output", index));
    writer.reserveOutput(value, names.back());
    if (function.getResultAttr(index, unsignedAttribute))
      writer.setUnsigned(value);
  }
  for (Operation &op : function.getOps())
    if (!isConstant(&op) && &op != terminator)
      findExportHandler (&op)(writer, &op);
  for (auto [value, name] : llvm::zip_equal(terminator->getOperands(), names))
    writer.addOutput(value, name);
}

FailureOr<std::string> quantc::exportONNX(ModuleOp module) {
  auto functions = module.getOps<func::FuncOp>();
  if (!llvm::hasSingleElement(functions))
    return module.emitError("expected one function to export");
  func::FuncOp function = *functions.begin();
  if (failed(verifyOps(function)))
    return failure();
  GraphWriter writer;
  writeFunction(function, writer);
  Model model;
  model.irVersion = kIRVersion;
  model.producer = "quantc";
  model.producerVersion = kVersion;
  model.operatorSets = {{"", kOpset}};
  model.graph = std::move(writer.getGraph());
  model.graph->name = "network";
  return printModel(model);
}
