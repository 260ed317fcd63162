// RUN: quant-opt %s -codegen-fuse-epilogues -split-input-file | FileCheck %s

#rows = affine_map<(n, c) -> (n, c)>
#columns = affine_map<(n, c) -> (c)>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

// The requantization and the residual addition become one op, which reads the
// accumulators, the multipliers and the shortcut.
// CHECK-LABEL: func.func @residual
// CHECK-SAME:    (%[[X:.*]]: tensor<4x8xi8>, %{{.*}}: tensor<16x8xi8>, %[[M:.*]]: tensor<16xf32>, %[[SHORTCUT:.*]]: tensor<4x16xf32>)
// CHECK:         %[[EMPTY:.*]] = tensor.empty() : tensor<4x16xf32>
// CHECK-NEXT:    %[[ACC:.*]] = linalg.matmul
// CHECK-NEXT:    %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[ACC]], %[[M]], %[[SHORTCUT]] : {{.*}}) outs(%[[EMPTY]] : tensor<4x16xf32>)
// CHECK:           arith.sitofp
// CHECK:           arith.mulf
// CHECK:           arith.addf
// CHECK:         return %[[SUM]]
func.func @residual(%x: tensor<4x8xi8>, %w: tensor<16x8xi8>,
                    %m: tensor<16xf32>, %shortcut: tensor<4x16xf32>)
    -> tensor<4x16xf32> {
  %zero = arith.constant dense<0> : tensor<4x16xi32>
  %empty = tensor.empty() : tensor<4x16xf32>
  %acc = linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : tensor<4x8xi8>, tensor<16x8xi8>)
      outs(%zero : tensor<4x16xi32>) -> tensor<4x16xi32>
  %scaled = linalg.generic {indexing_maps = [#rows, #columns, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%acc, %m : tensor<4x16xi32>, tensor<16xf32>)
      outs(%empty : tensor<4x16xf32>) {
  ^bb0(%in: i32, %factor: f32, %out: f32):
    %real = arith.sitofp %in : i32 to f32
    %product = arith.mulf %real, %factor : f32
    linalg.yield %product : f32
  } -> tensor<4x16xf32>
  %sum = linalg.generic {indexing_maps = [#rows, #rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%scaled, %shortcut : tensor<4x16xf32>, tensor<4x16xf32>)
      outs(%empty : tensor<4x16xf32>) {
  ^bb0(%lhs: f32, %rhs: f32, %out: f32):
    %total = arith.addf %lhs, %rhs : f32
    linalg.yield %total : f32
  } -> tensor<4x16xf32>
  return %sum : tensor<4x16xf32>
}

// -----

#rows = affine_map<(n, c) -> (n, c)>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

// Two readers: the value is needed as it is. And what does not follow a
// contraction is left alone.
// CHECK-LABEL: func.func @unfused
// CHECK-COUNT-4: linalg.generic
func.func @unfused(%x: tensor<4x8xf32>, %w: tensor<16x8xf32>)
    -> (tensor<4x16xf32>, tensor<4x16xf32>, tensor<4x8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4x16xf32>
  %empty = tensor.empty() : tensor<4x16xf32>
  %narrow = tensor.empty() : tensor<4x8xf32>
  %acc = linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : tensor<4x8xf32>, tensor<16x8xf32>)
      outs(%zero : tensor<4x16xf32>) -> tensor<4x16xf32>
  %once = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%acc : tensor<4x16xf32>) outs(%empty : tensor<4x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %double = arith.addf %in, %in : f32
    linalg.yield %double : f32
  } -> tensor<4x16xf32>
  %twice = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%once : tensor<4x16xf32>) outs(%empty : tensor<4x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %double = arith.addf %in, %in : f32
    linalg.yield %double : f32
  } -> tensor<4x16xf32>
  %left = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>) outs(%narrow : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %double = arith.addf %in, %in : f32
    linalg.yield %double : f32
  } -> tensor<4x8xf32>
  %right = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%left : tensor<4x8xf32>) outs(%narrow : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %square = arith.mulf %in, %in : f32
    linalg.yield %square : f32
  } -> tensor<4x8xf32>
  return %once, %twice, %right
      : tensor<4x16xf32>, tensor<4x16xf32>, tensor<4x8xf32>
}
