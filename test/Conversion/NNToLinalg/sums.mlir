// RUN: quant-opt %s -convert-nn-to-linalg | FileCheck %s --implicit-check-not='nn.'

// A sum takes the accumulators of a layer: f32(acc) * f32(scale / 2) of the channel,
// (a + 3) * f32(0.5 / 2) beside it, one rounding to i8 of both.

!activation = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32:0, {0.25, 0.75}>
!one = !quant.uniform<i8<-127:127>:f32, 0.25>
!accumulator = !quant.uniform<i32:f32:1, {0.125, 0.375}>
!accumulator_of_one = !quant.uniform<i32:f32, 0.125>
!sum = !quant.uniform<i8:f32, 2.0:7>

// CHECK-DAG:   #[[ELEMENT:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG:   #[[CHANNEL:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @add
// CHECK-SAME:    (%[[X:.*]]: tensor<?x2xi8>) -> tensor<?x2xi8>
// CHECK-DAG:     %[[ACC:.*]] = linalg.matmul
// CHECK-DAG:     %[[RATIOS:.*]] = arith.constant dense<[6.250000e-02, 1.875000e-01]> : tensor<2xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[ELEMENT]], #[[ELEMENT]], #[[CHANNEL]], #[[ELEMENT]]]
// CHECK-SAME:      ins(%[[X]], %[[ACC]], %[[RATIOS]] : tensor<?x2xi8>, tensor<?x2xi32>, tensor<2xf32>)
// CHECK-NEXT:      ^bb0(%[[A:.*]]: i8, %[[SUM:.*]]: i32, %[[RATIO:.*]]: f32, %{{.*}}: i8):
// CHECK:             %[[WIDE:.*]] = arith.extsi %[[A]]
// CHECK:             %[[CENTERED:.*]] = arith.subi %[[WIDE]], %c-3_i32
// CHECK:             %[[REAL_A:.*]] = arith.sitofp %[[CENTERED]]
// CHECK:             %[[TERM_A:.*]] = arith.mulf %[[REAL_A]], %cst{{.*}}
// CHECK:             %[[REAL_SUM:.*]] = arith.sitofp
// CHECK:             %[[TERM_SUM:.*]] = arith.mulf %[[REAL_SUM]], %[[RATIO]]
// CHECK:             arith.addf %[[TERM_A]], %[[TERM_SUM]]
// CHECK:             math.roundeven
// CHECK-NOT:         math.roundeven
// CHECK:             linalg.yield
func.func @add(%x: tensor<?x2x!activation>) -> tensor<?x2x!sum> {
  %integers = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %w = quant.scast %integers : tensor<2x2xi8> to tensor<2x2x!weight>
  %acc = nn.fully_connected %x, %w
      : (tensor<?x2x!activation>, tensor<2x2x!weight>) -> tensor<?x2x!accumulator>
  %sum = nn.add %x, %acc
      : (tensor<?x2x!activation>, tensor<?x2x!accumulator>) -> tensor<?x2x!sum>
  return %sum : tensor<?x2x!sum>
}

// One scale for all channels is a constant; the order of a difference stays.
// CHECK-LABEL: func.func @sub
// CHECK-SAME:    (%[[X:.*]]: tensor<4x2xi8>)
// CHECK:         %[[ACC:.*]] = linalg.matmul
// CHECK:         ins(%[[ACC]], %[[X]] : tensor<4x2xi32>, tensor<4x2xi8>)
// CHECK:           %[[TERM:.*]] = arith.mulf %{{.*}}, %cst{{.*}}
// CHECK:           %[[OTHER:.*]] = arith.mulf
// CHECK:           arith.subf %[[TERM]], %[[OTHER]]
func.func @sub(%x: tensor<4x2x!activation>) -> tensor<4x2x!sum> {
  %integers = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %w = quant.scast %integers : tensor<2x2xi8> to tensor<2x2x!one>
  %acc = nn.fully_connected %x, %w
      : (tensor<4x2x!activation>, tensor<2x2x!one>) -> tensor<4x2x!accumulator_of_one>
  %difference = nn.sub %acc, %x
      : (tensor<4x2x!accumulator_of_one>, tensor<4x2x!activation>) -> tensor<4x2x!sum>
  return %difference : tensor<4x2x!sum>
}
