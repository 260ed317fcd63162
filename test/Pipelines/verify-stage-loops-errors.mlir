// RUN: quant-opt %s -quantc-verify-stage=stage=loops -split-input-file -verify-diagnostics

// expected-error@+1 {{stage 'loops' requires the attribute 'quantc.workspace_fixed'; -codegen-cpu sets it}}
module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}} {}

// -----

// expected-error@+1 {{stage 'loops' requires the attribute 'llvm.target'; -codegen-cpu sets it}}
module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}, quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 0 : i64} {}

// -----

module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}, quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 0 : i64,
                   llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu",
                                              chip = "x86-64-v3">} {
  func.func @network(%x: memref<2xf32>, %real: f32, %byte: i8) {
    // expected-error@+1 {{'memref.alloc' op is illegal at stage 'loops', which -codegen-cpu produces}}
    %heap = memref.alloc() : memref<2xf32>
    %stack = memref.alloca() : memref<2xf32>
    // expected-error@+1 {{'memref.copy' op is illegal at stage 'loops', which -codegen-cpu produces}}
    memref.copy %x, %stack : memref<2xf32> to memref<2xf32>
    // expected-error@+1 {{'memref.dealloc' op is illegal at stage 'loops', which -codegen-cpu produces}}
    memref.dealloc %heap : memref<2xf32>
    // expected-error@+1 {{'math.roundeven' op is illegal at stage 'loops', which -codegen-cpu produces}}
    %rounded = math.roundeven %real : f32
    // expected-error@+1 {{'tensor.empty' op is illegal at stage 'loops', which -codegen-cpu produces}}
    %tensor = tensor.empty() : tensor<2xf32>
    return
  }
}

// -----

module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}, quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 0 : i64,
                   llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda",
                                              chip = "sm_80">} {
  func.func @network(%x: memref<2xf32>) {
    // expected-error@+1 {{'memref.copy' op is illegal at stage 'loops', which -codegen-gpu produces}}
    memref.copy %x, %x : memref<2xf32> to memref<2xf32>
    return
  }
}
