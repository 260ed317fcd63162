// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-tile-contractions=strategy=avx2-exact -canonicalize | FileCheck %s --check-prefix=PAIRS
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vnni \
// RUN:   -codegen-tile-contractions -canonicalize | FileCheck %s --check-prefix=QUADS

// A 3x3 convolution of 6 rows of 8 pixels. For pairs the image is widened to
// i16; a row of the window is one run of 3 * 4 channels, the rows are one image
// row, 10 * 4 elements, apart. 8 pixels are cut into 4 and 4: 6 would leave 2.
// PAIRS:       quantc.strategy = "avx2-exact"
// PAIRS-LABEL: func.func @convolution
// PAIRS-DAG:     %[[IMAGE:.*]] = memref.alloc() : memref<1x8x10x4xi16>
// PAIRS:         arith.extsi %{{.*}} : i8 to i16
// PAIRS:         scf.for
// PAIRS:           scf.for
// PAIRS:             mk.tile "avx2-exact"
// PAIRS-SAME:          params(
// PAIRS:             ^bb0(%[[ACC:.*]]: i32, %[[M:.*]]: f32):
// PAIRS:               arith.sitofp %[[ACC]]
// PAIRS:             a_pitch = 4 : i64, columns = 16 : i64, counts = array<i64: 3>
// PAIRS-SAME:        group = 2 : i64
// PAIRS-SAME:        output_pitches = array<i64: 16>, rows = 4 : i64, run = 12 : i64, strides = array<i64: 40>, width = 16 : i64
// PAIRS-NOT:     linalg.conv_2d

// For quads every element of the image, which is read 9 times, becomes u8 before, and
// 3 lines of 8 pixels fit the registers. Those of @dense are read once.
// QUADS:       quantc.strategy = "avx512-vnni"
// QUADS-LABEL: func.func @convolution
// QUADS-NOT:     i16
// QUADS:         linalg.generic
// QUADS:           arith.xori %{{.*}}, %c-128_i8 : i8
// QUADS:         scf.for
// QUADS-NOT:     scf.for
// QUADS:         mk.tile "avx512-vnni"
// QUADS:         is_prepared, line = 8 : i64
// QUADS-SAME:    rows = 3 : i64
// QUADS-LABEL: func.func @dense
// QUADS-NOT:     is_prepared
// QUADS-LABEL: func.func @depthwise

// 7 columns take 8 lanes: the panel is filled up with zeros. The rows of the
// batch come one by one.
// PAIRS-LABEL: func.func @dense
// PAIRS:         mk.tile "avx2-exact"
// PAIRS:         columns = 7 : i64
// PAIRS-SAME:    rows = 8 : i64, run = 3 : i64
// PAIRS-SAME:    width = 8 : i64
// PAIRS:         mk.tile "avx2-exact"
// PAIRS:         rows = 1 : i64
// PAIRS-NOT:     linalg.matmul

// A depthwise convolution reads the image as it is. Of 20 channels 16 make a
// block, and 4 part of one.
// PAIRS-LABEL: func.func @depthwise
// PAIRS-NOT:     i16
// PAIRS:         mk.depthwise "avx2-exact"
// PAIRS:         a_pitch = 20 : i64, columns = 16 : i64, group = 2 : i64
// PAIRS-SAME:    rows = 3 : i64, taps = array<i64: 0, 20, 80, 100>, width = 16 : i64
// PAIRS:         mk.depthwise
// PAIRS:         columns = 4 : i64

// Every second element of a larger buffer cannot be loaded as a vector, on the left
// or on the right.
// PAIRS-LABEL: func.func @untouched
// PAIRS-NOT:     mk.
// PAIRS:         linalg.matmul
// PAIRS-NOT:     mk.

// What was filled last is another part of the buffer: it starts no accumulators.
// PAIRS-LABEL: func.func @other_start
// PAIRS-NOT:     mk.
// PAIRS:         linalg.matmul

// The rows of the sum are not those of the accumulators: it is no epilogue.
// PAIRS-LABEL: func.func @other_rows
// PAIRS:         mk.tile "avx2-exact"
// PAIRS:         linalg.generic

