// RUN: quant-opt %s -codegen-vectorize-reductions | FileCheck %s

#rows = affine_map<(r, i, p) -> (r, i, p)>
#row = affine_map<(r, i, p) -> (r)>
#partials = affine_map<(r, i, p) -> (r, p)>
#heads = affine_map<(h, m, k) -> (m, h, k)>
#sums = affine_map<(h, m, k) -> (h, m)>

// Sixteen partial sums are one vector, which starts from what is there; what a row
// has once is the same for all of them.
// CHECK-LABEL: func.func @partials
// CHECK-SAME:    (%[[X:.*]]: memref<?x48x16xf32>, %[[MEAN:.*]]: memref<?xf32>, %[[SUMS:.*]]: memref<?x16xf32>)
// CHECK:         scf.for %[[ROW:.*]] = %c0
// CHECK:           %[[START:.*]] = vector.load %[[SUMS]][%[[ROW]], %{{.*}}] : memref<?x16xf32>, vector<16xf32>
// CHECK:           %[[ALL:.*]] = scf.for %[[I:.*]] = %{{.*}} iter_args(%[[ACC:.*]] = %[[START]]) -> (vector<16xf32>) {
// CHECK-DAG:         %[[PART:.*]] = vector.load %[[X]][%[[ROW]], %[[I]], %{{.*}}] : memref<?x48x16xf32>, vector<16xf32>
// CHECK-DAG:         %[[ONE:.*]] = memref.load %[[MEAN]][%[[ROW]]]
// CHECK:             %[[SAME:.*]] = vector.broadcast %[[ONE]] : f32 to vector<16xf32>
// CHECK:             %[[DIFFERENCE:.*]] = arith.subf %[[PART]], %[[SAME]] : vector<16xf32>
// CHECK:             %[[AFTER:.*]] = arith.addf %[[ACC]], %[[DIFFERENCE]] : vector<16xf32>
// CHECK:             scf.yield %[[AFTER]]
// CHECK:           vector.store %[[ALL]], %[[SUMS]][%[[ROW]], %{{.*}}]
func.func @partials(%x: memref<?x48x16xf32>, %mean: memref<?xf32>,
                    %sums: memref<?x16xf32>) {
  linalg.generic {indexing_maps = [#rows, #row, #partials],
      iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%x, %mean : memref<?x48x16xf32>, memref<?xf32>)
      outs(%sums : memref<?x16xf32>) {
  ^bb0(%in: f32, %m: f32, %out: f32):
    %difference = arith.subf %in, %m : f32
    %sum = arith.addf %out, %difference : f32
    linalg.yield %sum : f32
  }
  return
}

// Of integers over neighbours a vector has sixteen parts of one sum. The outermost
// loops are shared where they take long.
// CHECK-LABEL: func.func @along
// CHECK-SAME:    (%[[X:.*]]: memref<128x96x64xi8>, %[[SUMS:.*]]: memref<96x128xi32>)
// CHECK:         scf.forall (%[[H:.*]]) in (96) {
// CHECK:           scf.for %[[M:.*]] = %{{.*}}
// CHECK:             %[[PARTS:.*]] = scf.for %[[K:.*]] = %{{.*}} step %c16 iter_args(%[[ACC:.*]] = %cst) -> (vector<16xi32>) {
// CHECK:               %[[BYTES:.*]] = vector.load %[[X]][%[[M]], %[[H]], %[[K]]] : memref<128x96x64xi8>, vector<16xi8>
// CHECK:               %[[WIDE:.*]] = arith.extsi %[[BYTES]] : vector<16xi8> to vector<16xi32>
// CHECK:               arith.addi %[[ACC]], %[[WIDE]]
// CHECK:             %[[BEFORE:.*]] = memref.load %[[SUMS]][%[[H]], %[[M]]]
// CHECK:             %[[SUM:.*]] = vector.reduction <add>, %[[PARTS]], %[[BEFORE]]
// CHECK:             memref.store %[[SUM]], %[[SUMS]][%[[H]], %[[M]]]
func.func @along(%x: memref<128x96x64xi8>, %sums: memref<96x128xi32>) {
  linalg.generic {indexing_maps = [#heads, #sums],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : memref<128x96x64xi8>) outs(%sums : memref<96x128xi32>) {
  ^bb0(%in: i8, %out: i32):
    %wide = arith.extsi %in : i8 to i32
    %sum = arith.addi %out, %wide : i32
    linalg.yield %sum : i32
  }
  return
}

// Floats over neighbours have an order; neither 24 nor 72 of them fit; every second element
// is no vector; over two dimensions the order might change.
// CHECK-LABEL: func.func @untouched
// CHECK-NOT:     vector.
// CHECK-COUNT-5: linalg.generic
func.func @untouched(%x: memref<8x64xf32>, %sums: memref<8xf32>,
                     %few: memref<8x24xi32>, %few_sums: memref<8xi32>,
                     %wide: memref<8x4x72xf32>, %wide_sums: memref<8x72xf32>,
                     %second: memref<8x4x16xf32, strided<[128, 32, 2]>>,
                     %second_sums: memref<8x16xf32>,
                     %both: memref<2x4x16xf32>, %both_sums: memref<16xf32>) {
  linalg.reduce { arith.addf } ins(%x : memref<8x64xf32>)
      outs(%sums : memref<8xf32>) dimensions = [1]
  linalg.reduce { arith.addi } ins(%few : memref<8x24xi32>)
      outs(%few_sums : memref<8xi32>) dimensions = [1]
  linalg.reduce { arith.addf } ins(%wide : memref<8x4x72xf32>)
      outs(%wide_sums : memref<8x72xf32>) dimensions = [1]
  linalg.reduce { arith.addf }
      ins(%second : memref<8x4x16xf32, strided<[128, 32, 2]>>)
      outs(%second_sums : memref<8x16xf32>) dimensions = [1]
  linalg.reduce { arith.addf } ins(%both : memref<2x4x16xf32>)
      outs(%both_sums : memref<16xf32>) dimensions = [0, 1]
  return
}
