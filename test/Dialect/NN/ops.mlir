// RUN: quant-opt %s | quant-opt | FileCheck %s
// RUN: quant-opt %s -mlir-print-op-generic | quant-opt | FileCheck %s
// RUN: quant-opt %s -mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// Every op prints what it parses, in both forms; an attribute that has its
// default value is not printed.

!activation = !quant.uniform<i8:f32, 5.000000e-01:-3>
!narrow = !quant.uniform<i8<-3:9>:f32, 5.000000e-01:-3>
!weight = !quant.uniform<i8<-127:127>:f32:0, {2.500000e-01, 1.250000e-01}>
!bias = !quant.uniform<i32:f32:0, {1.250000e-01, 6.250000e-02}>

// Quantized types print once, under a name that says what they are for.
// CHECK-DAG: !activation = !quant.uniform<i8:f32, 5.000000e-01:-3>
// CHECK-DAG: ![[NARROW:activation[0-9]+]] = !quant.uniform<i8<-3:9>:f32, 5.000000e-01:-3>
// CHECK-DAG: !weight = !quant.uniform<i8<-127:127>:f32:0, {2.500000e-01,1.250000e-01}>
// CHECK-DAG: !bias = !quant.uniform<i32:f32:0, {1.250000e-01,6.250000e-02}>

// CHECK-LABEL: func.func @conv_2d
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x9x9x4xf32>, %[[FILTER:.*]]: tensor<6x3x2x2xf32>, %[[BIAS:.*]]: tensor<6xf32>)
func.func @conv_2d(%image: tensor<?x9x9x4xf32>, %filter: tensor<6x3x2x2xf32>,
                   %bias: tensor<6xf32>) -> tensor<?x5x11x6xf32> {
  // CHECK:      nn.conv_2d %[[IMAGE]], %[[FILTER]], %[[BIAS]]
  // CHECK-SAME:   {dilations = array<i64: 2, 1>, groups = 2 : i64, pad = array<i64: 2, 1, 3, 2>, strides = array<i64: 2, 1>}
  // CHECK-SAME:   : (tensor<?x9x9x4xf32>, tensor<6x3x2x2xf32>, tensor<6xf32>) -> tensor<?x5x11x6xf32>
  // GENERIC:      "nn.conv_2d"
  // GENERIC-SAME:   <{dilations = array<i64: 2, 1>, groups = 2 : i64, pad = array<i64: 2, 1, 3, 2>, strides = array<i64: 2, 1>}>
  %features = nn.conv_2d %image, %filter, %bias
      {strides = array<i64: 2, 1>, pad = array<i64: 2, 1, 3, 2>,
       dilations = array<i64: 2, 1>, groups = 2 : i64}
      : (tensor<?x9x9x4xf32>, tensor<6x3x2x2xf32>, tensor<6xf32>)
      -> tensor<?x5x11x6xf32>
  return %features : tensor<?x5x11x6xf32>
}

// CHECK-LABEL: func.func @conv_2d_defaults
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<2x5x5x3xf32>, %[[FILTER:.*]]: tensor<4x3x3x3xf32>)
func.func @conv_2d_defaults(%image: tensor<2x5x5x3xf32>,
                            %filter: tensor<4x3x3x3xf32>)
    -> tensor<2x3x3x4xf32> {
  // CHECK: nn.conv_2d %[[IMAGE]], %[[FILTER]] : (tensor<2x5x5x3xf32>, tensor<4x3x3x3xf32>) -> tensor<2x3x3x4xf32>
  %features = nn.conv_2d %image, %filter
      {strides = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
       dilations = array<i64: 1, 1>, groups = 1 : i64}
      : (tensor<2x5x5x3xf32>, tensor<4x3x3x3xf32>) -> tensor<2x3x3x4xf32>
  return %features : tensor<2x3x3x4xf32>
}

// A depthwise convolution is one with as many groups as input channels; the
// activations may differ in scale, zero point and bounds.
// CHECK-LABEL: func.func @conv_2d_quantized
func.func @conv_2d_quantized(%image: tensor<?x4x4x2x!activation>,
                             %filter: tensor<2x1x1x1x!weight>,
                             %bias: tensor<2x!bias>)
    -> tensor<?x4x4x2x!narrow> {
  // CHECK:      nn.conv_2d {{.*}} {groups = 2 : i64}
  // CHECK-SAME:   : (tensor<?x4x4x2x!activation>, tensor<2x1x1x1x!weight>, tensor<2x!bias>) -> tensor<?x4x4x2x![[NARROW]]>
  %features = nn.conv_2d %image, %filter, %bias {groups = 2 : i64}
      : (tensor<?x4x4x2x!activation>, tensor<2x1x1x1x!weight>, tensor<2x!bias>)
      -> tensor<?x4x4x2x!narrow>
  return %features : tensor<?x4x4x2x!narrow>
}

