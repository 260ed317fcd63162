// RUN: quant-translate --export-onnx %s -o %t.onnx
// RUN: %python %S/Inputs/print_model.py %t.onnx | FileCheck %s
// RUN: quant-translate --export-onnx %s -o %t-again.onnx && cmp %t.onnx %t-again.onnx

// A network at stage qdq: constants with channels first, an i32 bias, quantization
// right behind what computes, and no transpose but that of the network.

!image = !quant.uniform<i8:f32, 0.5:-3>
!features = !quant.uniform<i8:f32, 0.25:-128>
!filter = !quant.uniform<i8<-127:127>:f32:0, {0.25, 0.125}>
!scores = !quant.uniform<i8:f32, 1.0:7>
!weight = !quant.uniform<i8<-127:127>:f32, 0.5>

// CHECK-DAG: conv_integers: int8 {{\[\[\[\[}}1], [2]], {{\[\[}}3], [4]]], {{\[\[\[}}5], [6]], {{\[\[}}7], [8]]]]
// CHECK-DAG: conv_bias_integers: int32 [4, -8]
// CHECK-DAG: dense_integers: int8 {{\[\[}}1, 2], [3, 4]]
// CHECK-DAG: {{^}}scale{{.*}}: float32 0.5
// CHECK-DAG: {{^}}zero_point{{.*}}: int8 -3
// CHECK-DAG: {{^}}scale{{.*}}: float32 [0.125, 0.0625]

// CHECK:      ir_version: 9
// CHECK:      opset_import: ["" : 20]
// CHECK:      producer_name: "quantc"
// CHECK:      network (float[batch,2,3,3] image) => (float[batch,2] scores)
// CHECK:        [[Q:[a-z_0-9]+]] = QuantizeLinear (image, scale, zero_point)
// CHECK-NEXT:   [[X:[a-z_0-9]+]] = DequantizeLinear ([[Q]], scale, zero_point)
// CHECK-NEXT:   [[FILTER:[a-z_0-9]+]] = DequantizeLinear <axis: int = 0> (conv_integers,
// CHECK-NEXT:   [[BIAS:[a-z_0-9]+]] = DequantizeLinear <axis: int = 0> (conv_bias_integers,
// CHECK-NEXT:   [[CONV:[a-z_0-9]+]] = Conv <strides: ints = [1, 2], pads: ints = [0, 1, 1, 0]> ([[X]], [[FILTER]], [[BIAS]])
// CHECK-NEXT:   [[Q1:[a-z_0-9]+]] = QuantizeLinear ([[CONV]],
// CHECK-NEXT:   [[X1:[a-z_0-9]+]] = DequantizeLinear ([[Q1]],
// CHECK-NEXT:   [[POOL:[a-z_0-9]+]] = GlobalAveragePool ([[X1]])
// CHECK-NEXT:   [[Q2:[a-z_0-9]+]] = QuantizeLinear ([[POOL]],
// CHECK-NEXT:   [[X2:[a-z_0-9]+]] = DequantizeLinear ([[Q2]],
// CHECK-NEXT:   [[FLAT:[a-z_0-9]+]] = Flatten ([[X2]])
// CHECK-NEXT:   [[Q3:[a-z_0-9]+]] = QuantizeLinear ([[FLAT]],
// CHECK-NEXT:   [[X3:[a-z_0-9]+]] = DequantizeLinear ([[Q3]],
// CHECK-NEXT:   [[WEIGHT:[a-z_0-9]+]] = DequantizeLinear (dense_integers,
// CHECK-NEXT:   [[DENSE:[a-z_0-9]+]] = Gemm <transB: int = 1> ([[X3]], [[WEIGHT]])
// CHECK-NEXT:   [[Q4:[a-z_0-9]+]] = QuantizeLinear ([[DENSE]],
// CHECK-NEXT:   [[X4:[a-z_0-9]+]] = DequantizeLinear ([[Q4]],
// The clamp is not what the quantization does anyway: it limits integers.
// CHECK-NEXT:   [[CLIP:[a-z_0-9]+]] = Clip ([[X4]],
// CHECK-NEXT:   [[Q5:[a-z_0-9]+]] = QuantizeLinear ([[CLIP]],
// CHECK-NEXT:   scores = DequantizeLinear ([[Q5]],
// CHECK-NEXT: }
func.func @network(%image: tensor<?x2x3x3xf32> {nn.name = "image"})
    -> (tensor<?x2xf32> {nn.name = "scores"}) {
  %nhwc = nn.transpose %image {permutation = array<i64: 0, 2, 3, 1>}
      : tensor<?x2x3x3xf32> -> tensor<?x3x3x2xf32>
  %q0 = nn.quantize %nhwc : tensor<?x3x3x2xf32> -> tensor<?x3x3x2x!image>
  %x0 = nn.dequantize %q0 : tensor<?x3x3x2x!image> -> tensor<?x3x3x2xf32>
  // OHWI
  %filter_integers = arith.constant
      dense<[[[[1, 3]], [[2, 4]]], [[[5, 7]], [[6, 8]]]]> : tensor<2x2x1x2xi8>
  %filter = quant.scast %filter_integers
      : tensor<2x2x1x2xi8> to tensor<2x2x1x2x!filter>
  %real_filter = nn.dequantize %filter
      : tensor<2x2x1x2x!filter> -> tensor<2x2x1x2xf32> loc("conv")
  %bias = arith.constant dense<[0.5, -0.5]> : tensor<2xf32>
  %conv = nn.conv_2d %x0, %real_filter, %bias
      {strides = array<i64: 1, 2>, pad = array<i64: 0, 1, 1, 0>}
      : (tensor<?x3x3x2xf32>, tensor<2x2x1x2xf32>, tensor<2xf32>)
      -> tensor<?x3x2x2xf32> loc("conv")
  %relu = nn.clamp %conv {min = 0.0 : f32, max = 0x7F800000 : f32}
      : tensor<?x3x2x2xf32>
  %q1 = nn.quantize %relu : tensor<?x3x2x2xf32> -> tensor<?x3x2x2x!features>
  %x1 = nn.dequantize %q1 : tensor<?x3x2x2x!features> -> tensor<?x3x2x2xf32>
  %mean = nn.reduce mean %x1 {axes = array<i64: 1, 2>}
      : tensor<?x3x2x2xf32> -> tensor<?x2xf32>
  %q2 = nn.quantize %mean : tensor<?x2xf32> -> tensor<?x2x!features>
  %x2 = nn.dequantize %q2 : tensor<?x2x!features> -> tensor<?x2xf32>
  %weight_integers = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %weight = quant.scast %weight_integers : tensor<2x2xi8> to tensor<2x2x!weight>
  %real_weight = nn.dequantize %weight
      : tensor<2x2x!weight> -> tensor<2x2xf32> loc("dense")
  %dense = nn.fully_connected %x2, %real_weight
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32> loc("dense")
  %limited = nn.clamp %dense {min = -2.0 : f32, max = 6.0 : f32}
      : tensor<?x2xf32>
  %q3 = nn.quantize %limited : tensor<?x2xf32> -> tensor<?x2x!scores>
  %x3 = nn.dequantize %q3 : tensor<?x2x!scores> -> tensor<?x2xf32>
  return %x3 : tensor<?x2xf32>
}
