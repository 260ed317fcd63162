//===- Read.cpp - Reads ONNX's protocol buffers ------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Wire/ONNX/Model.h"

#include <protozero/pbf_reader.hpp>

#include <exception>

using namespace quantc::onnx;
using protozero::pbf_reader;
using protozero::pbf_wire_type;

namespace {

/// A message is wrong although its bytes are well formed.
struct Malformed : std::exception {
  explicit Malformed(const char *text) : text(text) {}
  const char *what() const noexcept override { return text; }
  const char *text;
};

// protozero only asserts that a field has the wire type that is asked for.

void expect(const pbf_reader &message, pbf_wire_type type) {
  if (message.wire_type() != type)
    throw Malformed("a field has another wire type than ONNX gives it");
}

std::string_view getText(pbf_reader &message) {
  expect(message, pbf_wire_type::length_delimited);
  protozero::data_view view = message.get_view();
  return {view.data(), view.size()};
}

pbf_reader getMessage(pbf_reader &message) {
  expect(message, pbf_wire_type::length_delimited);
  return message.get_message();
}

int64_t getInt(pbf_reader &message) {
  expect(message, pbf_wire_type::varint);
  return message.get_int64();
}

float getFloat(pbf_reader &message) {
  expect(message, pbf_wire_type::fixed32);
  return message.get_float();
}

/// Reads the messages; `position` follows, so that an error can say where.
class Reader {
public:
  explicit Reader(const char *&position) : position(position) {}

  Model readModel(pbf_reader message) {
    Model model;
    while (next(message))
      switch (message.tag()) {
      case 7:
        model.graph = readGraph(getMessage(message));
        break;
      case 8:
        model.operatorSets.push_back(readOperatorSet(getMessage(message)));
        break;
      default:
        message.skip();
      }
    return model;
  }

private:
  bool next(pbf_reader &message) {
    position = message.data().data();
    return message.next();
  }

  /// A repeated number, packed into one field or one field each.
  template <typename T>
  void readInts(pbf_reader &message, std::vector<T> &numbers) {
    if (message.wire_type() == pbf_wire_type::varint) {
      numbers.push_back(static_cast<T>(message.get_int64()));
      return;
    }
    expect(message, pbf_wire_type::length_delimited);
    for (int64_t number : message.get_packed_int64())
      numbers.push_back(static_cast<T>(number));
  }
  void readFloats(pbf_reader &message, std::vector<float> &numbers) {
    if (message.wire_type() == pbf_wire_type::fixed32) {
      numbers.push_back(message.get_float());
      return;
    }
    expect(message, pbf_wire_type::length_delimited);
    for (float number : message.get_packed_float())
      numbers.push_back(number);
  }

  void readDoubles(pbf_reader &message, std::vector<double> &numbers) {
    if (message.wire_type() == pbf_wire_type::fixed64) {
      numbers.push_back(message.get_double());
      return;
    }
    expect(message, pbf_wire_type::length_delimited);
    for (double number : message.get_packed_double())
      numbers.push_back(number);
  }

  OperatorSet readOperatorSet(pbf_reader message) {
    OperatorSet set;
    while (next(message))
      switch (message.tag()) {
      case 1:
        set.domain = getText(message);
        break;
      case 2:
        set.version = getInt(message);
        break;
      default:
        message.skip();
      }
    return set;
  }

  Graph readGraph(pbf_reader message) {
    Graph graph;
    while (next(message))
      switch (message.tag()) {
      case 1:
        graph.nodes.push_back(readNode(getMessage(message)));
        break;
      case 2:
        graph.name = getText(message);
        break;
      case 5:
        graph.initializers.push_back(readTensor(getMessage(message)));
        break;
      case 11:
        graph.inputs.push_back(readValueInfo(getMessage(message)));
        break;
      case 12:
        graph.outputs.push_back(readValueInfo(getMessage(message)));
        break;
      case 15:
        throw Malformed("sparse initializers are not supported");
      default:
        message.skip();
      }
    return graph;
  }

  Node readNode(pbf_reader message) {
    Node node;
    while (next(message))
      switch (message.tag()) {
      case 1:
        node.inputs.push_back(getText(message));
        break;
      case 2:
        node.outputs.push_back(getText(message));
        break;
      case 3:
        node.name = getText(message);
        break;
      case 4:
        node.opType = getText(message);
        break;
      case 5:
        node.attributes.push_back(readAttribute(getMessage(message)));
        break;
      case 7:
        node.domain = getText(message);
        break;
      default:
        message.skip();
      }
    return node;
  }

