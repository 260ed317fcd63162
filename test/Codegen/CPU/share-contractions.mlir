// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-tile-contractions=strategy=avx2-exact -canonicalize | FileCheck %s
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vnni \
// RUN:   -codegen-tile-contractions -canonicalize | FileCheck %s --check-prefix=QUADS

// Rows of the image are shared; the tiles of a row stay together. Strides and
// dilations that are not there are 1.
// QUADS-LABEL: func.func @rows
// QUADS:         scf.forall (%{{.*}}, %{{.*}}) in (%{{.*}}, 32) {
// QUADS:           scf.for %{{.*}} = %c0 to %c2
// QUADS:             mk.tile
// QUADS:             rows = 16 : i64

// Where panels are copied, neighbours have the same one, and rows of the image
// come in 8 blocks of 4, or 24 tiles: fewer would not pay for the copy.
// CHECK-LABEL: func.func @rows
// CHECK:         scf.forall (%{{.*}}, %[[BLOCK:.*]]) in (%{{.*}}, 8) {
// CHECK-DAG:       %[[SCALED:.*]] = arith.muli %[[BLOCK]], %c32
// CHECK-DAG:       %[[FIRST:.*]] = arith.divui %[[SCALED]], %c8
// CHECK-DAG:       %[[NEXT:.*]] = arith.addi %[[BLOCK]], %c1
// CHECK-DAG:       %[[SCALED_NEXT:.*]] = arith.muli %[[NEXT]], %c32
// CHECK-DAG:       %[[LAST:.*]] = arith.divui %[[SCALED_NEXT]], %c8
// CHECK:           scf.for %{{.*}} = %[[FIRST]] to %[[LAST]]
// CHECK:             scf.for %{{.*}} = %c0 to %c2
// CHECK:               mk.tile
// CHECK:               rows = 6 : i64
// CHECK:             scf.for %{{.*}} = %c0 to %c4
// CHECK:               mk.tile
// CHECK:               rows = 5 : i64

// The pixels of a sample are one dimension of 129 tiles of 6 and two of 5: they
// are shared in blocks of 8 or 9 tiles and in 2 panels, or, where those are
// copied, of 26 or 27 and 8.
// QUADS-LABEL: func.func @blocks
// QUADS:         scf.forall (%{{.*}}, %{{.*}}, %{{.*}}) in (%{{.*}}, 16, 2) {
// CHECK-LABEL: func.func @blocks
// CHECK:         scf.forall (%[[PANEL:.*]], %{{.*}}, %[[BLOCK:.*]]) in (8, %{{.*}}, 5) {
// CHECK-DAG:       %[[SCALED:.*]] = arith.muli %[[BLOCK]], %c131
// CHECK-DAG:       %[[FIRST:.*]] = arith.divui %[[SCALED]], %c5
// CHECK-DAG:       %[[NEXT:.*]] = arith.addi %[[BLOCK]], %c1
// CHECK-DAG:       %[[SCALED_NEXT:.*]] = arith.muli %[[NEXT]], %c131
// CHECK-DAG:       %[[LAST:.*]] = arith.divui %[[SCALED_NEXT]], %c5
// CHECK-DAG:       %[[BEGIN:.*]] = arith.minui %[[FIRST]], %c129
// CHECK-DAG:       %[[END:.*]] = arith.minui %[[LAST]], %c129
// CHECK:           scf.for %{{.*}} = %[[BEGIN]] to %[[END]]
// CHECK:             mk.tile
// CHECK:             rows = 6 : i64
// CHECK-DAG:       %[[BEHIND:.*]] = arith.maxui %[[FIRST]], %c129
// CHECK-DAG:       %[[BEGIN_SMALLER:.*]] = arith.subi %[[BEHIND]], %c129
// CHECK:           scf.for %{{.*}} = %[[BEGIN_SMALLER]] to
// CHECK:             mk.tile
// CHECK:             rows = 5 : i64

// One sample has one row: panels are shared, of which the last is narrower.
// CHECK-LABEL: func.func @panels
// CHECK:         scf.forall (%[[PANEL:.*]]) in (7) {
// CHECK:           %[[IS_FULL:.*]] = arith.cmpi ult, %[[PANEL]], %c6
// CHECK:           scf.if %[[IS_FULL]] {
// CHECK:             columns = 16 : i64
// CHECK:           } else {
// CHECK:             columns = 4 : i64

// An eighth of the work is not worth it.
// CHECK-LABEL: func.func @small
// CHECK-NOT:     scf.forall
// CHECK:         mk.tile

