// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vnni \
// RUN:   -codegen-tile-contractions=strategy=avx512-vnni -canonicalize \
// RUN:   | FileCheck %s
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-tile-contractions=strategy=avx2-fast -canonicalize \
// RUN:   | FileCheck %s --check-prefix=PAIRS

// Two heads of queries and keys, side by side in memory. The keys of a head are columns
// that are read along K: of 6 and 16, whole groups are words. The sums start at -128
// times those of the column, and the result reads one value per row.
// CHECK-LABEL: func.func @heads
// CHECK-SAME:    %[[KEYS:[^:]*]]: memref<5x2x6xi8>
// CHECK-DAG:     %[[PANELS:.*]] = memref.alloc() : memref<256xi8>
// CHECK-DAG:     %[[START:.*]] = memref.alloc() : memref<32xi32>
// CHECK-DAG:     %[[FLAT:.*]] = memref.reinterpret_cast %[[KEYS]]
// CHECK:         scf.for %[[HEAD:.*]] = %c0 to %c2
// CHECK:           scf.for %{{.*}} = %c0 to %c5
// CHECK:             %[[GROUP:.*]] = vector.load %[[FLAT]][%{{.*}}] : {{.*}}, vector<4xi8>
// CHECK:             vector.store %[[GROUP]]
// The rest of K ends with its group.
// CHECK:             memref.load %[[FLAT]]
// CHECK:             memref.load %[[FLAT]]
// CHECK:             vector.from_elements %c0_i8, %c0_i8, %{{.*}}, %{{.*}} :
// CHECK:             %[[SUM:.*]] = vector.reduction <add>
// CHECK:             arith.muli %[[SUM]], %c-128_i32
// CHECK:             memref.store
// Columns 5 to 15.
// CHECK:           scf.for %{{.*}} = %c0 to %c11
// CHECK:             vector.store %cst
// CHECK:         scf.for %{{.*}} = %c0 to %c2
// CHECK:           mk.tile "avx512-vnni"
// CHECK:           ^bb0(%[[ACC:.*]]: i32, %[[ROW:.*]]: i32):
// CHECK:             arith.addi %[[ACC]], %[[ROW]]
// CHECK:           a_pitch = 12 : i64, columns = 5 : i64,
// CHECK-SAME:      input_pitches = array<i64: 1>
// CHECK-SAME:      output_pitches = array<i64: 5>, row_inputs = array<i64: 0>
// CHECK-NOT:     linalg.

// Weights that are not known may saturate: another strategy takes the product.
// PAIRS-LABEL: func.func @heads
// PAIRS:         mk.tile "avx2-exact"

// Columns that are neighbours: 16 at once, four of K interleaved, then one by one.
// CHECK-LABEL: func.func @columns
// CHECK-SAME:    %[[X:[^:]*]]: memref<?x4x8xi8>, %[[W:[^:]*]]: memref<?x8x18xi8>
// CHECK:         %[[BATCH:.*]] = memref.dim %[[W]], %c0
// CHECK:         memref.alloc(%[[BATCH]]) : memref<?x256xi8>
// CHECK:         scf.for %{{.*}} = %c0 to %[[BATCH]]
// CHECK:           scf.for %{{.*}} = %c0 to %c2
// CHECK-COUNT-4:     vector.load %{{.*}} : {{.*}}, vector<16xi8>
// CHECK-COUNT-3:     vector.interleave
// CHECK:             vector.store %{{.*}} : {{.*}}, vector<64xi8>
// CHECK:           scf.for %{{.*}} = %c0 to %c2
// CHECK:             scf.for %{{.*}} = %c0 to %c2
// CHECK-COUNT-4:       memref.load
// CHECK:               vector.store %{{.*}} : {{.*}}, vector<4xi8>
// CHECK:         mk.tile "avx512-vnni"

// Floats need no offset, and start at 0.
// CHECK-LABEL: func.func @floats
// CHECK-SAME:    %[[SHARED:[^:]*]]: memref<3x16xf32>
// CHECK:         memref.alloc() : memref<48xf32>
// CHECK-NOT:     memref.alloc
// CHECK:         scf.for
// CHECK:           vector.load %{{.*}} : {{.*}}, vector<16xf32>
// CHECK:         memref.get_global @start
// CHECK:         scf.for %{{.*}} = %c0 to %c5
// CHECK:           mk.tile "avx512-vnni"

// The left operand is not read along K.
// CHECK-LABEL: func.func @untouched
// CHECK-NOT:     mk.
// CHECK:         linalg.contract

#left = affine_map<(h, m, n, k) -> (m, h, k)>
#right = affine_map<(h, m, n, k) -> (n, h, k)>
#result = affine_map<(h, m, n, k) -> (h, m, n)>
#all = affine_map<(h, m, n) -> (h, m, n)>
#row = affine_map<(h, m, n) -> (h, m)>
#batch_left = affine_map<(b, m, n, k) -> (b, m, k)>
#shared = affine_map<(b, m, n, k) -> (k, n)>
#turned = affine_map<(b, m, n, k) -> (b, k, m)>

func.func @heads(%queries: memref<3x2x6xi8>, %keys: memref<5x2x6xi8>,
                 %sums: memref<2x3xi32>, %scores: memref<2x3x5xi32>) {
  %zero = arith.constant 0 : i32
  %acc = memref.alloc() : memref<2x3x5xi32>
  linalg.fill ins(%zero : i32) outs(%acc : memref<2x3x5xi32>)
  linalg.contract indexing_maps = [#left, #right, #result]
      ins(%queries, %keys : memref<3x2x6xi8>, memref<5x2x6xi8>)
      outs(%acc : memref<2x3x5xi32>)
  linalg.generic {indexing_maps = [#all, #row, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%acc, %sums : memref<2x3x5xi32>, memref<2x3xi32>)
      outs(%scores : memref<2x3x5xi32>) {
  ^bb0(%in: i32, %sum: i32, %out: i32):
    %total = arith.addi %in, %sum : i32
    linalg.yield %total : i32
  }
  return
}

func.func @columns(%x: memref<?x4x8xi8>, %w: memref<?x8x18xi8>,
                   %acc: memref<?x4x18xi32>) {
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<?x4x18xi32>)
  linalg.batch_matmul ins(%x, %w : memref<?x4x8xi8>, memref<?x8x18xi8>)
      outs(%acc : memref<?x4x18xi32>)
  return
}

func.func @floats(%x: memref<5x4x3xf32>, %shared: memref<3x16xf32>,
                  %acc: memref<5x4x16xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%acc : memref<5x4x16xf32>)
  linalg.contract indexing_maps = [#batch_left, #shared, #result]
      ins(%x, %shared : memref<5x4x3xf32>, memref<3x16xf32>)
      outs(%acc : memref<5x4x16xf32>)
  return
}

func.func @untouched(%x: memref<5x3x4xf32>, %shared: memref<3x16xf32>,
                     %acc: memref<5x4x16xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%acc : memref<5x4x16xf32>)
  linalg.contract indexing_maps = [#turned, #shared, #result]
      ins(%x, %shared : memref<5x3x4xf32>, memref<3x16xf32>)
      outs(%acc : memref<5x4x16xf32>)
  return
}
