// RUN: quant-opt %s -codegen-expand-multiply-add 2>%t.err | FileCheck %s
// RUN: FileCheck %s --check-prefix=WARNING --input-file=%t.err
// RUN: quant-opt %s -pass-pipeline='builtin.module(codegen-attach-target{target=x86-64-v3},codegen-expand-multiply-add)' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=KEPT --implicit-check-not=warning
// RUN: quant-opt %s -pass-pipeline='builtin.module(codegen-attach-target{target=aarch64},codegen-expand-multiply-add)' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=KEPT --implicit-check-not=warning
// RUN: quant-opt %s -pass-pipeline='builtin.module(codegen-attach-target{target=x86-64+avx512vnni},codegen-expand-multiply-add)' 2>&1 \
// RUN:   | FileCheck %s --check-prefix=KEPT --implicit-check-not=warning
// RUN: quant-opt %s -pass-pipeline='builtin.module(codegen-attach-target{target=x86-64-v2},codegen-expand-multiply-add)' 2>%t.err \
// RUN:   | FileCheck %s
// RUN: FileCheck %s --check-prefix=WARNING --input-file=%t.err

// The results are those of a fused multiply-add for operands of every kind.
// RUN: quant-opt %s -pass-pipeline='builtin.module(codegen-expand-multiply-add,convert-scf-to-cf,finalize-memref-to-llvm,convert-arith-to-llvm,convert-func-to-llvm{use-bare-ptr-memref-call-conv=true},convert-cf-to-llvm,reconcile-unrealized-casts)' \
// RUN:   | mlir-translate --mlir-to-llvmir -o %t.ll
// RUN: %host_cc -O2 -Wno-override-module -shared -fPIC %t.ll -o %t.so
// RUN: %python %S/Inputs/check_fma.py %t.so | FileCheck %s --check-prefix=EQUAL
// EQUAL: any_bits, seed {{[0-9]+}}: 0 of 262144 differ
// EQUAL: cancelling, seed {{[0-9]+}}: 0 of 262144 differ
// EQUAL: beside_middle, seed {{[0-9]+}}: 0 of 262144 differ
// EQUAL: subnormal, seed {{[0-9]+}}: 0 of 262144 differ

// WARNING: warning: target 'x86-64{{(-v2)?}}' has no fused multiply-add: float layers compute it from other instructions and are several times slower; x86-64-v3 has it
module attributes {llvm.target = #llvm.target<
    triple = "x86_64-unknown-linux-gnu", chip = "x86-64">} {

// CHECK-LABEL: func.func @scalar
// CHECK-SAME:    (%[[A:.*]]: f32, %[[B:.*]]: f32, %[[C:.*]]: f32)
// CHECK-NOT:     math.fma
// CHECK-DAG:     %[[WIDE_A:.*]] = arith.extf %[[A]] : f32 to f64
// CHECK-DAG:     %[[WIDE_B:.*]] = arith.extf %[[B]] : f32 to f64
// CHECK-DAG:     %[[WIDE_C:.*]] = arith.extf %[[C]] : f32 to f64
// CHECK-DAG:     %[[PRODUCT:.*]] = arith.mulf %[[WIDE_A]], %[[WIDE_B]] : f64
// CHECK:         arith.addf %[[PRODUCT]], %[[WIDE_C]] : f64
// CHECK:         %[[FMA:.*]] = arith.truncf %{{.*}} : f64 to f32
// CHECK:         return %[[FMA]]
// KEPT-LABEL:  func.func @scalar
// KEPT:          math.fma
func.func @scalar(%a: f32, %b: f32, %c: f32) -> f32 {
  %fma = math.fma %a, %b, %c : f32
  return %fma : f32
}

// CHECK-LABEL: func.func @vector
// CHECK-NOT:     math.fma
// CHECK:         arith.truncf %{{.*}} : vector<4xf64> to vector<4xf32>
func.func @vector(%a: vector<4xf32>, %b: vector<4xf32>, %c: vector<4xf32>)
    -> vector<4xf32> {
  %fma = math.fma %a, %b, %c : vector<4xf32>
  return %fma : vector<4xf32>
}

func.func @fma_each(%a: memref<262144xf32>, %b: memref<262144xf32>,
                    %c: memref<262144xf32>, %out: memref<262144xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %count = arith.constant 262144 : index
  scf.for %i = %zero to %count step %one {
    %a_i = memref.load %a[%i] : memref<262144xf32>
    %b_i = memref.load %b[%i] : memref<262144xf32>
    %c_i = memref.load %c[%i] : memref<262144xf32>
    %fma = math.fma %a_i, %b_i, %c_i : f32
    memref.store %fma, %out[%i] : memref<262144xf32>
  }
  return
}

}