// Two pixels of 40 channels are 5 panels of 16, one pixel needed 3.
// CHECK-LABEL: func.func @depthwise
// CHECK:         scf.forall (%{{.*}}, %{{.*}}, %{{.*}}) in (%{{.*}}, 32, 5) {
// CHECK:           mk.depthwise
// CHECK:           a_pitch = 80 : i64, columns = 16 : i64

// Groups are shared, too.
// QUADS-LABEL: func.func @groups
// QUADS:         scf.forall (%{{.*}}, %{{.*}}, %{{.*}}) in (%{{.*}}, 32, 2) {
// QUADS:           mk.tile
// CHECK-LABEL: func.func @groups
// CHECK:         scf.forall (%{{.*}}, %{{.*}}, %{{.*}}) in (2, %{{.*}}, 8) {
// CHECK:           mk.tile

#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

memref.global "private" constant @filter : memref<16x3x3x16xi8> = dense<1>
memref.global "private" constant @pointwise : memref<128x1x1x64xi8> = dense<1>
memref.global "private" constant @weight : memref<100x4096xi8> = dense<1>
memref.global "private" constant @narrow : memref<100x512xi8> = dense<1>
memref.global "private" constant @taps : memref<40x1x3x3x1xi8> = dense<1>
memref.global "private" constant @grouped : memref<2x16x3x3x8xi8> = dense<1>

func.func @rows(%image: memref<?x34x34x16xi8>, %acc: memref<?x32x32x16xi32>) {
  %zero = arith.constant 0 : i32
  %filter = memref.get_global @filter : memref<16x3x3x16xi8>
  linalg.fill ins(%zero : i32) outs(%acc : memref<?x32x32x16xi32>)
  linalg.conv_2d_nhwc_fhwc
      ins(%image, %filter : memref<?x34x34x16xi8>, memref<16x3x3x16xi8>)
      outs(%acc : memref<?x32x32x16xi32>)
  return
}

func.func @blocks(%image: memref<?x28x28x64xi8>, %acc: memref<?x28x28x128xi32>) {
  %zero = arith.constant 0 : i32
  %filter = memref.get_global @pointwise : memref<128x1x1x64xi8>
  linalg.fill ins(%zero : i32) outs(%acc : memref<?x28x28x128xi32>)
  linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>,
      strides = dense<1> : tensor<2xi64>}
      ins(%image, %filter : memref<?x28x28x64xi8>, memref<128x1x1x64xi8>)
      outs(%acc : memref<?x28x28x128xi32>)
  return
}

func.func @panels(%x: memref<?x4096xi8>, %acc: memref<?x100xi32>) {
  %zero = arith.constant 0 : i32
  %weight = memref.get_global @weight : memref<100x4096xi8>
  linalg.fill ins(%zero : i32) outs(%acc : memref<?x100xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %weight : memref<?x4096xi8>, memref<100x4096xi8>)
      outs(%acc : memref<?x100xi32>)
  return
}

func.func @small(%x: memref<?x512xi8>, %acc: memref<?x100xi32>) {
  %zero = arith.constant 0 : i32
  %weight = memref.get_global @narrow : memref<100x512xi8>
  linalg.fill ins(%zero : i32) outs(%acc : memref<?x100xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %weight : memref<?x512xi8>, memref<100x512xi8>)
      outs(%acc : memref<?x100xi32>)
  return
}

func.func @depthwise(%image: memref<?x34x34x40x1xi8>, %acc: memref<?x32x32x40x1xi32>) {
  %zero = arith.constant 0 : i32
  %taps = memref.get_global @taps : memref<40x1x3x3x1xi8>
  linalg.fill ins(%zero : i32) outs(%acc : memref<?x32x32x40x1xi32>)
  linalg.conv_2d_nhwgc_gfhwc {dilations = dense<1> : tensor<2xi64>,
      strides = dense<1> : tensor<2xi64>}
      ins(%image, %taps : memref<?x34x34x40x1xi8>, memref<40x1x3x3x1xi8>)
      outs(%acc : memref<?x32x32x40x1xi32>)
  return
}

func.func @groups(%image: memref<?x34x34x2x8xi8>, %acc: memref<?x32x32x2x16xi32>) {
  %zero = arith.constant 0 : i32
  %filter = memref.get_global @grouped : memref<2x16x3x3x8xi8>
  linalg.fill ins(%zero : i32) outs(%acc : memref<?x32x32x2x16xi32>)
  linalg.conv_2d_nhwgc_gfhwc {dilations = dense<1> : tensor<2xi64>,
      strides = dense<1> : tensor<2xi64>}
      ins(%image, %filter : memref<?x34x34x2x8xi8>, memref<2x16x3x3x8xi8>)
      outs(%acc : memref<?x32x32x2x16xi32>)
  return
}
