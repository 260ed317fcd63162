// RUN: quant-opt %s -nn-move-quantization -nn-fold-scales -split-input-file -verify-diagnostics

// Networks, and layers, that have no exact integer form.

!activation = !quant.uniform<i8:f32, 1.0:-128>
!weight = !quant.uniform<i8<-127:127>:f32, 1.0>

// 66311 products of 127 * 255 and 1913, one more than what fits.
func.func @accumulator(%features: tensor<1x66311x!activation>)
    -> tensor<1x2x!activation> {
  %integers = arith.constant dense<-127> : tensor<2x66311xi8>
  %bias = arith.constant dense<[0.0, -1913.0]> : tensor<2xf32>
  %weight = quant.scast %integers : tensor<2x66311xi8> to tensor<2x66311x!weight>
  %real_weight = nn.dequantize %weight
      : tensor<2x66311x!weight> -> tensor<2x66311xf32>
  %real = nn.dequantize %features
      : tensor<1x66311x!activation> -> tensor<1x66311xf32>
  // expected-error@+1 {{'nn.fully_connected' op expected an accumulator that fits into i32, but channel 1 can reach 2147483648; keep this layer in float or scale its weights down}}
  %acc = nn.fully_connected %real, %real_weight, %bias
      : (tensor<1x66311xf32>, tensor<2x66311xf32>, tensor<2xf32>)
      -> tensor<1x2xf32>
  %stored = nn.quantize %acc : tensor<1x2xf32> -> tensor<1x2x!activation>
  return %stored : tensor<1x2x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 1.0:127>
!weight = !quant.uniform<i8<-127:127>:f32, 1.0>

// With the zero point at the other end it is -128 that is 255 away from it.
func.func @accumulator_of_convolution(%image: tensor<1x300x300x1x!activation>)
    -> tensor<1x1x1x1x!activation> {
  %integers = arith.constant dense<127> : tensor<1x300x300x1xi8>
  %filter = quant.scast %integers
      : tensor<1x300x300x1xi8> to tensor<1x300x300x1x!weight>
  %real_filter = nn.dequantize %filter
      : tensor<1x300x300x1x!weight> -> tensor<1x300x300x1xf32>
  %real = nn.dequantize %image
      : tensor<1x300x300x1x!activation> -> tensor<1x300x300x1xf32>
  // expected-error@+1 {{'nn.conv_2d' op expected an accumulator that fits into i32, but channel 0 can reach 2914650000; keep this layer in float or scale its weights down}}
  %acc = nn.conv_2d %real, %real_filter
      : (tensor<1x300x300x1xf32>, tensor<1x300x300x1xf32>) -> tensor<1x1x1x1xf32>
  %stored = nn.quantize %acc
      : tensor<1x1x1x1xf32> -> tensor<1x1x1x1x!activation>
  return %stored : tensor<1x1x1x1x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 1.0:-128>
!weight = !quant.uniform<i8<-127:127>:f32, 1.0>

// Its accumulator cannot be bounded.
func.func @unknown_weight(%features: tensor<1x2x!activation>,
                          %weight: tensor<1x2x!weight>)
    -> tensor<1x1x!activation> {
  %real_weight = nn.dequantize %weight : tensor<1x2x!weight> -> tensor<1x2xf32>
  %real = nn.dequantize %features : tensor<1x2x!activation> -> tensor<1x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op requires a constant weight}}
  %acc = nn.fully_connected %real, %real_weight
      : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x1xf32>
  %stored = nn.quantize %acc : tensor<1x1xf32> -> tensor<1x1x!activation>
  return %stored : tensor<1x1x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 1.0:-128>
!weight = !quant.uniform<i8<-127:127>:f32, 1.0>

func.func @unknown_bias(%features: tensor<1x2x!activation>, %bias: tensor<1xf32>)
    -> tensor<1x1x!activation> {
  %integers = arith.constant dense<3> : tensor<1x2xi8>
  %weight = quant.scast %integers : tensor<1x2xi8> to tensor<1x2x!weight>
  %real_weight = nn.dequantize %weight : tensor<1x2x!weight> -> tensor<1x2xf32>
  %real = nn.dequantize %features : tensor<1x2x!activation> -> tensor<1x2xf32>
  // expected-warning@+1 {{stays in float: expected a constant bias that fits into i32 in units of its accumulator}}
  %acc = nn.fully_connected %real, %real_weight, %bias
      : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  %stored = nn.quantize %acc : tensor<1x1xf32> -> tensor<1x1x!activation>
  return %stored : tensor<1x1x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-128>
!weight = !quant.uniform<i8<-127:127>:f32:0, {1.0, 0.5}>

// 2^29 / (0.5 * 0.5) = 2^31, the first integer that does not fit; the same value
// fits into the first channel.
func.func @large_bias(%features: tensor<1x2x!activation>)
    -> tensor<1x2x!activation> {
  %integers = arith.constant dense<3> : tensor<2x2xi8>
  %bias = arith.constant dense<536870912.0> : tensor<2xf32>
  %weight = quant.scast %integers : tensor<2x2xi8> to tensor<2x2x!weight>
  %real_weight = nn.dequantize %weight : tensor<2x2x!weight> -> tensor<2x2xf32>
  %real = nn.dequantize %features : tensor<1x2x!activation> -> tensor<1x2xf32>
  // expected-warning@+1 {{stays in float: expected a constant bias that fits into i32 in units of its accumulator}}
  %acc = nn.fully_connected %real, %real_weight, %bias
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %stored = nn.quantize %acc : tensor<1x2xf32> -> tensor<1x2x!activation>
  return %stored : tensor<1x2x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 1.0:-128>
!weight = !quant.uniform<i8<-127:127>:f32, 1.0>

func.func @nan_bias(%features: tensor<1x2x!activation>)
    -> tensor<1x1x!activation> {
  %integers = arith.constant dense<3> : tensor<1x2xi8>
  %bias = arith.constant dense<0x7FC00000> : tensor<1xf32>
  %weight = quant.scast %integers : tensor<1x2xi8> to tensor<1x2x!weight>
  %real_weight = nn.dequantize %weight : tensor<1x2x!weight> -> tensor<1x2xf32>
  %real = nn.dequantize %features : tensor<1x2x!activation> -> tensor<1x2xf32>
  // expected-warning@+1 {{stays in float: expected a constant bias that fits into i32 in units of its accumulator}}
  %acc = nn.fully_connected %real, %real_weight, %bias
      : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  %stored = nn.quantize %acc : tensor<1x1xf32> -> tensor<1x1x!activation>
  return %stored : tensor<1x1x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 1.0:-128>
!weight = !quant.uniform<i8<-127:127>:f32, 1.0>

// 2147451008 + 128 * 255 = 2^31, in the second channel alone.
func.func @accumulator_of_depthwise(%image: tensor<1x1x3x2x!activation>)
    -> tensor<1x1x1x2x!activation> {
  %integers = arith.constant
      dense<[[[[64], [1], [63]]], [[[64], [1], [-63]]]]> : tensor<2x1x3x1xi8>
  %bias = arith.constant dense<[0.0, -2147451008.0]> : tensor<2xf32>
  %filter = quant.scast %integers
      : tensor<2x1x3x1xi8> to tensor<2x1x3x1x!weight>
  %real_filter = nn.dequantize %filter
      : tensor<2x1x3x1x!weight> -> tensor<2x1x3x1xf32>
  %real = nn.dequantize %image
      : tensor<1x1x3x2x!activation> -> tensor<1x1x3x2xf32>
  // expected-error@+1 {{'nn.conv_2d' op expected an accumulator that fits into i32, but channel 1 can reach 2147483648; keep this layer in float or scale its weights down}}
  %acc = nn.conv_2d %real, %real_filter, %bias {groups = 2 : i64}
      : (tensor<1x1x3x2xf32>, tensor<2x1x3x1xf32>, tensor<2xf32>)
      -> tensor<1x1x1x2xf32>
  %stored = nn.quantize %acc
      : tensor<1x1x1x2xf32> -> tensor<1x1x1x2x!activation>
  return %stored : tensor<1x1x1x2x!activation>
}
