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

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

/// Current runtimes take these; dilations of AveragePool need opset 19.
static constexpr int64_t kOpset = 19;
static constexpr int64_t kIRVersion = 9;

/// Constants, and what belongs to them, are written where they are used.
static bool isConstant(Operation *op) {
  return isa<quant::StorageCastOp>(op) || op->hasTrait<OpTrait::ConstantLike>();
}

static LogicalResult verifyOps(func::FuncOp function) {
  WalkResult walk = function.walk([&](Operation *op) {
    if (op == function || isa<func::ReturnOp>(op) || isConstant(op) ||
        findExportHandler(op))
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

static void writeFunction(func::FuncOp function, GraphWriter &writer) {
  StringRef attribute = nn::NNDialect::getNameAttrName();
  for (BlockArgument argument : function.getArguments()) {
    unsigned index = argument.getArgNumber();
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
