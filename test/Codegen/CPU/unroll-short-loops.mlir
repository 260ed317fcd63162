// RUN: quant-opt %s -codegen-unroll-short-loops | FileCheck %s

// CHECK-LABEL: func.func @channels
// CHECK:         scf.for
// CHECK-NOT:     scf.for
// CHECK-COUNT-3: memref.store
// CHECK:         return
func.func @channels(%x: memref<3x8xf32>, %y: memref<8x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  scf.for %pixel = %c0 to %c8 step %c1 {
    scf.for %channel = %c0 to %c3 step %c1 {
      %value = memref.load %x[%channel, %pixel] : memref<3x8xf32>
      memref.store %value, %y[%pixel, %channel] : memref<8x3xf32>
    }
  }
  return
}

// Too long, and with no loop around.
// CHECK-LABEL: func.func @kept
// CHECK-COUNT-3: scf.for
func.func @kept(%x: memref<8x5xf32>, %y: memref<3xf32>, %value: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    scf.for %j = %c0 to %c5 step %c1 {
      memref.store %value, %x[%i, %j] : memref<8x5xf32>
    }
  }
  scf.for %i = %c0 to %c3 step %c1 {
    memref.store %value, %y[%i] : memref<3xf32>
  }
  return
}
