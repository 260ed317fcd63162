// RUN: quant-opt %s -codegen-fuse-multiply-add | FileCheck %s

// A float contraction is one chain of fused multiply-adds per output, in the
// order of the operands; integers and other float arithmetic stay as they are.

#row = affine_map<(m, n, k) -> (m, k)>
#column = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

// CHECK-DAG:   #[[ROW:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG:   #[[COLUMN:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG:   #[[RESULT:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @matmul
// CHECK-SAME:    (%[[FEATURES:.*]]: tensor<?x3xf32>, %[[WEIGHT:.*]]: tensor<2x3xf32>, %[[INIT:.*]]: tensor<?x2xf32>)
// CHECK-NOT:     linalg.matmul
// CHECK:         linalg.generic {indexing_maps = [#[[ROW]], #[[COLUMN]], #[[RESULT]]], iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK-SAME:      ins(%[[FEATURES]], %[[WEIGHT]] : tensor<?x3xf32>, tensor<2x3xf32>) outs(%[[INIT]] : tensor<?x2xf32>)
// CHECK-NEXT:      ^bb0(%[[X:.*]]: f32, %[[W:.*]]: f32, %[[ACC:.*]]: f32):
// CHECK-NEXT:        %[[SUM:.*]] = math.fma %[[X]], %[[W]], %[[ACC]] : f32
// CHECK-NEXT:        linalg.yield %[[SUM]] : f32
func.func @matmul(%features: tensor<?x3xf32>, %weight: tensor<2x3xf32>,
                  %init: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %scores = linalg.matmul indexing_maps = [#row, #column, #result]
      ins(%features, %weight : tensor<?x3xf32>, tensor<2x3xf32>)
      outs(%init : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %scores : tensor<?x2xf32>
}

// CHECK-LABEL: func.func @conv
// CHECK-NOT:     linalg.conv
// CHECK:         linalg.generic
// CHECK-NEXT:      ^bb0(%[[X:.*]]: f32, %[[W:.*]]: f32, %[[ACC:.*]]: f32):
// CHECK-NEXT:        %[[SUM:.*]] = math.fma %[[X]], %[[W]], %[[ACC]] : f32
// CHECK-NEXT:        linalg.yield %[[SUM]] : f32
func.func @conv(%image: tensor<1x5x5x2xf32>, %filter: tensor<4x3x3x2xf32>,
                %init: tensor<1x3x3x4xf32>) -> tensor<1x3x3x4xf32> {
  %features = linalg.conv_2d_nhwc_fhwc
      ins(%image, %filter : tensor<1x5x5x2xf32>, tensor<4x3x3x2xf32>)
      outs(%init : tensor<1x3x3x4xf32>) -> tensor<1x3x3x4xf32>
  return %features : tensor<1x3x3x4xf32>
}

// CHECK-LABEL: func.func @grouped_conv
// CHECK-NOT:     linalg.conv
// CHECK:         math.fma
// CHECK:         return
func.func @grouped_conv(%image: tensor<1x5x5x2x1xf32>,
                        %filter: tensor<2x3x3x3x1xf32>,
                        %init: tensor<1x3x3x2x3xf32>) -> tensor<1x3x3x2x3xf32> {
  %features = linalg.conv_2d_nhwgc_gfhwc
      ins(%image, %filter : tensor<1x5x5x2x1xf32>, tensor<2x3x3x3x1xf32>)
      outs(%init : tensor<1x3x3x2x3xf32>) -> tensor<1x3x3x2x3xf32>
  return %features : tensor<1x3x3x2x3xf32>
}

// CHECK-LABEL: func.func @integers
// CHECK-NOT:     math.fma
// CHECK:         linalg.matmul
// CHECK:         linalg.conv_2d_nhwc_fhwc
// CHECK-NOT:     math.fma
// CHECK:         return
func.func @integers(%features: tensor<1x3xi8>, %weight: tensor<3x2xi8>,
                    %image: tensor<1x5x5x2xi8>, %filter: tensor<4x3x3x2xi8>,
                    %init: tensor<1x2xi32>, %init_image: tensor<1x3x3x4xi32>)
    -> (tensor<1x2xi32>, tensor<1x3x3x4xi32>) {
  %scores = linalg.matmul ins(%features, %weight : tensor<1x3xi8>, tensor<3x2xi8>)
      outs(%init : tensor<1x2xi32>) -> tensor<1x2xi32>
  %filtered = linalg.conv_2d_nhwc_fhwc
      ins(%image, %filter : tensor<1x5x5x2xi8>, tensor<4x3x3x2xi8>)
      outs(%init_image : tensor<1x3x3x4xi32>) -> tensor<1x3x3x4xi32>
  return %scores, %filtered : tensor<1x2xi32>, tensor<1x3x3x4xi32>
}

// A multiplication and an addition outside of contractions round twice.
// CHECK-LABEL: func.func @elementwise
// CHECK-NOT:     math.fma
// CHECK:         linalg.generic
// CHECK:           %[[SCALED:.*]] = arith.mulf
// CHECK-NEXT:      arith.addf %{{.*}}, %[[SCALED]]
// CHECK-NOT:     math.fma
// CHECK:         return
func.func @elementwise(%x: tensor<4xf32>, %y: tensor<4xf32>,
                       %init: tensor<4xf32>) -> tensor<4xf32> {
  %sum = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>,
                       affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%x, %y : tensor<4xf32>, tensor<4xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %scaled = arith.mulf %a, %b : f32
    %shifted = arith.addf %out, %scaled : f32
    linalg.yield %shifted : f32
  } -> tensor<4xf32>
  return %sum : tensor<4xf32>
}

// CHECK-LABEL: func.func @max_pool
// CHECK-NOT:     math.fma
// CHECK:         linalg.pooling_nhwc_max
func.func @max_pool(%image: tensor<1x4x4x1xf32>, %window: tensor<2x2xf32>,
                    %init: tensor<1x3x3x1xf32>) -> tensor<1x3x3x1xf32> {
  %pooled = linalg.pooling_nhwc_max
      ins(%image, %window : tensor<1x4x4x1xf32>, tensor<2x2xf32>)
      outs(%init : tensor<1x3x3x1xf32>) -> tensor<1x3x3x1xf32>
  return %pooled : tensor<1x3x3x1xf32>
}
