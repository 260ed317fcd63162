// RUN: quant-opt %s --pass-pipeline="builtin.module(func.func(nn-number-edges))" \
// RUN:   | FileCheck %s

// Edges are named after what gives their real numbers, each differently.

!activation = !quant.uniform<i8:f32, 5.000000e-01:3>

// CHECK-LABEL: func.func @imported(
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<0, "image">}
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<1, "relu">}
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<2, "relu#2">}
func.func @imported(%image: tensor<?x4xf32> loc("image")) -> tensor<?x4x!activation> {
  %0 = nn.quantize %image : tensor<?x4xf32> -> tensor<?x4x!activation> loc("QuantizeLinear_1")
  %1 = nn.dequantize %0 : tensor<?x4x!activation> -> tensor<?x4xf32>
  %2 = nn.clamp %1 {max = 6.0 : f32, min = 0.0 : f32} : tensor<?x4xf32> loc("relu")
  %3 = nn.quantize %2 : tensor<?x4xf32> -> tensor<?x4x!activation>
  %4 = nn.dequantize %3 : tensor<?x4x!activation> -> tensor<?x4xf32>
  %5 = nn.clamp %4 {max = 2.0 : f32, min = 0.0 : f32} : tensor<?x4xf32> loc("relu")
  %6 = nn.quantize %5 : tensor<?x4xf32> -> tensor<?x4x!activation>
  return %6 : tensor<?x4x!activation>
}

// One that was calibrated here keeps its numbers, and has no others.
// CHECK-LABEL: func.func @calibrated(
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<7, "image">}
// CHECK:         nn.quantize %{{[0-9a-z]+}} : tensor
func.func @calibrated(%image: tensor<?x4xf32>) -> tensor<?x2x2x!activation> {
  %0 = nn.quantize %image {nn.edge = #nn.edge<7, "image">}
      : tensor<?x4xf32> -> tensor<?x4x!activation>
  %1 = nn.dequantize %0 : tensor<?x4x!activation> -> tensor<?x4xf32>
  %2 = nn.reshape %1 : tensor<?x4xf32> -> tensor<?x2x2xf32>
  %3 = nn.quantize %2 : tensor<?x2x2xf32> -> tensor<?x2x2x!activation>
  return %3 : tensor<?x2x2x!activation>
}
