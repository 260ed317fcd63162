// RUN: quant-opt %s -codegen-create-entry -split-input-file | FileCheck %s
// RUN: quant-opt %s -codegen-create-entry -split-input-file -cse \
// RUN:   | FileCheck %s --check-prefix=DENSE
// RUN: quant-opt %s -codegen-create-entry -split-input-file -convert-func-to-llvm \
// RUN:     -reconcile-unrealized-casts \
// RUN:   | FileCheck %s --check-prefix=LLVM --implicit-check-not=unrealized

// The runtime's function takes pointers (inputs, outputs, workspace, batch,
// context) and hands memrefs of them, in order, to the network, now private.

// CHECK-LABEL: func.func private @quantc_body(%{{.*}}: memref<?x3x4xi8>
// CHECK-SAME:    , %{{.*}}: memref<5xf32>, %{{.*}}: memref<?x2xf32>, %{{.*}}: memref<?xi8>, %{{.*}}: !llvm.ptr)
// CHECK-NOT:   @network
// CHECK-LABEL: llvm.func @quantc_network
// CHECK-SAME:    (%[[INPUTS:.*]]: !llvm.ptr, %[[OUTPUTS:.*]]: !llvm.ptr, %[[WORKSPACE:.*]]: !llvm.ptr, %[[BATCH:[a-z0-9]+]]: i64, %[[CONTEXT:.*]]: !llvm.ptr)

// The first input, as (allocated, aligned, offset, sizes, strides).
// CHECK:         %[[ADDRESS0:.*]] = llvm.getelementptr %[[INPUTS]][0] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
// CHECK-NEXT:    %[[DATA0:.*]] = llvm.load %[[ADDRESS0]]
// CHECK:         %[[ALLOCATED0:.*]] = llvm.insertvalue %[[DATA0]], %{{.*}}[0]
// CHECK:         llvm.insertvalue %[[DATA0]], %[[ALLOCATED0]][1]
// CHECK-DAG:     llvm.insertvalue %[[BATCH]], %{{.*}}[3, 0]
// CHECK:         %[[IMAGE:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?x3x4xi8>

// CHECK:         %[[ADDRESS1:.*]] = llvm.getelementptr %[[INPUTS]][1]
// CHECK-NEXT:    %[[DATA1:.*]] = llvm.load %[[ADDRESS1]]
// CHECK:         llvm.insertvalue %[[DATA1]]
// CHECK-NOT:     llvm.insertvalue %[[BATCH]]
// CHECK:         %[[TABLE:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<5xf32>

// CHECK:         %[[ADDRESS2:.*]] = llvm.getelementptr %[[OUTPUTS]][0]
// CHECK-NEXT:    %[[DATA2:.*]] = llvm.load %[[ADDRESS2]]
// CHECK:         llvm.insertvalue %[[DATA2]]
// CHECK:         llvm.insertvalue %[[BATCH]], %{{.*}}[3, 0]
// CHECK:         %[[SCORES:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?x2xf32>

// CHECK:         llvm.insertvalue %[[WORKSPACE]]
// CHECK:         %[[BYTES:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?xi8>
// CHECK:         call @quantc_body(%[[IMAGE]], %[[TABLE]], %[[SCORES]], %[[BYTES]], %[[CONTEXT]])
// CHECK-NEXT:    llvm.return

// Everything of it lowers.
// LLVM:        llvm.func @quantc_body
// LLVM:        llvm.func @quantc_network(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: !llvm.ptr)
// LLVM:          llvm.call @quantc_body
module attributes {quantc.inputs = [{name = "image"}, {name = "table"}], quantc.workspace_fixed = 0 : i64} {
  func.func @network(%image: memref<?x3x4xi8>, %table: memref<5xf32>,
                     %scores: memref<?x2xf32>, %workspace: memref<?xi8>) {
    return
  }
}

// -----

// Sizes and strides of a dense row-major tensor: [batch, 3, 4], [12, 4, 1].
// DENSE-LABEL: func.func private @quantc_body(%{{.*}}: memref<?x3x4xf32>
// DENSE-LABEL: llvm.func @quantc_network
// DENSE-SAME:    %[[BATCH:[a-z0-9]+]]: i64
// DENSE-DAG:     %[[C0:.*]] = llvm.mlir.constant(0 : index)
// DENSE-DAG:     %[[C1:.*]] = llvm.mlir.constant(1 : index)
// DENSE-DAG:     %[[C3:.*]] = llvm.mlir.constant(3 : index)
// DENSE-DAG:     %[[C4:.*]] = llvm.mlir.constant(4 : index)
// DENSE-DAG:     %[[C12:.*]] = llvm.mlir.constant(12 : index)
// DENSE-DAG:     llvm.insertvalue %[[C0]], %{{.*}}[2] :
// DENSE-DAG:     llvm.insertvalue %[[BATCH]], %{{.*}}[3, 0]
// DENSE-DAG:     llvm.insertvalue %[[C3]], %{{.*}}[3, 1]
// DENSE-DAG:     llvm.insertvalue %[[C4]], %{{.*}}[3, 2]
// DENSE-DAG:     llvm.insertvalue %[[C12]], %{{.*}}[4, 0]
// DENSE-DAG:     llvm.insertvalue %[[C4]], %{{.*}}[4, 1]
// DENSE-DAG:     llvm.insertvalue %[[C1]], %{{.*}}[4, 2]
// DENSE:         builtin.unrealized_conversion_cast {{.*}} to memref<?x3x4xf32>
module attributes {quantc.inputs = [{name = "image"}], quantc.workspace_fixed = 0 : i64} {
  func.func @network(%image: memref<?x3x4xf32>, %workspace: memref<?xi8>) {
    return
  }
}

// -----

// Observers get the context of the run before their own arguments.
// CHECK-LABEL: func.func private @quantc_observe_f32(!llvm.ptr, i32, memref<?xf32>)
// CHECK:       func.func private @quantc_body
// CHECK-SAME:    (%[[FEATURES:.*]]: memref<?xf32>, %{{.*}}: memref<?xi8>, %[[CONTEXT:.*]]: !llvm.ptr)
// CHECK:         %[[ID:.*]] = arith.constant 3 : i32
// CHECK:         call @quantc_observe_f32(%[[CONTEXT]], %[[ID]], %[[FEATURES]]) : (!llvm.ptr, i32, memref<?xf32>) -> ()
module attributes {quantc.inputs = [{name = "features"}], quantc.workspace_fixed = 0 : i64} {
  func.func private @quantc_observe_f32(i32, memref<?xf32>)
  func.func @network(%features: memref<?xf32>, %workspace: memref<?xi8>) {
    %id = arith.constant 3 : i32
    func.call @quantc_observe_f32(%id, %features) : (i32, memref<?xf32>) -> ()
    return
  }
}
