// RUN: quant-opt %s -codegen-attach-target=target=nvidia-sm_61 -codegen-outline-kernels \
// RUN:   -canonicalize -split-input-file | FileCheck %s

// A thread computes four neighbouring bytes; only the batch is known at run time.
// CHECK-LABEL: gpu.func @relu
// CHECK-SAME:    (%[[X:.*]]: memref<?x6x8xi8>, %[[Y:.*]]: memref<?x6x8xi8>, %[[BATCH:.*]]: index) kernel
// CHECK-SAME:    known_block_size = array<i32: 256, 1, 1>
// CHECK-SAME:    quantc.items_per_block = 256 : i64, quantc.items_per_sample = 12 : i64
// CHECK-DAG:     %[[PER_SAMPLE:.*]] = arith.constant 12 : index
// CHECK:         %[[ITEMS:.*]] = arith.muli %[[BATCH]], %[[PER_SAMPLE]]
// CHECK:         %[[INSIDE:.*]] = arith.cmpi ult, %[[ITEM:.*]], %[[ITEMS]]
// CHECK:         scf.if %[[INSIDE]] {
// CHECK-COUNT-4:   arith.maxsi
// CHECK-COUNT-4:   memref.store %{{.*}}, %[[Y]]
// CHECK-LABEL: func.func @elementwise
// CHECK-SAME:    (%[[IN:.*]]: memref<?x6x8xi8>, %[[OUT:.*]]: memref<?x6x8xi8>)
// CHECK-DAG:     %[[SIZE:.*]] = memref.dim %[[IN]], %{{.*}}
// CHECK:         %[[ALL:.*]] = arith.muli %[[SIZE]], %{{.*}}
// CHECK:         %[[BLOCKS:.*]] = arith.ceildivui %[[ALL]], %[[THREADS:.*]] : index
// CHECK:         gpu.launch_func @kernels::@relu blocks in (%[[BLOCKS]], %c1, %c1) threads in (%[[THREADS]], %c1, %c1)
// CHECK-SAME:      args(%[[IN]] : memref<?x6x8xi8>, %[[OUT]] : memref<?x6x8xi8>, %[[SIZE]] : index)
// CHECK-NEXT:    return
#id = affine_map<(n, h, c) -> (n, h, c)>
func.func @elementwise(%x: memref<?x6x8xi8>, %y: memref<?x6x8xi8>) {
  %zero = arith.constant 0 : i8
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : memref<?x6x8xi8>) outs(%y : memref<?x6x8xi8>) {
  ^bb0(%in: i8, %out: i8):
    %0 = arith.maxsi %in, %zero : i8
    linalg.yield %0 : i8
  } loc("relu")
  return
}

// -----