  Attribute readAttribute(pbf_reader message) {
    Attribute attribute;
    while (next(message))
      switch (message.tag()) {
      case 1:
        attribute.name = getText(message);
        break;
      case 2:
        attribute.f = getFloat(message);
        break;
      case 3:
        attribute.i = getInt(message);
        break;
      case 4:
        attribute.s = getText(message);
        break;
      case 5:
        attribute.tensor = readTensor(getMessage(message));
        break;
      case 7:
        readFloats(message, attribute.floats);
        break;
      case 8:
        readInts(message, attribute.ints);
        break;
      case 20:
        attribute.type = static_cast<AttributeType>(getInt(message));
        break;
      default:
        message.skip();
      }
    return attribute;
  }

  Tensor readTensor(pbf_reader message) {
    Tensor tensor;
    ExternalData external;
    while (next(message))
      switch (message.tag()) {
      case 1:
        readInts(message, tensor.dims);
        break;
      case 2:
        tensor.type = static_cast<int32_t>(getInt(message));
        break;
      case 4:
        readFloats(message, tensor.floats);
        break;
      case 5:
        readInts(message, tensor.int32s);
        break;
      case 7:
        readInts(message, tensor.int64s);
        break;
      case 8:
        tensor.name = getText(message);
        break;
      case 9:
        tensor.raw = getText(message);
        break;
      case 10:
        readDoubles(message, tensor.doubles);
        break;
      case 11:
        readInts(message, tensor.uint64s);
        break;
      case 13:
        readExternalData(getMessage(message), external);
        break;
      case 14: // data_location
        if (getInt(message) == 1)
          tensor.external.emplace();
        break;
      default:
        message.skip();
      }
    if (tensor.external)
      tensor.external = external;
    return tensor;
  }

  /// One pair of a key and a value.
  void readExternalData(pbf_reader message, ExternalData &external) {
    std::string_view key, value;
    while (next(message))
      switch (message.tag()) {
      case 1:
        key = getText(message);
        break;
      case 2:
        value = getText(message);
        break;
      default:
        message.skip();
      }
    if (key == "location")
      external.location = value;
    else if (key == "offset")
      external.offset = value;
    else if (key == "length")
      external.length = value;
  }

  ValueInfo readValueInfo(pbf_reader message) {
    ValueInfo info;
    while (next(message))
      switch (message.tag()) {
      case 1:
        info.name = getText(message);
        break;
      case 2:
        readType(getMessage(message), info);
        break;
      default:
        message.skip();
      }
    return info;
  }

  void readType(pbf_reader message, ValueInfo &info) {
    while (next(message))
      if (message.tag() == 1) // tensor_type
        readTensorType(getMessage(message), info);
      else
        message.skip();
  }

  void readTensorType(pbf_reader message, ValueInfo &info) {
    while (next(message))
      switch (message.tag()) {
      case 1:
        info.type = static_cast<int32_t>(getInt(message));
        break;
      case 2:
        info.shape = readShape(getMessage(message));
        break;
      default:
        message.skip();
      }
  }

  std::vector<Dimension> readShape(pbf_reader message) {
    std::vector<Dimension> shape;
    while (next(message))
      if (message.tag() == 1)
        shape.push_back(readDimension(getMessage(message)));
      else
        message.skip();
    return shape;
  }

  Dimension readDimension(pbf_reader message) {
    Dimension dimension;
    while (next(message))
      switch (message.tag()) {
      case 1:
        dimension.value = getInt(message);
        break;
      case 2:
        dimension.parameter = getText(message);
        break;
      default:
        message.skip();
      }
    return dimension;
  }

  const char *&position;
};

} // namespace

std::variant<Model, ParseError>
quantc::onnx::parseModel(std::string_view bytes) {
  const char *position = bytes.data();
  try {
    return Reader(position).readModel(pbf_reader(bytes.data(), bytes.size()));
  } catch (const std::exception &error) {
    // protozero's exceptions and our own; also std::bad_alloc.
    return ParseError{error.what(),
                      static_cast<size_t>(position - bytes.data())};
  }
}
