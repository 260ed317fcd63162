// RUN: quant-opt %s -codegen-order-loops | FileCheck %s

#all = affine_map<(n, y, x, c) -> (n, y, x, c)>
#channel = affine_map<(n, y, x, c) -> (c)>

// CHECK-DAG: #loop_unroll = #llvm.loop_unroll<disable = true>
// CHECK-DAG: #[[ONE:.*]] = affine_map<(d0) -> (d0)>
// CHECK-DAG: #[[IMAGE:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 * 2 + d3, d2 * 2 + d4, d5)>
// CHECK-DAG: #[[POOLED:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d5)>

// CHECK-LABEL: func.func @elementwise
// CHECK:         memref.collapse_shape %{{.*}} : memref<?x4x4x3xf32> into memref<?xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[ONE]], #[[ONE]]], iterator_types = ["parallel"]}
func.func @elementwise(%x: memref<?x4x4x3xf32>, %y: memref<?x4x4x3xf32>) {
  linalg.generic {indexing_maps = [#all, #all],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : memref<?x4x4x3xf32>) outs(%y : memref<?x4x4x3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %double = arith.addf %in, %in : f32
    linalg.yield %double : f32
  }
  return
}

// The channels become the innermost loop; rows and columns of the window stay in
// order.
// CHECK-LABEL: func.func @pool
// CHECK:         linalg.generic
// CHECK-SAME:      #[[IMAGE]]
// CHECK-SAME:      #[[POOLED]]
// CHECK-SAME:      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "parallel"]
func.func @pool(%x: memref<?x8x8x16xi8>, %window: memref<2x2xi8>,
                %y: memref<?x4x4x16xi8>) {
  linalg.pooling_nhwc_max {dilations = dense<1> : tensor<2xi64>,
      strides = dense<2> : tensor<2xi64>}
      ins(%x, %window : memref<?x8x8x16xi8>, memref<2x2xi8>)
      outs(%y : memref<?x4x4x16xi8>)
  return
}

// With a param per channel pixels become one loop; in a part of a larger buffer
// rows do, as there are gaps between them.
// CHECK-LABEL: func.func @merged
// CHECK:         memref.collapse_shape %{{.*}} {{\[\[}}0, 1, 2], [3]] : memref<2x4x4x3xf32> into memref<32x3xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[COLUMN:.*]], #[[BOTH:.*]]], iterator_types = ["parallel", "parallel"]}
// CHECK:         memref.collapse_shape %{{.*}} {{\[\[}}0], [1], [2, 3]] : memref<2x4x4x3xf32, strided<[108, 18, 3, 1]>> into memref<2x4x12xf32, strided<[108, 18, 1]>>
// CHECK:         linalg.generic {indexing_maps = [#[[ROWS:.*]], #[[ROWS]]], iterator_types = ["parallel", "parallel", "parallel"]}
func.func @merged(%x: memref<2x4x4x3xf32>, %scale: memref<3xf32>,
                  %part: memref<2x4x4x3xf32, strided<[108, 18, 3, 1]>>) {
  linalg.generic {indexing_maps = [#channel, #all],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%scale : memref<3xf32>) outs(%x : memref<2x4x4x3xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  }
  linalg.generic {indexing_maps = [#all, #all],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : memref<2x4x4x3xf32>)
      outs(%part : memref<2x4x4x3xf32, strided<[108, 18, 3, 1]>>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  }
  return
}

// Rows and columns of an image become one loop, in whose order sums are taken.
// CHECK-LABEL: func.func @mean
// CHECK:         memref.collapse_shape %{{.*}} {{\[\[}}0], [1, 2], [3]] : memref<?x7x7x64xf32> into memref<?x49x64xf32>
// CHECK:         linalg.generic
// CHECK-SAME:      iterator_types = ["parallel", "reduction", "parallel"]
func.func @mean(%x: memref<?x7x7x64xf32>, %y: memref<?x64xf32>) {
  linalg.reduce ins(%x : memref<?x7x7x64xf32>) outs(%y : memref<?x64xf32>)
      dimensions = [1, 2]
    (%in: f32, %sum: f32) {
      %next = arith.addf %sum, %in : f32
      linalg.yield %next : f32
    }
  return
}

// Another order of dimensions keeps the loops that it separates.
// CHECK-LABEL: func.func @transpose
// CHECK:         memref.collapse_shape %{{.*}} {{\[\[}}0], [1], [2, 3]] : memref<?x3x8x8xf32> into memref<?x3x64xf32>
// CHECK:         linalg.generic
// CHECK-SAME:      iterator_types = ["parallel", "parallel", "parallel"]
func.func @transpose(%x: memref<?x3x8x8xf32>, %y: memref<?x8x8x3xf32>) {
  linalg.transpose ins(%x : memref<?x3x8x8xf32>) outs(%y : memref<?x8x8x3xf32>)
      permutation = [0, 2, 3, 1]
  return
}

// The border of an image: only what sets neighbours may be unrolled.
// CHECK-LABEL: func.func @fill_border
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             memref.store
// CHECK-NEXT:      }{{$}}
// CHECK-NEXT:    } {loop_annotation = #loop_annotation}
func.func @fill_border(%border: memref<?x56x16xi8, strided<[928, 16, 1]>>, %value: i8) {
  linalg.fill ins(%value : i8) outs(%border : memref<?x56x16xi8, strided<[928, 16, 1]>>)
  return
}

// CHECK-LABEL: func.func @fill_all
// CHECK:         linalg.fill
func.func @fill_all(%buffer: memref<?x56x16xi8>, %value: i8) {
  linalg.fill ins(%value : i8) outs(%buffer : memref<?x56x16xi8>)
  return
}

// Integers that are added up are neighbours: the loop over them is the innermost. Floats
// keep their order, with results at once that are neighbours, here of all rows.
// CHECK-LABEL: func.func @sums
// CHECK:         linalg.generic
// CHECK-SAME:      iterator_types = ["parallel", "parallel", "reduction"]
// CHECK-SAME:      ins(%{{.*}} : memref<4x8x16xi8>)
// CHECK:         linalg.generic
// CHECK-SAME:      iterator_types = ["reduction", "parallel"]
// CHECK-SAME:      ins(%{{.*}} : memref<32x16xf32>)
func.func @sums(%x: memref<4x8x16xi8>, %sums: memref<8x4xi32>,
                %y: memref<4x8x16xf32>, %float_sums: memref<4x8xf32>) {
  linalg.generic {indexing_maps = [affine_map<(r, k, c) -> (c, r, k)>,
                                   affine_map<(r, k, c) -> (r, c)>],
      iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%x : memref<4x8x16xi8>) outs(%sums : memref<8x4xi32>) {
  ^bb0(%in: i8, %out: i32):
    %wide = arith.extsi %in : i8 to i32
    %sum = arith.addi %out, %wide : i32
    linalg.yield %sum : i32
  }
  linalg.reduce { arith.addf } ins(%y : memref<4x8x16xf32>)
      outs(%float_sums : memref<4x8xf32>) dimensions = [2]
  return
}
