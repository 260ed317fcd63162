// RUN: quant-opt %s -codegen-fold-transposes -canonicalize -split-input-file \
// RUN:   | FileCheck %s

// CHECK-DAG: #[[TOKENS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d4)>
// CHECK-DAG: #[[KEYS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d1, d4)>
// CHECK-DAG: #[[HEADS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[QUERY:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
// CHECK-DAG: #[[SUM:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>

// Operands, and the sums of one.
// CHECK-LABEL: func.func @operands
// CHECK-SAME:    (%[[Q:.*]]: tensor<?x4x2x8xi8>, %[[K:.*]]: tensor<?x4x2x8xi8>, %[[ACC:.*]]: tensor<?x2x4x4xi32>, %[[SUMS:.*]]: tensor<?x2x4xi32>
// CHECK:         linalg.contract indexing_maps = [#[[TOKENS]], #[[KEYS]], #[[HEADS]]] ins(%[[Q]], %[[K]] : {{.*}}) outs(%[[ACC]] :
// CHECK:         linalg.generic {indexing_maps = [#[[QUERY]], #[[SUM]]], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%[[Q]] : {{.*}}) outs(%[[SUMS]] :
// CHECK-NOT:     linalg.transpose
func.func @operands(%q: tensor<?x4x2x8xi8>, %k: tensor<?x4x2x8xi8>,
                    %acc: tensor<?x2x4x4xi32>, %sums: tensor<?x2x4xi32>,
                    %to_q: tensor<?x2x4x8xi8>, %to_k: tensor<?x2x8x4xi8>)
    -> (tensor<?x2x4x4xi32>, tensor<?x2x4xi32>) {
  %queries = linalg.transpose ins(%q : tensor<?x4x2x8xi8>)
      outs(%to_q : tensor<?x2x4x8xi8>) permutation = [0, 2, 1, 3]
  %keys = linalg.transpose ins(%k : tensor<?x4x2x8xi8>)
      outs(%to_k : tensor<?x2x8x4xi8>) permutation = [0, 2, 3, 1]
  %scores = linalg.contract
      indexing_maps = [affine_map<(b, h, m, n, k) -> (b, h, m, k)>,
                       affine_map<(b, h, m, n, k) -> (b, h, k, n)>,
                       affine_map<(b, h, m, n, k) -> (b, h, m, n)>]
      ins(%queries, %keys : tensor<?x2x4x8xi8>, tensor<?x2x8x4xi8>)
      outs(%acc : tensor<?x2x4x4xi32>) -> tensor<?x2x4x4xi32>
  %rows = linalg.reduce ins(%queries : tensor<?x2x4x8xi8>)
      outs(%sums : tensor<?x2x4xi32>) dimensions = [3]
      (%in: i8, %init: i32) {
        %wide = arith.extsi %in : i8 to i32
        %sum = arith.addi %init, %wide : i32
        linalg.yield %sum : i32
      }
  return %scores, %rows : tensor<?x2x4x4xi32>, tensor<?x2x4xi32>
}

// -----

// CHECK-DAG: #[[LEFT:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[RIGHT:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>
// CHECK-DAG: #[[RESULT:.*]] = affine_map<(d0, d1, d2, d3) -> (d1, d0, d2)>
// CHECK-DAG: #[[ALL:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1, d2) -> (d1, d0)>

