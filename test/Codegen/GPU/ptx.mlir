// What a layer comes to, for the oldest and the newest chips.

// RUN: quant-opt %s -codegen-gpu=target=nvidia-sm_61 -lower-to-nvvm -o %t.61.mlir
// RUN: quant-translate --emit=ptx %t.61.mlir | FileCheck %s -DVERSION=5.0 -DCHIP=sm_61 \
// RUN:   --implicit-check-not=.ftz --implicit-check-not=.approx --implicit-check-not=fma.
// RUN: quant-opt %s -codegen-gpu=target=nvidia-sm_90a -lower-to-nvvm -o %t.90.mlir
// RUN: quant-translate --emit=ptx %t.90.mlir | FileCheck %s -DVERSION=8.0 -DCHIP=sm_90a \
// RUN:   --implicit-check-not=.ftz --implicit-check-not=.approx --implicit-check-not=fma.
// RUN: quant-translate --emit=llvm %t.90.mlir | FileCheck %s --check-prefix=LLVM
// RUN: quant-opt %t.90.mlir -quantc-verify-stage=stage=binary

// CHECK: .version [[VERSION]]
// CHECK: .target [[CHIP]]
// CHECK: .visible .entry requantize(
// CHECK-NEXT: .param .u64 .ptr .global .align 16
// CHECK-NEXT: .param .u64 .ptr .global .align 16
// CHECK-NEXT: .param .u64 requantize_param_2
// CHECK: .maxntid 256
// CHECK: ld.global
// CHECK: mul.rn.f32
// CHECK: cvt.rni.s32.f32
// CHECK: st.global

// A division and a root are IEEE's, and a product is rounded before it is added.
// CHECK: .visible .entry norm(
// CHECK-DAG: sqrt.rn.f32
// CHECK-DAG: div.rn.f32
// CHECK-DAG: mul.rn.f32
// CHECK-DAG: add.rn.f32

// LLVM: target triple = "nvptx64-nvidia-cuda"
// LLVM: define ptx_kernel void @requantize(ptr addrspace(1)

module attributes {quantc.inputs = [{name = "x", type = tensor<?x4x12xi32>},
                                    {name = "z", type = tensor<?x4x12xf32>}],
                   quantc.outputs = [{name = "y", type = tensor<?x4x12xi8>},
                                     {name = "n", type = tensor<?x4x12xf32>}],
                   quantc.observed = [], quantc.provenance = {}} {
  func.func @network(%x: tensor<?x4x12xi32>, %z: tensor<?x4x12xf32>)
      -> (tensor<?x4x12xi8>, tensor<?x4x12xf32>) {
    %c0 = arith.constant 0 : index
    %multiplier = arith.constant 0.125 : f32
    %lower = arith.constant -128.0 : f32
    %upper = arith.constant 127.0 : f32
    %batch = tensor.dim %x, %c0 : tensor<?x4x12xi32>
    %bytes = tensor.empty(%batch) : tensor<?x4x12xi8>
    %y = linalg.generic {indexing_maps = [affine_map<(n, h, c) -> (n, h, c)>,
                                          affine_map<(n, h, c) -> (n, h, c)>],
                         iterator_types = ["parallel", "parallel", "parallel"]}
        ins(%x : tensor<?x4x12xi32>) outs(%bytes : tensor<?x4x12xi8>) {
    ^bb0(%in: i32, %out: i8):
      %0 = arith.sitofp %in : i32 to f32
      %1 = arith.mulf %0, %multiplier : f32
      %2 = arith.cmpf ogt, %1, %lower : f32
      %3 = arith.select %2, %1, %lower : f32
      %4 = arith.cmpf olt, %3, %upper : f32
      %5 = arith.select %4, %3, %upper : f32
      %6 = math.roundeven %5 : f32
      %7 = arith.fptosi %6 : f32 to i32
      %8 = arith.trunci %7 : i32 to i8
      linalg.yield %8 : i8
    } -> tensor<?x4x12xi8> loc("requantize")
    %reals = tensor.empty(%batch) : tensor<?x4x12xf32>
    %n = linalg.generic {indexing_maps = [affine_map<(n, h, c) -> (n, h, c)>,
                                          affine_map<(n, h, c) -> (n, h, c)>],
                         iterator_types = ["parallel", "parallel", "parallel"]}
        ins(%z : tensor<?x4x12xf32>) outs(%reals : tensor<?x4x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %0 = math.sqrt %in : f32
      %1 = arith.divf %in, %0 : f32
      %2 = arith.mulf %1, %multiplier : f32
      %3 = arith.addf %2, %upper : f32
      linalg.yield %3 : f32
    } -> tensor<?x4x12xf32> loc("norm")
    return %y, %n : tensor<?x4x12xi8>, tensor<?x4x12xf32>
  }
}
