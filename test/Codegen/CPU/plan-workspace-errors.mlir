// RUN: quant-opt %s -codegen-plan-workspace -split-input-file -verify-diagnostics

// Sizes that depend on anything but the batch, and lifetimes that are no
// interval of the function, cannot be planned.

func.func @in_a_loop(%count: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %count step %c1 {
    // expected-error@+1 {{'memref.alloc' op expected a buffer outside of loops whose only dynamic dimension is the batch}}
    %partial = memref.alloc() : memref<64xi8>
    scf.yield
  }
  return
}

// -----

func.func @dynamic_width(%width: index) {
  // expected-error@+1 {{expected a buffer outside of loops whose only dynamic dimension is the batch}}
  %image = memref.alloc(%width) : memref<4x?xi8>
  return
}

// -----

func.func @two_dynamic(%batch: index, %width: index) {
  // expected-error@+1 {{expected a buffer outside of loops whose only dynamic dimension is the batch}}
  %image = memref.alloc(%batch, %width) : memref<?x?xi8>
  return
}
