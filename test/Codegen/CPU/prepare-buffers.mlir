// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vnni \
// RUN:   -codegen-tile-contractions -canonicalize -split-input-file | FileCheck %s
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3+avxvnniint8 \
// RUN:   -codegen-tile-contractions -canonicalize -split-input-file \
// RUN:   | FileCheck %s --check-prefix=SIGNED

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// An image with a border of -3, whose products and whose sum with these are computed:
// its writers add 128 to the bytes, the tile takes them as they are, and the sum, which
// extends them to i32, subtracts 128 in place of nothing. Without an offset in the dot
// product nothing changes.
// CHECK-LABEL: func.func @image
// CHECK-DAG:     %[[BORDER:.*]] = arith.constant 125 : i8
// CHECK-DAG:     %[[IMAGE:.*]] = memref.alloc() : memref<1x6x6x4xi8>
// CHECK:         linalg.fill ins(%[[BORDER]] : i8) outs(%[[IMAGE]]
// CHECK:         linalg.generic
// CHECK:           %[[BYTE:.*]] = arith.trunci
// CHECK:           %[[FLIPPED:.*]] = arith.xori %[[BYTE]], %c-128_i8
// CHECK:           linalg.yield %[[FLIPPED]]
// CHECK-NOT:     memref.alloc
// CHECK:         mk.tile "avx512-vnni"
// CHECK:         is_prepared
// CHECK:         linalg.generic
// CHECK:           %[[WIDE:.*]] = arith.extui
// CHECK:           arith.subi %[[WIDE]], %c125_i32
// SIGNED-LABEL: func.func @image
// SIGNED-NOT:     arith.xori
// SIGNED-NOT:     is_prepared
func.func @image(%x: memref<1x4x4x4xi32>, %products: memref<1x4x4x8xi32>,
                 %sums: memref<1x6x6x4xi32>) {
  %border = arith.constant -3 : i8
  %zero_point = arith.constant -3 : i32
  %zero = arith.constant 0 : i32
  %weights = memref.get_global @weights : memref<8x3x3x4xi8>
  %image = memref.alloc() : memref<1x6x6x4xi8>
  linalg.fill ins(%border : i8) outs(%image : memref<1x6x6x4xi8>)
  %inside = memref.subview %image[0, 1, 1, 0] [1, 4, 4, 4] [1, 1, 1, 1]
      : memref<1x6x6x4xi8> to memref<1x4x4x4xi8, strided<[144, 24, 4, 1], offset: 28>>
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : memref<1x4x4x4xi32>)
      outs(%inside : memref<1x4x4x4xi8, strided<[144, 24, 4, 1], offset: 28>>) {
  ^bb0(%in: i32, %out: i8):
    %byte = arith.trunci %in : i32 to i8
    linalg.yield %byte : i8
  }
  linalg.fill ins(%zero : i32) outs(%products : memref<1x4x4x8xi32>)
  linalg.conv_2d_nhwc_fhwc ins(%image, %weights : memref<1x6x6x4xi8>, memref<8x3x3x4xi8>)
      outs(%products : memref<1x4x4x8xi32>)
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%image : memref<1x6x6x4xi8>) outs(%sums : memref<1x6x6x4xi32>) {
  ^bb0(%in: i8, %out: i32):
    %wide = arith.extsi %in : i8 to i32
    %real = arith.subi %wide, %zero_point : i32
    linalg.yield %real : i32
  }
  return
}
memref.global "private" constant @weights : memref<8x3x3x4xi8> = dense<1>

// -----

