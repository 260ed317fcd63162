// RUN: quant-opt %s -codegen-outline-parallel | FileCheck %s
// RUN: quant-opt %s -codegen-outline-parallel -convert-scf-to-cf -finalize-memref-to-llvm \
// RUN:     -convert-arith-to-llvm -convert-func-to-llvm -convert-cf-to-llvm -reconcile-unrealized-casts \
// RUN:   | FileCheck %s --check-prefix=LLVM --implicit-check-not=unrealized

// The captures are the buffer and the extent; the constants and the view are
// repeated.
// CHECK:       llvm.func @quantc_parallel(!llvm.ptr, !llvm.ptr, !llvm.ptr, i64)
// CHECK-LABEL: func.func @quantc_body
// CHECK-SAME:    (%[[X:.*]]: memref<?xi8>, %[[BATCH:.*]]: index, %[[CONTEXT:.*]]: !llvm.ptr)
// CHECK-DAG:     %[[MEMORY:.*]] = llvm.alloca %{{.*}} x !llvm.struct<(struct<{{.*}}>, i64)>
// CHECK-DAG:     %[[COUNT:.*]] = arith.muli %[[BATCH]], %{{.*}} : index
// CHECK:         %[[COUNT64:.*]] = arith.index_cast %[[COUNT]] : index to i64
// CHECK:         llvm.store %{{.*}}, %[[MEMORY]]
// CHECK:         %[[BODY:.*]] = llvm.mlir.addressof @quantc_share_0
// CHECK:         llvm.call @quantc_parallel(%[[CONTEXT]], %[[BODY]], %[[MEMORY]], %[[COUNT64]])
// CHECK-NOT:     scf.forall
// CHECK-LABEL: llvm.func internal @quantc_loop_0
// CHECK-SAME:    (%{{.*}}: !llvm.struct<{{.*}}>, %{{.*}}: i64, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64)
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK-DAG:     %[[VIEW:.*]] = memref.view %{{.*}}[%{{.*}}][%{{.*}}] : memref<?xi8> to memref<?x8xf32>
// CHECK-DAG:     %[[FIRST:.*]] = arith.index_cast %[[BEGIN]]
// CHECK-DAG:     %[[LAST:.*]] = arith.index_cast %[[END]]
// CHECK:         scf.for %[[LINEAR:.*]] = %[[FIRST]] to %[[LAST]]
// CHECK-DAG:       %[[C:.*]] = arith.remui %[[LINEAR]], %[[C8:.*]] : index
// CHECK-DAG:       %[[N:.*]] = arith.divui %[[LINEAR]], %[[C8]] : index
// CHECK:           memref.store %[[ONE]], %[[VIEW]][%[[N]], %[[C]]]

// What threads call takes the captures out of the struct.
// CHECK-LABEL: llvm.func internal @quantc_share_0
// CHECK-SAME:    (%[[CAPTURES:.*]]: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64)
// CHECK-SAME:    attributes {no_inline}
// CHECK:         %[[FIELDS:.*]] = llvm.load %[[CAPTURES]]
// CHECK:         llvm.call @quantc_loop_0(%{{.*}}, %{{.*}}, %[[BEGIN]], %[[END]])

// Memory of a thread is there before the loop, which would make more of it.
// CHECK-LABEL: llvm.func internal @quantc_loop_1
// CHECK:         memref.alloca() : memref<8xf32>
// CHECK:         scf.for
// CHECK-NOT:     memref.alloca

// Pointers stay apart in the loop.
// CHECK-LABEL: llvm.func internal @quantc_loop_2
// CHECK-SAME:    (%{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: i64, %{{.*}}: i64)

// LLVM-LABEL: llvm.func @quantc_body
// LLVM:         llvm.call @quantc_parallel
// LLVM-LABEL: llvm.func internal @quantc_loop_0
func.func @quantc_body(%workspace: memref<?xi8>, %batch: index, %context: !llvm.ptr) {
  %one = arith.constant 1.0 : f32
  %offset = arith.constant 64 : index
  %x = memref.view %workspace[%offset][%batch] : memref<?xi8> to memref<?x8xf32>
  scf.forall (%n, %c) in (%batch, 8) {
    memref.store %one, %x[%n, %c] : memref<?x8xf32>
  }
  return
}

func.func @own_memory(%x: memref<8xf32>, %context: !llvm.ptr) {
  %one = arith.constant 1.0 : f32
  scf.forall (%n) in (8) {
    %own = memref.alloca() : memref<8xf32>
    memref.store %one, %own[%n] : memref<8xf32>
    %value = memref.load %own[%n] : memref<8xf32>
    memref.store %value, %x[%n] : memref<8xf32>
  }
  return
}

llvm.func internal @kernel(%x: !llvm.ptr {llvm.noalias}, %context: !llvm.ptr) {
  scf.forall (%n) in (8) {
    %one = llvm.mlir.constant(1.0 : f32) : f32
    llvm.store %one, %x : f32, !llvm.ptr
  }
  llvm.return
}
