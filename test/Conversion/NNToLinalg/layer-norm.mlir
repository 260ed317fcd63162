// RUN: quant-opt %s -convert-nn-to-linalg \
// RUN:   | FileCheck %s --implicit-check-not=nn. --implicit-check-not=fastmath

// CHECK-DAG: #[[ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>

// 24 elements in 16 partial sums, which are halved four times, then divided; once for
// the mean, once for the variance.
// CHECK-LABEL: func.func @rows
// CHECK-SAME:    (%[[X:[^:]*]]: tensor<?x24xf32>, %[[SCALE:[^:]*]]: tensor<24xf32>, %[[BIAS:[^:]*]]: tensor<24xf32>)
// CHECK:         linalg.reduce { arith.addf } ins(%{{.*}} : tensor<?x2x16xf32>) outs(%{{.*}} : tensor<?x16xf32>) dimensions = [1]
// CHECK-COUNT-4: arith.addf
// CHECK:         arith.constant 2.400000e+01 : f32
// CHECK:         arith.divf
// CHECK:         linalg.generic
// CHECK-SAME:      indexing_maps = [#[[ALL]], #[[ROW]], #[[ALL]]]
// CHECK-SAME:      ins(%[[X]], %[[MEAN:.*]] : tensor<?x24xf32>, tensor<?xf32>)
// CHECK:           %[[DIFFERENCE:.*]] = arith.subf
// CHECK:           arith.mulf %[[DIFFERENCE]], %[[DIFFERENCE]]
// CHECK:         linalg.reduce { arith.addf } ins(%{{.*}} : tensor<?x2x16xf32>) outs(%{{.*}} : tensor<?x16xf32>) dimensions = [1]
// CHECK-COUNT-4: arith.addf
// CHECK:         %[[VARIANCE:.*]] = arith.divf
// CHECK:         %[[SUM:.*]] = arith.addf %[[VARIANCE]],
// CHECK:         %[[ROOT:.*]] = math.sqrt %[[SUM]]
// CHECK:         arith.divf %{{.*}}, %[[ROOT]]
// CHECK:         linalg.generic
// CHECK-SAME:      indexing_maps = [#[[ALL]], #[[ROW]], #[[ROW]], #[[COLUMN]], #[[COLUMN]], #[[ALL]]]
// CHECK-SAME:      ins(%[[X]], %[[MEAN]], %{{.*}}, %[[SCALE]], %[[BIAS]] :
// CHECK:           arith.subf
// CHECK-NEXT:      arith.mulf
// CHECK-NEXT:      arith.mulf
// CHECK-NEXT:      arith.addf
func.func @rows(%x: tensor<?x24xf32>, %scale: tensor<24xf32>,
                %bias: tensor<24xf32>) -> tensor<?x24xf32> {
  %norm = nn.layer_norm %x, %scale, %bias {epsilon = 0.125 : f32}
      : (tensor<?x24xf32>, tensor<24xf32>, tensor<24xf32>) -> tensor<?x24xf32>
  return %norm : tensor<?x24xf32>
}

// CHECK-LABEL: func.func @no_bias
// CHECK:         math.sqrt
// CHECK:           arith.subf
// CHECK-NEXT:      arith.mulf
// CHECK-NEXT:      arith.mulf
// CHECK-NEXT:      linalg.yield
func.func @no_bias(%x: tensor<?x16xf32>, %scale: tensor<16xf32>)
    -> tensor<?x16xf32> {
  %norm = nn.layer_norm %x, %scale {epsilon = 0.125 : f32}
      : (tensor<?x16xf32>, tensor<16xf32>) -> tensor<?x16xf32>
  return %norm : tensor<?x16xf32>
}
