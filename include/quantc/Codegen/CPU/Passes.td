//===- Passes.td - Code generation for CPUs ----------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CODEGEN_CPU_PASSES_TD
#define QUANTC_CODEGEN_CPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def AttachTarget : Pass<"codegen-attach-target", "::mlir::ModuleOp"> {
  let summary = "Say which CPU the code is for";
  let description = [{
    Sets `llvm.target` of the module. A target is a level, `x86-64`, `x86-64-v2`,
    `x86-64-v3`, `x86-64-v4` or `aarch64`, and `+feature` for each extension
    beyond it: `avx512vnni`, `avxvnni` (x86), `dotprod`, `i8mm` (Arm). `native`
    stands for the highest level and all those extensions of this machine.

    ```mlir
    module attributes {llvm.target = #llvm.target<
        triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v4",
        features = <["+avx512vnni"]>>} {
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"native\"",
           "LEVEL[+FEATURE]... or native">,
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
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

    ```mlir
    %offset = arith.addi %fixed, %scaled : index
    %0 = memref.view %workspace[%offset][%batch]
        : memref<?xi8> to memref<?x28x28x8xi8>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ExpandRounding : Pass<"codegen-expand-rounding", "::mlir::func::FuncOp"> {
  let summary = "Round by adding 1.5 * 2^23";
  let description = [{
    `math.roundeven` of a value that was clamped to less than 2^22 in magnitude
    becomes an addition and a subtraction of 1.5 * 2^23, which round to the
    nearest even integer in every IEEE machine's default mode. Without it a
    baseline x86-64 library would call `roundevenf`.

    ```mlir
    %0 = arith.addf %x, %magic : f32
    %1 = arith.subf %0, %magic : f32
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ExpandMultiplyAdd : Pass<"codegen-expand-multiply-add",
                             "::mlir::ModuleOp"> {
  let summary = "Compute fma where the target has no such instruction";
  let description = [{
    Below x86-64-v3 there is no fused multiply-add; LLVM would call `fmaf` of libm.
    Each f32 `math.fma`, scalar or vector, becomes arithmetic in f64 with the same
    result for all operands: the product is exact in f64, the sum is rounded to
    odd, and rounding that to f32 is rounding the exact sum once. A warning says
    that float layers are slower for it. Where the target has the instruction,
    nothing changes.

    Stage: `loops` in, with its `llvm.target`; a step of lowering to LLVM.

    ```mlir
    %product = arith.mulf %a64, %b64 : f64
    %sum = arith.addf %product, %c64 : f64
    // ... %odd: %sum, or the neighbour towards the exact sum
    %fma = arith.truncf %odd : f64 to f32
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def CreateEntry : Pass<"codegen-create-entry", "::mlir::ModuleOp"> {
  let summary = "Give the network the signature that the runtime calls";
  let description = [{
    Adds `llvm.func @quantc_network(inputs, outputs, workspace, batch, context)`
    with C types `(const void *const *, void *const *, void *, int64_t, const
    void *)`, which makes memrefs of the pointers and calls the network, now
    `@quantc_body`. Calls of `quantc_observe_*` get the context as their first
    argument.

    Stage: `loops` in; the first step of lowering to LLVM.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // QUANTC_CODEGEN_CPU_PASSES_TD
