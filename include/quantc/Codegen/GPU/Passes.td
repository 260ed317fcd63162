//===- Passes.td - Code generation for GPUs ----------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CODEGEN_GPU_PASSES_TD
#define QUANTC_CODEGEN_GPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def FuseTransposes : Pass<"codegen-fuse-transposes", "::mlir::func::FuncOp"> {
  let summary = "Let elementwise ops write in any order";
  let description = [{
    An elementwise op and the transpose that alone reads it, as the quantization of images
    in the order of ONNX, become one op. On a GPU that is a launch less; on a CPU the
    vectors of an op with strided reads would cost more than the copy.

    Stage: `int8`, on tensors.

    ```mlir
    %0 = linalg.generic {indexing_maps = [
        affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>,
        affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], ...}
        ins(%image : tensor<?x3x8x8xf32>) outs(%empty : tensor<?x8x8x3xi8>) { ... }
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def ImplyBorders : Pass<"codegen-imply-borders", "::mlir::func::FuncOp"> {
  let summary = "Store no borders of padded tensors";
  let description = [{
    A `tensor.pad` with a constant becomes a `mk.border` for those who can read one: the
    images of convolutions, and what other reductions read, as the windows of pooling.
    Kernels know where the border is, so that nothing writes it. All others, as elementwise
    ops, read a copy of it, which is one kernel.

    Stage: `int8`, on tensors, in front of `-codegen-place-results`.

    ```mlir
    %0 = mk.border %image low = [0, 1, 1, 0] high = [0, 1, 1, 0] of -128 : i8
        : tensor<?x8x8x16xi8> to tensor<?x10x10x16xi8>
    %1 = linalg.conv_2d_nhwc_fhwc ins(%0, %weights : ...) outs(%start : ...)
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect",
                           "::quantc::mk::MKDialect"];
}

def OutlineKernels : Pass<"codegen-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Turn each op on buffers into a kernel and its launch";
  let description = [{
    A matmul or convolution, the bias that its accumulators start from and the
    elementwise op behind it become one kernel, any other linalg op becomes one, too,
    together with the fill or broadcast that its result starts from. A thread computes
    one result, or four neighbours where these are bytes, and adds up in the order of
    the op. Only the batch is known at run time: it is the last argument of each
    kernel. An argument with `quantc.tensor_map` is a map of a tensor in the buffer: bytes
    to its begin, those of a swizzled row, whether the outermost extent is that of a sample,
    how many windows of images a copy takes, or 0 for boxes, then extent, stride, box and
    step of each dimension, the innermost first.

    A kernel says how its work is cut: `quantc.items_per_sample`, and of each block
    `quantc.items_per_block`, so that `ceil(batch * items_per_sample /
    items_per_block)` blocks are launched.

    Stage: after bufferization, before `-codegen-plan-workspace`. Requires
    `llvm.target`. An observer is an error: no kernel can call the host.

    ```mlir
    gpu.launch_func @kernels::@conv1 blocks in (%blocks, %c1, %c1)
        threads in (%c256, %c1, %c1)
        args(%image : memref<?x32x32x3xi8>, %weights : memref<16x3x3x3xi8>,
             %result : memref<?x30x30x16xi8>, %batch : index)
    ```
  }];
  let options = [
    Option<"tile", "tile", "std::string", "\"\"",
           "ROWSxCOLUMNS of the tiles of tensor cores, of the table in `MatrixTile.cpp`, where "
           "its sums fit the registers; wgmma-ROWSxCOLUMNS, of that in `WarpgroupTile.cpp`, "
           "where the left operand has a tensor map, on sm_90a; depthwise-LINESxCOLUMNS, of that in "
           "`DepthwiseKernel.cpp`; none: loops alone; empty: "
           "what should take least">,
    Option<"expectedBatch", "expected-batch", "int64_t", "8",
           "the batch for which tiles should take least">,
  ];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::gpu::GPUDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::NVVM::NVVMDialect",
                           "::mlir::scf::SCFDialect"];
}

def ListLaunches : Pass<"codegen-list-launches", "::mlir::ModuleOp"> {
  let summary = "Write the launches of a network as a table";
  let description = [{
    Replaces the network function by the module's attribute `quantc.launches`: for
    each `gpu.launch_func`, in order, the kernel, how its work is cut, and where each
    buffer lies: in a constant, at an offset of the workspace (bytes per sample), in an
    input or in an output; and of which tensor there the kernel takes a map. No code is generated for the host: the binary holds the
    table.

    Stage: `loops` in, the first pass of the way to `binary`.

    ```mlir
    module attributes {quantc.launches = [
        {arguments = [{index = 0 : i64, space = "input"},
                      {space = "constant", symbol = @weights},
                      {offset = 256 : i64, space = "workspace"} ],
         blocks_y = 1 : i64, items_per_block = 256 : i64, items_per_sample = 784 : i64,
         kernel = "conv1", shared_bytes = 0 : i64, threads = 256 : i64},
        ...
    ]} {
    ```
  }];
}

def PassPointers : Pass<"codegen-pass-pointers", "::mlir::ModuleOp"> {
  let summary = "Let kernels take addresses in place of buffers";
  let description = [{
    A buffer that a kernel takes becomes one pointer to global memory; its extents are
    constants but for the leading one, which is the batch. So the parameters of a
    kernel are a pointer for each buffer, and the batch as an i64. One that is a tensor
    map of a buffer (`quantc.tensor_map`) becomes a generic pointer, and the kernel says
    how many there are: `quantc.tensor_maps`.

    Stage: `loops` in, behind `-codegen-list-launches`.

    ```mlir
    gpu.func @conv1(%image: !llvm.ptr<1>, %result: !llvm.ptr<1>, %batch: index) kernel {
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def PassTensorMaps : Pass<"codegen-pass-tensor-maps", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Keep tensor maps in the parameters of kernels";
  let description = [{
    The first arguments of a kernel, as many as `quantc.tensor_maps` says, are tensor maps
    of 128 bytes: they are passed by value and stay where parameters are, as instructions
    that read them ask for.

    Stage: on the way from `loops` to `binary`, when kernels are functions of the `llvm`
    dialect.

    ```mlir
    llvm.func @dense(%map: !llvm.ptr {llvm.align = 64 : i64,
        llvm.byval = !llvm.array<128 x i8>, nvvm.grid_constant}, ...)
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ExpandMath : Pass<"codegen-expand-gpu-math", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Turn roundings and roots into instructions of a GPU";
  let description = [{
    `math.roundeven`, `math.sqrt`, `math.absf` and `math.fma` on f32 become intrinsics
    that are one instruction each, rounded as IEEE 754 says; a conversion of a rounded
    number to i32 becomes one, too (`cvt.rni.s32.f32`).

    Stage: on the way from `loops` to `binary`.

    ```mlir
    %0 = llvm.call_intrinsic "llvm.nvvm.f2i.rn"(%x) : (f32) -> i32
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // QUANTC_CODEGEN_GPU_PASSES_TD
