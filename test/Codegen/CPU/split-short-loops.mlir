// RUN: quant-opt %s -codegen-split-short-loops -canonicalize | FileCheck %s

// 31 iterations are 16, 8, 4 and 3.
// CHECK-LABEL: func.func @all_pieces
// CHECK:         scf.for %{{.*}} = %c0 to %c8
// CHECK-NEXT:      scf.for %[[A:.*]] = %c0 to %c16 step %c1
// CHECK-NEXT:        memref.store %{{.*}}, %{{.*}}[%{{.*}}, %[[A]]]
// CHECK:           scf.for %{{.*}} = %c16 to %c24 step %c1
// CHECK:           scf.for %{{.*}} = %c24 to %c28 step %c1
// CHECK:           scf.for %{{.*}} = %c28 to %c31 step %c1
// CHECK-NOT:     scf.for
// CHECK:         return
func.func @all_pieces(%x: memref<8x31xi8>, %value: i8) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c31 = arith.constant 31 : index
  scf.for %i = %c0 to %c8 step %c1 {
    scf.for %j = %c0 to %c31 step %c1 {
      memref.store %value, %x[%i, %j] : memref<8x31xi8>
    }
  }
  return
}

// CHECK-LABEL: func.func @twelve
// CHECK:         scf.for %{{.*}} = %c0 to %c8 step %c1
// CHECK:         scf.for %{{.*}} = %c8 to %c12 step %c1
// CHECK-NOT:     scf.for
// CHECK:         return
func.func @twelve(%x: memref<12xi8>, %value: i8) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c12 = arith.constant 12 : index
  scf.for %j = %c0 to %c12 step %c1 {
    memref.store %value, %x[%j] : memref<12xi8>
  }
  return
}

// Whole vectors, fewer iterations than a piece, too many, a table.
// CHECK-LABEL: func.func @kept
// CHECK:         scf.for %{{.*}} = %c0 to %c48
// CHECK:         scf.for %{{.*}} = %c0 to %c3
// CHECK:         scf.for %{{.*}} = %c0 to %c65
// CHECK:         scf.for %{{.*}} = %c0 to %c12
// CHECK-NOT:     scf.for
// CHECK:         return
func.func @kept(%x: memref<100xi8>, %value: i8) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c12 = arith.constant 12 : index
  %c48 = arith.constant 48 : index
  %c65 = arith.constant 65 : index
  scf.for %j = %c0 to %c48 step %c1 {
    memref.store %value, %x[%j] : memref<100xi8>
  }
  scf.for %j = %c0 to %c3 step %c1 {
    memref.store %value, %x[%j] : memref<100xi8>
  }
  scf.for %j = %c0 to %c65 step %c1 {
    memref.store %value, %x[%j] : memref<100xi8>
  }
  scf.for %j = %c0 to %c12 step %c1 {
    %entry = mk.lookup %value {table = dense<7> : tensor<256xi8>} : i8
    memref.store %entry, %x[%j] : memref<100xi8>
  }
  return
}
