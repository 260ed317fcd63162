// RUN: quant-opt %s -codegen-list-launches -split-input-file -verify-diagnostics

// expected-error@+1 {{requires a network function, quantc.inputs and quantc.workspace_fixed: run -convert-nn-to-linalg and -codegen-plan-workspace first}}
module {
  func.func @network() {
    return
  }
}

// -----

module attributes {gpu.container_module, quantc.inputs = [],
                   quantc.workspace_fixed = 0 : i64} {
  gpu.module @kernels {
    gpu.func @fill(%y: memref<4xi8>, %batch: index) kernel {
      gpu.return
    }
  }
  func.func @network(%workspace: memref<?xi8>, %offset: index) {
    %c1 = arith.constant 1 : index
    // expected-error@+1 {{'memref.view' op expected an offset that is a multiple of the batch: run -codegen-plan-workspace=linear}}
    %y = memref.view %workspace[%offset][] : memref<?xi8> to memref<4xi8>
    gpu.launch_func @kernels::@fill blocks in (%c1, %c1, %c1)
        threads in (%c1, %c1, %c1) args(%y : memref<4xi8>, %c1 : index)
    return
  }
}

// -----

module attributes {gpu.container_module, quantc.inputs = [],
                   quantc.workspace_fixed = 0 : i64} {
  gpu.module @kernels {
    gpu.func @fill(%y: memref<4xi8>, %batch: index) kernel {
      gpu.return
    }
  }
  func.func @network(%workspace: memref<?xi8>) {
    %c1 = arith.constant 1 : index
    %y = memref.alloc() : memref<4xi8>
    // expected-error@+1 {{'gpu.launch_func' op expected constants, the workspace, inputs and outputs as buffers of a kernel}}
    gpu.launch_func @kernels::@fill blocks in (%c1, %c1, %c1)
        threads in (%c1, %c1, %c1) args(%y : memref<4xi8>, %c1 : index)
    return
  }
}
