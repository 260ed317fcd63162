// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vbmi \
// RUN:   -codegen-vectorize-lookups -canonicalize | FileCheck %s
// RUN: not quant-opt %s -codegen-vectorize-lookups 2>&1 | FileCheck %s --check-prefix=TARGET

// TARGET: error: requires the attribute 'llvm.target'; -codegen-attach-target sets it

// Neighbours by 64, with what is the same for all, and the rest one by one.
// CHECK-LABEL: func.func @row
// CHECK-SAME:    (%[[X:.*]]: memref<4x200xi8>, %[[S:.*]]: memref<4xf32>, %[[Y:.*]]: memref<4x200xf32>, %[[R:.*]]: index)
// CHECK:         scf.for %[[I:.*]] = %c0 to %c192 step %c64 {
// CHECK:           %[[BYTES:.*]] = vector.load %[[X]][%[[R]], %[[I]]] : memref<4x200xi8>, vector<64xi8>
// CHECK:           %[[ENTRIES:.*]] = mk.lookup %[[BYTES]] {table = dense<7> : tensor<256xi8>} : vector<64xi8>
// CHECK:           %[[ONE:.*]] = memref.load %[[S]][%[[R]]]
// CHECK:           %[[REAL:.*]] = arith.sitofp %[[ENTRIES]] : vector<64xi8> to vector<64xf32>
// CHECK:           %[[SAME:.*]] = vector.broadcast %[[ONE]] : f32 to vector<64xf32>
// CHECK:           %[[SCALED:.*]] = arith.mulf %[[REAL]], %[[SAME]] : vector<64xf32>
// CHECK:           vector.store %[[SCALED]], %[[Y]][%[[R]], %[[I]]]
// CHECK:         scf.for %{{.*}} = %c192 to %c200 step %c1 {
// CHECK:           mk.lookup %{{.*}} : i8
func.func @row(%x: memref<4x200xi8>, %s: memref<4xf32>, %y: memref<4x200xf32>, %r: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c200 = arith.constant 200 : index
  scf.for %i = %c0 to %c200 step %c1 {
    %q = memref.load %x[%r, %i] : memref<4x200xi8>
    %entry = mk.lookup %q {table = dense<7> : tensor<256xi8>} : i8
    %scale = memref.load %s[%r] : memref<4xf32>
    %real = arith.sitofp %entry : i8 to f32
    %scaled = arith.mulf %real, %scale : f32
    memref.store %scaled, %y[%r, %i] : memref<4x200xf32>
  }
  return
}

// A short row is a vector of fewer.
// CHECK-LABEL: func.func @short
// CHECK:         vector.load {{.*}} vector<16xi8>
// CHECK:         scf.for %{{.*}} = %c16 to %c24 step %c1 {
func.func @short(%x: memref<24xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c24 = arith.constant 24 : index
  scf.for %i = %c0 to %c24 step %c1 {
    %q = memref.load %x[%i] : memref<24xi8>
    %entry = mk.lookup %q {table = dense<7> : tensor<256xi8>} : i8
    memref.store %entry, %x[%i] : memref<24xi8>
  }
  return
}

// Iterations of threads are blocks of 4096.
// CHECK-LABEL: func.func @shared
// CHECK-SAME:    (%[[X:.*]]: memref<?xi8>, %[[N:.*]]: index)
// CHECK:         %[[BLOCKS:.*]] = arith.ceildivsi %[[N]], %c4096
// CHECK:         scf.forall (%[[B:.*]]) in (%[[BLOCKS]]) {
// CHECK:           %[[BEGIN:.*]] = arith.muli %[[B]], %c4096
// CHECK:           %[[LEFT:.*]] = arith.subi %[[N]], %[[BEGIN]]
// CHECK:           %[[COUNT:.*]] = arith.minsi %[[LEFT]], %c4096
// CHECK:           %[[END:.*]] = arith.addi %[[BEGIN]], %[[COUNT]]
// CHECK:           scf.for %{{.*}} = %[[BEGIN]] to %[[LAST:.*]] step %c64 {
// CHECK:             mk.lookup %{{.*}} : vector<64xi8>
// CHECK:           scf.for %{{.*}} = %[[LAST]] to %[[END]] step %c1 {
func.func @shared(%x: memref<?xi8>, %n: index) {
  scf.forall (%i) in (%n) {
    %q = memref.load %x[%i] : memref<?xi8>
    %entry = mk.lookup %q {table = dense<7> : tensor<256xi8>} : i8
    memref.store %entry, %x[%i] : memref<?xi8>
  }
  return
}

// Other elements than neighbours.
// CHECK-LABEL: func.func @column
// CHECK-NOT:     vector
func.func @column(%x: memref<64x4xi8>, %c: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c64 step %c1 {
    %q = memref.load %x[%i, %c] : memref<64x4xi8>
    %entry = mk.lookup %q {table = dense<7> : tensor<256xi8>} : i8
    memref.store %entry, %x[%i, %c] : memref<64x4xi8>
  }
  return
}

// One that all iterations write.
// CHECK-LABEL: func.func @last
// CHECK-NOT:     vector
func.func @last(%x: memref<64xi8>, %y: memref<1xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c64 step %c1 {
    %q = memref.load %x[%i] : memref<64xi8>
    %entry = mk.lookup %q {table = dense<7> : tensor<256xi8>} : i8
    memref.store %entry, %y[%c0] : memref<1xi8>
  }
  return
}

// Neighbours that are apart in memory.
// CHECK-LABEL: func.func @apart
// CHECK-NOT:     vector
func.func @apart(%x: memref<64xi8, strided<[2]>>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.for %i = %c0 to %c64 step %c1 {
    %q = memref.load %x[%i] : memref<64xi8, strided<[2]>>
    %entry = mk.lookup %q {table = dense<7> : tensor<256xi8>} : i8
    memref.store %entry, %x[%i] : memref<64xi8, strided<[2]>>
  }
  return
}

// Each result after the one before.
// CHECK-LABEL: func.func @sum
// CHECK-NOT:     vector
func.func @sum(%x: memref<64xi8>) -> i8 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0 : i8
  %all = scf.for %i = %c0 to %c64 step %c1 iter_args(%sum = %zero) -> i8 {
    %q = memref.load %x[%i] : memref<64xi8>
    %entry = mk.lookup %q {table = dense<7> : tensor<256xi8>} : i8
    %next = arith.addi %sum, %entry : i8
    scf.yield %next : i8
  }
  return %all : i8
}
