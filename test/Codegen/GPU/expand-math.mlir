// RUN: quant-opt %s -codegen-expand-gpu-math | FileCheck %s

// CHECK-LABEL: gpu.func @f32
// CHECK-SAME:    (%[[X:.*]]: f32, %[[D:.*]]: f64)
gpu.module @kernels {
  gpu.func @f32(%x: f32, %d: f64) {
    // One instruction rounds and converts.
    // CHECK-NEXT: %[[I:.*]] = llvm.call_intrinsic "llvm.nvvm.f2i.rn"(%[[X]]) : (f32) -> i32
    %rounded = math.roundeven %x : f32
    %integer = arith.fptosi %rounded : f32 to i32
    // CHECK-NEXT: %[[R:.*]] = llvm.call_intrinsic "llvm.roundeven.f32"(%[[X]])
    %again = math.roundeven %x : f32
    // CHECK-NEXT: arith.fptosi %[[R]] : f32 to i64
    %wide = arith.fptosi %again : f32 to i64
    // CHECK-NEXT: %[[ROOT:.*]] = llvm.call_intrinsic "llvm.sqrt.f32"(%[[X]])
    %root = math.sqrt %x : f32
    // CHECK-NEXT: %[[ABS:.*]] = llvm.call_intrinsic "llvm.fabs.f32"(%[[ROOT]])
    %abs = math.absf %root : f32
    // CHECK-NEXT: llvm.call_intrinsic "llvm.fma.f32"(%[[ABS]], %[[X]], %[[ROOT]])
    %sum = math.fma %abs, %x, %root : f32
    // The contract has no f64.
    // CHECK-NEXT: math.sqrt %[[D]] : f64
    %double = math.sqrt %d : f64
    gpu.return
  }
}
