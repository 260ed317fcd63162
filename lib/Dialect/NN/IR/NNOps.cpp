//===- NNOps.cpp - Assembly of nn ops -----------------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Dialect/NN/IR/NN.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace quantc::nn;

/// `T` where operand and result have one type, else `T -> U`.
static ParseResult parseSameType(OpAsmParser &parser, Type &input,
                                 Type &output) {
  if (parser.parseType(input))
    return failure();
  output = input;
  if (succeeded(parser.parseOptionalArrow()))
    return parser.parseType(output);
  return success();
}

static void printSameType(OpAsmPrinter &printer, Operation *, Type input,
                          Type output) {
  printer << input;
  if (input != output)
    printer << " -> " << output;
}

#define GET_OP_CLASSES
#include "quantc/Dialect/NN/IR/NNOps.cpp.inc"
