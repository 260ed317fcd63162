// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-tile-contractions=strategy=avx2-exact -canonicalize | FileCheck %s
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vnni \
// RUN:   -codegen-tile-contractions -canonicalize | FileCheck %s --check-prefix=QUADS

// vpmaddwd multiplies i16. The weights are stored as i8, and copied where enough
// tiles read them; vpdpbusd reads them as they are.
// QUADS-NOT: i16

// The copy lies in the workspace, and all rows read it before the next panel
// takes its place.
// CHECK-LABEL: func.func @many_rows
// CHECK:         %[[WIDE:.*]] = memref.alloc() {alignment = 64 : i64} : memref<64xi16>
// CHECK:         scf.for %[[PANEL:.*]] = %c0 to %c4
// CHECK:           %[[BEGIN:.*]] = arith.muli %[[PANEL]], %c64
// CHECK:           scf.for %[[I:.*]] = %c0 to %c4 step
// CHECK:             %[[OFFSET:.*]] = arith.muli %[[I]], %c16
// CHECK:             %[[POSITION:.*]] = arith.addi %[[BEGIN]], %[[OFFSET]]
// CHECK:             %[[STORED:.*]] = vector.load %{{.*}}[%[[POSITION]]] : memref<256xi8>, vector<16xi8>
// CHECK:             %[[WIDENED:.*]] = arith.extsi %[[STORED]] : vector<16xi8> to vector<16xi16>
// CHECK:             vector.store %[[WIDENED]], %[[WIDE]]
// CHECK:           scf.for %{{.*}} = %c0 to %c10
// CHECK:             mk.tile "avx2-exact" %{{.*}}, %[[WIDE]][%c0]

// 4 tiles do not pay for a copy.
// CHECK-LABEL: func.func @few_rows
// CHECK-NOT:     vector.load
// CHECK:         mk.tile

// A panel of 8192 x 16 is too large for the stack of a thread.
// CHECK-LABEL: func.func @deep
// CHECK-NOT:     vector.load
// CHECK:         mk.tile

// Threads have a copy each, on the stack.
// CHECK-LABEL: func.func @shared
// CHECK:         scf.forall
// CHECK:           %[[WIDE:.*]] = memref.alloca() {alignment = 64 : i64} : memref<2048xi16>
// CHECK:           scf.for
// CHECK:             vector.load
// CHECK:           scf.for
// CHECK:             mk.tile "avx2-exact" %{{.*}}, %[[WIDE]][%c0]

#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

memref.global "private" constant @w64x4 : memref<64x4xi8> = dense<1>
memref.global "private" constant @w16x8192 : memref<16x8192xi8> = dense<1>
memref.global "private" constant @w1024x128 : memref<1024x128xi8> = dense<1>

func.func @many_rows(%x: memref<60x4xi8>, %acc: memref<60x64xi32>) {
  %w = memref.get_global @w64x4 : memref<64x4xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<60x64xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<60x4xi8>, memref<64x4xi8>)
      outs(%acc : memref<60x64xi32>)
  return
}

func.func @few_rows(%x: memref<24x4xi8>, %acc: memref<24x64xi32>) {
  %w = memref.get_global @w64x4 : memref<64x4xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<24x64xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<24x4xi8>, memref<64x4xi8>)
      outs(%acc : memref<24x64xi32>)
  return
}

func.func @deep(%x: memref<60x8192xi8>, %acc: memref<60x16xi32>) {
  %w = memref.get_global @w16x8192 : memref<16x8192xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<60x16xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<60x8192xi8>, memref<16x8192xi8>)
      outs(%acc : memref<60x16xi32>)
  return
}

func.func @shared(%x: memref<48x128xi8>, %acc: memref<48x1024xi32>) {
  %w = memref.get_global @w1024x128 : memref<1024x128xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%acc : memref<48x1024xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<48x128xi8>, memref<1024x128xi8>)
      outs(%acc : memref<48x1024xi32>)
  return
}
