//===- Unary.cpp - Functions of every element ---------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Handlers.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

/// The operator of a kind that is one; empty for those that are made of two.
static StringRef operatorOf(nn::UnaryKind kind) {
  switch (kind) {
  case nn::UnaryKind::Abs:
    return "Abs";
  case nn::UnaryKind::Neg:
    return "Neg";
  case nn::UnaryKind::Exp:
    return "Exp";
  case nn::UnaryKind::Log:
    return "Log";
  case nn::UnaryKind::Sqrt:
    return "Sqrt";
  case nn::UnaryKind::Reciprocal:
    return "Reciprocal";
  case nn::UnaryKind::Erf:
    return "Erf";
  case nn::UnaryKind::Tanh:
    return "Tanh";
  case nn::UnaryKind::Sigmoid:
    return "Sigmoid";
  case nn::UnaryKind::Gelu:
  case nn::UnaryKind::GeluTanh:
    return "Gelu";
  case nn::UnaryKind::HardSigmoid:
    return "HardSigmoid";
  case nn::UnaryKind::HardSwish:
    return "HardSwish";
  case nn::UnaryKind::LeakyRelu:
    return "LeakyRelu";
  case nn::UnaryKind::Elu:
    return "Elu";
  case nn::UnaryKind::Celu:
    return "Celu";
  case nn::UnaryKind::Selu:
    return "Selu";
  case nn::UnaryKind::Softplus:
    return "Softplus";
  case nn::UnaryKind::Softsign:
    return "Softsign";
  case nn::UnaryKind::Mish:
    return "Mish";
  case nn::UnaryKind::Rsqrt:
  case nn::UnaryKind::Silu:
    return {};
  }
  llvm_unreachable("all kinds are covered");
}

static GraphWriter::Attributes makeParameters(nn::UnaryOp op) {
  GraphWriter::Attributes attributes;
  if (std::optional<APFloat> alpha = op.getAlpha())
    attributes.push_back(
        GraphWriter::makeFloat("alpha", alpha->convertToFloat()));
  if (std::optional<APFloat> beta = op.getBeta())
    attributes.push_back(GraphWriter::makeFloat(
        op.getKind() == nn::UnaryKind::Selu ? "gamma" : "beta",
        beta->convertToFloat()));
  if (op.getKind() == nn::UnaryKind::GeluTanh)
    attributes.push_back(GraphWriter::makeString("approximate", "tanh"));
  return attributes;
}

void quantc::onnx::exportUnary(GraphWriter &writer, nn::UnaryOp op) {
  Value output = op.getOutput();
  Layout layout = writer.chooseLayout(op.getInput());
  Name input = writer.get(op.getInput(), layout);
  StringRef opType = operatorOf(op.getKind());
  bool isRsqrt = op.getKind() == nn::UnaryKind::Rsqrt;
  Name inner; // of 1 / sqrt(x) and x * sigmoid(x)
  if (opType.empty())
    inner = writer.addNode(isRsqrt ? "Sqrt" : "Sigmoid", {input}, output);
  Name result = writer.createName(output, layout);
  if (!opType.empty())
    writer.addNode(opType, {input}, result, makeParameters(op));
  else if (isRsqrt)
    writer.addNode("Reciprocal", {inner}, result);
  else
    writer.addNode("Mul", {input, inner}, result);
  writer.set(output, result, layout);
}
