// RUN: quant-opt %s -quantc-mark-layers -split-input-file -verify-diagnostics | FileCheck %s

// Behind the last op of each layer, also where another comes between; what is of no layer
// counts with the one before. The tile belongs to the name of the kernel.
// CHECK: quantc.timed_layers = [
// CHECK-SAME: kernel = "loops", least_cycles = 1 : i64, multiply_adds = 0 : i64, name = "pad"}
// CHECK-SAME: kernel = "generic tile 4x16", least_cycles = 8 : i64, multiply_adds = 5 : i64, name = "conv"}]
// CHECK: func.func private @quantc_finish_layer(i32)
// CHECK-LABEL: func.func @network
// CHECK:         linalg.fill
// CHECK-NEXT:    %[[PAD:.*]] = arith.constant 0 : i32
// CHECK-NEXT:    call @quantc_finish_layer(%[[PAD]])
// CHECK-NEXT:    scf.for
// CHECK:         }
// CHECK-NEXT:    memref.copy
// CHECK-NEXT:    %[[CONV:.*]] = arith.constant 1 : i32
// CHECK-NEXT:    call @quantc_finish_layer(%[[CONV]])
// CHECK-NEXT:    linalg.fill
// CHECK-NEXT:    %[[PAD:.*]] = arith.constant 0 : i32
// CHECK-NEXT:    call @quantc_finish_layer(%[[PAD]])
// CHECK-NEXT:    return
module attributes {quantc.layers = [
  {name = "pad", kernel = "loops", multiply_adds = 0 : i64, bytes = 10 : i64,
   expected_cycles = 10 : i64, least_cycles = 1 : i64},
  {name = "conv", kernel = "generic tile", tile = "4x16", multiply_adds = 5 : i64,
   bytes = 10 : i64, expected_cycles = 10 : i64, least_cycles = 8 : i64}]} {
  func.func @network(%a: memref<8xf32>, %b: memref<8xf32>) {
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %view = memref.subview %a[0] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1]>> loc("conv")
    linalg.fill ins(%zero : f32) outs(%view : memref<4xf32, strided<[1]>>) loc("pad")
    scf.for %i = %c0 to %c8 step %c1 {
      memref.store %zero, %b[%i] : memref<8xf32>
    } loc("conv")
    memref.copy %b, %a : memref<8xf32> to memref<8xf32> loc("other")
    linalg.fill ins(%zero : f32) outs(%b : memref<8xf32>) loc("pad")
    return
  }
}

// -----

// expected-error @below {{requires the attribute 'quantc.layers'; -quantc-list-kernels sets it}}
module {
}
