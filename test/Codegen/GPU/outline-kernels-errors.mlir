// RUN: quant-opt %s -codegen-attach-target=target=nvidia-sm_80 -codegen-outline-kernels \
// RUN:   -split-input-file -verify-diagnostics
// RUN: not quant-opt %s -codegen-outline-kernels 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: requires a GPU as its 'llvm.target': run -codegen-attach-target=target=nvidia-sm_NN
// RUN: not quant-opt %s -codegen-attach-target=target=nvidia-sm_80 \
// RUN:   -codegen-outline-kernels=tile=8x8 2>&1 | FileCheck %s --check-prefix=TILE
// TILE: error: unknown tile '8x8', expected none, 128x128, 64x128, 128x64, 64x64, 128x32, 64x32, 32x64

// expected-error@+1 {{expected a network without observers on a GPU: compile it for a CPU to observe it}}
func.func private @quantc_observe_f32(i32, memref<?xf32>)

// -----

func.func @first() {
  return
}
// expected-error@+1 {{'func.func' op expected one network function, but 'first' is there, too}}
func.func @second() {
  return
}

// -----

func.func @effect(%x: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  // expected-error@+1 {{'memref.store' op cannot become a kernel}}
  memref.store %zero, %x[%c0] : memref<4xf32>
  return
}

// -----

// expected-error@+1 {{expected the batch as the only dynamic dimension of a buffer on a GPU, but got 'memref<?x?xf32>'}}
func.func @two_dynamic_dimensions(%x: memref<?x?xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%x : memref<?x?xf32>)
  return
}

// -----

func.func @dynamic_reduction(%x: memref<?x4xi32>, %y: memref<4xi32>) {
  // expected-error@+1 {{'linalg.generic' op expected reductions of a known extent}}
  linalg.generic {indexing_maps = [affine_map<(n, c) -> (n, c)>,
                                   affine_map<(n, c) -> (c)>],
                  iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<?x4xi32>) outs(%y : memref<4xi32>) {
  ^bb0(%in: i32, %sum: i32):
    %0 = arith.addi %sum, %in : i32
    linalg.yield %0 : i32
  }
  return
}
