// DEFINE: %{attach} = -codegen-attach-target=target=x86-64-v3
// RUN: quant-opt %s %{attach} -codegen-tile-contractions=strategy=avx2-fast \
// RUN:   -canonicalize | FileCheck %s
// RUN: quant-opt %s %{attach} -codegen-tile-contractions -canonicalize \
// RUN:   | FileCheck %s --check-prefix=BEST
// RUN: quant-opt %s %{attach} -codegen-tile-contractions=strategy=avx2-fast \
// RUN:   -codegen-expand-tiles -canonicalize | FileCheck %s --check-prefix=EXPANDED

// vpmaddubsw adds two products in 16 bits. Weights of which no sum saturates have the
// steps of other strategies, in panels of 8 columns. 64 and 64 are such: 255 * 128 is an
// i16.
// CHECK-LABEL: func.func @in_order
// CHECK-NOT:     steps(
// CHECK:         mk.tile "avx2-fast"
// CHECK:         group = 4 : i64
// CHECK-SAME:    rows = 8 : i64, run = 8 : i64
// CHECK-SAME:    width = 8 : i64
// BEST-LABEL: func.func @in_order
// BEST:         mk.tile "avx2-fast"
// EXPANDED-LABEL: func.func @in_order
// EXPANDED:         vector.load %{{.*}} : memref<128xi8>, vector<32xi8>
// EXPANDED-COUNT-8: llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"

// Else they are steps in which no sum saturates, each with its offset in the left
// operand.
// CHECK-LABEL: func.func @listed
// CHECK:         %[[FIRST:.*]] = memref.load %{{.*}}[%[[PANEL:.*]]] : memref<3xi32>
// CHECK:         %[[FROM:.*]] = arith.index_cast %[[FIRST]]
// CHECK:         %[[NEXT:.*]] = arith.addi %[[PANEL]], %c1
// CHECK:         memref.load %{{.*}}[%[[NEXT]]]
// CHECK:         arith.muli %[[FROM]], %c32
// CHECK:         mk.tile "avx2-fast"
// CHECK-SAME:        steps(%{{.*}} from %[[FROM]] to %{{.*}} : memref<33xi16>)
// CHECK:         a_pitch = 64 : i64, columns = 8 : i64, counts = array<i64>, group = 4 : i64
// CHECK-SAME:    rows = 8 : i64, run = 4 : i64
// BEST-LABEL: func.func @listed
// BEST:         mk.tile "avx2-fast"
// EXPANDED-LABEL: func.func @listed
// EXPANDED:         scf.for %[[STEP:.*]] = %{{.*}} to %{{.*}} step %c1 iter_args
// EXPANDED:           memref.load %{{.*}}[%[[STEP]]] : memref<33xi16>
// EXPANDED:           vector.load %{{.*}} : memref<1056xi8>, vector<32xi8>
// EXPANDED-COUNT-8:   llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// EXPANDED:           scf.yield

// A panel for so few rows is read from memory: its bytes count.
// BEST-LABEL: func.func @few_rows
// BEST:         mk.tile "avx2-exact"
// CHECK-LABEL: func.func @few_rows
// CHECK:         mk.tile "avx2-fast"

// Where many steps are needed, products of 16 bits are faster.
// BEST-LABEL: func.func @unsafe
// BEST:         mk.tile "avx2-exact"
// BEST-LABEL: func.func @window
// BEST:         mk.tile "avx2-exact"

// A run that is shorter than a step cannot be read.
// CHECK-LABEL: func.func @short
// CHECK:         mk.tile "avx2-exact"

// The start is the bias less 128 * 8 * 64.
// CHECK: @panels : memref<128xi8> = dense<64>
// CHECK: @start : memref<16xi32> = dense<-65536>

// 65 and 64 are not safe: in the panel that has them they are multiplied in different
// pairs, in a step that begins at 3; the last one begins at 60, with zeros.
// CHECK: @steps : memref<33xi16>
// CHECK-SAME: dense<[0, 4, 8, {{[0-9, ]*}} 60, 0, 3, 7, 11, {{[0-9, ]*}} 59, 60]>
// CHECK: @first_steps : memref<3xi32> = dense<[0, 16, 33]>

// Neither are they as -64 and -65.
// CHECK: @steps_{{[0-9]+}} : memref<3xi16> = dense<[0, 3, 4]>
// CHECK: @panels_{{[0-9]+}} : memref<96xi8>
// CHECK-SAME: dense<[0, 0, 64, 0, 0, 0, 0, 0, {{(0, )+}}65, 64, 0, 0, -64, -65, 0, 0

// Of eight 127 no two can be added, but those of different pairs are multiplied in one
// step.
// CHECK: @steps_{{[0-9]+}} : memref<5xi16> = dense<[0, 0, 2, 4, 4]>
// CHECK: @first_steps_{{[0-9]+}} : memref<2xi32> = dense<[0, 5]>

