// What each stage allows, from float to quantized.

// RUN: rm -rf %t && split-file %s %t
// RUN: quant-opt %t/float.mlir -quantc-verify-stage=stage=float -quantc-verify-stage=stage=observed -quantc-verify-stage=stage=calibrated
// RUN: quant-opt %t/observed.mlir -quantc-verify-stage=stage=observed
// RUN: quant-opt %t/calibrated.mlir -quantc-verify-stage=stage=observed -quantc-verify-stage=stage=calibrated
// RUN: quant-opt %t/qdq.mlir -quantc-verify-stage=stage=qdq -quantc-verify-stage=stage=quantized
// RUN: quant-opt %t/quantized.mlir -quantc-verify-stage=stage=quantized
// RUN: quant-opt %t/int8.mlir -quantc-verify-stage=stage=int8
// RUN: quant-opt %t/loops.mlir -quantc-verify-stage=stage=loops
// RUN: quant-opt %t/binary.mlir -quantc-verify-stage=stage=binary
// RUN: quant-opt %t/gpu-loops.mlir -quantc-verify-stage=stage=loops
// RUN: quant-opt %t/gpu-binary.mlir -quantc-verify-stage=stage=binary
// RUN: not quant-opt %t/float.mlir -quantc-verify-stage=stage=flaot 2>&1 | FileCheck %s
// CHECK: error: unknown stage 'flaot', expected one of float, observed, calibrated, qdq, quantized, int8, loops, binary

// An input of bytes is quantized at every stage.
//--- float.mlir
func.func @network(%x: tensor<?x2x!quant.uniform<i8:f32, 1.0:-128>>) -> tensor<?x2xf32> {
  %real = nn.dequantize %x
      : tensor<?x2x!quant.uniform<i8:f32, 1.0:-128>> -> tensor<?x2xf32>
  %one = arith.constant dense<1.0> : tensor<1x2xf32>
  %y = nn.add %real, %one : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

//--- observed.mlir
func.func @network(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %y = nn.observe %x {id = 0 : i32, name = "x"} : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

//--- calibrated.mlir
func.func @network(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %y = nn.observe %x {id = 0 : i32, name = "x", range = !quant.calibrated<f32<0.0:1.0>>}
      : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

//--- qdq.mlir
!q = !quant.uniform<i8:f32, 0.5>
func.func @network(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %stored = arith.constant dense<1> : tensor<3x2xi8>
  %weight = quant.scast %stored : tensor<3x2xi8> to tensor<3x2x!q>
  %real_weight = nn.dequantize %weight : tensor<3x2x!q> -> tensor<3x2xf32>
  %q = nn.quantize %x : tensor<?x2xf32> -> tensor<?x2x!q>
  %y = nn.dequantize %q : tensor<?x2x!q> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

//--- quantized.mlir
!q = !quant.uniform<i8:f32, 0.5>
func.func @network(%x: tensor<?x2x!q>) -> tensor<?x2x!q> {
  %y = nn.clamp %x {min = 0.0 : f32, max = 6.0 : f32} : tensor<?x2x!q>
  return %y : tensor<?x2x!q>
}

//--- int8.mlir
module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}} {
  func.func @network(%x: tensor<4xi8>, %y: f32) -> tensor<4xi32> {
    %root = math.sqrt %y : f32
    %absolute = math.absf %root : f32
    %even = math.roundeven %absolute : f32
    %empty = tensor.empty() : tensor<4xi32>
    %wide = linalg.map ins(%x : tensor<4xi8>) outs(%empty : tensor<4xi32>)
        (%element: i8, %init: i32) {
      %extended = arith.extsi %element : i8 to i32
      linalg.yield %extended : i32
    }
    return %wide : tensor<4xi32>
  }
}

//--- loops.mlir
module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}, quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 0 : i64,
                   llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu",
                                              chip = "x86-64-v3">} {
  func.func @network(%x: memref<4xf32>) {
    %i = arith.constant 0 : index
    %value = memref.load %x[%i] : memref<4xf32>
    %sum = math.fma %value, %value, %value : f32
    memref.store %sum, %x[%i] : memref<4xf32>
    return
  }
}

//--- binary.mlir
module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}, quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 0 : i64,
                   llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu",
                                              chip = "x86-64-v3">} {
  llvm.func @network() {
    llvm.return
  }
}

//--- gpu-loops.mlir
module attributes {gpu.container_module, quantc.inputs = [], quantc.outputs = [],
                   quantc.observed = [], quantc.provenance = {},
                   quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 0 : i64,
                   llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda",
                                              chip = "sm_80">} {
  gpu.module @kernels {
    gpu.func @round(%x: memref<4xf32>, %batch: index) kernel {
      %thread = gpu.thread_id x
      %value = memref.load %x[%thread] : memref<4xf32>
      %rounded = math.roundeven %value : f32
      memref.store %rounded, %x[%thread] : memref<4xf32>
      nvvm.cp.async.commit.group
      gpu.return
    }
  }
  func.func @network(%x: memref<4xf32>) {
    %c1 = arith.constant 1 : index
    gpu.launch_func @kernels::@round blocks in (%c1, %c1, %c1)
        threads in (%c1, %c1, %c1) args(%x : memref<4xf32>, %c1 : index)
    return
  }
}

//--- gpu-binary.mlir
module attributes {gpu.container_module, quantc.inputs = [], quantc.outputs = [],
                   quantc.observed = [], quantc.provenance = {},
                   quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 0 : i64, quantc.launches = [],
                   llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda",
                                              chip = "sm_80">} {
  gpu.module @kernels {
    llvm.func @nothing() attributes {nvvm.kernel} {
      %thread = nvvm.read.ptx.sreg.tid.x : i32
      llvm.return
    }
  }
}
