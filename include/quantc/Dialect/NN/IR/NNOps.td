//===- NNOps.td - Ops of the nn dialect --------------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_IR_NNOPS_TD
#define QUANTC_DIALECT_NN_IR_NNOPS_TD

include "quantc/Dialect/NN/IR/NNContractions.td"
include "quantc/Dialect/NN/IR/NNElementwise.td"
include "quantc/Dialect/NN/IR/NNMovement.td"
include "quantc/Dialect/NN/IR/NNPooling.td"
include "quantc/Dialect/NN/IR/NNQuantization.td"

#endif // QUANTC_DIALECT_NN_IR_NNOPS_TD
