// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-tile-contractions=strategy=avx2-exact | FileCheck %s
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vnni \
// RUN:   -codegen-tile-contractions | FileCheck %s --check-prefix=VNNI

// CHECK-DAG: #[[CONV:.*]] = loc("conv")
// CHECK-DAG: #[[DENSE:.*]] = loc("dense")
// CHECK-DAG: #[[POOL:.*]] = loc("pool")

// 6 x 8 pixels of 16 channels and K = 36: 27648 products, 22.7 a cycle. 12 tiles of 4 x 16
// take 18 steps of 8 dots each, all of them full; an epilogue of 3 operations on 8 vectors,
// a quarter of a cycle each, and 20 cycles to start. Before, the image of 320 bytes became
// one of i16. 640 bytes of that, 768 of the result and 576 of weights.
// CHECK: quantc.costs = [{bytes = 1984 : i64, expected_cycles = 1568 : i64, kernel = "avx2-exact tile", least_cycles = 1218 : i64, location = #[[CONV]], multiply_adds = 27648 : i64, tile = "4x16"},

// One row of 7 columns and K = 3, which is padded to 8 and 4.
// CHECK-SAME: {bytes = 66 : i64, expected_cycles = 23 : i64, kernel = "avx2-exact tile", least_cycles = 1 : i64, location = #[[DENSE]], multiply_adds = 21 : i64, tile = "1x8", why = "its tiles are short, as K is 3 (86 % of the time)"},

// 2 x 2 windows of 2 x 2: 16 elements of 16 channels, one operation on each.
// CHECK-SAME: kernel = "loops", least_cycles = {{[0-9]+}} : i64, location = #[[POOL]], multiply_adds = 0 : i64, why = "loops of 256 iterations around 1 scalar operations, without tiles"}

// Of quads 12 x 16 dots fill one vector a row, and a tile has three lines.
// VNNI: kernel = "avx512-vnni tile", least_cycles = 216 : i64, location = #{{.*}}, multiply_adds = 27648 : i64, tile = "24x16"

#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>
#pixels = affine_map<(b, y, x, c) -> (b, y, x, c)>
#channels = affine_map<(b, y, x, c) -> (c)>

memref.global "private" constant @filter : memref<16x3x3x4xi8> = dense<1>
memref.global "private" constant @multiplier : memref<16xf32> = dense<0.25>
memref.global "private" constant @weight : memref<7x3xi8> = dense<1>

func.func @network(%image: memref<1x8x10x4xi8>, %out: memref<1x6x8x16xi8>, %x: memref<?x3xi8>,
                   %y: memref<?x7xi32>, %pooled: memref<1x2x2x16xi8>) {
  %zero = arith.constant 0 : i32
  %filter = memref.get_global @filter : memref<16x3x3x4xi8>
  %multiplier = memref.get_global @multiplier : memref<16xf32>
  %weight = memref.get_global @weight : memref<7x3xi8>
  %acc = memref.alloc() : memref<1x6x8x16xi32>
  linalg.fill ins(%zero : i32) outs(%acc : memref<1x6x8x16xi32>)
  linalg.conv_2d_nhwc_fhwc ins(%image, %filter : memref<1x8x10x4xi8>, memref<16x3x3x4xi8>)
      outs(%acc : memref<1x6x8x16xi32>) loc("conv")
  linalg.generic {indexing_maps = [#pixels, #channels, #pixels],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%acc, %multiplier : memref<1x6x8x16xi32>, memref<16xf32>)
      outs(%out : memref<1x6x8x16xi8>) {
  ^bb0(%a: i32, %m: f32, %old: i8):
    %f = arith.sitofp %a : i32 to f32
    %scaled = arith.mulf %f, %m : f32
    %q = arith.fptosi %scaled : f32 to i8
    linalg.yield %q : i8
  }
  linalg.fill ins(%zero : i32) outs(%y : memref<?x7xi32>)
  linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %weight : memref<?x3xi8>, memref<7x3xi8>) outs(%y : memref<?x7xi32>) loc("dense")
  %window = memref.alloc() : memref<2x2xi8>
  linalg.pooling_nhwc_max {strides = dense<2> : vector<2xi64>}
      ins(%out, %window : memref<1x6x8x16xi8>, memref<2x2xi8>)
      outs(%pooled : memref<1x2x2x16xi8>) loc("pool")
  return
}
