// RUN: quant-translate --export-onnx %s -o %t.onnx
// RUN: %python %S/Inputs/print_model.py %t.onnx | FileCheck %s
// RUN: quant-translate --import-onnx %t.onnx | FileCheck %s --check-prefix=AGAIN

// Activations inside are uint8, 128 above the stored integers, and constants beside
// them. Weights, biases, inputs and outputs are what they were.

!in = !quant.uniform<i8:f32, 0.5:-118>
!x = !quant.uniform<i8:f32, 0.25:-128>
!weight = !quant.uniform<i8<-127:127>:f32:0, {0.25, 0.125}>
!bias = !quant.uniform<i32:f32:0, {0.0625, 0.03125}>
!row = !quant.uniform<i8:f32, 0.125:-1>

// CHECK-DAG:  [[INTEGERS:[a-z_0-9]*integers]]: int8 {{\[\[}}1, 2, 3], [4, 5, -6]]
// CHECK-DAG:  bias_integers: int32 [4, -8]
// CHECK-DAG:  row_integers: uint8 {{\[\[}}0, 255]]
// CHECK-DAG:  [[IN:zero_point[_0-9]*]]: int8 -118
// CHECK-DAG:  [[X:zero_point[_0-9]*]]: uint8 0
// CHECK-DAG:  [[W:zero_point[_0-9]*]]: int8 [0, 0]
// CHECK-DAG:  [[ROW:zero_point[_0-9]*]]: uint8 127
// CHECK-DAG:  [[OUT:zero_point[_0-9]*]]: int8 -128
// CHECK:      network (int8[batch,2,2,3] image) => (int8[batch,2] scores)
// CHECK:        [[IMAGE:[a-z_0-9]+]] = DequantizeLinear (image, {{[a-z_0-9]+}}, [[IN]])
// CHECK:        [[MEAN:[a-z_0-9]+]] = GlobalAveragePool
// CHECK-NEXT:   [[Q:[a-z_0-9]+]] = QuantizeLinear ([[MEAN]], {{[a-z_0-9]+}}, [[X]])
// CHECK-NEXT:   [[R:[a-z_0-9]+]] = DequantizeLinear ([[Q]], {{[a-z_0-9]+}}, [[X]])
// CHECK-NEXT:   [[FLAT:[a-z_0-9]+]] = Flatten ([[R]])
// CHECK-NEXT:   [[Q1:[a-z_0-9]+]] = QuantizeLinear ([[FLAT]], {{[a-z_0-9]+}}, [[X]])
// CHECK-NEXT:   [[R1:[a-z_0-9]+]] = DequantizeLinear ([[Q1]], {{[a-z_0-9]+}}, [[X]])
// CHECK-NEXT:   [[WEIGHT:[a-z_0-9]+]] = DequantizeLinear <axis: int = 0> ([[INTEGERS]], {{[a-z_0-9]+}}, [[W]])
// CHECK:        [[DENSE:[a-z_0-9]+]] = Gemm <transB: int = 1> ([[R1]], [[WEIGHT]],
// CHECK-NEXT:   [[Q2:[a-z_0-9]+]] = QuantizeLinear ([[DENSE]], {{[a-z_0-9]+}}, [[X]])
// CHECK-NEXT:   [[R2:[a-z_0-9]+]] = DequantizeLinear ([[Q2]], {{[a-z_0-9]+}}, [[X]])
// CHECK-NEXT:   [[REAL:[a-z_0-9]+]] = DequantizeLinear (row_integers, {{[a-z_0-9]+}}, [[ROW]])
// CHECK-NEXT:   [[SUM:[a-z_0-9]+]] = Add ([[R2]], [[REAL]])
// CHECK-NEXT:   scores = QuantizeLinear ([[SUM]], {{[a-z_0-9]+}}, [[OUT]])

// The stored integers are those of before.
// AGAIN-DAG: !quant.uniform<i8:f32, 1.250000e-01:-1>
// AGAIN-DAG: arith.constant dense<{{\[\[}}-128, 127]]> : tensor<1x2xi8>
func.func @network(%image: tensor<?x2x2x3x!in> {nn.name = "image"})
    -> (tensor<?x2x!x> {nn.name = "scores"}) attributes {nn.unsigned} {
  %real = nn.dequantize %image : tensor<?x2x2x3x!in> -> tensor<?x2x2x3xf32>
  %mean = nn.reduce mean %real {axes = array<i64: 1, 2>}
      : tensor<?x2x2x3xf32> -> tensor<?x3xf32>
  %q1 = nn.quantize %mean : tensor<?x3xf32> -> tensor<?x3x!x>
  %x1 = nn.dequantize %q1 : tensor<?x3x!x> -> tensor<?x3xf32>
  %weight_integers = arith.constant dense<[[1, 2, 3], [4, 5, -6]]> : tensor<2x3xi8>
  %weight = quant.scast %weight_integers : tensor<2x3xi8> to tensor<2x3x!weight>
  %real_weight = nn.dequantize %weight
      : tensor<2x3x!weight> -> tensor<2x3xf32> loc("dense")
  %bias_integers = arith.constant dense<[4, -8]> : tensor<2xi32>
  %bias = quant.scast %bias_integers : tensor<2xi32> to tensor<2x!bias>
  %real_bias = nn.dequantize %bias : tensor<2x!bias> -> tensor<2xf32> loc("bias")
  %dense = nn.fully_connected %x1, %real_weight, %real_bias
      : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %q2 = nn.quantize %dense : tensor<?x2xf32> -> tensor<?x2x!x>
  %x2 = nn.dequantize %q2 : tensor<?x2x!x> -> tensor<?x2xf32>
  %row_integers = arith.constant dense<[[-128, 127]]> : tensor<1x2xi8>
  %row = quant.scast %row_integers : tensor<1x2xi8> to tensor<1x2x!row>
  %real_row = nn.dequantize %row : tensor<1x2x!row> -> tensor<1x2xf32> loc("row")
  %sum = nn.add %x2, %real_row
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x2xf32>
  %scores = nn.quantize %sum : tensor<?x2xf32> -> tensor<?x2x!x>
  return %scores : tensor<?x2x!x>
}