// The panel of @dense: columns side by side, two neighbours of each; the
// third of K is multiplied with the second one before it, which gets 0. Weights are 10 * column + k.
// PAIRS: memref.global "private" constant @panels_0 : memref<32xi8>
// PAIRS-SAME: dense<[0, 1, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61, 0, 0, 0, 2, 0, 12, 0, 22, 0, 32, 0, 42, 0, 52, 0, 62, 0, 0]>
// PAIRS: memref.global "private" constant @start_1 : memref<8xi32> = dense<[1, 2, 3, 4, 5, 6, 7, 0]>

// The taps of @depthwise, weights 4 * channel + tap: taps 0 and 1 of channels 0 to
// 3 and 8 to 11, then of 4 to 7 and 12 to 15: as unpacking orders them.
// PAIRS: memref.global "private" constant @panels_2 : memref<128xi8>
// PAIRS-SAME: dense<"0x0001040508090C0D2021242528292C2D1011141518191C1D3031343538393C3D0203

// Of quads the start is less by 128 * the sum of the column's weights.
// QUADS: memref.global "private" constant @start_1 : memref<16xi32>
// QUADS-SAME: dense<[-383, -4222, -8061, -11900, -15739, -19578, -23417, 0, 0, 0, 0, 0, 0, 0, 0, 0]>

#all = affine_map<(n, y, x, c) -> (n, y, x, c)>
#channel = affine_map<(n, y, x, c) -> (c)>
#rows = affine_map<(n, m, c) -> (n, m, c)>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

memref.global "private" constant @filter : memref<16x3x3x4xi8> = dense<1>
memref.global "private" constant @bias : memref<16xi32> = dense<5>
memref.global "private" constant @multiplier : memref<16xf32> = dense<0.25>
memref.global "private" constant @weight : memref<7x3xi8> = dense<[
    [0, 1, 2], [10, 11, 12], [20, 21, 22], [30, 31, 32], [40, 41, 42],
    [50, 51, 52], [60, 61, 62]]>
memref.global "private" constant @shift : memref<7xi32>
    = dense<[1, 2, 3, 4, 5, 6, 7]>
memref.global "private" constant @pointwise : memref<7x1x1x3xi8> = dense<1>
memref.global "private" constant @taps : memref<20x1x2x2x1xi8> = dense<[[[[[0], [1]], [[2], [3]]]], [[[[4], [5]], [[6], [7]]]], [[[[8], [9]], [[10], [11]]]], [[[[12], [13]], [[14], [15]]]], [[[[16], [17]], [[18], [19]]]], [[[[20], [21]], [[22], [23]]]], [[[[24], [25]], [[26], [27]]]], [[[[28], [29]], [[30], [31]]]], [[[[32], [33]], [[34], [35]]]], [[[[36], [37]], [[38], [39]]]], [[[[40], [41]], [[42], [43]]]], [[[[44], [45]], [[46], [47]]]], [[[[48], [49]], [[50], [51]]]], [[[[52], [53]], [[54], [55]]]], [[[[56], [57]], [[58], [59]]]], [[[[60], [61]], [[62], [63]]]], [[[[64], [65]], [[66], [67]]]], [[[[68], [69]], [[70], [71]]]], [[[[72], [73]], [[74], [75]]]], [[[[76], [77]], [[78], [79]]]]]>

func.func @convolution(%image: memref<1x8x10x4xi8>,
                       %stored: memref<1x6x8x16xi8>) {
  %filter = memref.get_global @filter : memref<16x3x3x4xi8>
  %bias = memref.get_global @bias : memref<16xi32>
  %multiplier = memref.get_global @multiplier : memref<16xf32>
  %acc = memref.alloc() : memref<1x6x8x16xi32>
  linalg.broadcast ins(%bias : memref<16xi32>)
      outs(%acc : memref<1x6x8x16xi32>) dimensions = [0, 1, 2]
  linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>,
      strides = dense<1> : tensor<2xi64>}
      ins(%image, %filter : memref<1x8x10x4xi8>, memref<16x3x3x4xi8>)
      outs(%acc : memref<1x6x8x16xi32>)
  linalg.generic {indexing_maps = [#all, #channel, #all],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%acc, %multiplier : memref<1x6x8x16xi32>, memref<16xf32>)
      outs(%stored : memref<1x6x8x16xi8>) {
  ^bb0(%in: i32, %m: f32, %out: i8):
    %real = arith.sitofp %in : i32 to f32
    %scaled = arith.mulf %real, %m : f32
    %integer = arith.fptosi %scaled : f32 to i8
    linalg.yield %integer : i8
  }
  return
}

func.func @dense(%x: memref<?x3xi8>, %acc: memref<?x7xi32>) {
  %weight = memref.get_global @weight : memref<7x3xi8>
  %shift = memref.get_global @shift : memref<7xi32>
  linalg.broadcast ins(%shift : memref<7xi32>)
      outs(%acc : memref<?x7xi32>) dimensions = [0]
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %weight : memref<?x3xi8>, memref<7x3xi8>)
      outs(%acc : memref<?x7xi32>)
  return
}