// The maxima of u8 are those of the i8: what they are taken of is u8, too.
// CHECK-LABEL: func.func @pool
// CHECK:         arith.xori
// CHECK:         linalg.pooling_nhwc_max_unsigned
// CHECK:         mk.tile
// CHECK:         is_prepared
// SIGNED-LABEL: func.func @pool
// SIGNED:         linalg.pooling_nhwc_max {
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @pool(%x: memref<1x4x4x4xi32>, %products: memref<1x2x2x8xi32>) {
  %least = arith.constant -128 : i8
  %zero = arith.constant 0 : i32
  %weights = memref.get_global @weights : memref<8x1x1x4xi8>
  %image = memref.alloc() : memref<1x4x4x4xi8>
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : memref<1x4x4x4xi32>) outs(%image : memref<1x4x4x4xi8>) {
  ^bb0(%in: i32, %out: i8):
    %byte = arith.trunci %in : i32 to i8
    linalg.yield %byte : i8
  }
  %maxima = memref.alloc() : memref<1x2x2x4xi8>
  %window = memref.alloc() : memref<2x2xi8>
  linalg.fill ins(%least : i8) outs(%maxima : memref<1x2x2x4xi8>)
  linalg.pooling_nhwc_max {strides = dense<2> : tensor<2xi64>}
      ins(%image, %window : memref<1x4x4x4xi8>, memref<2x2xi8>)
      outs(%maxima : memref<1x2x2x4xi8>)
  linalg.fill ins(%zero : i32) outs(%products : memref<1x2x2x8xi32>)
  linalg.conv_2d_nhwc_fhwc ins(%maxima, %weights : memref<1x2x2x4xi8>, memref<8x1x1x4xi8>)
      outs(%products : memref<1x2x2x8xi32>)
  return
}
memref.global "private" constant @weights : memref<8x1x1x4xi8> = dense<1>

// -----

// Another op sums the bytes as i8, and an input of the network is as the host gives it:
// both stay, and tiles add 128 to what they read.
// CHECK-LABEL: func.func @kept
// CHECK-NOT:     xori
// CHECK:         linalg.pooling_nhwc_sum
// CHECK:         mk.tile
// CHECK-NOT:     is_prepared
// CHECK:         mk.tile
// CHECK-NOT:     is_prepared
// CHECK:         return
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @kept(%x: memref<1x4x4x4xi32>, %input: memref<1x4x4x4xi8>,
                %sums: memref<1x2x2x4xi32>, %first: memref<1x4x4x8xi32>,
                %second: memref<1x4x4x8xi32>) {
  %zero = arith.constant 0 : i32
  %weights = memref.get_global @weights : memref<8x1x1x4xi8>
  %image = memref.alloc() : memref<1x4x4x4xi8>
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : memref<1x4x4x4xi32>) outs(%image : memref<1x4x4x4xi8>) {
  ^bb0(%in: i32, %out: i8):
    %byte = arith.trunci %in : i32 to i8
    linalg.yield %byte : i8
  }
  %window = memref.alloc() : memref<2x2xi8>
  linalg.fill ins(%zero : i32) outs(%sums : memref<1x2x2x4xi32>)
  linalg.pooling_nhwc_sum {strides = dense<2> : tensor<2xi64>}
      ins(%image, %window : memref<1x4x4x4xi8>, memref<2x2xi8>)
      outs(%sums : memref<1x2x2x4xi32>)
  linalg.fill ins(%zero : i32) outs(%first : memref<1x4x4x8xi32>)
  linalg.conv_2d_nhwc_fhwc ins(%image, %weights : memref<1x4x4x4xi8>, memref<8x1x1x4xi8>)
      outs(%first : memref<1x4x4x8xi32>)
  linalg.fill ins(%zero : i32) outs(%second : memref<1x4x4x8xi32>)
  linalg.conv_2d_nhwc_fhwc ins(%input, %weights : memref<1x4x4x4xi8>, memref<8x1x1x4xi8>)
      outs(%second : memref<1x4x4x8xi32>)
  return
}
memref.global "private" constant @weights : memref<8x1x1x4xi8> = dense<1>

// -----