// CHECK-LABEL: func.func @fully_connected
// CHECK-SAME:    (%[[FEATURES:.*]]: tensor<?x3xf32>, %[[WEIGHT:.*]]: tensor<2x3xf32>, %[[BIAS:.*]]: tensor<2xf32>)
func.func @fully_connected(%features: tensor<?x3xf32>, %weight: tensor<2x3xf32>,
                           %bias: tensor<2xf32>)
    -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  // CHECK: nn.fully_connected %[[FEATURES]], %[[WEIGHT]], %[[BIAS]] : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %logits = nn.fully_connected %features, %weight, %bias
      : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  // CHECK: nn.fully_connected %[[FEATURES]], %[[WEIGHT]] : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  %unbiased = nn.fully_connected %features, %weight
      : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  return %logits, %unbiased : tensor<?x2xf32>, tensor<?x2xf32>
}

// CHECK-LABEL: func.func @fully_connected_quantized
func.func @fully_connected_quantized(%features: tensor<1x3x!activation>,
                                     %weight: tensor<2x3x!weight>,
                                     %bias: tensor<2x!bias>)
    -> tensor<1x2x!activation> {
  // CHECK: nn.fully_connected {{.*}} : (tensor<1x3x!activation>, tensor<2x3x!weight>, tensor<2x!bias>) -> tensor<1x2x!activation>
  %logits = nn.fully_connected %features, %weight, %bias
      : (tensor<1x3x!activation>, tensor<2x3x!weight>, tensor<2x!bias>)
      -> tensor<1x2x!activation>
  return %logits : tensor<1x2x!activation>
}

