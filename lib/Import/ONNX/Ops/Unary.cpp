//===- Unary.cpp - Functions of every element ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

#include <limits>

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

/// A parameter of the operator, with its default, as alpha or beta of nn.unary.
struct Parameter {
  StringRef name;
  float fallback;
};

LogicalResult createUnary(NodeImporter &node, nn::UnaryKind kind,
                          ArrayRef<Parameter> parameters = {}) {
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  FloatAttr attributes[2];
  for (auto [attribute, parameter] : llvm::zip(attributes, parameters)) {
    auto value = node.getFloat(parameter.name, parameter.fallback);
    if (failed(value))
      return failure();
    attribute = node.builder.getF32FloatAttr(*value);
  }
  node.setResult(nn::UnaryOp::create(node.builder, node.loc, input->getType(),
                                     kind, *input, attributes[0],
                                     attributes[1]));
  return success();
}

template <nn::UnaryKind kind> LogicalResult importUnary(NodeImporter &node) {
  return createUnary(node, kind);
}

LogicalResult importLeakyRelu(NodeImporter &node) {
  return createUnary(node, nn::UnaryKind::LeakyRelu, {{"alpha", 0.01f}});
}

LogicalResult importElu(NodeImporter &node) {
  return createUnary(node, nn::UnaryKind::Elu, {{"alpha", 1.0f}});
}

LogicalResult importCelu(NodeImporter &node) {
  return createUnary(node, nn::UnaryKind::Celu, {{"alpha", 1.0f}});
}

/// The defaults are those of the operator's definition.
LogicalResult importSelu(NodeImporter &node) {
  return createUnary(node, nn::UnaryKind::Selu,
                     {{"alpha", 1.67326319217681884765625f},
                      {"gamma", 1.05070102214813232421875f}});
}

LogicalResult importHardSigmoid(NodeImporter &node) {
  return createUnary(node, nn::UnaryKind::HardSigmoid,
                     {{"alpha", 0.2f}, {"beta", 0.5f}});
}

LogicalResult importGelu(NodeImporter &node) {
  auto approximation = node.getString("approximate", "none");
  if (failed(approximation))
    return failure();
  if (*approximation != "none" && *approximation != "tanh")
    return node.fail() << "expected approximate none or tanh, but got "
                       << *approximation;
  return createUnary(node, *approximation == "none" ? nn::UnaryKind::Gelu
                                                    : nn::UnaryKind::GeluTanh);
}

Value createScalar(NodeImporter &node, float value) {
  Constant constant;
  constant.floats = {value};
  return node.createConstant(constant);
}

/// x * sigmoid(alpha * x); nn.unary has it for alpha = 1.
LogicalResult importSwish(NodeImporter &node) {
  auto alpha = node.getFloat("alpha", 1);
  if (failed(alpha))
    return failure();
  if (*alpha == 1)
    return createUnary(node, nn::UnaryKind::Silu);
  FailureOr<Value> input = node.getValue(0);
  if (failed(input))
    return failure();
  FailureOr<Value> result =
      createBinary<nn::MulOp>(node, *input, createScalar(node, *alpha));
  if (failed(result))
    return failure();
  Value gate = nn::UnaryOp::create(node.builder, node.loc,
                                   nn::UnaryKind::Sigmoid, *result);
  result = createBinary<nn::MulOp>(node, *input, gate);
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}

/// Whether nothing of type `type` has to be repeated for a constant of `shape`.
bool isRepeatedIn(ArrayRef<int64_t> shape, Type type) {
  ArrayRef<int64_t> extents = cast<RankedTensorType>(type).getShape();
  if (shape.size() > extents.size())
    return false;
  return llvm::all_of(llvm::zip_equal(shape, extents.take_back(shape.size())),
                      [](auto pair) {
                        auto [extent, of] = pair;
                        return extent == 1 || extent == of;
                      });
}

