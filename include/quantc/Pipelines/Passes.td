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
    | `loops` | `scf`, `memref`, `vector`, `arith`; `math.fma` and the above; no allocation; `llvm.target`; for a GPU also `gpu` and `nvvm` |
    | `binary` | `llvm`; for a GPU also `gpu.module` and `nvvm`, and the module's `quantc.launches` |

    ```
    quant-opt digits.mlir -quantc-verify-stage=stage=float
    ```
  }];
  let options = [
    Option<"stage", "stage", "std::string", "", "The stage's name">,
  ];
}

def ChoosePrecision : Pass<"quantc-choose-precision", "::mlir::func::FuncOp"> {
  let summary = "Leave layers in float that integers do not make faster";
  let description = [{
    Marks layers `nn.float`, with the reason. A layer costs what it computes, and where its
    neighbours have other elements the conversions between. From all layers on integers
    this goes to fewer, layer by layer in program order, as long as one in float
    makes the whole faster. It is done for each strategy that has kernels of floats,
    and a layer is marked where all agree: so the network is the same for every
    target.

    Layers with weights never are, as integers take a quarter of their bytes. It is ops
    on elements that stay float, such as a sum of two softmaxes, and small products of
    activations.

    Stage: between `observed` and `calibrated`, or behind it.

    ```mlir
    %2 = nn.mul %1, %scale {nn.float = "integers would not be faster, ..."}
        : (tensor<?x8x64xf32>, tensor<f32>) -> tensor<?x8x64xf32>
    ```
  }];
}

def ListKernels : Pass<"quantc-list-kernels", "::mlir::ModuleOp"> {
  let summary = "Note what became of each layer, and what it costs";
  let description = [{
    Replaces the module's `quantc.costs`, which `-codegen-tile-contractions` sets, by
    `quantc.layers`: the same by the names of layers, in the order of the program. A layer
    without a name has its place in the file. What several ops of a layer cost is added up.
    The report of `quantc` tells of it; nothing else depends on it.

    ```mlir
    module attributes {quantc.layers = [
        {bytes = 61440 : i64, expected_cycles = 9100 : i64, kernel = "avx512-vnni tile",
         least_cycles = 8000 : i64, multiply_adds = 1024000 : i64, name = "conv1",
         tile = "14x32"}, ...
    ]} {
    ```
  }];
}

def MarkLayers : Pass<"quantc-mark-layers", "::mlir::ModuleOp"> {
  let summary = "Call the host where a layer ends";
  let description = [{
    Puts a call of `@quantc_finish_layer` behind the last op of each layer in
    `quantc.layers`, with its place there; what belongs to none counts with the layer
    before. `quantc.timed_layers` lists them for the binary's table. The loops stay
    as they are: between two calls is the code of a network that is not timed.

    Stage: at the end of the way to `loops`.

    ```mlir
    scf.for %row = %c0 to %c32 step %c1 { ... } loc("conv1")
    func.call @quantc_finish_layer(%c0_i32) : (i32) -> ()
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect"];
}

#endif // QUANTC_PIPELINES_PASSES_TD
