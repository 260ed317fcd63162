// RUN: quant-opt %s -codegen-tile-contractions=pack-at-load | FileCheck %s
// RUN: quant-opt %s -codegen-tile-contractions=pack-at-load -codegen-plan-workspace \
// RUN:   -codegen-create-entry | FileCheck %s --check-prefix=ENTRY
// RUN: sed 's/dense<..1, 2,/dense<[[127, 127,/' %s | quant-opt -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-tile-contractions="pack-at-load strategy=avx2-fast" | FileCheck %s --check-prefix=STEPS

// The panels are declared only; the module says what they are made of: elements of a
// byte, 1 group of 2 columns, 4 deep in runs of 4, of which 2 are neighbours, in panels of 8
// columns, here one for the last up to 4, that are not interleaved; there are no codes.

// CHECK: quantc.panels = [{element = i8, layout = array<i64: 1, 1, 2, 4, 4, 2, 1, 8, 4, 1, 0>, panels = @panels, shape = array<i64: 2, 1, 4>, weights = array<i8: 1, 2, 3, 4, 5, 6, 7, 8>}]
// CHECK: memref.get_global @panels
// CHECK: memref.global "private" @panels : memref<16xi8> {alignment = 64 : i64}
// 127 and 127 are in two steps: one takes elements 0 to 1 of both columns, the other 1 to 4.
// STEPS: shape = array<i64: 2, 1, 4>, steps = array<i8: 16, 65>, weights = array<i8: 127, 127, 3, 4, 5, 6, 7, 8>
// STEPS: memref.global "private" @panels : memref<64xi8> {alignment = 64 : i64}
// Behind the fields of the arguments are the addresses.
// ENTRY-NOT:   memref.global "private" @panels
// ENTRY-LABEL: @quantc_body(
// ENTRY-SAME:    memref<?xi8>, %[[CONTEXT:[a-z0-9]+]]: !llvm.ptr) {
// ENTRY:         %[[FIELD:.+]] = llvm.getelementptr %[[CONTEXT]][15] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
// ENTRY:         %[[TABLE:.+]] = llvm.load %[[FIELD]]
// ENTRY:         %[[PLACE:.+]] = llvm.getelementptr %[[TABLE]][0]
// ENTRY:         %[[DATA:.+]] = llvm.load %[[PLACE]]
// ENTRY:         %[[PANELS:.+]] = builtin.unrealized_conversion_cast {{.*}} to memref<16xi8>
// ENTRY-NOT:     memref.get_global @panels
// ENTRY:         mk.tile "generic" {{.*}} %[[PANELS]][
module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64">, quantc.inputs = [{}]} {
memref.global "private" constant @w : memref<2x4xi8> = dense<[[1, 2, 3, 4], [5, 6, 7, 8]]>
func.func @network(%x: memref<3x4xi8>, %y: memref<3x2xi32>) {
  %zero = arith.constant 0 : i32
  %w = memref.get_global @w : memref<2x4xi8>
  linalg.fill ins(%zero : i32) outs(%y : memref<3x2xi32>)
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %w : memref<3x4xi8>, memref<2x4xi8>) outs(%y : memref<3x2xi32>)
  return
}
}