/// By an exponent for which there are exact operations.
LogicalResult importPow(NodeImporter &node) {
  FailureOr<Value> base = node.getValue(0);
  FailureOr<const Constant *> exponents = node.requireFloats(1, "exponent");
  if (failed(base) || failed(exponents))
    return failure();
  ArrayRef<float> values = (*exponents)->floats;
  if (values.empty() || !llvm::all_equal(values))
    return node.fail() << "expected one exponent for all elements";
  if (!isRepeatedIn((*exponents)->shape, base->getType()))
    return node.fail() << "expected an exponent that the base has the shape of";
  Value x = *base;
  auto multiply = [&](Value a, Value b) {
    return nn::MulOp::create(node.builder, node.loc, x.getType(), a, b);
  };
  auto apply = [&](nn::UnaryKind kind) -> Value {
    return nn::UnaryOp::create(node.builder, node.loc, kind, x);
  };
  Value result;
  if (values[0] == 1)
    result = x;
  else if (values[0] == 2)
    result = multiply(x, x);
  else if (values[0] == 3)
    result = multiply(multiply(x, x), x);
  else if (values[0] == 0.5f)
    result = apply(nn::UnaryKind::Sqrt);
  else if (values[0] == -0.5f)
    result = apply(nn::UnaryKind::Rsqrt);
  else if (values[0] == -1)
    result = apply(nn::UnaryKind::Reciprocal);
  else
    return node.fail() << "expected an exponent of 1, 2, 3, 0.5, -0.5 or -1, "
                          "but got "
                       << values[0];
  node.setResult(result);
  return success();
}

/// max(x, 0) + slope * min(x, 0)
LogicalResult importPRelu(NodeImporter &node) {
  FailureOr<Value> input = node.getValue(0), slope = node.getValue(1);
  if (failed(input) || failed(slope))
    return failure();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  auto createClamp = [&](float min, float max) -> Value {
    return nn::ClampOp::create(node.builder, node.loc, input->getType(), *input,
                               node.builder.getF32FloatAttr(min),
                               node.builder.getF32FloatAttr(max));
  };
  FailureOr<Value> result =
      createBinary<nn::MulOp>(node, createClamp(-kInfinity, 0), *slope);
  if (succeeded(result))
    result = createBinary<nn::AddOp>(node, createClamp(0, kInfinity), *result);
  if (failed(result))
    return failure();
  node.setResult(*result);
  return success();
}

} // namespace

void quantc::onnx::addUnaryHandlers(llvm::StringMap<Handler> &handlers) {
  handlers["Abs"] = importUnary<nn::UnaryKind::Abs>;
  handlers["Celu"] = importCelu;
  handlers["Elu"] = importElu;
  handlers["Erf"] = importUnary<nn::UnaryKind::Erf>;
  handlers["Exp"] = importUnary<nn::UnaryKind::Exp>;
  handlers["Gelu"] = importGelu;
  handlers["HardSigmoid"] = importHardSigmoid;
  handlers["HardSwish"] = importUnary<nn::UnaryKind::HardSwish>;
  handlers["LeakyRelu"] = importLeakyRelu;
  handlers["Log"] = importUnary<nn::UnaryKind::Log>;
  handlers["Mish"] = importUnary<nn::UnaryKind::Mish>;
  handlers["Neg"] = importUnary<nn::UnaryKind::Neg>;
  handlers["PRelu"] = importPRelu;
  handlers["Pow"] = importPow;
  handlers["Reciprocal"] = importUnary<nn::UnaryKind::Reciprocal>;
  handlers["Selu"] = importSelu;
  handlers["Sigmoid"] = importUnary<nn::UnaryKind::Sigmoid>;
  handlers["Softplus"] = importUnary<nn::UnaryKind::Softplus>;
  handlers["Softsign"] = importUnary<nn::UnaryKind::Softsign>;
  handlers["Sqrt"] = importUnary<nn::UnaryKind::Sqrt>;
  handlers["Swish"] = importSwish;
  handlers["Tanh"] = importUnary<nn::UnaryKind::Tanh>;
}
