// RUN: quant-opt %s -codegen-outline-parallel -split-input-file -verify-diagnostics

func.func @network(%x: memref<8xf32>) {
  %one = arith.constant 1.0 : f32
  // expected-error @below {{requires a network with the context of the run as last argument: run -codegen-create-entry first}}
  scf.forall (%c) in (8) {
    memref.store %one, %x[%c] : memref<8xf32>
  }
  return
}

// -----

func.func @network(%x: memref<8xf32>, %context: !llvm.ptr) {
  %one = arith.constant 1.0 : f32
  // expected-error @below {{expected a loop from 0 by steps of 1 that has no results}}
  scf.forall (%c) = (0) to (8) step (2) {
    memref.store %one, %x[%c] : memref<8xf32>
  }
  return
}
