// RUN: quant-opt %s -quantc-verify-stage=stage=binary -split-input-file -verify-diagnostics

// expected-error@+1 {{stage 'binary' requires the attribute 'quantc.inputs'; -lower-to-llvm-cpu sets it}}
module {}

// -----

module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}, quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 0 : i64,
                   llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu",
                                              chip = "x86-64-v3">} {
  // expected-error@+1 {{'func.func' op is illegal at stage 'binary', which -lower-to-llvm-cpu produces}}
  func.func @network() {
    // expected-error@+1 {{'func.return' op is illegal at stage 'binary', which -lower-to-llvm-cpu produces}}
    return
  }
}

// -----

// expected-error@+1 {{stage 'binary' requires the attribute 'quantc.launches'; -lower-to-nvvm sets it}}
module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}, quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 0 : i64,
                   llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda",
                                              chip = "sm_80">} {}

// -----

module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}, quantc.workspace_fixed = 0 : i64,
                   quantc.workspace_per_sample = 0 : i64, quantc.launches = [],
                   llvm.target = #llvm.target<triple = "nvptx64-nvidia-cuda",
                                              chip = "sm_80">} {
  gpu.module @kernels {
    // expected-error@+1 {{'gpu.func' op is illegal at stage 'binary', which -lower-to-nvvm produces}}
    gpu.func @kernel() kernel {
      // expected-error@+1 {{'gpu.return' op is illegal at stage 'binary', which -lower-to-nvvm produces}}
      gpu.return
    }
  }
}
