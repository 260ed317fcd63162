//===- Write.cpp - Writes ONNX's protocol buffers -----------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Wire/ONNX/Model.h"

#include <protozero/pbf_writer.hpp>

using namespace quantc::onnx;
using protozero::pbf_writer;

namespace {

void addText(pbf_writer &writer, unsigned tag, std::string_view text) {
  writer.add_string(tag, text.data(), text.size());
}

void addTexts(pbf_writer &writer, unsigned tag,
              const std::vector<std::string_view> &texts) {
  for (std::string_view text : texts)
    addText(writer, tag, text);
}

void write(pbf_writer writer, const Tensor &tensor) {
  writer.add_packed_int64(1, tensor.dims.begin(), tensor.dims.end());
  writer.add_int32(2, tensor.type);
  addText(writer, 8, tensor.name);
  writer.add_bytes(9, tensor.raw.data(), tensor.raw.size());
}

void write(pbf_writer writer, const Attribute &attribute) {
  addText(writer, 1, attribute.name);
  writer.add_int32(20, static_cast<int32_t>(attribute.type));
  switch (attribute.type) {
  case AttributeType::Float:
    writer.add_float(2, attribute.f);
    break;
  case AttributeType::Int:
    writer.add_int64(3, attribute.i);
    break;
  case AttributeType::String:
    addText(writer, 4, attribute.s);
    break;
  case AttributeType::Tensor:
    write(pbf_writer(writer, 5), attribute.tensor);
    break;
  case AttributeType::Floats:
    writer.add_packed_float(7, attribute.floats.begin(),
                            attribute.floats.end());
    break;
  case AttributeType::Ints:
    writer.add_packed_int64(8, attribute.ints.begin(), attribute.ints.end());
    break;
  case AttributeType::Undefined:
  case AttributeType::Graph:
  case AttributeType::Strings:
    break; // no operator that is written has one
  }
}

void write(pbf_writer writer, const Node &node) {
  addTexts(writer, 1, node.inputs);
  addTexts(writer, 2, node.outputs);
  addText(writer, 3, node.name);
  addText(writer, 4, node.opType);
  for (const Attribute &attribute : node.attributes)
    write(pbf_writer(writer, 5), attribute);
  if (!node.domain.empty())
    addText(writer, 7, node.domain);
}

void write(pbf_writer writer, const ValueInfo &info) {
  addText(writer, 1, info.name);
  pbf_writer type(writer, 2);
  pbf_writer tensor(type, 1); // tensor_type
  tensor.add_int32(1, info.type);
  if (!info.shape)
    return;
  pbf_writer shape(tensor, 2);
  for (const Dimension &dimension : *info.shape) {
    pbf_writer extent(shape, 1);
    if (dimension.value)
      extent.add_int64(1, *dimension.value);
    else
      addText(extent, 2, dimension.parameter);
  }
}

void write(pbf_writer writer, const Graph &graph) {
  for (const Node &node : graph.nodes)
    write(pbf_writer(writer, 1), node);
  addText(writer, 2, graph.name);
  for (const Tensor &tensor : graph.initializers)
    write(pbf_writer(writer, 5), tensor);
  for (const ValueInfo &input : graph.inputs)
    write(pbf_writer(writer, 11), input);
  for (const ValueInfo &output : graph.outputs)
    write(pbf_writer(writer, 12), output);
}

} // namespace

std::string quantc::onnx::printModel(const Model &model) {
  std::string bytes;
  pbf_writer writer(bytes);
  writer.add_int64(1, model.irVersion);
  addText(writer, 2, model.producer);
  addText(writer, 3, model.producerVersion);
  if (model.graph)
    write(pbf_writer(writer, 7), *model.graph);
  for (const OperatorSet &set : model.operatorSets) {
    pbf_writer message(writer, 8);
    addText(message, 1, set.domain);
    message.add_int64(2, set.version);
  }
  return bytes;
}