// The bias, the sums and the op behind them are one kernel; sums stay in registers.
// CHECK-LABEL: gpu.func @dense
// CHECK-SAME:    (%[[BIAS:.*]]: memref<3xi32>, %[[X:.*]]: memref<?x5xi8>, %[[W:.*]]: memref<3x5xi8>, %[[Y:.*]]: memref<?x3xf32>, %{{.*}}: index)
// CHECK-SAME:    quantc.items_per_sample = 3 : i64
// CHECK:         scf.if
// CHECK:           %[[START:.*]] = memref.load %[[BIAS]][%[[COLUMN:.*]]]
// CHECK:           %[[SUM:.*]] = scf.for %[[K:.*]] = {{.*}} iter_args(%[[ACC:.*]] = %[[START]]) -> (i32)
// CHECK:             memref.load %[[X]][%[[ROW:.*]], %[[K]]]
// CHECK:             memref.load %[[W]][%[[COLUMN]], %[[K]]]
// CHECK:           %[[REAL:.*]] = arith.sitofp %[[SUM]]
// CHECK:           memref.store %[[REAL]], %[[Y]][%[[ROW]], %[[COLUMN]]]
// CHECK-LABEL: func.func @contraction
// CHECK-COUNT-1: gpu.launch_func
// CHECK-NOT:     gpu.launch_func
memref.global "private" constant @bias : memref<3xi32> = dense<[1, 2, 3]>
memref.global "private" constant @weights : memref<3x5xi8> = dense<1>
func.func @contraction(%x: memref<?x5xi8>, %y: memref<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %batch = memref.dim %x, %c0 : memref<?x5xi8>
  %bias = memref.get_global @bias : memref<3xi32>
  %weights = memref.get_global @weights : memref<3x5xi8>
  %sums = memref.alloc(%batch) : memref<?x3xi32>
  linalg.broadcast ins(%bias : memref<3xi32>) outs(%sums : memref<?x3xi32>)
      dimensions = [0]
  linalg.matmul
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                       affine_map<(m, n, k) -> (n, k)>,
                       affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %weights : memref<?x5xi8>, memref<3x5xi8>)
      outs(%sums : memref<?x3xi32>) loc("dense")
  linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>,
                                   affine_map<(m, n) -> (m, n)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%sums : memref<?x3xi32>) outs(%y : memref<?x3xf32>) {
  ^bb0(%in: i32, %out: f32):
    %0 = arith.sitofp %in : i32 to f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// Sums that another op reads, too, are stored.
// CHECK-LABEL: gpu.func @sum
// CHECK:         memref.store %{{.*}}, %{{.*}} : memref<2x3xi32>
// CHECK-LABEL: func.func @read_twice
// CHECK-COUNT-3: gpu.launch_func
func.func @read_twice(%x: memref<2x3x4xi32>, %y: memref<2x3xf32>,
                      %z: memref<2x3xi32>) {
  %zero = arith.constant 0 : i32
  %sums = memref.alloc() : memref<2x3xi32>
  linalg.fill ins(%zero : i32) outs(%sums : memref<2x3xi32>)
  linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>,
                                   affine_map<(a, b, c) -> (a, b)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : memref<2x3x4xi32>) outs(%sums : memref<2x3xi32>) {
  ^bb0(%in: i32, %sum: i32):
    %0 = arith.addi %sum, %in : i32
    linalg.yield %0 : i32
  } loc("sum")
  linalg.generic {indexing_maps = [affine_map<(a, b) -> (a, b)>,
                                   affine_map<(a, b) -> (a, b)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%sums : memref<2x3xi32>) outs(%y : memref<2x3xf32>) {
  ^bb0(%in: i32, %out: f32):
    %0 = arith.sitofp %in : i32 to f32
    linalg.yield %0 : f32
  }
  linalg.copy ins(%sums : memref<2x3xi32>) outs(%z : memref<2x3xi32>)
  return
}

// -----

// A window of a padded image, and a table that the body reads.
// CHECK-LABEL: gpu.func @table
// CHECK-SAME:    (%{{.*}}: memref<?x6x4xi8>, %[[Y:.*]]: memref<?x4x4xi8>, %[[TABLE:.*]]: memref<256xi8>, %{{.*}}: index)
// CHECK:         scf.if
// CHECK:           memref.subview %{{.*}}[0, 1, 0] [%{{.*}}, 4, 4] [1, 1, 1]
// CHECK:           memref.load %[[TABLE]]
memref.global "private" constant @codes : memref<256xi8> = dense<7>
func.func @lookup(%x: memref<?x6x4xi8>, %y: memref<?x4x4xi8>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %batch = memref.dim %x, %c0 : memref<?x6x4xi8>
  %codes = memref.get_global @codes : memref<256xi8>
  %inside = memref.subview %x[0, 1, 0] [%batch, 4, 4] [1, 1, 1]
      : memref<?x6x4xi8> to memref<?x4x4xi8, strided<[24, 4, 1], offset: 4>>
  linalg.generic {indexing_maps = [affine_map<(n, h, c) -> (n, h, c)>,
                                   affine_map<(n, h, c) -> (n, h, c)>],
                  iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%inside : memref<?x4x4xi8, strided<[24, 4, 1], offset: 4>>)
      outs(%y : memref<?x4x4xi8>) {
  ^bb0(%in: i8, %out: i8):
    %0 = arith.index_cast %in : i8 to index
    %1 = arith.addi %0, %c128 : index
    %2 = memref.load %codes[%1] : memref<256xi8>
    linalg.yield %2 : i8
  } loc("table")
  return
}
