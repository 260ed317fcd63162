// RUN: quant-opt %s -split-input-file -verify-diagnostics

// Quantized types that upstream lets pass and that no nn op takes, as operand
// or as result.

// Storage.

func.func @unsigned_storage(%image: tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>) {
  // expected-error@+1 {{'nn.dequantize' op expected signed storage of 8 or 32 bits, but got '!quant.uniform<u8:f32, 5.000000e-01:128>'}}
  %real = nn.dequantize %image
      : tensor<1x2x!quant.uniform<u8:f32, 0.5:128>> -> tensor<1x2xf32>
  return
}

// -----

func.func @narrow_storage(%weight: tensor<2x!quant.uniform<i4:f32, 0.5>>) {
  // expected-error@+1 {{'nn.dequantize' op expected signed storage of 8 or 32 bits, but got '!quant.uniform<i4:f32, 5.000000e-01>'}}
  %real = nn.dequantize %weight
      : tensor<2x!quant.uniform<i4:f32, 0.5>> -> tensor<2xf32>
  return
}

// -----

func.func @wide_storage(%image: tensor<2xf32>) {
  // expected-error@+1 {{'nn.quantize' op expected signed storage of 8 or 32 bits, but got '!quant.uniform<i16:f32, 5.000000e-01>'}}
  %stored = nn.quantize %image
      : tensor<2xf32> -> tensor<2x!quant.uniform<i16:f32, 0.5>>
  return
}

// -----

func.func @unsigned_channels(%weight: tensor<2x3x!quant.uniform<u8:f32:0, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.dequantize' op expected signed storage of 8 or 32 bits, but got '!quant.uniform<u8:f32:0, {5.000000e-01,2.500000e-01}>'}}
  %real = nn.dequantize %weight
      : tensor<2x3x!quant.uniform<u8:f32:0, {0.5, 0.25}>> -> tensor<2x3xf32>
  return
}

// -----

// Zero points. The bounds are those of the full storage.

func.func @zero_point_above(%image: tensor<1x2xf32>) {
  // expected-error@+1 {{'nn.quantize' op expected a zero point in -128..127, but got 128}}
  %stored = nn.quantize %image
      : tensor<1x2xf32> -> tensor<1x2x!quant.uniform<i8:f32, 0.5:128>>
  return
}

// -----

func.func @zero_point_below(%image: tensor<1x2x!quant.uniform<i8:f32, 0.5:-129>>) {
  // expected-error@+1 {{'nn.dequantize' op expected a zero point in -128..127, but got -129}}
  %real = nn.dequantize %image
      : tensor<1x2x!quant.uniform<i8:f32, 0.5:-129>> -> tensor<1x2xf32>
  return
}

// -----

// A clamp, which narrows the bounds, need not let the zero point through.
func.func @zero_point_outside_of_clamp(%image: tensor<1x2xf32>) {
  %low = nn.quantize %image
      : tensor<1x2xf32> -> tensor<1x2x!quant.uniform<i8<-3:9>:f32, 0.5:-128>>
  %high = nn.quantize %image
      : tensor<1x2xf32> -> tensor<1x2x!quant.uniform<i8<-3:9>:f32, 0.5:127>>
  return
}

// -----

func.func @zero_point_of_bias(%bias: tensor<2x!quant.uniform<i32:f32, 0.5:2147483648>>) {
  // expected-error@+1 {{'nn.dequantize' op expected a zero point in -2147483648..2147483647, but got 2147483648}}
  %real = nn.dequantize %bias
      : tensor<2x!quant.uniform<i32:f32, 0.5:2147483648>> -> tensor<2xf32>
  return
}

// -----

func.func @zero_point_of_channel(%filter: tensor<2x3x!quant.uniform<i8:f32:0, {0.5:-3, 0.25:200}>>) {
  // expected-error@+1 {{'nn.dequantize' op expected a zero point in -128..127, but got 200}}
  %real = nn.dequantize %filter
      : tensor<2x3x!quant.uniform<i8:f32:0, {0.5:-3, 0.25:200}>>
      -> tensor<2x3xf32>
  return
}

// -----

// Scales.

func.func @scale_not_f32(%image: tensor<1x2xf32>) {
  // expected-error@+1 {{'nn.quantize' op expected a scale that is a normal f32 number, but got 1.000000e-01}}
  %stored = nn.quantize %image
      : tensor<1x2xf32> -> tensor<1x2x!quant.uniform<i8:f32, 0.1>>
  return
}

// -----

// 2^-127, half of the smallest normal number.
func.func @scale_denormal(%image: tensor<1x2xf32>) {
  // expected-error@+1 {{'nn.quantize' op expected a scale that is a normal f32 number, but got 5.877472e-39}}
  %stored = nn.quantize %image
      : tensor<1x2xf32>
      -> tensor<1x2x!quant.uniform<i8:f32, 5.8774717541114375E-39>>
  return
}

// -----

// 2^-126 and the greatest number are normal.
func.func @scale_extremes(%image: tensor<1x2xf32>) {
  %fine = nn.quantize %image
      : tensor<1x2xf32>
      -> tensor<1x2x!quant.uniform<i8:f32, 1.1754943508222875E-38>>
  %coarse = nn.quantize %image
      : tensor<1x2xf32>
      -> tensor<1x2x!quant.uniform<i8:f32, 3.4028234663852886E+38>>
  return
}

// -----

func.func @scale_of_channel(%filter: tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.3}>>) {
  // expected-error@+1 {{'nn.dequantize' op expected a scale that is a normal f32 number, but got 3.000000e-01}}
  %real = nn.dequantize %filter
      : tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.3}>> -> tensor<2x3xf32>
  return
}

// -----

// Dimensions of per-axis types.

func.func @axis_behind_the_last(%bias: tensor<2x!quant.uniform<i32:f32:1, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.dequantize' op expected a quantized dimension in 0..0, but got 1}}
  %real = nn.dequantize %bias
      : tensor<2x!quant.uniform<i32:f32:1, {0.5, 0.25}>> -> tensor<2xf32>
  return
}

// -----

func.func @too_few_scales(%filter: tensor<3x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.dequantize' op expected one scale for each of 3 channels of dimension 0, but got 2}}
  %real = nn.dequantize %filter
      : tensor<3x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>> -> tensor<3x2xf32>
  return
}

// -----

func.func @too_many_scales(%image: tensor<2x1xf32>) {
  // expected-error@+1 {{'nn.quantize' op expected one scale for each of 1 channels of dimension 1, but got 2}}
  %stored = nn.quantize %image
      : tensor<2x1xf32> -> tensor<2x1x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
  return
}
