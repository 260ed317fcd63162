// DEFINE: %{tile} = -codegen-attach-target=target=x86-64-v4+avx512vnni \
// DEFINE:   -codegen-tile-contractions=share-from=100000000
// RUN: quant-opt %s %{tile} -canonicalize | FileCheck %s
// RUN: quant-opt %s %{tile} -codegen-expand-tiles -canonicalize -cse \
// RUN:   | FileCheck %s --check-prefix=EXPANDED

// Tiles of short lines would be small. Of 7 lines of 7 pixels tiles have 3, 2 and 2, of
// one vector each: 21 rows of accumulators hide what an instruction takes.
// CHECK-LABEL: func.func @lines
// CHECK:         mk.tile "avx512-vnni"
// CHECK:         a_pitch = 288 : i64
// CHECK-SAME:    line = 7 : i64, line_pitches = array<i64: 32, 16>, output_pitches = array<i64: 112>, rows = 3 : i64
// CHECK:         scf.for %{{.*}} = %c0 to %c2
// CHECK:           mk.tile "avx512-vnni"
// CHECK:           rows = 2 : i64

// The last pixel of the first line, and the first of the second one.
// EXPANDED-LABEL: func.func @lines
// EXPANDED:         scf.for %{{.*}} = %c0 to %c3
// EXPANDED:           arith.addi %[[LEFT:.*]], %c192
// EXPANDED:           llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// EXPANDED-NEXT:      arith.addi %[[LEFT]], %c288
// EXPANDED-COUNT-14:  llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// EXPANDED:           scf.yield
// EXPANDED:         vector.store %{{.*}}, %{{.*}}[%c96]
// EXPANDED:         vector.store %{{.*}}, %{{.*}}[%c112]

// Wide tiles of one line fill as many registers, and load less.
// CHECK-LABEL: func.func @columns
// CHECK:         mk.tile "avx512-vnni"
// CHECK-NOT:     line =
// CHECK:         return

memref.global "private" constant @w16 : memref<16x3x3x32xi8> = dense<1>
memref.global "private" constant @w64 : memref<64x1x1x32xi8> = dense<1>

func.func @lines(%x: memref<1x9x9x32xi8>, %acc: memref<1x7x7x16xi32>) {
  %w = memref.get_global @w16 : memref<16x3x3x32xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<1x7x7x16xi32>)
  linalg.conv_2d_nhwc_fhwc
      ins(%x, %w : memref<1x9x9x32xi8>, memref<16x3x3x32xi8>) outs(%acc : memref<1x7x7x16xi32>)
  return
}

func.func @columns(%x: memref<1x14x28x32xi8>, %acc: memref<1x7x14x64xi32>) {
  %w = memref.get_global @w64 : memref<64x1x1x32xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<1x7x14x64xi32>)
  linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>}
      ins(%x, %w : memref<1x14x28x32xi8>, memref<64x1x1x32xi8>) outs(%acc : memref<1x7x14x64xi32>)
  return
}
