// DEFINE: %{attach} = -codegen-attach-target=target=x86-64-v4+avx512vnni+amx-int8
// DEFINE: %{tile} = -codegen-tile-contractions=share-from=100000000
// RUN: quant-opt %s %{attach} %{tile} -canonicalize | FileCheck %s
// RUN: quant-opt %s %{attach} %{tile} -codegen-expand-tiles -canonicalize \
// RUN:   | FileCheck %s --check-prefix=EXPANDED
// RUN: quant-opt %s %{attach} \
// RUN:   "-codegen-tile-contractions=strategy=amx share-from=100000000" \
// RUN:   | FileCheck %s --check-prefix=FORCED
// RUN: quant-opt %s %{attach} -codegen-tile-contractions=share-from=0 -canonicalize \
// RUN:   | FileCheck %s --check-prefix=SHARED

// 60 rows are twice 30, in two registers of 15 each by two of 16 columns; a step
// takes 48 of K, as 64 would read what is behind.
// CHECK-LABEL: func.func @rows
// CHECK:         %[[SUMS:.*]] = memref.alloc() {alignment = 64 : i64} : memref<1536xi32>
// CHECK:         scf.for %{{.*}} = %c0 to %c2
// CHECK:           mk.tile "amx"
// CHECK-SAME:          scratch(%[[SUMS]] : memref<1536xi32>)
// CHECK:           columns = 32 : i64
// CHECK-SAME:      rows = 30 : i64, run = 96 : i64
// CHECK:         scf.for
// CHECK:           columns = 8 : i64
// CHECK-SAME:      width = 16 : i64

// EXPANDED-LABEL: func.func @rows
// EXPANDED:         mk.registers rows = [15, 15], depth = 48
// EXPANDED-COUNT-4: llvm.call_intrinsic "llvm.x86.tilezero"
// EXPANDED:         scf.for %{{.*}} = %c0 to %c2
// EXPANDED-COUNT-2:   llvm.call_intrinsic "llvm.x86.tileloadd64"
// EXPANDED:           llvm.call_intrinsic "llvm.x86.tileloadd64"(%c4_i8, %{{.*}}, %c96_i64)
// EXPANDED:           llvm.call_intrinsic "llvm.x86.tdpbssd"(%c0_i8, %c4_i8, %c6_i8)
// EXPANDED:           llvm.call_intrinsic "llvm.x86.tdpbssd"(%c1_i8, %c4_i8, %c7_i8)
// EXPANDED:           llvm.call_intrinsic "llvm.x86.tileloadd64"(%c5_i8, %{{.*}}, %c96_i64)
// EXPANDED:           llvm.call_intrinsic "llvm.x86.tdpbssd"(%c2_i8, %c5_i8, %c6_i8)
// EXPANDED:           llvm.call_intrinsic "llvm.x86.tdpbssd"(%c3_i8, %c5_i8, %c7_i8)
// EXPANDED-COUNT-4: llvm.call_intrinsic "llvm.x86.tilestored64"
// Four rows at once have an epilogue, then the last two.
// EXPANDED:         scf.for %{{.*}} = %c0 to %c7
// EXPANDED-COUNT-8:   vector.load %{{.*}} : memref<1536xi32>, vector<16xi32>
// EXPANDED:         }
// EXPANDED-COUNT-4: vector.load %{{.*}} : memref<1536xi32>, vector<16xi32>

// 45 rows: 23, and 23 of which the first was one of those.
// CHECK-LABEL: func.func @overlap
// CHECK:         mk.tile "amx" %{{[^,]*}}[%c0]
// CHECK:         rows = 23 : i64, run = 64 : i64
// CHECK-NOT:     skip
// CHECK:         mk.tile "amx" %{{[^,]*}}[%c1408]
// CHECK-SAME:        outputs(%{{.*}} at %c352
// CHECK:         rows = 23 : i64, run = 64 : i64, skip = 1 : i64
// EXPANDED-LABEL: func.func @overlap
// EXPANDED:         mk.registers rows = [12, 11], depth = 64
// EXPANDED:         scf.for %[[GROUP:.*]] = %c0 to %c5
// EXPANDED:           %[[ROW:.*]] = arith.muli %[[GROUP]], %c4
// EXPANDED:           arith.addi %[[ROW]], %c1

