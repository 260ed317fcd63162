//===- Passes.td - Code generation for any target ----------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CODEGEN_COMMON_PASSES_TD
#define QUANTC_CODEGEN_COMMON_PASSES_TD

include "mlir/Pass/PassBase.td"

def AttachTarget : Pass<"codegen-attach-target", "::mlir::ModuleOp"> {
  let summary = "Say what the code is for";
  let description = [{
    Sets `llvm.target` of the module. A target is a level, `x86-64`, `x86-64-v2`,
    `x86-64-v3`, `x86-64-v4` or `aarch64`, and `+feature` for each extension
    beyond it: `avx512vnni`, `avx512vbmi`, `avxvnni`, `avxvnniint8`, `amx-int8` (x86), `dotprod`,
    `sve` with registers of 256 bits or more, `i8mm` (Arm).
    `native` stands for the highest level and all those extensions of this machine.
    `nvidia-sm_80` and the like are GPUs by their compute capability; each comes with the
    version of PTX that first has it.

    ```mlir
    module attributes {llvm.target = #llvm.target<
        triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v4",
        features = <["+avx512vnni"]>>} {
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"native\"",
           "LEVEL[+FEATURE]..., nvidia-sm_NN or native">,
    Option<"forSize", "for-size", "bool", "false",
           "whether LLVM shall compile functions for size, so that it unrolls and "
           "duplicates nothing">,
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def FoldTransposes : Pass<"codegen-fold-transposes", "::mlir::func::FuncOp"> {
  let summary = "Let products of matrices read and write in any order";
  let description = [{
    A product of two activations, as attention has, reads through the transposes of
    its operands, and writes where the one behind its elementwise op would: its maps
    say so. Sums of integers of an operand do likewise. A transpose that moves the
    columns of the result stays.

    Stage: `int8` in, before `-codegen-fuse-epilogues`.

    ```mlir
    %0 = linalg.contract
        indexing_maps = [affine_map<(h, m, n, k) -> (m, h, k)>,
                         affine_map<(h, m, n, k) -> (n, h, k)>,
                         affine_map<(h, m, n, k) -> (h, m, n)>]
        ins(%queries, %keys : tensor<128x12x64xi8>, tensor<128x12x64xi8>)
        outs(%zeros : tensor<12x128x128xi32>) -> tensor<12x128x128xi32>
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def FuseEpilogues : Pass<"codegen-fuse-epilogues", "::mlir::func::FuncOp"> {
  let summary = "Leave one elementwise op behind each contraction";
  let description = [{
    Requantization, clamps, residual additions and other elementwise ops that
    follow a contraction, each the only reader of the one before, become one
    `linalg.generic`, which `-codegen-tile-contractions` takes into the tiles: it
    reads the accumulators, then constants, then other tensors. An op with two such
    producers goes to the later one.

    Elsewhere an elementwise op goes to its only reader, elementwise or a
    reduction; one of few additions, multiplications and conversions, as a
    dequantization, to each of them, which takes less than to store its result.

    Stage: `int8` in, before bufferization.

    ```mlir
    %0 = linalg.generic ... ins(%acc, %multiplier, %shortcut : ...)
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def PlaceResults : Pass<"codegen-place-results", "::mlir::func::FuncOp"> {
  let summary = "Let ops write where their results belong";
  let description = [{
    Padding and concatenation become a larger tensor and the insertion of its
    parts. The larger tensor moves in front of the op that computes a part, and
    every result gets a `tensor.empty` and a first value (`linalg.fill`,
    `linalg.broadcast`) of its own, so that `-eliminate-empty-tensors` can let the
    op write its part in place: neither padding nor concatenation copies then, and
    the planner knows the lifetime of each buffer.

    Stage: `int8` in, before bufferization.

    ```mlir
    %around = linalg.fill ins(%zero_point : i8) outs(%0 : tensor<1x10x10x8xi8>)
    %inside = linalg.generic ...
    %padded = tensor.insert_slice %inside into %around[0, 1, 1, 0] ...
    ```
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def SeparateResults : Pass<"codegen-separate-results", "::mlir::func::FuncOp"> {
  let summary = "Copy a value that is returned twice";
  let description = [{
    Every result of the network is a buffer of the host, so that a value that is
    several results becomes as many buffers.

    Stage: `int8` in, before bufferization.

    ```mlir
    %again = bufferization.alloc_tensor() copy(%y) : tensor<4xi8>
    return %y, %again : tensor<4xi8>, tensor<4xi8>
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

def FuseMultiplyAdd : Pass<"codegen-fuse-multiply-add",
                           "::mlir::func::FuncOp"> {
  let summary = "Let float contractions accumulate by fma";
  let description = [{
    By the numerics contract a float contraction is one chain of fused
    multiply-adds per output. Named f32 contractions and convolutions become
    `linalg.generic` ops with that body. Other float arithmetic is not touched.

    Stage: `int8` in, before bufferization.

    ```mlir
    ^bb0(%x: f32, %w: f32, %acc: f32):
      %0 = math.fma %x, %w, %acc : f32
      linalg.yield %0 : f32
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect"];
}

def ExpandCopies : Pass<"codegen-expand-copies", "::mlir::func::FuncOp"> {
  let summary = "Turn copies of buffers into linalg ops";
  let description = [{
    A `memref.copy` between strided buffers would become a call of a runtime
    library; `linalg.copy` becomes a loop.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def PlanWorkspace : Pass<"codegen-plan-workspace", "::mlir::ModuleOp"> {
  let summary = "Place all temporary buffers in one workspace";
  let description = [{
    Each `memref.alloc` becomes a view of a new last argument, `memref<?xi8>`.
    Buffers whose lifetimes do not overlap share bytes: the largest is placed
    first, at the lowest offset where it fits. Buffers of static shape come
    first, those with a batch follow, so that `n` samples need `workspace_fixed +
    n * workspace_per_sample` bytes (attributes `quantc.workspace_fixed` and
    `quantc.workspace_per_sample` of the module).

    With `linear` all buffers lie at a multiple of the batch, those of static shape,
    too, so that the first of these numbers is 0.

    ```mlir
    %offset = arith.addi %fixed, %scaled : index
    %0 = memref.view %workspace[%offset][%batch]
        : memref<?xi8> to memref<?x28x28x8xi8>
    ```
  }];
  let options = [
    Option<"linear", "linear", "bool", "false",
           "whether all of the workspace grows with the batch">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

#endif // QUANTC_CODEGEN_COMMON_PASSES_TD
