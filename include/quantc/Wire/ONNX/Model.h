//===- Model.h - An ONNX file as plain structs --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Field numbers and meanings are those of onnx.proto3 (ONNX 1.22). Texts and
// raw data are spans into the bytes that were parsed. Unknown fields are
// skipped.
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_WIRE_ONNX_MODEL_H
#define QUANTC_WIRE_ONNX_MODEL_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace quantc::onnx {

/// TensorProto.DataType
enum DataType : int32_t {
  UNDEFINED = 0,
  FLOAT = 1,
  UINT8 = 2,
  INT8 = 3,
  UINT16 = 4,
  INT16 = 5,
  INT32 = 6,
  INT64 = 7,
  BOOL = 9,
  FLOAT16 = 10,
  DOUBLE = 11,
  UINT32 = 12,
  UINT64 = 13,
  BFLOAT16 = 16,
  FLOAT8E4M3FN = 17,
  FLOAT8E4M3FNUZ = 18,
  FLOAT8E5M2 = 19,
  FLOAT8E5M2FNUZ = 20,
  UINT4 = 21,
  INT4 = 22,
  FLOAT4E2M1 = 23,
  FLOAT8E8M0 = 24,
  UINT2 = 25,
  INT2 = 26,
};

/// A piece of another file, as the model's text gives it: decimal numbers,
/// empty where left out.
struct ExternalData {
  std::string_view location; // relative to the model's folder
  std::string_view offset, length;
};

struct Tensor {
  std::string_view name;
  std::vector<int64_t> dims;
  int32_t type = UNDEFINED;
  /// Little-endian elements; where empty they are in one of the lists.
  std::string_view raw;
  std::vector<float> floats;
  std::vector<int32_t> int32s;
  std::vector<int64_t> int64s;
  std::vector<double> doubles;
  std::vector<uint64_t> uint64s;
  std::optional<ExternalData> external; // the elements are in another file
};

/// AttributeProto.AttributeType
enum class AttributeType : int32_t {
  Undefined = 0,
  Float = 1,
  Int = 2,
  String = 3,
  Tensor = 4,
  Graph = 5,
  Floats = 6,
  Ints = 7,
  Strings = 8
};

struct Attribute {
  std::string_view name;
  AttributeType type = AttributeType::Undefined;
  float f = 0;
  int64_t i = 0;
  std::string_view s;
  Tensor tensor;
  std::vector<float> floats;
  std::vector<int64_t> ints;
};

struct Node {
  std::string_view name, opType, domain;
  std::vector<std::string_view> inputs, outputs; // empty: left out
  std::vector<Attribute> attributes;
};

/// An extent, or the name of one that is only known later, or neither.
struct Dimension {
  std::optional<int64_t> value;
  std::string_view parameter;
};

struct ValueInfo {
  std::string_view name;
  int32_t type = UNDEFINED; // UNDEFINED also for values that are no tensors
  std::optional<std::vector<Dimension>> shape;
};

struct Graph {
  std::string_view name;
  std::vector<Node> nodes;
  std::vector<Tensor> initializers;
  std::vector<ValueInfo> inputs, outputs;
};

struct OperatorSet {
  std::string_view domain;
  int64_t version = 0;
};

struct Model {
  // Of written models; not read.
  int64_t irVersion = 0;
  std::string_view producer, producerVersion;
  std::vector<OperatorSet> operatorSets;
  std::optional<Graph> graph;
};

struct ParseError {
  std::string text;
  size_t offset; // of the byte that it was noticed at
};

/// The model in `bytes`, which must outlive it. Does not throw.
std::variant<Model, ParseError> parseModel(std::string_view bytes);

/// The bytes of a model, the same for the same model. Tensors are raw; there is
/// no external data.
std::string printModel(const Model &model);

} // namespace quantc::onnx

#endif // QUANTC_WIRE_ONNX_MODEL_H
