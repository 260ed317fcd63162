//===- Passes.td - Passes about the order of passes ---------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_PIPELINES_PASSES_TD
#define QUANTC_PIPELINES_PASSES_TD

include "mlir/Pass/PassBase.td"

def VerifyStage : Pass<"quantc-verify-stage", "::mlir::ModuleOp"> {
  let summary = "Check that a network is at a stage";
  let description = [{
    Fails at every op, type or attribute that is not legal at the stage, and
    changes nothing. All pipelines run it after each stage.

    | stage | legal ops |
    |---|---|
    | `float` | `nn` without quantization ops, on f32; constants |
    | `observed` | + `nn.observe` |
    | `calibrated` | + `nn.observe` with a range, on every observed edge |
    | `qdq` | float `nn` ops between `nn.dequantize` and `nn.quantize`; constants, `quant.scast` of constants |
    | `quantized` | `nn` ops on f32 or on `!quant.uniform` |
    | `int8` | `linalg`, `tensor`, `arith` on i8, i32 and f32; `math.roundeven`, `math.sqrt`, `math.absf`; calls of observers |
    | `loops` | `scf`, `memref`, `vector`, `arith`; `math.fma` and the above; no allocation; `llvm.target` |
    | `binary` | `llvm` |

    ```
    quant-opt digits.mlir -quantc-verify-stage=stage=float
    ```
  }];
  let options = [
    Option<"stage", "stage", "std::string", "", "The stage's name">,
  ];
}

def ListKernels : Pass<"quantc-list-kernels", "::mlir::ModuleOp"> {
  let summary = "Note which layers are computed in tiles";
  let description = [{
    Sets the module's `quantc.kernels`: of each layer that
    `-codegen-tile-contractions` made tiles of, by its name, the strategy and
    the op in the `mk` dialect. A layer without a name has its place in the file. The report of
    `quantc` tells of it; nothing else depends on it.

    ```mlir
    module attributes {quantc.kernels =
        {conv1 = "amx tile", conv2 = "avx512-vnni depthwise"}} {
    ```
  }];
}

#endif // QUANTC_PIPELINES_PASSES_TD
