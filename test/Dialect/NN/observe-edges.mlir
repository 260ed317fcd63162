// Ops that carry the number of an edge are observed under it, others are not.

// RUN: quant-opt %s --pass-pipeline="builtin.module(func.func(nn-observe-edges))" \
// RUN:   | FileCheck %s

!activation = !quant.uniform<i8:f32, 5.000000e-01:3>
!bounded = !quant.uniform<i8<3:127>:f32, 5.000000e-01:3>

// CHECK-LABEL: func.func @edges(
// CHECK-SAME:    %[[X:.*]]: tensor<?x4xf32>
func.func @edges(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4x!activation>) {
  // CHECK-NEXT: %[[STORED:.*]] = nn.quantize %[[X]] {nn.edge = #nn.edge<0, "e0">}
  // CHECK-NEXT: %[[OBSERVED:.*]] = nn.observe %[[STORED]] {id = 0 : i32, name = "e0"} : tensor<?x4x!activation>
  %stored = nn.quantize %x {nn.edge = #nn.edge<0, "e0">} : tensor<?x4xf32> -> tensor<?x4x!activation>
  // CHECK-NEXT: %[[PLAIN:.*]] = nn.reshape %[[OBSERVED]]
  // CHECK-NOT:  nn.observe %[[PLAIN]]
  %plain = nn.reshape %stored : tensor<?x4x!activation> -> tensor<?x2x2x!activation>
  %flat = nn.reshape %plain : tensor<?x2x2x!activation> -> tensor<?x4x!activation>
  // CHECK:      %[[RELU:.*]] = nn.clamp %{{.*}} {max = {{.*}}, min = {{.*}}, nn.edge = #nn.edge<5, "e5">}
  // CHECK-NEXT: %[[RESULT:.*]] = nn.observe %[[RELU]] {id = 5 : i32, name = "e5"} : tensor<?x4x!activation>
  %relu = nn.clamp %flat {max = 6.0 : f32, min = 0.0 : f32, nn.edge = #nn.edge<5, "e5">} : tensor<?x4x!activation> loc("relu")
  // CHECK-NEXT: %[[REAL:.*]] = nn.dequantize %[[RESULT]]
  %real = nn.dequantize %relu : tensor<?x4x!activation> -> tensor<?x4xf32>
  // CHECK-NEXT: return %[[REAL]], %[[RESULT]]
  return %real, %relu : tensor<?x4xf32>, tensor<?x4x!activation>
}
