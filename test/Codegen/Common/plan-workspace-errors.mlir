// RUN: quant-opt %s -codegen-plan-workspace -split-input-file -verify-diagnostics

// Sizes that depend on anything but the batch, and lifetimes that are no
// interval of the function, cannot be planned.

func.func @in_a_loop(%count: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %count step %c1 {
    // expected-error@+1 {{'memref.alloc' op expected a buffer outside of loops whose only dynamic dimension is the leading one, but got 'memref<64xi8>' in a loop}}
    %partial = memref.alloc() : memref<64xi8>
    scf.yield
  }
  return
}

// -----

func.func @dynamic_width(%width: index) {
  // expected-error@+1 {{expected a buffer outside of loops whose only dynamic dimension is the leading one, but got 'memref<4x?xi8>'}}
  %image = memref.alloc(%width) : memref<4x?xi8>
  return
}

// -----

func.func @two_dynamic(%batch: index, %width: index) {
  // expected-error@+1 {{expected a buffer outside of loops whose only dynamic dimension is the leading one, but got 'memref<?x?xi8>'}}
  %image = memref.alloc(%batch, %width) : memref<?x?xi8>
  return
}

// -----

// What may be one buffer or another has no lifetime of its own.
func.func @alias(%either: i1, %given: memref<64xi8>) -> memref<64xi8> {
  %image = memref.alloc() : memref<64xi8>
  // expected-error@+1 {{'arith.select' op expected only views to make buffers of buffers}}
  %alias = arith.select %either, %image, %given : memref<64xi8>
  return %alias : memref<64xi8>
}