func.func @depthwise(%image: memref<1x3x4x20x1xi8>,
                     %acc: memref<1x2x3x20x1xi32>) {
  %zero = arith.constant 0 : i32
  %taps = memref.get_global @taps : memref<20x1x2x2x1xi8>
  linalg.fill ins(%zero : i32) outs(%acc : memref<1x2x3x20x1xi32>)
  linalg.conv_2d_nhwgc_gfhwc {dilations = dense<1> : tensor<2xi64>,
      strides = dense<1> : tensor<2xi64>}
      ins(%image, %taps : memref<1x3x4x20x1xi8>, memref<20x1x2x2x1xi8>)
      outs(%acc : memref<1x2x3x20x1xi32>)
  return
}

func.func @untouched(%x: memref<2x3xi8>,
                     %w: memref<5x3xi8, strided<[6, 2]>>,
                     %every_second: memref<2x3xi8, strided<[6, 2]>>,
                     %dense: memref<2x5xi32>, %acc: memref<2x7xi32>) {
  %weight = memref.get_global @weight : memref<7x3xi8>
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%dense : memref<2x5xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : memref<2x3xi8>, memref<5x3xi8, strided<[6, 2]>>)
      outs(%dense : memref<2x5xi32>)
  linalg.fill ins(%zero : i32) outs(%acc : memref<2x7xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%every_second, %weight
          : memref<2x3xi8, strided<[6, 2]>>, memref<7x3xi8>)
      outs(%acc : memref<2x7xi32>)
  return
}

func.func @other_start(%x: memref<2x3xi8>, %both: memref<2x14xi32>) {
  %zero = arith.constant 0 : i32
  %weight = memref.get_global @weight : memref<7x3xi8>
  %first = memref.subview %both[0, 0] [2, 7] [1, 1]
      : memref<2x14xi32> to memref<2x7xi32, strided<[14, 1]>>
  %second = memref.subview %both[0, 7] [2, 7] [1, 1]
      : memref<2x14xi32> to memref<2x7xi32, strided<[14, 1], offset: 7>>
  linalg.fill ins(%zero : i32) outs(%first : memref<2x7xi32, strided<[14, 1]>>)
  linalg.fill ins(%zero : i32)
      outs(%second : memref<2x7xi32, strided<[14, 1], offset: 7>>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %weight : memref<2x3xi8>, memref<7x3xi8>)
      outs(%first : memref<2x7xi32, strided<[14, 1]>>)
  return
}

func.func @other_rows(%x: memref<?x1x4x3xi8>, %other: memref<?x4x7xi32>,
                      %sum: memref<?x4x7xi32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %weight = memref.get_global @pointwise : memref<7x1x1x3xi8>
  %batch = memref.dim %x, %c0 : memref<?x1x4x3xi8>
  %acc = memref.alloc(%batch) : memref<?x1x4x7xi32>
  linalg.fill ins(%zero : i32) outs(%acc : memref<?x1x4x7xi32>)
  linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>,
      strides = dense<1> : tensor<2xi64>}
      ins(%x, %weight : memref<?x1x4x3xi8>, memref<7x1x1x3xi8>)
      outs(%acc : memref<?x1x4x7xi32>)
  %rows = memref.collapse_shape %acc [[0], [1, 2], [3]]
      : memref<?x1x4x7xi32> into memref<?x4x7xi32>
  linalg.generic {indexing_maps = [#rows, #rows, #rows],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%rows, %other : memref<?x4x7xi32>, memref<?x4x7xi32>)
      outs(%sum : memref<?x4x7xi32>) {
  ^bb0(%in: i32, %addend: i32, %out: i32):
    %added = arith.addi %in, %addend : i32
    linalg.yield %added : i32
  }
  return
}
