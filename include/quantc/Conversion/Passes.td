//===- Passes.td - Conversions between dialects ------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CONVERSION_PASSES_TD
#define QUANTC_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertNNToLinalg : Pass<"convert-nn-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower nn ops to linalg on integers and floats";
  let description = [{
    Quantized tensors become tensors of their storage integers, and the numerics
    contract becomes arithmetic: a contraction is a named linalg op i8 x i8 -> i32
    that starts from `bias - za * sum(w)`, followed by a `linalg.generic` that
    requantizes; padding is `tensor.pad` with the zero point. Float ops become
    the named ops on f32. `nn.observe` becomes a call of `quantc_observe_f32` or
    `quantc_observe_i8`.

    The names, types and scales of inputs, outputs and observed edges, and where
    the network comes from, become attributes of the module (`quantc.inputs`,
    `quantc.outputs`, `quantc.observed`, `quantc.provenance`), from which the
    table of the binary is made.

    Stage: `quantized`, `float` or `observed` in, `int8` out.

    ```mlir
    %acc = linalg.matmul indexing_maps = [...]
        ins(%x, %weight : tensor<?x256xi8>, tensor<10x256xi8>)
        outs(%init : tensor<?x10xi32>) -> tensor<?x10xi32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // QUANTC_CONVERSION_PASSES_TD
