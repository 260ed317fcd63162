// RUN: quant-opt %s --lower-quant-ops -canonicalize | FileCheck %s

// Upstream's lowering of quant.qcast converts to the storage integer without a
// clamp and without rounding: fptosi truncates, and 300.0 at scale 1 becomes 44
// on most targets. This is why -convert-nn-to-linalg has a lowering of its own;
// if upstream learns to saturate, that choice is to be judged again.

// CHECK-LABEL: func.func @quantize
// CHECK-SAME:    (%[[REAL:.*]]: f32)
// CHECK-NOT:     {{max|min|cmpf|select|clamp|round}}
// CHECK:         %[[SCALED:.*]] = arith.divf %[[REAL]], %{{.*}} : f32
// CHECK-NOT:     {{max|min|cmpf|select|clamp|round}}
// CHECK:         %[[STORED:.*]] = arith.fptosi %{{.*}} : f32 to i8
// CHECK-NOT:     {{max|min|cmpf|select|clamp|round}}
// CHECK:         return
func.func @quantize(%real: f32) -> i8 {
  %quantized = quant.qcast %real : f32 to !quant.uniform<i8:f32, 2.0:1>
  %stored = quant.scast %quantized : !quant.uniform<i8:f32, 2.0:1> to i8
  return %stored : i8
}