// Tables give and take the bytes as they are stored: no op flips them.
// CHECK-LABEL: func.func @lookup
// CHECK-NOT:     xori
// CHECK:         mk.lookup %{{.*}} {table = dense<"0x808182
// CHECK:         mk.tile
// CHECK:         is_prepared
// CHECK:         mk.lookup %{{.*}} {table = dense<"0x808182
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @lookup(%x: memref<1x4x4x4xi8>, %y: memref<1x4x4x4xi8>,
                  %products: memref<1x4x4x8xi32>) {
  %zero = arith.constant 0 : i32
  %weights = memref.get_global @weights : memref<8x1x1x4xi8>
  %image = memref.alloc() : memref<1x4x4x4xi8>
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : memref<1x4x4x4xi8>) outs(%image : memref<1x4x4x4xi8>) {
  ^bb0(%in: i8, %out: i8):
    %entry = mk.lookup %in {table = dense<"0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"> : tensor<256xi8>} : i8
    linalg.yield %entry : i8
  }
  linalg.fill ins(%zero : i32) outs(%products : memref<1x4x4x8xi32>)
  linalg.conv_2d_nhwc_fhwc ins(%image, %weights : memref<1x4x4x4xi8>, memref<8x1x1x4xi8>)
      outs(%products : memref<1x4x4x8xi32>)
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%image : memref<1x4x4x4xi8>) outs(%y : memref<1x4x4x4xi8>) {
  ^bb0(%in: i8, %out: i8):
    %entry = mk.lookup %in {table = dense<"0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"> : tensor<256xi8>} : i8
    linalg.yield %entry : i8
  }
  return
}
memref.global "private" constant @weights : memref<8x1x1x4xi8> = dense<1>

// -----

// What is between two such buffers subtracts 128 once and adds it once.
// CHECK-LABEL: func.func @chain
// CHECK:         mk.tile
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0(%[[IN:.*]]: i8, %{{.*}}: i8):
// CHECK-NEXT:      %[[WIDE:.*]] = arith.extui %[[IN]]
// CHECK-NEXT:      %[[LESS:.*]] = arith.subi %[[WIDE]], %c128_i32
// CHECK-NEXT:      %[[BYTE:.*]] = arith.trunci %[[LESS]]
// CHECK-NEXT:      %[[RESULT:.*]] = arith.xori %[[BYTE]], %c-128_i8
// CHECK-NEXT:      linalg.yield %[[RESULT]]
// CHECK:         mk.tile
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @chain(%x: memref<1x4x4x4xi8>, %first: memref<1x4x4x8xi32>,
                 %second: memref<1x4x4x8xi32>) {
  %zero = arith.constant 0 : i32
  %weights = memref.get_global @weights : memref<8x1x1x4xi8>
  %before = memref.alloc() : memref<1x4x4x4xi8>
  %behind = memref.alloc() : memref<1x4x4x4xi8>
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : memref<1x4x4x4xi8>) outs(%before : memref<1x4x4x4xi8>) {
  ^bb0(%in: i8, %out: i8):
    linalg.yield %in : i8
  }
  linalg.fill ins(%zero : i32) outs(%first : memref<1x4x4x8xi32>)
  linalg.conv_2d_nhwc_fhwc ins(%before, %weights : memref<1x4x4x4xi8>, memref<8x1x1x4xi8>)
      outs(%first : memref<1x4x4x8xi32>)
  linalg.generic {indexing_maps = [#id, #id],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%before : memref<1x4x4x4xi8>) outs(%behind : memref<1x4x4x4xi8>) {
  ^bb0(%in: i8, %out: i8):
    %wide = arith.extsi %in : i8 to i32
    %byte = arith.trunci %wide : i32 to i8
    linalg.yield %byte : i8
  }
  linalg.fill ins(%zero : i32) outs(%second : memref<1x4x4x8xi32>)
  linalg.conv_2d_nhwc_fhwc ins(%behind, %weights : memref<1x4x4x4xi8>, memref<8x1x1x4xi8>)
      outs(%second : memref<1x4x4x8xi32>)
  return
}
memref.global "private" constant @weights : memref<8x1x1x4xi8> = dense<1>