// The result: accumulators and the elementwise op have the order behind it.
// CHECK-LABEL: func.func @result
// CHECK-SAME:    (%[[P:.*]]: tensor<2x4x3xi8>, %[[V:.*]]: tensor<2x3x8xi8>, %[[SUMS:.*]]: tensor<2x4xi32>, %[[TO:.*]]: tensor<4x2x8xi32>)
// CHECK:         %[[EMPTY:.*]] = tensor.empty() : tensor<4x2x8xi32>
// CHECK:         %[[ZEROS:.*]] = linalg.fill {{.*}} outs(%[[EMPTY]] :
// CHECK:         %[[ACC:.*]] = linalg.contract indexing_maps = [#[[LEFT]], #[[RIGHT]], #[[RESULT]]] ins(%[[P]], %[[V]] : {{.*}}) outs(%[[ZEROS]] :
// CHECK:         %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[ALL]], #[[ROW]], #[[ALL]]], {{.*}}} ins(%[[ACC]], %[[SUMS]] : {{.*}}) outs(%[[TO]] :
// CHECK:         return %[[SUM]]
func.func @result(%p: tensor<2x4x3xi8>, %v: tensor<2x3x8xi8>,
                  %sums: tensor<2x4xi32>, %to: tensor<4x2x8xi32>)
    -> tensor<4x2x8xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<2x4x8xi32>
  %zeros = linalg.fill ins(%zero : i32) outs(%empty : tensor<2x4x8xi32>)
      -> tensor<2x4x8xi32>
  %acc = linalg.batch_matmul ins(%p, %v : tensor<2x4x3xi8>, tensor<2x3x8xi8>)
      outs(%zeros : tensor<2x4x8xi32>) -> tensor<2x4x8xi32>
  %sum = linalg.generic {indexing_maps = [affine_map<(h, m, n) -> (h, m, n)>,
                                          affine_map<(h, m, n) -> (h, m)>,
                                          affine_map<(h, m, n) -> (h, m, n)>],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%acc, %sums : tensor<2x4x8xi32>, tensor<2x4xi32>)
      outs(%empty : tensor<2x4x8xi32>) {
  ^bb0(%in: i32, %row: i32, %out: i32):
    %total = arith.addi %in, %row : i32
    linalg.yield %total : i32
  } -> tensor<2x4x8xi32>
  %tokens = linalg.transpose ins(%sum : tensor<2x4x8xi32>)
      outs(%to : tensor<4x2x8xi32>) permutation = [1, 0, 2]
  return %tokens : tensor<4x2x8xi32>
}

// -----

// The left operand would not be read along K any more; the last dimension of the result
// would not be its columns; a sum of floats has its order.
// CHECK-LABEL: func.func @stay
// CHECK-COUNT-3: linalg.transpose
// CHECK-NOT:     linalg.transpose
func.func @stay(%x: tensor<3x4xf32>, %y: tensor<3x8xf32>, %to: tensor<4x3xf32>,
                %to_result: tensor<8x4xf32>, %sums: tensor<4xf32>)
    -> (tensor<8x4xf32>, tensor<4xf32>) {
  %zero = arith.constant 0.0 : f32
  %turned = linalg.transpose ins(%x : tensor<3x4xf32>) outs(%to : tensor<4x3xf32>)
      permutation = [1, 0]
  %empty = tensor.empty() : tensor<4x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x8xf32>)
      -> tensor<4x8xf32>
  %acc = linalg.matmul ins(%turned, %y : tensor<4x3xf32>, tensor<3x8xf32>)
      outs(%zeros : tensor<4x8xf32>) -> tensor<4x8xf32>
  %negated = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>,
                                              affine_map<(m, n) -> (m, n)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%acc : tensor<4x8xf32>) outs(%empty : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %less = arith.negf %in : f32
    linalg.yield %less : f32
  } -> tensor<4x8xf32>
  %result = linalg.transpose ins(%negated : tensor<4x8xf32>)
      outs(%to_result : tensor<8x4xf32>) permutation = [1, 0]
  %other = linalg.transpose ins(%x : tensor<3x4xf32>) outs(%to : tensor<4x3xf32>)
      permutation = [1, 0]
  %sum = linalg.reduce { arith.addf } ins(%other : tensor<4x3xf32>)
      outs(%sums : tensor<4xf32>) dimensions = [1]
  return %result, %sum : tensor<8x4xf32>, tensor<4xf32>
}
