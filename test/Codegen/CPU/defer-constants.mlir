// RUN: quant-opt %s -codegen-defer-constants | FileCheck %s
// RUN: quant-opt %s -codegen-defer-constants="encode=rans max-load-ms=2.5" | FileCheck %s --check-prefix=OPTIONS
// RUN: not quant-opt %s -codegen-defer-constants=encode=zip 2>&1 | FileCheck %s --check-prefix=ERROR

// Behind the weights that are there already come the constants of 64 bytes or more, with
// what their elements are and their shape: output channels, taps and input channels of a
// filter, of others all but the last dimension, and that.

// CHECK:      quantc.encoding = {coder = "auto", max_load_ms = 1.000000e+02 : f64}
// CHECK-SAME: quantc.panels = [{panels = @panels},
// CHECK-SAME: {element = i32, panels = @start, shape = array<i64: 1, 1, 16>, weights = array<i8: 1, 0, 0, 0, 1, {{[^>]*}}>},
// CHECK-SAME: {element = f32, panels = @param, shape = array<i64: 2, 1, 8>, weights = array<i8: 0, 0, -128, 63, {{[^>]*}}>},
// CHECK-SAME: {element = i8, panels = @filter, shape = array<i64: 2, 9, 4>, weights = array<i8: 7, {{[^>]*}}>}]
// CHECK:      memref.global "private" @panels : memref<16xi8>
// CHECK-NEXT: memref.global "private" @start : memref<16xi32> {alignment = 64 : i64}
// CHECK-NEXT: memref.global "private" @param : memref<2x8xf32>
// CHECK-NEXT: memref.global "private" @filter : memref<2x3x3x4xi8>
// CHECK-NEXT: memref.global "private" constant @small : memref<63xi8> = dense<1>
// CHECK-NEXT: memref.global "private" @variable : memref<64xi8> = dense<1>
// OPTIONS: quantc.encoding = {coder = "rans", max_load_ms = 2.500000e+00 : f64}
// ERROR: error: unknown encoding 'zip', expected rans, context or auto
module attributes {quantc.panels = [{panels = @panels}]} {
memref.global "private" @panels : memref<16xi8>
memref.global "private" constant @start : memref<16xi32> = dense<1> {alignment = 64 : i64}
memref.global "private" constant @param : memref<2x8xf32> = dense<1.0>
memref.global "private" constant @filter : memref<2x3x3x4xi8> = dense<7>
memref.global "private" constant @small : memref<63xi8> = dense<1>
memref.global "private" @variable : memref<64xi8> = dense<1>
}
