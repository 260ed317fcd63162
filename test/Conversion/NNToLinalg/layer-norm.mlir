// RUN: quant-opt %s -convert-nn-to-linalg \
// RUN:   | FileCheck %s --implicit-check-not=nn. --implicit-check-not=fastmath

// CHECK-DAG: #[[ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[SPLIT:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[PARTIALS:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[SPLIT_ROW:.*]] = affine_map<(d0, d1, d2) -> (d0)>

// 32 elements in 16 partial sums, of which 8, 4, 2 and 1 are added to the others, then
// divided; once for the mean, once for the variance, which has squares of differences.
// CHECK-LABEL: func.func @rows
// CHECK-SAME:    (%[[X:[^:]*]]: tensor<?x32xf32>, %[[SCALE:[^:]*]]: tensor<32xf32>, %[[BIAS:[^:]*]]: tensor<32xf32>)
// CHECK:         %[[ROWS:.*]] = tensor.expand_shape %[[X]] {{.*}} into tensor<?x2x16xf32>
// CHECK:         %[[SUMS:.*]] = linalg.generic
// CHECK-SAME:      indexing_maps = [#[[SPLIT]], #[[PARTIALS]]], iterator_types = ["parallel", "reduction", "parallel"]
// CHECK-SAME:      ins(%[[ROWS]] :
// CHECK:         ^bb0(%[[IN:.*]]: f32, %[[OUT:.*]]: f32):
// CHECK-NEXT:      arith.addf %[[OUT]], %[[IN]]
// CHECK:         %[[FIRST:.*]] = tensor.extract_slice %[[SUMS]][0, 0] {{.*}} to tensor<?xf32>
// CHECK:         %[[LAST:.*]] = tensor.extract_slice %[[SUMS]][0, 15] {{.*}} to tensor<?xf32>
// CHECK:         linalg.generic
// CHECK-SAME:      ins(%[[FIRST]], {{.*}}, %[[LAST]] :
// CHECK-COUNT-15:  arith.addf
// CHECK:         arith.constant 3.200000e+01 : f32
// CHECK:         arith.divf
// CHECK:         linalg.generic
// CHECK-SAME:      indexing_maps = [#[[SPLIT]], #[[SPLIT_ROW]], #[[PARTIALS]]]
// CHECK-SAME:      ins(%{{.*}}, %[[MEAN:.*]] : tensor<?x2x16xf32>, tensor<?xf32>)
// CHECK:           %[[DIFFERENCE:.*]] = arith.subf
// CHECK-NEXT:      %[[SQUARE:.*]] = arith.mulf %[[DIFFERENCE]], %[[DIFFERENCE]]
// CHECK-NEXT:      arith.addf %{{.*}}, %[[SQUARE]]
// CHECK-COUNT-15:  arith.addf
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
func.func @rows(%x: tensor<?x32xf32>, %scale: tensor<32xf32>,
                %bias: tensor<32xf32>) -> tensor<?x32xf32> {
  %norm = nn.layer_norm %x, %scale, %bias {epsilon = 0.125 : f32}
      : (tensor<?x32xf32>, tensor<32xf32>, tensor<32xf32>) -> tensor<?x32xf32>
  return %norm : tensor<?x32xf32>
}

// What 16 do not divide is filled up: x with zeros, the squares of differences by
// themselves, as the mean is none.
// CHECK-LABEL: func.func @no_bias
// CHECK:         tensor.pad %{{.*}} low[0, 0] high[0, 13]
// CHECK:         arith.mulf
// CHECK:         tensor.pad %{{.*}} low[0, 0] high[0, 13]
// CHECK:         math.sqrt
// CHECK:           arith.subf
// CHECK-NEXT:      arith.mulf
// CHECK-NEXT:      arith.mulf
// CHECK-NEXT:      linalg.yield
func.func @no_bias(%x: tensor<?x19xf32>, %scale: tensor<19xf32>)
    -> tensor<?x19xf32> {
  %norm = nn.layer_norm %x, %scale {epsilon = 0.125 : f32}
      : (tensor<?x19xf32>, tensor<19xf32>) -> tensor<?x19xf32>
  return %norm : tensor<?x19xf32>
}
