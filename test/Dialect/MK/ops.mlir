// RUN: quant-opt %s | quant-opt | FileCheck %s
// RUN: quant-opt %s -emit-bytecode | quant-opt | FileCheck %s

// CHECK-LABEL: func.func @dense
// CHECK:         mk.tile "generic" %{{.*}}[%{{.*}}] : memref<?xi16>, %{{.*}}[%{{.*}}] : memref<1024xi8>, %{{.*}}[%{{.*}}] : memref<16xi32> params(%{{.*}} : memref<16xf32>) outputs(%{{.*}} at %{{.*}} : memref<?xi8>) {
// CHECK:         ^bb0(%[[ACC:.*]]: i32, %[[M:.*]]: f32):
// CHECK:           mk.yield %{{.*}} : i8
// CHECK:         } {a_pitch = 64 : i64, columns = 16 : i64, counts = array<i64>
func.func @dense(%a: memref<?xi16>, %panel: memref<1024xi8>,
                 %bias: memref<16xi32>, %multiplier: memref<16xf32>,
                 %result: memref<?xi8>, %row: index) {
  mk.tile "generic" %a[%row] : memref<?xi16>, %panel[%row] : memref<1024xi8>,
      %bias[%row] : memref<16xi32>
      params(%multiplier : memref<16xf32>) outputs(%result at %row : memref<?xi8>) {
  ^bb0(%acc: i32, %m: f32):
    %real = arith.sitofp %acc : i32 to f32
    %scaled = arith.mulf %real, %m : f32
    %stored = arith.fptosi %scaled : f32 to i8
    mk.yield %stored : i8
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// A window of three rows, and a residual.
// CHECK-LABEL: func.func @convolution
// CHECK:         mk.tile "avx512-vnni" {{.*}} inputs(%{{.*}} at %{{.*}} : memref<?xf32>) outputs(%{{.*}} at %{{.*}} : memref<?xf32>) {
// CHECK:         counts = array<i64: 3>
func.func @convolution(%a: memref<?xf32>, %panel: memref<?xf32>,
                       %bias: memref<16xf32>, %shortcut: memref<?xf32>,
                       %result: memref<?xf32>, %position: index) {
  mk.tile "avx512-vnni" %a[%position] : memref<?xf32>, %panel[%position] : memref<?xf32>,
      %bias[%position] : memref<16xf32>
      inputs(%shortcut at %position : memref<?xf32>) outputs(%result at %position : memref<?xf32>) {
  ^bb0(%acc: f32, %other: f32):
    %sum = arith.addf %acc, %other : f32
    mk.yield %sum : f32
  } {rows = 6 : i64, columns = 10 : i64, width = 16 : i64, group = 1 : i64,
     a_pitch = 8 : i64, counts = array<i64: 3>, strides = array<i64: 80>,
     run = 24 : i64, input_pitches = array<i64: 10>,
     output_pitches = array<i64: 10>}
  return
}

// Steps of four neighbours at listed offsets.
// CHECK-LABEL: func.func @steps
// CHECK:         mk.tile "avx2-fast" {{.*}} steps(%{{.*}} from %{{.*}} to %{{.*}} : memref<9xi16>) {
func.func @steps(%a: memref<?xi8>, %panel: memref<288xi8>, %bias: memref<8xi32>,
                 %offsets: memref<9xi16>, %result: memref<?xi32>, %begin: index, %end: index) {
  mk.tile "avx2-fast" %a[%begin] : memref<?xi8>, %panel[%begin] : memref<288xi8>,
      %bias[%begin] : memref<8xi32> outputs(%result at %begin : memref<?xi32>)
      steps(%offsets from %begin to %end : memref<9xi16>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 8 : i64, width = 8 : i64, group = 4 : i64,
     a_pitch = 8 : i64, counts = array<i64>, strides = array<i64>,
     run = 4 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 8>}
  return
}

// Two tiles bring the next panel nearer, this one the first half.
// CHECK-LABEL: func.func @ahead
// CHECK:         mk.tile "avx512-vnni" {{.*}} ahead[%{{.*}}] {
// CHECK:         ahead_parts = 2 : i64
func.func @ahead(%a: memref<?xi8>, %panels: memref<16384xi8>, %bias: memref<64xi32>,
                 %result: memref<?xi32>, %begin: index, %next: index) {
  mk.tile "avx512-vnni" %a[%begin] : memref<?xi8>, %panels[%begin] : memref<16384xi8>,
      %bias[%begin] : memref<64xi32> outputs(%result at %begin : memref<?xi32>)
      ahead[%next] {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 32 : i64, width = 32 : i64, group = 4 : i64,
     a_pitch = 256 : i64, counts = array<i64>, strides = array<i64>,
     run = 256 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 64>, ahead_parts = 2 : i64}
  return
}

// CHECK-LABEL: func.func @depthwise
// CHECK:         mk.depthwise "avx2-exact"
// CHECK:         } {a_pitch = 16 : i64
// CHECK-SAME:      taps = array<i64: 0, 16, 160, 176>, width = 16 : i64}
func.func @depthwise(%a: memref<?xi8>, %taps: memref<64xi8>,
                     %bias: memref<16xi32>, %result: memref<?xi32>,
                     %pixel: index) {
  mk.depthwise "avx2-exact" %a[%pixel] : memref<?xi8>,
      %taps[%pixel] : memref<64xi8>, %bias[%pixel] : memref<16xi32>
      outputs(%result at %pixel : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 16 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>, taps = array<i64: 0, 16, 160, 176>}
  return
}

// Rows that are lines of pixels, in matrix registers of which two have 16 rows.
// CHECK-LABEL: func.func @lines
// CHECK:         mk.registers rows = [16, 16], depth = 64
// CHECK:         mk.tile "amx" %{{.*}} outputs(%{{.*}} at %{{.*}} : memref<?xi32>) scratch(%{{.*}} : memref<768xi32>)
// CHECK:         line = 7 : i64, line_pitches = array<i64: 64, 16>
// CHECK-SAME:    skip = 1 : i64
func.func @lines(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %scratch: memref<768xi32>, %i: index) {
  mk.registers rows = [16, 16], depth = 64
  mk.tile "amx" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>)
      scratch(%scratch : memref<768xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 4 : i64,
     a_pitch = 576 : i64, counts = array<i64>, strides = array<i64>, run = 64 : i64,
     skip = 1 : i64, line = 7 : i64, line_pitches = array<i64: 64, 16>,
     input_pitches = array<i64>, output_pitches = array<i64: 112>}
  return
}

// CHECK-LABEL: func.func @lookup
// CHECK:         mk.lookup %{{.*}} {table = dense<7> : tensor<256xi8>} : i8
// CHECK:         mk.lookup %{{.*}} {table = dense<7> : tensor<256xi8>} : vector<64xi8>
func.func @lookup(%byte: i8, %bytes: vector<64xi8>) -> (i8, vector<64xi8>) {
  %one = mk.lookup %byte {table = dense<7> : tensor<256xi8>} : i8
  %all = mk.lookup %bytes {table = dense<7> : tensor<256xi8>} : vector<64xi8>
  return %one, %all : i8, vector<64xi8>
}

// CHECK-LABEL: func.func @border
// CHECK:         mk.border %{{.*}} low = [0, 1, 2, 0] high = [0, 0, 1, 0] of -5 : i8 : tensor<?x4x6x8xi8> to tensor<?x5x9x8xi8>
// CHECK:         mk.border %{{.*}} low = [0, 1, 2, 0] high = [0, 0, 1, 0] of 1.000000e+00 : f32 : memref<?x4x6x8xf32> to memref<?x5x9x8xf32, strided<[192, 48, 8, 1], offset: -64>>
func.func @border(%tensor: tensor<?x4x6x8xi8>, %buffer: memref<?x4x6x8xf32>)
    -> (tensor<?x5x9x8xi8>, memref<?x5x9x8xf32, strided<[192, 48, 8, 1], offset: -64>>) {
  %0 = mk.border %tensor low = [0, 1, 2, 0] high = [0, 0, 1, 0] of -5 : i8
      : tensor<?x4x6x8xi8> to tensor<?x5x9x8xi8>
  %1 = mk.border %buffer low = [0, 1, 2, 0] high = [0, 0, 1, 0] of 1.0 : f32
      : memref<?x4x6x8xf32> to memref<?x5x9x8xf32, strided<[192, 48, 8, 1], offset: -64>>
  return %0, %1 : tensor<?x5x9x8xi8>, memref<?x5x9x8xf32, strided<[192, 48, 8, 1], offset: -64>>
}
