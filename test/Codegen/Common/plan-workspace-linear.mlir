// RUN: quant-opt %s -codegen-plan-workspace=linear -split-input-file | FileCheck %s

// Of a workspace that grows with the batch all buffers lie at a multiple of it, those
// of static shape, too, and the lines of a GPU begin at 256 bytes.

// CHECK:       module attributes {quantc.workspace_fixed = 0 : i64, quantc.workspace_per_sample = 768 : i64}
// CHECK-LABEL: func.func @batched
// CHECK-SAME:    (%[[IMAGE:.*]]: memref<?x4xi8>, %[[WORKSPACE:.*]]: memref<?xi8>)
// CHECK:         %[[BATCH:.*]] = memref.dim %[[IMAGE]], %{{.*}} : memref<?x4xi8>
// CHECK:         %[[OFFSET:.*]] = arith.constant 512 : index
// CHECK:         %[[SCALED:.*]] = arith.muli %[[BATCH]], %[[OFFSET]] : index
// CHECK:         %[[TABLE_AT:.*]] = arith.addi %{{.*}}, %[[SCALED]] : index
// CHECK:         memref.view %[[WORKSPACE]][%[[TABLE_AT]]][] : memref<?xi8> to memref<2xi32>
// CHECK:         memref.view %[[WORKSPACE]][%{{.*}}][%{{.*}}] : memref<?xi8> to memref<?x100xf32>
func.func private @layer(memref<?x4xi8>, memref<2xi32>, memref<?x100xf32>)
func.func @batched(%image: memref<?x4xi8>) {
  %c0 = arith.constant 0 : index
  %batch = memref.dim %image, %c0 : memref<?x4xi8>
  %table = memref.alloc() : memref<2xi32>
  %features = memref.alloc(%batch) : memref<?x100xf32>
  func.call @layer(%image, %table, %features)
      : (memref<?x4xi8>, memref<2xi32>, memref<?x100xf32>) -> ()
  return
}

// -----

// Without a dynamic dimension the whole batch counts as one sample.
// CHECK:       module attributes {quantc.workspace_fixed = 0 : i64, quantc.workspace_per_sample = 512 : i64}
// CHECK-LABEL: func.func @static
// CHECK:         memref.view %{{.*}}[%{{.*}}][] : memref<?xi8> to memref<2x200xi8>
func.func private @step(memref<2x200xi8>)
func.func @static(%image: memref<2x4xi8>) {
  %features = memref.alloc() : memref<2x200xi8>
  func.call @step(%features) : (memref<2x200xi8>) -> ()
  return
}
