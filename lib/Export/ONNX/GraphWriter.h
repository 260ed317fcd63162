//===- GraphWriter.h - A network as an ONNX graph -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// nn ops are NHWC, ONNX operators NCHW. A value may exist in both layouts; each
// comes to exist when somebody asks for it, so that a transpose is written only
// where one is needed, and never two that cancel.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_EXPORT_ONNX_GRAPHWRITER_H
#define QUANTC_LIB_EXPORT_ONNX_GRAPHWRITER_H

#include "quantc/Dialect/NN/IR/Constants.h"
#include "quantc/Dialect/NN/IR/NN.h"
#include "quantc/Wire/ONNX/Model.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"

#include <deque>

namespace quantc::onnx {

llvm::ArrayRef<int64_t> extentsOf(mlir::Value value);

enum class Layout { Plain, ChannelsFirst };

/// `list`, one entry per dimension of an nn value, in a layout.
llvm::SmallVector<int64_t> toLayout(llvm::ArrayRef<int64_t> list,
                                    Layout layout);
/// The place of a dimension of an nn value in a layout.
int64_t toLayout(int64_t dimension, Layout layout);

using Name = std::string_view; // of a value in the graph; lives in the writer

class GraphWriter {
public:
  using Attributes = std::vector<Attribute>;

  /// The name of a value in a layout, which only values of rank 4 have two of.
  Name get(mlir::Value value, Layout layout = Layout::Plain);
  /// The layout in which an op of these operands costs no transpose.
  Layout chooseLayout(mlir::ValueRange operands) const;
  /// Says how `value` is called in a layout.
  void set(mlir::Value value, Name name, Layout layout = Layout::Plain);
  /// A name for `value` that no other has: the network's where it is an output.
  Name createName(mlir::Value value, Layout layout = Layout::Plain);
  /// Integers that are uint8 in the graph, 128 above those of `value`.
  void setUnsigned(mlir::Value value) { unsignedValues.insert(value); }
  bool isUnsigned(mlir::Value value) const {
    return unsignedValues.contains(value);
  }
  /// An input of the graph, or the name that an output has to get.
  void addInput(mlir::BlockArgument argument, llvm::StringRef name);
  void reserveOutput(mlir::Value value, llvm::StringRef name);
  void addOutput(mlir::Value value, llvm::StringRef name);

  /// Adds a node with one result, which is called `result`.
  void addNode(llvm::StringRef opType, std::vector<Name> inputs, Name result,
               Attributes attributes = {});
  /// The same with a name made from that of `value`.
  Name addNode(llvm::StringRef opType, std::vector<Name> inputs,
               mlir::Value value, Attributes attributes = {});

  Name addInts(llvm::ArrayRef<int64_t> values);
  Name addFloat(float value);
  /// An initializer of f32, i8, ui8 or i32 elements.
  Name addTensor(mlir::DenseElementsAttr elements, llvm::StringRef hint);
  /// Real numbers: an initializer, or one behind DequantizeLinear, of uint8
  /// where `isUnsigned`.
  Name addConstant(const nn::RealConstant &constant, llvm::StringRef hint,
                   bool isUnsigned = false);

  /// The operands scale and zero point of integers, one pair for each type, and
  /// one more where they are uint8.
  struct Quantization {
    Name scale, zeroPoint;
  };
  Quantization addQuantization(mlir::Value stored);
  /// DequantizeLinear(QuantizeLinear(x)) with integers like `stored`, named
  /// after `value`.
  Name addRoundTrip(Name real, mlir::Value stored, mlir::Value value,
                    Layout layout);

  static mlir::quant::QuantizedType typeOf(mlir::Value stored);
  /// The attribute `axis` of a type with a scale per index.
  static Attributes makeAxis(mlir::quant::QuantizedType type, Layout layout);
  static Attribute makeFloat(llvm::StringRef name, float value);
  static Attribute makeInt(llvm::StringRef name, int64_t value);
  static Attribute makeInts(llvm::StringRef name,
                            llvm::ArrayRef<int64_t> values);
  /// `value` must live as long as the graph.
  static Attribute makeString(llvm::StringRef name, llvm::StringRef value);

  /// The graph; its texts live as long as the writer.
  Graph &getGraph() { return graph; }

private:
  Name own(std::string text);
  Quantization createQuantization(mlir::quant::QuantizedType type,
                                  bool isUnsigned);
  ValueInfo describe(mlir::Value value, Name name) const;
  Name createName(llvm::StringRef hint);

  std::deque<std::string> texts;
  llvm::StringSet<> names;
  llvm::DenseMap<mlir::Value, Name> outputs; // not yet written
  llvm::DenseMap<std::pair<mlir::Value, int>, Name> values;
  llvm::DenseSet<mlir::Value> unsignedValues;
  llvm::DenseMap<std::pair<mlir::Type, int>, Quantization> quantizations;
  Graph graph;
};

} // namespace quantc::onnx

#endif // QUANTC_LIB_EXPORT_ONNX_GRAPHWRITER_H