// A row is a line of 7 pixels. Two of them, and the two pixels between, are the 16
// rows of a register.
// CHECK-LABEL: func.func @lines
// CHECK:         mk.tile "amx" %{{[^,]*}}[%c0]
// CHECK:         a_pitch = 288 : i64
// CHECK-SAME:    line = 7 : i64, line_pitches = array<i64: 32, 16>, output_pitches = array<i64: 112>, rows = 4 : i64
// CHECK:         mk.tile "amx" %{{[^,]*}}[%c864]
// CHECK:         skip = 1 : i64
// EXPANDED-LABEL: func.func @lines
// EXPANDED:         mk.registers rows = [16, 16], depth = 48
// EXPANDED:         scf.for %[[LINE:.*]] = %c0 to %c4
// EXPANDED:           %[[FIRST:.*]] = arith.muli %[[LINE]], %c144
// EXPANDED:           vector.load %{{.*}}[%[[FIRST]]] : memref<1536xi32>, vector<16xi32>

// Every second pixel of every second line: one line a register.
// CHECK-LABEL: func.func @strided_lines
// CHECK:         a_pitch = 960 : i64
// CHECK-SAME:    line = 7 : i64, line_pitches = array<i64: 64, 16>
// CHECK-SAME:    rows = 2 : i64
// EXPANDED-LABEL: func.func @strided_lines
// EXPANDED:         mk.registers rows = [7, 7], depth = 48

// A panel of 32 KiB comes from the second level of the caches, or from further away:
// each step brings nearer what the one after the next reads.
// EXPANDED-LABEL: func.func @deep
// EXPANDED-COUNT-32: memref.prefetch %{{.*}}, read, locality<3>, data
// EXPANDED-COUNT-2: llvm.call_intrinsic "llvm.x86.tileloaddt164"
// EXPANDED-NOT:     tileloaddt164
// EXPANDED:         return

// Of few rows, or a short run, matrices are mostly empty; a batch of unknown size
// may have a single row; no step divides a run of 27.
// CHECK-LABEL: func.func @few_rows
// CHECK-NOT:     "amx"
// CHECK:         mk.tile "avx512-vnni"
// CHECK-LABEL: func.func @short_run
// CHECK-NOT:     "amx"
// CHECK:         mk.tile "avx512-vnni"
// CHECK-LABEL: func.func @batch
// CHECK-NOT:     "amx"
// CHECK:         mk.tile "avx512-vnni"
// CHECK-LABEL: func.func @odd_run
// CHECK-NOT:     "amx"
// CHECK:         mk.tile "avx512-vnni"
// CHECK-LABEL: func.func @depthwise
// CHECK:         mk.depthwise "avx512-vnni"

// By name all that can be.
// FORCED-LABEL: func.func @few_rows
// FORCED:         mk.tile "amx"
// FORCED-LABEL: func.func @short_run
// FORCED:         mk.tile "amx"
// FORCED-LABEL: func.func @batch
// FORCED-NOT:     "amx"
// FORCED:         mk.tile "avx512-vnni"
// FORCED-LABEL: func.func @odd_run
// FORCED-NOT:     "amx"
// FORCED:         mk.tile "avx512-vnni"

// Threads share tiles by panels, each with sums of its own; and of weights beyond a
// MiB the panels, so that each is read once.
// SHARED-LABEL: func.func @rows
// SHARED:         scf.forall (%{{.*}}, %{{.*}}) in (2, 2)
// SHARED:           memref.alloca() {alignment = 64 : i64} : memref<1536xi32>
// SHARED:           mk.tile "amx"
// SHARED-LABEL: func.func @large
// SHARED:         scf.forall (%{{.*}}) in (32) {
// SHARED:           scf.for %{{.*}} = %c0 to %c2

#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

