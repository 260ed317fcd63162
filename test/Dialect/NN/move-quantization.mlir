// RUN: quant-opt %s -nn-move-quantization -split-input-file | FileCheck %s

// Quantization around ops that only move values, in all the ways in which models
// have it.

!activation = !quant.uniform<i8:f32, 0.5:-3>

// Pairs around every op: one type throughout.
// CHECK-LABEL: func.func @pairs
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x4x4x2x!activation>)
// CHECK-NEXT:    %[[POOLED:.*]] = nn.max_pool_2d %[[IMAGE]] {{.*}} -> tensor<?x2x2x2x!activation>
// CHECK-NEXT:    %[[FLAT:.*]] = nn.reshape %[[POOLED]] {{.*}} -> tensor<?x8x!activation>
// CHECK-NEXT:    %[[REAL:.*]] = nn.dequantize %[[FLAT]]
// CHECK-NEXT:    return %[[REAL]]
func.func @pairs(%image: tensor<?x4x4x2x!activation>) -> tensor<?x8xf32> {
  %0 = nn.dequantize %image : tensor<?x4x4x2x!activation> -> tensor<?x4x4x2xf32>
  %pooled = nn.max_pool_2d %0 {kernel = array<i64: 3, 3>}
      : tensor<?x4x4x2xf32> -> tensor<?x2x2x2xf32>
  %1 = nn.quantize %pooled : tensor<?x2x2x2xf32> -> tensor<?x2x2x2x!activation>
  %2 = nn.dequantize %1 : tensor<?x2x2x2x!activation> -> tensor<?x2x2x2xf32>
  %flat = nn.reshape %2 : tensor<?x2x2x2xf32> -> tensor<?x8xf32>
  %3 = nn.quantize %flat : tensor<?x8xf32> -> tensor<?x8x!activation>
  %4 = nn.dequantize %3 : tensor<?x8x!activation> -> tensor<?x8xf32>
  return %4 : tensor<?x8xf32>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>

// Quantized behind the last: the edge is what is quantized there.
// CHECK-LABEL: func.func @quantized_behind
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x4x4x2xf32>)
// CHECK-NEXT:    %[[STORED:.*]] = nn.quantize %[[IMAGE]] : tensor<?x4x4x2xf32> -> tensor<?x4x4x2x!activation>
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[STORED]]
// CHECK-NEXT:    %[[POOLED:.*]] = nn.max_pool_2d %[[RELU]] {kernel = array<i64: 3, 3>, nn.edge = #nn.edge<7, "e7">}
// CHECK-NEXT:    return %[[POOLED]]
func.func @quantized_behind(%image: tensor<?x4x4x2xf32>)
    -> tensor<?x2x2x2x!activation> {
  %relu6 = nn.clamp %image {min = 0.0 : f32, max = 6.1 : f32}
      : tensor<?x4x4x2xf32>
  %pooled = nn.max_pool_2d %relu6 {kernel = array<i64: 3, 3>}
      : tensor<?x4x4x2xf32> -> tensor<?x2x2x2xf32>
  %stored = nn.quantize %pooled {nn.edge = #nn.edge<7, "e7">}
      : tensor<?x2x2x2xf32> -> tensor<?x2x2x2x!activation>
  return %stored : tensor<?x2x2x2x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>

// A bound that is no multiple of the scale: 6.1 would become 6. 64 is one that the
// storage, which ends at 65, can say, and 65.1 bounds nothing.
// CHECK-LABEL: func.func @bounds
// CHECK-SAME:    (%[[X:.*]]: tensor<2x!activation>)
// CHECK:         %[[REAL:.*]] = nn.dequantize %[[X]]
// CHECK-NEXT:    %[[INEXACT:.*]] = nn.clamp %[[REAL]] {max = 6.{{.*}}} : tensor<2xf32>
// CHECK-NEXT:    %[[EXACT:.*]] = nn.clamp %[[X]] {max = 6.400000e+01 {{.*}}} : tensor<2x!activation>
// CHECK-NEXT:    %[[REAL_EXACT:.*]] = nn.dequantize %[[EXACT]]
// CHECK-NEXT:    %[[NONE:.*]] = nn.clamp %[[X]] {max = 6.51{{.*}}} : tensor<2x!activation>
// CHECK-NEXT:    %[[REAL_NONE:.*]] = nn.dequantize %[[NONE]]
// CHECK-NEXT:    %[[PADDED:.*]] = nn.pad %[[REAL]]
// CHECK-NEXT:    return %[[INEXACT]], %[[REAL_EXACT]], %[[REAL_NONE]], %[[PADDED]]
func.func @bounds(%x: tensor<2x!activation>)
    -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<3xf32>) {
  %real = nn.dequantize %x : tensor<2x!activation> -> tensor<2xf32>
  %inexact = nn.clamp %real {min = 0.0 : f32, max = 6.1 : f32} : tensor<2xf32>
  %exact = nn.clamp %real {min = 0.0 : f32, max = 64.0 : f32} : tensor<2xf32>
  %none = nn.clamp %real {min = -100.0 : f32, max = 65.1 : f32} : tensor<2xf32>
  %padded = nn.pad %real
      {low = array<i64: 0>, high = array<i64: 1>, value = 0.25 : f32}
      : tensor<2xf32> -> tensor<3xf32>
  return %inexact, %exact, %none, %padded
      : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<3xf32>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!finer = !quant.uniform<i8:f32, 0.25:-3>

// Others need the real numbers: nothing moves in front of them.
// CHECK-LABEL: func.func @shared
// CHECK-NEXT:    %[[FLAT:.*]] = nn.reshape
// CHECK-NEXT:    %[[STORED:.*]] = nn.quantize %[[FLAT]]
// CHECK-NEXT:    return %[[STORED]], %[[FLAT]]
// A scale per index has its place among the dimensions.
// CHECK-LABEL: func.func @per_axis
// CHECK-NEXT:    %[[REAL:.*]] = nn.dequantize
// CHECK-NEXT:    %[[TURNED:.*]] = nn.transpose %[[REAL]]
// CHECK-NEXT:    nn.quantize %[[TURNED]]
// Two scales: quantized twice.
// CHECK-LABEL: func.func @two_scales
// CHECK-DAG:     nn.quantize %{{.*}} : tensor<2x3xf32> -> tensor<2x3x!activation>
// CHECK-DAG:     nn.quantize %{{.*}} : tensor<2x3xf32> -> tensor<2x3x!activation1>
func.func @shared(%x: tensor<2x3xf32>) -> (tensor<6x!activation>, tensor<6xf32>) {
  %flat = nn.reshape %x : tensor<2x3xf32> -> tensor<6xf32>
  %stored = nn.quantize %flat : tensor<6xf32> -> tensor<6x!activation>
  return %stored, %flat : tensor<6x!activation>, tensor<6xf32>
}
func.func @per_axis(%x: tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>)
    -> tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>> {
  %real = nn.dequantize %x
      : tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>> -> tensor<2x3xf32>
  %turned = nn.transpose %real {permutation = array<i64: 1, 0>}
      : tensor<2x3xf32> -> tensor<3x2xf32>
  %stored = nn.quantize %turned
      : tensor<3x2xf32> -> tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
  return %stored : tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
}
func.func @two_scales(%x: tensor<2x3xf32>)
    -> (tensor<6x!activation>, tensor<6x!finer>) {
  %flat = nn.reshape %x : tensor<2x3xf32> -> tensor<6xf32>
  %coarse = nn.quantize %flat : tensor<6xf32> -> tensor<6x!activation>
  %fine = nn.quantize %flat : tensor<6xf32> -> tensor<6x!finer>
  return %coarse, %fine : tensor<6x!activation>, tensor<6x!finer>
}
