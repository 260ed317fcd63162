// RUN: quant-opt %s -quantc-list-kernels | FileCheck %s

// By the name of the layer, or else by its place; a layer may have many tiles.
// CHECK: module attributes {quantc.kernels = {
// CHECK-SAME: "{{.*}}list-kernels.mlir:[[#@LINE+17]]:3" = "generic tile", dense = "generic tile", dw = "generic depthwise"}} {
func.func @network(%a: memref<?xf32>, %panel: memref<64xf32>, %bias: memref<16xf32>,
                   %result: memref<?xf32>, %row: index) {
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
     output_pitches = array<i64: 16>} loc("dense")
  mk.tile "generic" %a[%row] : memref<?xf32>, %panel[%row] : memref<64xf32>,
      %bias[%row] : memref<16xf32> outputs(%result at %row : memref<?xf32>) {
  ^bb0(%acc: f32):
    mk.yield %acc : f32
  } {rows = 1 : i64, columns = 16 : i64, width = 16 : i64, group = 1 : i64, a_pitch = 4 : i64,
     counts = array<i64>, strides = array<i64>, run = 4 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  mk.depthwise "generic" %a[%row] : memref<?xf32>, %panel[%row] : memref<64xf32>,
      %bias[%row] : memref<16xf32> outputs(%result at %row : memref<?xf32>) {
  ^bb0(%acc: f32):
    mk.yield %acc : f32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 1 : i64, a_pitch = 16 : i64,
     input_pitches = array<i64>, output_pitches = array<i64: 16>,
     taps = array<i64: 0, 16, 160, 176>} loc("dw")
  return
}