memref.global "private" constant @w40x96 : memref<40x96xi8> = dense<1>
memref.global "private" constant @w16x64 : memref<16x64xi8> = dense<1>
memref.global "private" constant @w16x8 : memref<16x8xi8> = dense<1>
memref.global "private" constant @w16x27 : memref<16x27xi8> = dense<1>
memref.global "private" constant @w32x1024 : memref<32x1024xi8> = dense<1>
memref.global "private" constant @w1024x1088 : memref<1024x1088xi8> = dense<1>
memref.global "private" constant @w16x3x3x32 : memref<16x3x3x32xi8> = dense<1>
memref.global "private" constant @w32x1x3x3x1 : memref<32x1x3x3x1xi8> = dense<1>

func.func @rows(%x: memref<60x96xi8>, %acc: memref<60x40xi32>) {
  %w = memref.get_global @w40x96 : memref<40x96xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<60x40xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<60x96xi8>, memref<40x96xi8>) outs(%acc : memref<60x40xi32>)
  return
}

func.func @overlap(%x: memref<45x64xi8>, %acc: memref<45x16xi32>) {
  %w = memref.get_global @w16x64 : memref<16x64xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<45x16xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<45x64xi8>, memref<16x64xi8>) outs(%acc : memref<45x16xi32>)
  return
}

func.func @lines(%x: memref<1x9x9x32xi8>, %acc: memref<1x7x7x16xi32>) {
  %w = memref.get_global @w16x3x3x32 : memref<16x3x3x32xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<1x7x7x16xi32>)
  linalg.conv_2d_nhwc_fhwc
      ins(%x, %w : memref<1x9x9x32xi8>, memref<16x3x3x32xi8>) outs(%acc : memref<1x7x7x16xi32>)
  return
}

func.func @strided_lines(%x: memref<1x15x15x32xi8>, %acc: memref<1x7x7x16xi32>) {
  %w = memref.get_global @w16x3x3x32 : memref<16x3x3x32xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<1x7x7x16xi32>)
  linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>}
      ins(%x, %w : memref<1x15x15x32xi8>, memref<16x3x3x32xi8>) outs(%acc : memref<1x7x7x16xi32>)
  return
}

func.func @deep(%x: memref<16x1024xi8>, %acc: memref<16x32xi32>) {
  %w = memref.get_global @w32x1024 : memref<32x1024xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<16x32xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<16x1024xi8>, memref<32x1024xi8>) outs(%acc : memref<16x32xi32>)
  return
}

func.func @large(%x: memref<64x1088xi8>, %acc: memref<64x1024xi32>) {
  %w = memref.get_global @w1024x1088 : memref<1024x1088xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<64x1024xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<64x1088xi8>, memref<1024x1088xi8>) outs(%acc : memref<64x1024xi32>)
  return
}

func.func @few_rows(%x: memref<3x64xi8>, %acc: memref<3x16xi32>) {
  %w = memref.get_global @w16x64 : memref<16x64xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<3x16xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<3x64xi8>, memref<16x64xi8>) outs(%acc : memref<3x16xi32>)
  return
}

func.func @short_run(%x: memref<64x8xi8>, %acc: memref<64x16xi32>) {
  %w = memref.get_global @w16x8 : memref<16x8xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<64x16xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<64x8xi8>, memref<16x8xi8>) outs(%acc : memref<64x16xi32>)
  return
}

func.func @batch(%x: memref<?x64xi8>, %acc: memref<?x16xi32>) {
  %w = memref.get_global @w16x64 : memref<16x64xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<?x16xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<?x64xi8>, memref<16x64xi8>) outs(%acc : memref<?x16xi32>)
  return
}

func.func @odd_run(%x: memref<64x27xi8>, %acc: memref<64x16xi32>) {
  %w = memref.get_global @w16x27 : memref<16x27xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<64x16xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<64x27xi8>, memref<16x27xi8>) outs(%acc : memref<64x16xi32>)
  return
}

func.func @depthwise(%x: memref<1x9x9x32x1xi8>, %acc: memref<1x7x7x32x1xi32>) {
  %w = memref.get_global @w32x1x3x3x1 : memref<32x1x3x3x1xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<1x7x7x32x1xi32>)
  linalg.conv_2d_nhwgc_gfhwc
      ins(%x, %w : memref<1x9x9x32x1xi8>, memref<32x1x3x3x1xi8>)
      outs(%acc : memref<1x7x7x32x1xi32>)
  return
}
