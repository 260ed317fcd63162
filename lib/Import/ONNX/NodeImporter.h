//===- NodeImporter.h - What a handler sees of its node -----------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A handler turns one ONNX node into nn ops. It gets a NodeImporter, asks it
// for operands and attributes, and sets the results.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_IMPORT_ONNX_NODEIMPORTER_H
#define QUANTC_LIB_IMPORT_ONNX_NODEIMPORTER_H

#include "Constant.h"
#include "quantc/Dialect/NN/IR/ShapeInference.h"
#include "quantc/Wire/ONNX/Model.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringMap.h"

namespace quantc::onnx {

/// What a name in the graph stands for: a value of the network, or a constant.
struct Symbol {
  mlir::Value value;
  /// Of `value` in the model. Integers have a quantized element type with
  /// signed storage, uint8 with a zero point that is smaller by 128.
  DataType type = FLOAT;
  /// Of integers that an operator moved, whose `value` holds the real numbers:
  /// their quantized type. Null for all others.
  mlir::Type movedType;
  std::shared_ptr<const Constant> constant;
  bool isNeeded = false; // by a node, or as an output of the graph
};
using Symbols = llvm::StringMap<Symbol>;

class NodeImporter {
public:
  NodeImporter(const Node &node, int64_t opset, mlir::Location loc,
               mlir::OpBuilder &builder, Symbols &symbols)
      : opset(opset), loc(loc), builder(builder), node(node), symbols(symbols) {
  }

  const int64_t opset;
  const mlir::Location loc;
  mlir::OpBuilder &builder;

  /// Begins an error at this node.
  mlir::InFlightDiagnostic fail() const;
  llvm::StringRef opType() const { return node.opType; }

  bool hasInput(unsigned index) const {
    return index < node.inputs.size() && !node.inputs[index].empty();
  }
  /// The operand as real numbers; constants become ops. An operator that moves
  /// values may have integers: it moves the real numbers that they stand for,
  /// and its results are integers of the same type.
  mlir::FailureOr<mlir::Value> getValue(unsigned index);
  /// The integers that QuantizeLinear made, or an input of integers, or such as
  /// were moved; fails for constants and real numbers.
  mlir::FailureOr<Symbol> getIntegers(unsigned index);
  /// The type of the operand in the model.
  DataType getType(unsigned index) const;
  /// As getValue, of f32 and the given rank.
  mlir::FailureOr<mlir::Value> getValue(unsigned index, int64_t rank);
  /// Null where the operand is left out or not constant.
  const Constant *getConstant(unsigned index) const;
  /// A constant of real numbers; fails where it is not one.
  mlir::FailureOr<const Constant *> requireFloats(unsigned index,
                                                  llvm::StringRef what) const;
  /// A constant of integers; fails where it is not one.
  mlir::FailureOr<const Constant *> requireInts(unsigned index,
                                                llvm::StringRef what) const;
  /// The shape of the operand, constant or not.
  mlir::FailureOr<llvm::SmallVector<int64_t>> getShape(unsigned index);
  unsigned getNumInputs() const { return node.inputs.size(); }
  unsigned getNumOutputs() const { return node.outputs.size(); }

  // Attributes; fail where one is there and of another type.
  bool hasAttribute(llvm::StringRef name) const { return find(name); }
  mlir::FailureOr<int64_t> getInt(llvm::StringRef name, int64_t fallback) const;
  mlir::FailureOr<float> getFloat(llvm::StringRef name, float fallback) const;
  mlir::FailureOr<llvm::SmallVector<int64_t>>
  getInts(llvm::StringRef name, llvm::ArrayRef<int64_t> fallback) const;
  /// As getInts, of any size; empty where left out.
  mlir::FailureOr<llvm::SmallVector<int64_t>>
  getLongInts(llvm::StringRef name) const;
  mlir::FailureOr<std::vector<float>> getFloats(llvm::StringRef name) const;
  mlir::FailureOr<llvm::StringRef> getString(llvm::StringRef name,
                                             llvm::StringRef fallback) const;
  mlir::FailureOr<const Tensor *> getTensor(llvm::StringRef name) const;

  /// Integers where getValue got some: see there.
  void setResult(mlir::Value value, unsigned index = 0);
  /// Integers of a quantized type, and their type in the model.
  void setIntegers(mlir::Value integers, DataType type);

  /// The first result of another operator on `operands`, with the attributes of
  /// this node.
  mlir::FailureOr<mlir::Value> importAs(llvm::StringRef opType,
                                        llvm::ArrayRef<Symbol> operands);
  void setResult(Constant constant, unsigned index = 0);
  /// Sets the first result to operand 0 with other extents.
  mlir::LogicalResult setReshaped(llvm::ArrayRef<int64_t> shape);

  mlir::RankedTensorType tensorType(llvm::ArrayRef<int64_t> shape) const {
    return mlir::RankedTensorType::get(shape, builder.getF32Type());
  }
  mlir::Value createConstant(const Constant &constant);
  /// The value itself where it has this shape.
  mlir::Value createReshape(mlir::Value input, llvm::ArrayRef<int64_t> shape);
  mlir::FailureOr<mlir::Value>
  createTranspose(mlir::Value input, llvm::ArrayRef<int64_t> permutation);

private:
  const Attribute *find(llvm::StringRef name) const;
  mlir::FailureOr<const Attribute *> find(llvm::StringRef name,
                                          AttributeType type,
                                          llvm::StringRef typeName) const;

  const Node &node;
  Symbols &symbols;
  // Of integers that are moved, which the results have, too.
  DataType modelType = FLOAT;
  mlir::Type movedType;
};

/// Extents of a value.
llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);

// NCHW <-> NHWC
inline constexpr int64_t kToChannelsLast[] = {0, 2, 3, 1};
inline constexpr int64_t kToChannelsFirst[] = {0, 3, 1, 2};

using Handler = mlir::LogicalResult (*)(NodeImporter &);

/// The handler of an operator, or null.
Handler findHandler(llvm::StringRef domain, llvm::StringRef opType);

/// Whether results of the operator are elements of its operands, whatever these
/// are.
bool movesValues(llvm::StringRef opType);

/// Whether the operator has the scale and the zero point of integers behind
/// them, as its next two operands.
bool takesScales(llvm::StringRef opType);

} // namespace quantc::onnx

#endif // QUANTC_LIB_IMPORT_ONNX_NODEIMPORTER_H
