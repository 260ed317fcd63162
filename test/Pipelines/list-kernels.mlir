// RUN: quant-opt %s -quantc-list-kernels -split-input-file -verify-diagnostics | FileCheck %s

// By the name of the layer, or else by its place, in the order of the program. A layer of
// two ops costs what both do, and is explained by the larger, unless the sum is above
// half of the ceiling.
// CHECK: module attributes {quantc.layers = [
// CHECK-SAME: {bytes = 20 : i64, expected_cycles = 100 : i64, kernel = "loops", least_cycles = 90 : i64, multiply_adds = 0 : i64, name = "pool"},
// CHECK-SAME: {bytes = 110 : i64, expected_cycles = 1010 : i64, kernel = "generic tile", least_cycles = 401 : i64, multiply_adds = 5000 : i64, name = "dense", tile = "4x16", why = "K is 4"},
// CHECK-SAME: {{.*}} name = "list-kernels.mlir:36:3", tile = "1x16"}
// CHECK-SAME: ]} {
module attributes {quantc.costs = [
  {location = loc("dense"), kernel = "loops", multiply_adds = 0 : i64, bytes = 10 : i64,
   expected_cycles = 10 : i64, least_cycles = 1 : i64, why = "loops"},
  {location = loc("dense"), kernel = "generic tile", tile = "4x16", multiply_adds = 5000 : i64,
   bytes = 100 : i64, expected_cycles = 1000 : i64, least_cycles = 400 : i64, why = "K is 4"},
  {location = loc("pool"), kernel = "loops", multiply_adds = 0 : i64, bytes = 20 : i64,
   expected_cycles = 100 : i64, least_cycles = 90 : i64, why = "loops"},
  {location = loc("gone"), kernel = "loops", multiply_adds = 0 : i64, bytes = 20 : i64,
   expected_cycles = 100 : i64, least_cycles = 90 : i64},
  {location = loc("list-kernels.mlir":36:3), kernel = "generic tile", tile = "1x16",
   multiply_adds = 7 : i64, bytes = 8 : i64, expected_cycles = 9 : i64, least_cycles = 9 : i64}]} {
  func.func @network(%a: memref<?xf32>, %panel: memref<64xf32>, %bias: memref<16xf32>,
                     %result: memref<?xf32>, %row: index, %zero: f32) {
    linalg.fill ins(%zero : f32) outs(%result : memref<?xf32>) loc("pool")
    mk.tile "generic" %a[%row] : memref<?xf32>, %panel[%row] : memref<64xf32>,
        %bias[%row] : memref<16xf32> outputs(%result at %row : memref<?xf32>) {
    ^bb0(%acc: f32):
      mk.yield %acc : f32
    } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 1 : i64, a_pitch = 4 : i64,
       counts = array<i64>, strides = array<i64>, run = 4 : i64, input_pitches = array<i64>,
       output_pitches = array<i64: 16>} loc("dense")
    mk.tile "generic" %a[%row] : memref<?xf32>, %panel[%row] : memref<64xf32>,
        %bias[%row] : memref<16xf32> outputs(%result at %row : memref<?xf32>) {
    ^bb0(%acc: f32):
      mk.yield %acc : f32
    } {rows = 1 : i64, columns = 16 : i64, width = 16 : i64, group = 1 : i64, a_pitch = 4 : i64,
       counts = array<i64>, strides = array<i64>, run = 4 : i64, input_pitches = array<i64>,
       output_pitches = array<i64: 16>} loc("list-kernels.mlir":36:3)
    return
  }
}

// -----

// expected-error @below {{requires the attribute 'quantc.costs'; -codegen-tile-contractions sets it}}
module {
}
