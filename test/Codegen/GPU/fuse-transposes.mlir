// RUN: quant-opt %s -codegen-fuse-transposes | FileCheck %s

// CHECK-DAG: #[[IMAGE:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>
// CHECK-DAG: #[[SAME:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[CHANNEL:.*]] = affine_map<(d0, d1, d2, d3) -> (d3)>
#same = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1)>

// CHECK-LABEL: func.func @quantize
// CHECK-SAME:    (%[[X:[^:]*]]: tensor<2x3x4x5xf32>, %[[SCALES:[^:]*]]: tensor<3xf32>
// CHECK:         %[[EMPTY:.*]] = tensor.empty() : tensor<2x4x5x3xi8>
// CHECK:         %[[Y:.*]] = linalg.generic {indexing_maps = [#[[IMAGE]], #[[CHANNEL]], #[[SAME]]], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%[[X]], %[[SCALES]] : {{.*}}) outs(%[[EMPTY]] :
// CHECK-NOT:     linalg.transpose
// CHECK:         return %[[Y]]
func.func @quantize(%x: tensor<2x3x4x5xf32>, %scales: tensor<3xf32>) -> tensor<2x4x5x3xi8> {
  %0 = tensor.empty() : tensor<2x3x4x5xi8>
  %1 = linalg.generic {indexing_maps = [#same, #channel, #same],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %scales : tensor<2x3x4x5xf32>, tensor<3xf32>) outs(%0 : tensor<2x3x4x5xi8>) {
  ^bb0(%real: f32, %scale: f32, %old: i8):
    %2 = arith.mulf %real, %scale : f32
    %3 = arith.fptosi %2 : f32 to i8
    linalg.yield %3 : i8
  } -> tensor<2x3x4x5xi8>
  %4 = tensor.empty() : tensor<2x4x5x3xi8>
  %5 = linalg.transpose ins(%1 : tensor<2x3x4x5xi8>) outs(%4 : tensor<2x4x5x3xi8>) permutation = [0, 2, 3, 1]
  return %5 : tensor<2x4x5x3xi8>
}

// What another reads as it is.
// CHECK-LABEL: func.func @read_twice
// CHECK:         linalg.transpose
func.func @read_twice(%x: tensor<2x3xi8>) -> (tensor<2x3xi8>, tensor<3x2xi8>) {
  %0 = tensor.empty() : tensor<2x3xi8>
  %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<2x3xi8>) outs(%0 : tensor<2x3xi8>) {
  ^bb0(%byte: i8, %old: i8):
    %2 = arith.addi %byte, %byte : i8
    linalg.yield %2 : i8
  } -> tensor<2x3xi8>
  %3 = tensor.empty() : tensor<3x2xi8>
  %4 = linalg.transpose ins(%1 : tensor<2x3xi8>) outs(%3 : tensor<3x2xi8>) permutation = [1, 0]
  return %1, %4 : tensor<2x3xi8>, tensor<3x2xi8>
}

// Sums, and what the network gets.
// CHECK-LABEL: func.func @others
// CHECK-COUNT-2: linalg.transpose
func.func @others(%x: tensor<2x3x4xi8>, %y: tensor<2x3xi8>, %zeros: tensor<2x3xi8>) -> (tensor<3x2xi8>, tensor<3x2xi8>) {
  %0 = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<2x3x4xi8>) outs(%zeros : tensor<2x3xi8>) {
  ^bb0(%byte: i8, %sum: i8):
    %1 = arith.addi %byte, %sum : i8
    linalg.yield %1 : i8
  } -> tensor<2x3xi8>
  %2 = tensor.empty() : tensor<3x2xi8>
  %3 = linalg.transpose ins(%0 : tensor<2x3xi8>) outs(%2 : tensor<3x2xi8>) permutation = [1, 0]
  %4 = linalg.transpose ins(%y : tensor<2x3xi8>) outs(%2 : tensor<3x2xi8>) permutation = [1, 0]
  return %3, %4 : tensor<3x2xi8>, tensor<3x2xi8>
}
