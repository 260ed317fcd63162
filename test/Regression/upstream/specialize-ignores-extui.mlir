// RUN: quant-opt %s --linalg-specialize-generic-ops | FileCheck %s
// RUN: quant-opt %s --linalg-morph-ops=generic-to-named | FileCheck %s

// Upstream recognises a matmul by its multiply and add and does not look at how
// the operands are extended: u8 x s8 becomes a signed linalg.matmul, and the u8
// 255 becomes -1. This is why the int8 stage stores signed i8 only and never
// has extui; if upstream learns the difference, that rule is to be judged again.

#row = affine_map<(m, n, k) -> (m, k)>
#column = affine_map<(m, n, k) -> (k, n)>
#result = affine_map<(m, n, k) -> (m, n)>

// CHECK-LABEL: func.func @unsigned_times_signed
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<4x8xi8>, %[[WEIGHT:.*]]: tensor<8x16xi8>, %[[INIT:.*]]: tensor<4x16xi32>)
// CHECK-NOT:     extui
// CHECK-NOT:     cast_unsigned
// CHECK:         linalg.matmul ins(%[[IMAGE]], %[[WEIGHT]] : tensor<4x8xi8>, tensor<8x16xi8>)
// CHECK-SAME:      outs(%[[INIT]] : tensor<4x16xi32>)
// CHECK-NOT:     extui
func.func @unsigned_times_signed(%image: tensor<4x8xi8>,
                                 %weight: tensor<8x16xi8>,
                                 %init: tensor<4x16xi32>) -> tensor<4x16xi32> {
  %acc = linalg.generic {
      indexing_maps = [#row, #column, #result],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%image, %weight : tensor<4x8xi8>, tensor<8x16xi8>)
      outs(%init : tensor<4x16xi32>) {
  ^bb0(%unsigned: i8, %signed: i8, %partial: i32):
    %a = arith.extui %unsigned : i8 to i32
    %w = arith.extsi %signed : i8 to i32
    %product = arith.muli %a, %w : i32
    %sum = arith.addi %partial, %product : i32
    linalg.yield %sum : i32
  } -> tensor<4x16xi32>
  return %acc : tensor<4x16xi32>
}
