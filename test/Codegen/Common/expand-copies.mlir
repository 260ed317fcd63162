// RUN: quant-opt %s -codegen-expand-copies | FileCheck %s
// RUN: quant-opt %s -codegen-expand-copies -convert-linalg-to-loops \
// RUN:   | FileCheck %s --check-prefix=LOOPS

// A copy becomes an op that lowers to loops: memref.copy between strided buffers
// would become a call of a runtime library, which binaries do not have.

// CHECK-LABEL: func.func @dense
// CHECK-SAME:    (%[[SOURCE:.*]]: memref<?x8xi8>, %[[TARGET:.*]]: memref<?x8xi8>)
// CHECK-NEXT:    linalg.copy ins(%[[SOURCE]] : memref<?x8xi8>) outs(%[[TARGET]] : memref<?x8xi8>)
// CHECK-NEXT:    return
// LOOPS-LABEL: func.func @dense
// LOOPS-NOT:     memref.copy
// LOOPS:         %[[STORED:.*]] = memref.load
// LOOPS-NEXT:    memref.store %[[STORED]]
func.func @dense(%source: memref<?x8xi8>, %target: memref<?x8xi8>) {
  memref.copy %source, %target : memref<?x8xi8> to memref<?x8xi8>
  return
}

// Inside of a loop, into the middle of a padded image.
// CHECK-LABEL: func.func @strided
// CHECK-NOT:     memref.copy
// CHECK:         scf.for
// CHECK:           %[[INNER:.*]] = memref.subview
// CHECK-NEXT:      linalg.copy ins(%{{.*}} : memref<4x4xf32>) outs(%[[INNER]] : memref<4x4xf32, strided<[6, 1], offset: 7>>)
// LOOPS-LABEL: func.func @strided
// LOOPS-NOT:     memref.copy
func.func @strided(%image: memref<4x4xf32>, %padded: memref<6x6xf32>,
                   %count: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %count step %c1 {
    %inner = memref.subview %padded[1, 1] [4, 4] [1, 1]
        : memref<6x6xf32> to memref<4x4xf32, strided<[6, 1], offset: 7>>
    memref.copy %image, %inner
        : memref<4x4xf32> to memref<4x4xf32, strided<[6, 1], offset: 7>>
  }
  return
}

// CHECK-LABEL: func.func @scalar
// CHECK-NOT:     memref.copy
// CHECK:         linalg.copy ins(%{{.*}} : memref<f32>) outs(%{{.*}} : memref<f32>)
func.func @scalar(%source: memref<f32>, %target: memref<f32>) {
  memref.copy %source, %target : memref<f32> to memref<f32>
  return
}