// CHECK-LABEL: func.func @clamp
// CHECK-SAME:    (%[[ACC:.*]]: tensor<?x10xf32>, %[[STORED:.*]]: tensor<?x10x!activation>)
func.func @clamp(%acc: tensor<?x10xf32>, %stored: tensor<?x10x!activation>)
    -> (tensor<?x10xf32>, tensor<?x10x!activation>, tensor<?x10x!narrow>) {
  // CHECK: nn.clamp %[[ACC]] {max = 0x7F800000 : f32, min = 0.000000e+00 : f32} : tensor<?x10xf32>
  %relu = nn.clamp %acc {min = 0.0 : f32, max = 0x7F800000 : f32}
      : tensor<?x10xf32>
  // CHECK: nn.clamp %[[STORED]] {max = 6.000000e+00 : f32, min = 0.000000e+00 : f32} : tensor<?x10x!activation>{{$}}
  %relu6 = nn.clamp %stored {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<?x10x!activation>
  // Two types where the bounds of the storage hold the clamp.
  // CHECK: nn.clamp %[[STORED]] {max = 6.000000e+00 : f32, min = 0.000000e+00 : f32} : tensor<?x10x!activation> -> tensor<?x10x![[NARROW]]>
  %bounded = nn.clamp %stored {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<?x10x!activation> -> tensor<?x10x!narrow>
  return %relu, %relu6, %bounded
      : tensor<?x10xf32>, tensor<?x10x!activation>, tensor<?x10x!narrow>
}

// The bounds of a clamp may be one number.
// CHECK-LABEL: func.func @clamp_to_constant
func.func @clamp_to_constant(%scalar: tensor<f32>) -> tensor<f32> {
  // CHECK: nn.clamp %{{.*}} {max = 1.000000e+00 : f32, min = 1.000000e+00 : f32} : tensor<f32>
  %one = nn.clamp %scalar {min = 1.0 : f32, max = 1.0 : f32} : tensor<f32>
  return %one : tensor<f32>
}

// CHECK-LABEL: func.func @max_pool_2d
func.func @max_pool_2d(%image: tensor<?x7x8x3xf32>,
                       %stored: tensor<?x4x4x3x!activation>)
    -> (tensor<?x4x8x3xf32>, tensor<?x3x2x3x!activation>) {
  // CHECK:      nn.max_pool_2d %{{.*}} {dilations = array<i64: 1, 2>, kernel = array<i64: 3, 2>, pad = array<i64: 1, 0, 1, 2>, strides = array<i64: 2, 1>}
  // CHECK-SAME:   : tensor<?x7x8x3xf32> -> tensor<?x4x8x3xf32>
  %pooled = nn.max_pool_2d %image
      {kernel = array<i64: 3, 2>, strides = array<i64: 2, 1>,
       pad = array<i64: 1, 0, 1, 2>, dilations = array<i64: 1, 2>}
      : tensor<?x7x8x3xf32> -> tensor<?x4x8x3xf32>
  // CHECK: nn.max_pool_2d %{{.*}} {kernel = array<i64: 2, 3>} : tensor<?x4x4x3x!activation> -> tensor<?x3x2x3x!activation>
  %greatest = nn.max_pool_2d %stored {kernel = array<i64: 2, 3>}
      : tensor<?x4x4x3x!activation> -> tensor<?x3x2x3x!activation>
  return %pooled, %greatest : tensor<?x4x8x3xf32>, tensor<?x3x2x3x!activation>
}

// CHECK-LABEL: func.func @reshape
func.func @reshape(%image: tensor<?x4x4x16xf32>, %scalar: tensor<f32>,
                   %stored: tensor<2x3x!activation>, %none: tensor<0x3xf32>)
    -> (tensor<?x256xf32>, tensor<1x1xf32>, tensor<6x!activation>,
        tensor<7x0xf32>) {
  // CHECK: nn.reshape %{{.*}} : tensor<?x4x4x16xf32> -> tensor<?x256xf32>
  %flat = nn.reshape %image : tensor<?x4x4x16xf32> -> tensor<?x256xf32>
  // CHECK: nn.reshape %{{.*}} : tensor<f32> -> tensor<1x1xf32>
  %matrix = nn.reshape %scalar : tensor<f32> -> tensor<1x1xf32>
  // CHECK: nn.reshape %{{.*}} : tensor<2x3x!activation> -> tensor<6x!activation>
  %row = nn.reshape %stored : tensor<2x3x!activation> -> tensor<6x!activation>
  // CHECK: nn.reshape %{{.*}} : tensor<0x3xf32> -> tensor<7x0xf32>
  %empty = nn.reshape %none : tensor<0x3xf32> -> tensor<7x0xf32>
  return %flat, %matrix, %row, %empty
      : tensor<?x256xf32>, tensor<1x1xf32>, tensor<6x!activation>,
        tensor<7x0xf32>
}

// CHECK-LABEL: func.func @transpose
func.func @transpose(%nchw: tensor<?x3x32x16xf32>, %stored: tensor<2x3x!activation>)
    -> (tensor<?x32x16x3xf32>, tensor<3x2x!activation>) {
  // CHECK: nn.transpose %{{.*}} {permutation = array<i64: 0, 2, 3, 1>} : tensor<?x3x32x16xf32> -> tensor<?x32x16x3xf32>
  %nhwc = nn.transpose %nchw {permutation = array<i64: 0, 2, 3, 1>}
      : tensor<?x3x32x16xf32> -> tensor<?x32x16x3xf32>
  // CHECK: nn.transpose %{{.*}} {permutation = array<i64: 1, 0>} : tensor<2x3x!activation> -> tensor<3x2x!activation>
  %columns = nn.transpose %stored {permutation = array<i64: 1, 0>}
      : tensor<2x3x!activation> -> tensor<3x2x!activation>
  return %nhwc, %columns : tensor<?x32x16x3xf32>, tensor<3x2x!activation>
}

// CHECK-LABEL: func.func @pad
func.func @pad(%image: tensor<?x8x8x3xf32>, %stored: tensor<2x3x!activation>)
    -> (tensor<?x9x11x3xf32>, tensor<3x3x!activation>) {
  // CHECK: nn.pad %{{.*}} {high = array<i64: 0, 0, 2, 0>, low = array<i64: 0, 1, 1, 0>} : tensor<?x8x8x3xf32> -> tensor<?x9x11x3xf32>
  %padded = nn.pad %image
      {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 0, 2, 0>,
       value = 0.0 : f32}
      : tensor<?x8x8x3xf32> -> tensor<?x9x11x3xf32>
  // CHECK: nn.pad %{{.*}} {high = array<i64: 0, 0>, low = array<i64: 1, 0>, value = -2.500000e+00 : f32} : tensor<2x3x!activation> -> tensor<3x3x!activation>
  %filled = nn.pad %stored
      {low = array<i64: 1, 0>, high = array<i64: 0, 0>, value = -2.5 : f32}
      : tensor<2x3x!activation> -> tensor<3x3x!activation>
  return %padded, %filled : tensor<?x9x11x3xf32>, tensor<3x3x!activation>
}

// CHECK-LABEL: func.func @quantize
func.func @quantize(%real: tensor<?x10xf32>, %filter: tensor<2x5xf32>)
    -> (tensor<?x10x!activation>, tensor<2x5x!weight>) {
  // CHECK: nn.quantize %{{.*}} : tensor<?x10xf32> -> tensor<?x10x!activation>
  %stored = nn.quantize %real : tensor<?x10xf32> -> tensor<?x10x!activation>
  // CHECK: nn.quantize %{{.*}} : tensor<2x5xf32> -> tensor<2x5x!weight>
  %integers = nn.quantize %filter : tensor<2x5xf32> -> tensor<2x5x!weight>
  return %stored, %integers : tensor<?x10x!activation>, tensor<2x5x!weight>
}

// CHECK-LABEL: func.func @dequantize
func.func @dequantize(%stored: tensor<?x10x!activation>, %bias: tensor<2x!bias>)
    -> (tensor<?x10xf32>, tensor<2xf32>) {
  // CHECK: nn.dequantize %{{.*}} : tensor<?x10x!activation> -> tensor<?x10xf32>
  %real = nn.dequantize %stored : tensor<?x10x!activation> -> tensor<?x10xf32>
  // CHECK: nn.dequantize %{{.*}} : tensor<2x!bias> -> tensor<2xf32>
  %offset = nn.dequantize %bias : tensor<2x!bias> -> tensor<2xf32>
  return %real, %offset : tensor<?x10xf32>, tensor<2xf32>
}

// CHECK-LABEL: func.func @observe
func.func @observe(%acc: tensor<?x10xf32>, %stored: tensor<2x!activation>)
    -> (tensor<?x10xf32>, tensor<2x!activation>) {
  // CHECK: nn.observe %{{.*}} {id = 3 : i32, name = "conv1"} : tensor<?x10xf32>
  %seen = nn.observe %acc {id = 3 : i32, name = "conv1"} : tensor<?x10xf32>
  // CHECK: nn.observe %{{.*}} {id = 3 : i32, name = "conv1", range = !quant.calibrated<f32<-1.000000e+00:2.500000e+00>>} : tensor<?x10xf32>
  %calibrated = nn.observe %seen
      {id = 3 : i32, name = "conv1",
       range = !quant.calibrated<f32<-1.0:2.5>>} : tensor<?x10xf32>
  // CHECK: nn.observe %{{.*}} {id = -1 : i32, name = ""} : tensor<2x!activation>
  %integers = nn.observe %stored {id = -1 : i32, name = ""}
      : tensor<2x!activation>
  return %calibrated, %integers : tensor<?x10xf32>, tensor<2x!activation>
}

// CHECK-LABEL: func.func @matmul
func.func @matmul(%queries: tensor<?x4x2x8xf32>, %keys: tensor<?x1x8x3xf32>,
                  %rows: tensor<2x8x!activation>, %columns: tensor<8x3x!activation>)
    -> (tensor<?x4x2x3xf32>, tensor<2x3x!activation>) {
  // CHECK: nn.matmul %{{.*}}, %{{.*}} : (tensor<?x4x2x8xf32>, tensor<?x1x8x3xf32>) -> tensor<?x4x2x3xf32>
  %scores = nn.matmul %queries, %keys
      : (tensor<?x4x2x8xf32>, tensor<?x1x8x3xf32>) -> tensor<?x4x2x3xf32>
  // CHECK: nn.matmul %{{.*}}, %{{.*}} : (tensor<2x8x!activation>, tensor<8x3x!activation>) -> tensor<2x3x!activation>
  %product = nn.matmul %rows, %columns
      : (tensor<2x8x!activation>, tensor<8x3x!activation>)
      -> tensor<2x3x!activation>
  return %scores, %product : tensor<?x4x2x3xf32>, tensor<2x3x!activation>
}

// CHECK-LABEL: func.func @div
func.func @div(%x: tensor<?x8xf32>, %norm: tensor<?x1xf32>) -> tensor<?x8xf32> {
  // CHECK: nn.div %{{.*}}, %{{.*}} : (tensor<?x8xf32>, tensor<?x1xf32>) -> tensor<?x8xf32>
  %quotient = nn.div %x, %norm
      : (tensor<?x8xf32>, tensor<?x1xf32>) -> tensor<?x8xf32>
  return %quotient : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @unary
func.func @unary(%x: tensor<?x8xf32>, %stored: tensor<2x!activation>)
    -> (tensor<?x8xf32>, tensor<2x!quant.uniform<i8:f32, 0.25:7>>) {
  // CHECK: nn.unary silu %{{.*}} : tensor<?x8xf32>
  %gated = nn.unary silu %x : tensor<?x8xf32>
  // CHECK: nn.unary gelu_tanh %{{.*}} : tensor<?x8xf32>
  %smooth = nn.unary gelu_tanh %gated : tensor<?x8xf32>
  // CHECK: nn.unary leaky_relu %{{.*}} {alpha = 1.250000e-01 : f32} : tensor<?x8xf32>
  %leaky = nn.unary leaky_relu %smooth {alpha = 0.125 : f32} : tensor<?x8xf32>
  // CHECK: nn.unary hardsigmoid %{{.*}} {alpha = 2.500000e-01 : f32, beta = 5.000000e-01 : f32} : tensor<?x8xf32>
  %hard = nn.unary hardsigmoid %leaky {alpha = 0.25 : f32, beta = 0.5 : f32}
      : tensor<?x8xf32>
  // CHECK: nn.unary tanh %{{.*}} : tensor<2x!activation> -> tensor<2x!activation{{[0-9]+}}>
  %table = nn.unary tanh %stored
      : tensor<2x!activation> -> tensor<2x!quant.uniform<i8:f32, 0.25:7>>
  return %hard, %table
      : tensor<?x8xf32>, tensor<2x!quant.uniform<i8:f32, 0.25:7>>
}

// CHECK-LABEL: func.func @layer_norm
func.func @layer_norm(%tokens: tensor<?x4x8xf32>, %scale: tensor<8xf32>,
                      %bias: tensor<8xf32>) -> tensor<?x4x8xf32> {
  // CHECK: nn.layer_norm %{{.*}}, %{{.*}}, %{{.*}} {epsilon = 1.250000e-01 : f32} : (tensor<?x4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x4x8xf32>
  %shifted = nn.layer_norm %tokens, %scale, %bias {epsilon = 0.125 : f32}
      : (tensor<?x4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x4x8xf32>
  // CHECK: nn.layer_norm %{{.*}}, %{{.*}} {epsilon = 0.000000e+00 : f32} : (tensor<?x4x8xf32>, tensor<8xf32>) -> tensor<?x4x8xf32>
  %scaled = nn.layer_norm %shifted, %scale {epsilon = 0.0 : f32}
      : (tensor<?x4x8xf32>, tensor<8xf32>) -> tensor<?x4x8xf32>
  return %scaled : tensor<?x4x8xf32>
}

// CHECK-LABEL: func.func @requantize
func.func @requantize(%stored: tensor<?x2x!activation>)
    -> tensor<?x2x!quant.uniform<i8:f32, 0.25:7>> {
  // CHECK: nn.requantize %{{.*}} : tensor<?x2x!activation> -> tensor<?x2x!activation{{[0-9]+}}>
  %other = nn.requantize %stored
      : tensor<?x2x!activation> -> tensor<?x2x!quant.uniform<i8:f32, 0.25:7>>
  return %other : tensor<?x2x!quant.uniform<i8:f32, 0.25:7>>
}

// CHECK-LABEL: func.func @lookup
func.func @lookup(%stored: tensor<?x2x!activation>)
    -> tensor<?x2x!quant.uniform<i8:f32, 0.25:7>> {
  // CHECK: nn.lookup %{{.*}} {table = dense<-5> : tensor<256xi8>} : tensor<?x2x!activation> -> tensor<?x2x!activation{{[0-9]+}}>
  %entries = nn.lookup %stored {table = dense<-5> : tensor<256xi8>}
      : tensor<?x2x!activation> -> tensor<?x2x!quant.uniform<i8:f32, 0.25:7>>
  return %entries : tensor<?x2x!quant.uniform<i8:f32, 0.25:7>>
}

// CHECK-LABEL: func.func @unsigned
// CHECK-SAME:    (%{{.*}}: tensor<2x!activation> {nn.unsigned}) -> (tensor<2x!activation> {nn.unsigned}) attributes {nn.unsigned} {
func.func @unsigned(%stored: tensor<2x!activation> {nn.unsigned})
    -> (tensor<2x!activation> {nn.unsigned}) attributes {nn.unsigned} {
  return %stored : tensor<2x!activation>
}
