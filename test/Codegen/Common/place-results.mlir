// RUN: quant-opt %s -codegen-place-results | FileCheck %s
// RUN: quant-opt %s -codegen-place-results -eliminate-empty-tensors \
// RUN:   -one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" \
// RUN:   -canonicalize -cse -canonicalize \
// RUN:   | FileCheck %s --check-prefix=BUFFERS --implicit-check-not=memref.copy

#all = affine_map<(n, c) -> (n, c)>

// The borders are there before the inside is computed, which then is written in
// place; the batch is that of the argument.
// CHECK-LABEL: func.func @pad
// CHECK-SAME:    (%[[X:.*]]: tensor<?x4xi8>)
// CHECK-COUNT-2: linalg.fill {{.*}} -> tensor<?x1xi8>
// CHECK:         %[[BATCH:.*]] = tensor.dim %[[X]]
// CHECK:         %[[EMPTY:.*]] = tensor.empty(%[[BATCH]]) : tensor<?x6xi8>
// CHECK:         %[[BEHIND:.*]] = tensor.insert_slice %{{.*}} into %[[EMPTY]][0, 0] [%{{.*}}, 1] [1, 1]
// CHECK:         %[[AROUND:.*]] = tensor.insert_slice %{{.*}} into %[[BEHIND]][0, 5] [%{{.*}}, 1] [1, 1]
// CHECK:         %[[INSIDE:.*]] = linalg.generic
// CHECK:         tensor.insert_slice %[[INSIDE]] into %[[AROUND]][0, 1] [%{{.*}}, 4] [1, 1]
// BUFFERS-LABEL: func.func @pad
// BUFFERS:         %[[AROUND:.*]] = memref.alloc(%{{.*}}) {{.*}} : memref<?x6xi8>
// BUFFERS:         %[[LEFT:.*]] = memref.subview %[[AROUND]][0, 0] [%{{.*}}, 1] [1, 1]
// BUFFERS-NEXT:    linalg.fill {{.*}} outs(%[[LEFT]]
// BUFFERS:         %[[RIGHT:.*]] = memref.subview %[[AROUND]][0, 5] [%{{.*}}, 1] [1, 1]
// BUFFERS-NEXT:    linalg.fill {{.*}} outs(%[[RIGHT]]
// BUFFERS:         %[[INSIDE:.*]] = memref.subview %[[AROUND]][0, 1] [%{{.*}}, 4] [1, 1]
// BUFFERS:         linalg.generic {{.*}} outs(%[[INSIDE]]
func.func @pad(%x: tensor<?x4xi8>) -> tensor<?x6xi8> {
  %c0 = arith.constant 0 : index
  %border = arith.constant 7 : i8
  %batch = tensor.dim %x, %c0 : tensor<?x4xi8>
  %empty = tensor.empty(%batch) : tensor<?x4xi8>
  %inside = linalg.generic {indexing_maps = [#all, #all],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x4xi8>) outs(%empty : tensor<?x4xi8>) {
  ^bb0(%in: i8, %out: i8):
    %double = arith.addi %in, %in : i8
    linalg.yield %double : i8
  } -> tensor<?x4xi8>
  %padded = tensor.pad %inside low[0, 1] high[0, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %border : i8
  } : tensor<?x4xi8> to tensor<?x6xi8>
  return %padded : tensor<?x6xi8>
}

// Both parts are written into the concatenation; they share one tensor.empty
// before, and have one each after.
// CHECK-LABEL: func.func @concat
// CHECK-COUNT-2: tensor.empty() : tensor<2x3xf32>
// BUFFERS-LABEL: func.func @concat
// BUFFERS:         %[[WHOLE:.*]] = memref.alloc() {{.*}} : memref<2x6xf32>
// BUFFERS-NOT:     memref.alloc
// BUFFERS:         memref.subview %[[WHOLE]][0, 0] [2, 3] [1, 1]
// BUFFERS:         memref.subview %[[WHOLE]][0, 3] [2, 3] [1, 1]
func.func @concat(%x: tensor<2x3xf32>) -> tensor<2x6xf32> {
  %empty = tensor.empty() : tensor<2x3xf32>
  %sum = linalg.generic {indexing_maps = [#all, #all],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<2x3xf32>) outs(%empty : tensor<2x3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %in : f32
    linalg.yield %0 : f32
  } -> tensor<2x3xf32>
  %product = linalg.generic {indexing_maps = [#all, #all],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<2x3xf32>) outs(%empty : tensor<2x3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.mulf %in, %in : f32
    linalg.yield %0 : f32
  } -> tensor<2x3xf32>
  %both = tensor.concat dim(1) %sum, %product
      : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  return %both : tensor<2x6xf32>
}

// Two contractions that start from the same bias: each has a buffer of its own.
// CHECK-LABEL: func.func @same_start
// CHECK-COUNT-2: linalg.broadcast
// BUFFERS-LABEL: func.func @same_start
// BUFFERS-COUNT-2: linalg.broadcast
func.func @same_start(%x: tensor<2x3xi8>, %w: tensor<3x4xi8>, %bias: tensor<4xi32>)
    -> (tensor<2x4xi32>, tensor<2x4xi32>) {
  %empty = tensor.empty() : tensor<2x4xi32>
  %start = linalg.broadcast ins(%bias : tensor<4xi32>)
      outs(%empty : tensor<2x4xi32>) dimensions = [0]
  %0 = linalg.matmul ins(%x, %w : tensor<2x3xi8>, tensor<3x4xi8>)
      outs(%start : tensor<2x4xi32>) -> tensor<2x4xi32>
  %1 = linalg.matmul ins(%x, %w : tensor<2x3xi8>, tensor<3x4xi8>)
      outs(%start : tensor<2x4xi32>) -> tensor<2x4xi32>
  return %0, %1 : tensor<2x4xi32>, tensor<2x4xi32>
}

// Rows of a batch of unknown size: those behind begin where it ends.
// CHECK-LABEL: func.func @pad_batch
// CHECK-SAME:    (%[[X:.*]]: tensor<?x4xi8>)
// CHECK:         tensor.insert_slice %{{.*}} into %{{.*}}[0, 0] [1, 4] [1, 1]
// CHECK:         %[[END:.*]] = affine.apply #{{.*}}()[%{{.*}}]
// CHECK:         tensor.insert_slice %{{.*}} into %{{.*}}[%[[END]], 0] [2, 4] [1, 1]
// CHECK:         %[[DOUBLE:.*]] = linalg.add ins(%[[X]], %[[X]]
// CHECK:         tensor.insert_slice %[[DOUBLE]] into %{{.*}}[1, 0] [%{{.*}}, 4] [1, 1]
func.func @pad_batch(%x: tensor<?x4xi8>) -> tensor<?x4xi8> {
  %border = arith.constant 7 : i8
  %zero = arith.constant 0 : index
  %batch = tensor.dim %x, %zero : tensor<?x4xi8>
  %empty = tensor.empty(%batch) : tensor<?x4xi8>
  %double = linalg.add ins(%x, %x : tensor<?x4xi8>, tensor<?x4xi8>)
      outs(%empty : tensor<?x4xi8>) -> tensor<?x4xi8>
  %padded = tensor.pad %double low[1, 0] high[2, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %border : i8
  } : tensor<?x4xi8> to tensor<?x4xi8>
  return %padded : tensor<?x4xi8>
}
