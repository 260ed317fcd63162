// RUN: quant-opt %s -convert-nn-to-linalg \
// RUN:   | FileCheck %s --implicit-check-not='!quant' --implicit-check-not='nn.' \
// RUN:       --implicit-check-not=extui --implicit-check-not=fastmath

// CHECK-DAG: #[[SHARED:.*]] = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
// CHECK-DAG: #[[HEADS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d3)>

!lhs = !quant.uniform<i8:f32, 0.125:3>
!rhs = !quant.uniform<i8:f32, 0.25:-5>
!output = !quant.uniform<i8:f32, 2.0>

// sum(a * b) + 5 * sum(a) - 3 * sum(b) + 8 * 3 * -5, then times
// 0.125 * 0.25 / 2.
// CHECK-LABEL: func.func @zero_points
// CHECK-SAME:    (%[[LHS:.*]]: tensor<?x4x8xi8>, %[[RHS:.*]]: tensor<?x8x6xi8>) -> tensor<?x4x6xi8>
// CHECK:         %[[PRODUCT:.*]] = linalg.batch_matmul ins(%[[LHS]], %[[RHS]] : tensor<?x4x8xi8>, tensor<?x8x6xi8>) outs(%{{.*}} : tensor<?x4x6xi32>)
// CHECK:         %[[ROWS:.*]] = linalg.reduce ins(%[[LHS]] : tensor<?x4x8xi8>) outs(%{{.*}} : tensor<?x4xi32>) dimensions = [2]
// CHECK:         %[[COLUMNS:.*]] = linalg.reduce ins(%[[RHS]] : tensor<?x8x6xi8>) outs(%{{.*}} : tensor<?x6xi32>) dimensions = [1]
// CHECK:         linalg.generic
// CHECK-SAME:      ins(%[[PRODUCT]], %[[ROWS]], %[[COLUMNS]] : tensor<?x4x6xi32>, tensor<?x4xi32>, tensor<?x6xi32>)
// CHECK-NEXT:      ^bb0(%[[SUM:.*]]: i32, %[[ROW:.*]]: i32, %[[COLUMN:.*]]: i32, %{{.*}}: i8):
// CHECK-DAG:         %[[C5:.*]] = arith.constant 5 : i32
// CHECK-DAG:         %[[C3:.*]] = arith.constant -3 : i32
// CHECK-DAG:         %[[OFFSET:.*]] = arith.constant -120 : i32
// CHECK-DAG:         %[[SCALE:.*]] = arith.constant 1.562500e-02 : f32
// CHECK-DAG:         arith.muli %[[ROW]], %[[C5]]
// CHECK-DAG:         arith.muli %[[COLUMN]], %[[C3]]
// CHECK-DAG:         arith.addi %{{.*}}, %[[OFFSET]]
// CHECK-DAG:         arith.mulf %{{.*}}, %[[SCALE]]
func.func @zero_points(%lhs: tensor<?x4x8x!lhs>, %rhs: tensor<?x8x6x!rhs>)
    -> tensor<?x4x6x!output> {
  %product = nn.matmul %lhs, %rhs
      : (tensor<?x4x8x!lhs>, tensor<?x8x6x!rhs>) -> tensor<?x4x6x!output>
  return %product : tensor<?x4x6x!output>
}

// Nothing to correct where both zero points are 0.
// CHECK-LABEL: func.func @symmetric
// CHECK:         linalg.matmul ins(
// CHECK-NOT:     linalg.reduce
// CHECK-NOT:     arith.muli
func.func @symmetric(%lhs: tensor<?x8x!output>, %rhs: tensor<8x6x!output>)
    -> tensor<?x6x!output> {
  %product = nn.matmul %lhs, %rhs
      : (tensor<?x8x!output>, tensor<8x6x!output>) -> tensor<?x6x!output>
  return %product : tensor<?x6x!output>
}

// A batch extent of 1 that is repeated vanishes, and the map repeats it.
// CHECK-LABEL: func.func @broadcast
// CHECK:         %[[MATRIX:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : tensor<1x8x6xf32> into tensor<8x6xf32>
// CHECK:         linalg.batch_matmul indexing_maps = [{{.*}}, #[[SHARED]], {{.*}}] ins(%{{.*}}, %[[MATRIX]] : tensor<?x4x8xf32>, tensor<8x6xf32>)
func.func @broadcast(%lhs: tensor<?x4x8xf32>, %rhs: tensor<1x8x6xf32>)
    -> tensor<?x4x6xf32> {
  %product = nn.matmul %lhs, %rhs
      : (tensor<?x4x8xf32>, tensor<1x8x6xf32>) -> tensor<?x4x6xf32>
  return %product : tensor<?x4x6xf32>
}

// CHECK-LABEL: func.func @heads
// CHECK:         linalg.contract
// CHECK-SAME:      indexing_maps = [{{.*}}, #[[HEADS]], {{.*}}] ins(%{{.*}}, %{{.*}} : tensor<?x2x4x8xf32>, tensor<?x8x6xf32>)
func.func @heads(%lhs: tensor<?x2x4x8xf32>, %rhs: tensor<?x1x8x6xf32>)
    -> tensor<?x2x4x6xf32> {
  %product = nn.matmul %lhs, %rhs
      : (tensor<?x2x4x8xf32>, tensor<?x1x8x6xf32>) -> tensor<?x2x4x6xf32>
  return %product : tensor<?x2x4x6xf32>
}