// Each row of a window has steps of its own, at the pitch of the image.
// CHECK: @steps_{{[0-9]+}} : memref<12xi16> = dense<[0, 0, 1, 1, 20, 20, 21, 21, 40, 40, 41, 41]>
// That of a wide image is 60000 after two rows, and 100000 in a wider one.
// CHECK: @steps_{{[0-9]+}} : memref<12xi16> = dense<[0, 0, 1, 1, 30000, 30000, 30001, 30001, -5536, -5536, -5535, -5535]>
// CHECK: @steps_{{[0-9]+}} : memref<12xi32> = dense<[0, 0, 1, 1, 50000, 50000, 50001, 50001, 100000, 100000, 100001, 100001]>

#result = affine_map<(m, n, k) -> (m, n)>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>

memref.global "private" constant @sixty_four : memref<16x8xi8> = dense<64>
memref.global "private" constant @late_pair : memref<16x64xi8> = dense<"0x00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000041400000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000">
memref.global "private" constant @pairs : memref<2x8xi8> = dense<[
    [0, 0, 64, 0, 65, 64, 0, 0], [0, 0, 0, 0, -64, -65, 0, 0]]>
memref.global "private" constant @most : memref<1x8xi8> = dense<127>
memref.global "private" constant @filter : memref<1x3x1x5xi8> = dense<-127>
memref.global "private" constant @three : memref<1x3xi8> = dense<1>

func.func @in_order(%x: memref<16x8xi8>, %acc: memref<16x16xi32>) {
  %c0 = arith.constant 0 : i32
  %weight = memref.get_global @sixty_four : memref<16x8xi8>
  linalg.fill ins(%c0 : i32) outs(%acc : memref<16x16xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %weight : memref<16x8xi8>, memref<16x8xi8>) outs(%acc : memref<16x16xi32>)
  return
}

func.func @listed(%x: memref<16x64xi8>, %acc: memref<16x16xi32>) {
  %c0 = arith.constant 0 : i32
  %weight = memref.get_global @late_pair : memref<16x64xi8>
  linalg.fill ins(%c0 : i32) outs(%acc : memref<16x16xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %weight : memref<16x64xi8>, memref<16x64xi8>) outs(%acc : memref<16x16xi32>)
  return
}

func.func @few_rows(%x: memref<?x8xi8>, %acc: memref<?x2xi32>) {
  %c0 = arith.constant 0 : i32
  %weight = memref.get_global @pairs : memref<2x8xi8>
  linalg.fill ins(%c0 : i32) outs(%acc : memref<?x2xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %weight : memref<?x8xi8>, memref<2x8xi8>) outs(%acc : memref<?x2xi32>)
  return
}

func.func @unsafe(%x: memref<16x8xi8>, %acc: memref<16x1xi32>) {
  %c0 = arith.constant 0 : i32
  %weight = memref.get_global @most : memref<1x8xi8>
  linalg.fill ins(%c0 : i32) outs(%acc : memref<16x1xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %weight : memref<16x8xi8>, memref<1x8xi8>) outs(%acc : memref<16x1xi32>)
  return
}

func.func @window(%image: memref<1x4x4x5xi8>, %acc: memref<1x2x4x1xi32>) {
  %c0 = arith.constant 0 : i32
  %weight = memref.get_global @filter : memref<1x3x1x5xi8>
  linalg.fill ins(%c0 : i32) outs(%acc : memref<1x2x4x1xi32>)
  linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>,
      strides = dense<1> : tensor<2xi64>}
      ins(%image, %weight : memref<1x4x4x5xi8>, memref<1x3x1x5xi8>)
      outs(%acc : memref<1x2x4x1xi32>)
  return
}

func.func @short(%x: memref<16x3xi8>, %acc: memref<16x1xi32>) {
  %c0 = arith.constant 0 : i32
  %weight = memref.get_global @three : memref<1x3xi8>
  linalg.fill ins(%c0 : i32) outs(%acc : memref<16x1xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %weight : memref<16x3xi8>, memref<1x3xi8>) outs(%acc : memref<16x1xi32>)
  return
}

func.func @wide_image(%image: memref<1x4x6000x5xi8>, %acc: memref<1x2x6000x1xi32>) {
  %c0 = arith.constant 0 : i32
  %weight = memref.get_global @filter : memref<1x3x1x5xi8>
  linalg.fill ins(%c0 : i32) outs(%acc : memref<1x2x6000x1xi32>)
  linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>,
      strides = dense<1> : tensor<2xi64>}
      ins(%image, %weight : memref<1x4x6000x5xi8>, memref<1x3x1x5xi8>)
      outs(%acc : memref<1x2x6000x1xi32>)
  return
}

func.func @wider_image(%image: memref<1x4x10000x5xi8>, %acc: memref<1x2x10000x1xi32>) {
  %c0 = arith.constant 0 : i32
  %weight = memref.get_global @filter : memref<1x3x1x5xi8>
  linalg.fill ins(%c0 : i32) outs(%acc : memref<1x2x10000x1xi32>)
  linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>,
      strides = dense<1> : tensor<2xi64>}
      ins(%image, %weight : memref<1x4x10000x5xi8>, memref<1x3x1x5xi8>)
      outs(%acc : memref<1x2x10000x1xi32>)
  return
}
