// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vnni+avx512vbmi \
// RUN:   -codegen-tile-contractions -canonicalize | FileCheck %s
// RUN: quant-opt %s -codegen-attach-target=target=x86-64 \
// RUN:   -codegen-tile-contractions -canonicalize | FileCheck %s --check-prefix=NONE
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-tile-contractions -canonicalize | FileCheck %s --check-prefix=EXACT
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vnni+avx512vbmi \
// RUN:   -codegen-tile-contractions -codegen-expand-tiles | FileCheck %s --check-prefix=EXPANDED

// Three levels are codes of two bits, where the target looks 64 bytes up at once.
// CHECK-LABEL: func.func @ternary
// CHECK:         mk.tile "avx512-vnni"
// CHECK:         levels = array<i8: -1, 0, 3, 0>
// NONE-LABEL:  func.func @ternary
// NONE:          mk.tile "generic"
// NONE-NOT:      levels = array
// EXACT-LABEL: func.func @ternary
// EXACT:         mk.tile "avx2-fast"
// EXACT:         levels

// EXPANDED-LABEL: func.func @ternary
// EXPANDED:         %[[CODES:.+]] = vector.load %{{.*}} : memref<64xi8>, vector<64xi8>
// EXPANDED-NEXT:    %[[TABLE:.+]] = arith.constant dense<[-1, 0, 3, 0, -1, 0, 3, 0,
// EXPANDED-NEXT:    %[[FIRST:.+]] = llvm.call_intrinsic "llvm.x86.avx512.permvar.qi.512"(%[[TABLE]], %[[CODES]])
// EXPANDED:         llvm.x86.avx512.vpdpbusd.512{{.*}} %[[FIRST]]
// EXPANDED:         %[[WORDS:.+]] = vector.bitcast %[[CODES]] : vector<64xi8> to vector<32xi16>
// EXPANDED:         arith.shrui %[[WORDS]]
// EXPANDED:         permvar.qi.512

// More levels than codes, more rows than four, and what a step has too much without a
// level of 0: elements stay as they are.
// CHECK-LABEL: func.func @many_levels
// CHECK-NOT:     levels = array
// CHECK-LABEL: func.func @many_rows
// CHECK-NOT:     levels = array
// CHECK-LABEL: func.func @part_of_a_step
// CHECK-NOT:     levels = array
// CHECK-LABEL: func.func @saturating

// The panel of @ternary has 16 columns of four elements. The elements of a column are two
// steps, in one byte: the first has -1, 0, 3, 3, codes 0, 1, 2, 2, and the second -1, -1,
// 3, 0, codes 0, 0, 2, 1, two bits higher. What is padding has the code of 0, which is 1.
// CHECK:       memref.global "private" constant @panels : memref<64xi8> = dense<[80, 81, 90, 86, 85, 85,

// Products that saturate are another strategy's, whose elements are of i16: codes, too.
// EXACT-LABEL: func.func @saturating
// EXACT:         mk.tile "avx2-exact"
// EXACT:         levels = array<i8: 100, 127, 0, 0>

#rows = affine_map<(m, n, k) -> (m, k)>
#columns = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

memref.global "private" constant @ternary_weights : memref<1x8xi8> = dense<[[-1, 0, 3, 3, -1, -1, 3, 0]]>
func.func @ternary(%x: memref<?x8xi8>, %y: memref<?x1xi32>) {
  %zero = arith.constant 0 : i32
  %w = memref.get_global @ternary_weights : memref<1x8xi8>
  linalg.fill ins(%zero : i32) outs(%y : memref<?x1xi32>)
  linalg.matmul indexing_maps = [#rows, #columns, #result]
    ins(%x, %w : memref<?x8xi8>, memref<1x8xi8>) outs(%y : memref<?x1xi32>)
  return
}

memref.global "private" constant @seventeen : memref<1x17xi8> = dense<[[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]]>
func.func @many_levels(%x: memref<1x17xi8>, %y: memref<1x1xi32>) {
  %zero = arith.constant 0 : i32
  %w = memref.get_global @seventeen : memref<1x17xi8>
  linalg.fill ins(%zero : i32) outs(%y : memref<1x1xi32>)
  linalg.matmul indexing_maps = [#rows, #columns, #result]
    ins(%x, %w : memref<1x17xi8>, memref<1x17xi8>) outs(%y : memref<1x1xi32>)
  return
}

func.func @many_rows(%x: memref<5x8xi8>, %y: memref<5x1xi32>) {
  %zero = arith.constant 0 : i32
  %w = memref.get_global @ternary_weights : memref<1x8xi8>
  linalg.fill ins(%zero : i32) outs(%y : memref<5x1xi32>)
  linalg.matmul indexing_maps = [#rows, #columns, #result]
    ins(%x, %w : memref<5x8xi8>, memref<1x8xi8>) outs(%y : memref<5x1xi32>)
  return
}

memref.global "private" constant @without_zero : memref<1x6xi8> = dense<[[1, 2, 1, 2, 1, 2]]>
func.func @part_of_a_step(%x: memref<1x6xi8>, %y: memref<1x1xi32>) {
  %zero = arith.constant 0 : i32
  %w = memref.get_global @without_zero : memref<1x6xi8>
  linalg.fill ins(%zero : i32) outs(%y : memref<1x1xi32>)
  linalg.matmul indexing_maps = [#rows, #columns, #result]
    ins(%x, %w : memref<1x6xi8>, memref<1x6xi8>) outs(%y : memref<1x1xi32>)
  return
}

memref.global "private" constant @large : memref<1x8xi8> = dense<[[100, 127, 127, 127, 127, 127, 127, 127]]>
func.func @saturating(%x: memref<1x8xi8>, %y: memref<1x1xi32>) {
  %zero = arith.constant 0 : i32
  %w = memref.get_global @large : memref<1x8xi8>
  linalg.fill ins(%zero : i32) outs(%y : memref<1x1xi32>)
  linalg.matmul indexing_maps = [#rows, #columns, #result]
    ins(%x, %w : memref<1x8xi8>, memref<1x8xi8>) outs(%y : memref<1x1xi32>)
  return
}
