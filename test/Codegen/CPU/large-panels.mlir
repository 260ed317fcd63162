// DEFINE: %{attach} = -codegen-attach-target=target=x86-64-v4+avx512vnni
// DEFINE: %{tile} = -codegen-tile-contractions=share-from=100000000
// RUN: quant-opt %s %{attach} %{tile} -canonicalize | FileCheck %s
// RUN: quant-opt %s %{attach} %{tile} -codegen-expand-tiles -canonicalize \
// RUN:   | FileCheck %s --check-prefix=EXPANDED
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   "-codegen-tile-contractions=strategy=avx2-exact share-from=100000000" \
// RUN:   -codegen-expand-tiles | FileCheck %s --check-prefix=EXACT

#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

// Weights of 1.5 MiB do not stay in the second level of the caches from one row of
// tiles to the next: all rows are multiplied by one panel, then by the next. The two
// vectors of a step are two lines of the caches, which come nearer 16 steps before. Each
// of two tiles brings half of the next panel into the second level.
// EXPANDED-LABEL: func.func @large
// EXPANDED:         scf.for %{{.*}} = %c0 to %c12
// EXPANDED:           scf.for %{{.*}} = %c0 to %c2
// EXPANDED:             scf.for %[[STEP:.*]] = %c0 to %c1024
// EXPANDED:               %[[OFFSET:.*]] = arith.muli %[[STEP]], %c128
// EXPANDED:               %[[HERE:.*]] = arith.addi %{{.*}}, %[[OFFSET]]
// EXPANDED:               %[[AHEAD:.*]] = arith.addi %[[HERE]], %c2048
// EXPANDED:               memref.prefetch %[[PANELS:.*]][%[[AHEAD]]], read, locality<3>, data
// EXPANDED:               memref.prefetch %[[PANELS]]{{.*}}, locality<3>
// EXPANDED:               memref.prefetch %[[PANELS]]{{.*}}, locality<2>
// EXPANDED-NOT:           memref.prefetch
// CHECK-LABEL: func.func @large
// CHECK:         scf.for %{{.*}} = %c0 to %c12
// CHECK:           scf.for %[[TILE:.*]] = %c0 to %c2
// CHECK:             %[[PART:.*]] = arith.remui %[[TILE]], %c2
// CHECK:             %[[NEXT:.*]] = arith.addi %{{.*}}, %c131072
// CHECK:             %[[OFFSET:.*]] = arith.muli %[[PART]], %c65536
// CHECK:             %[[AHEAD:.*]] = arith.addi %[[NEXT]], %[[OFFSET]]
// CHECK:             mk.tile
// CHECK-SAME:        ahead[%[[AHEAD]]]
// CHECK:             ahead_parts = 2 : i64
// CHECK-SAME:        rows = 12 : i64
// EXACT-NOT:     memref.prefetch
memref.global "private" constant @w384x4096 : memref<384x4096xi8> = dense<1>
func.func @large(%x: memref<24x4096xi8>, %acc: memref<24x384xi32>) {
  %w = memref.get_global @w384x4096 : memref<384x4096xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<24x384xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<24x4096xi8>, memref<384x4096xi8>) outs(%acc : memref<24x384xi32>)
  return
}

// A panel of 16 KiB stays in the first level, and there is no next one.
// EXPANDED-LABEL: func.func @small
// EXPANDED-NOT:     memref.prefetch
// EXPANDED:         return
memref.global "private" constant @w64x256 : memref<64x256xi8> = dense<1>
func.func @small(%x: memref<12x256xi8>, %acc: memref<12x64xi32>) {
  %w = memref.get_global @w64x256 : memref<64x256xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<12x64xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<12x256xi8>, memref<64x256xi8>) outs(%acc : memref<12x64xi32>)
  return
}
