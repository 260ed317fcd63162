// RUN: quant-opt %s -nn-insert-qdq -split-input-file -verify-diagnostics

// What cannot be quantized, and the remark where precision is given up.

func.func @no_range(%acc: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{'nn.observe' op requires a range: run -nn-apply-calibration first}}
  %seen = nn.observe %acc {id = 0 : i32, name = "acc"} : tensor<?x4xf32>
  return %seen : tensor<?x4xf32>
}

// -----

func.func @unknown_bias(%features: tensor<?x2xf32>, %bias: tensor<1xf32>)
    -> tensor<?x1xf32> {
  %weight = arith.constant dense<1.0> : tensor<1x2xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<?x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op requires a constant bias to be quantized}}
  %score = nn.fully_connected %seen, %weight, %bias
      : (tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  return %score : tensor<?x1xf32>
}

// -----

// The op stays float, and so may its bias.
func.func @unknown_bias_in_float(%features: tensor<?x2xf32>, %bias: tensor<1xf32>)
    -> tensor<?x1xf32> {
  %weight = arith.constant dense<1.0> : tensor<1x2xf32>
  %score = nn.fully_connected %features, %weight, %bias
      : (tensor<?x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<?x1xf32>
  return %score : tensor<?x1xf32>
}

// -----

func.func @infinite_bias(%image: tensor<1x1x1x1xf32>) -> tensor<1x1x1x2xf32> {
  %filter = arith.constant dense<1.0> : tensor<2x1x1x1xf32>
  %bias = arith.constant dense<[0.0, 0xFF800000]> : tensor<2xf32>
  %seen = nn.observe %image
      {id = 0 : i32, name = "image", range = !quant.calibrated<f32<0.0:255.0>>}
      : tensor<1x1x1x1xf32>
  // expected-error@+1 {{'nn.conv_2d' op expected a finite bias that fits the input's scale 1.000000e+00, but got -INF}}
  %acc = nn.conv_2d %seen, %filter, %bias
      : (tensor<1x1x1x1xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>)
      -> tensor<1x1x1x2xf32>
  return %acc : tensor<1x1x1x2xf32>
}

// -----

// 2^100 / 2^30 / 2^-60 is above the greatest f32: no weight scale will do.
func.func @bias_above_all_scales(%features: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %weight = arith.constant dense<1.0> : tensor<1x1xf32>
  %bias = arith.constant dense<1.2676506002282294e+30> : tensor<1xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:2.2117724320480875e-16>>}
      : tensor<1x1xf32>
  // expected-error@+1 {{'nn.fully_connected' op expected a finite bias that fits the input's scale 8.673617e-19, but got 1.267651e+30}}
  %score = nn.fully_connected %seen, %weight, %bias
      : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %score : tensor<1x1xf32>
}

// -----

func.func @large_bias(%features: tensor<1x2xf32>) -> tensor<1x3xf32> {
  %weight = arith.constant dense<[[1536.0, 512.0], [127.0, 1.0], [127.0, -6.0]]>
      : tensor<3x2xf32>
  %bias = arith.constant dense<[1099511627776.0, 1.0, -4294967296.0]>
      : tensor<3xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<1x2xf32>
  // expected-remark@+1 {{weight scale enlarged in 2 of 3 channels, so that the bias fits into i32}}
  %logits = nn.fully_connected %seen, %weight, %bias
      : (tensor<1x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %logits : tensor<1x3xf32>
}

// -----

// Scales below 2^-126 are no normal numbers: that of channel 1, and the product of
// that of channel 2 and 2^-8.
func.func @small_weights(%features: tensor<1x2xf32>) -> tensor<1x4xf32> {
  %weight = arith.constant dense<[[1.0, 2.0], [1.0e-37, 0.0], [1.27e-35, 0.0], [1.0, 0.0]]>
      : tensor<4x2xf32>
  %bias = arith.constant dense<[0.0, 0.0, 0.0, 4294967296.0]> : tensor<4xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:0.99609375>>} : tensor<1x2xf32>
  // expected-remark@+2 {{weight scale enlarged in 1 of 4 channels, so that the bias fits into i32}}
  // expected-remark@+1 {{weight scale enlarged in 2 of 4 channels, so that it and the scale of the accumulator are normal numbers}}
  %logits = nn.fully_connected %seen, %weight, %bias
      : (tensor<1x2xf32>, tensor<4x2xf32>, tensor<4xf32>) -> tensor<1x4xf32>
  return %logits : tensor<1x4xf32>
}

// -----

// Ranges depend on the integers that they were chosen for.
module attributes {nn.quantization = {activations = "u8 symmetric", ranges = "mse"}} {
  // expected-error@+1 {{expected ranges that were chosen for 'i8 asymmetric' activations, but nn.quantization says 'u8 symmetric': apply the calibration record anew}}
  func.func @other_activations(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    return %x : tensor<?x4xf32>
  }
}

// -----

func.func @two_scales_for_one_channel(%features: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight = arith.constant dense<1.0> : tensor<1x2xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<?x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op expected 'nn.weight_scales' to be 1 scales, one for each output channel}}
  %score = nn.fully_connected %seen, %weight {nn.weight_scales = array<f32: 1.0, 1.0>}
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  return %score : tensor<?x1xf32>
}

// -----

func.func @scales_of_another_type(%features: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight = arith.constant dense<1.0> : tensor<1x2xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<?x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op expected 'nn.weight_scales' to be 1 scales, one for each output channel}}
  %score = nn.fully_connected %seen, %weight {nn.weight_scales = array<i32: 1>}
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  return %score : tensor<?x1xf32>
}

// -----

func.func @no_multiples(%features: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight = arith.constant dense<[[1.0, 1.25]]> : tensor<1x2xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<?x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op expected weights that are integers from -127 to 127 times the scales in 'nn.weight_scales'}}
  %score = nn.fully_connected %seen, %weight {nn.weight_scales = array<f32: 0.5>}
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  return %score : tensor<?x1xf32>
}

// -----

func.func @too_large_multiples(%features: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight = arith.constant dense<[[1.0, 128.0]]> : tensor<1x2xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<?x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op expected weights that are integers from -127 to 127 times the scales in 'nn.weight_scales'}}
  %score = nn.fully_connected %seen, %weight {nn.weight_scales = array<f32: 1.0>}
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  return %score : tensor<?x1xf32>
}

// -----

func.func @no_normal_scale(%features: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight = arith.constant dense<0.0> : tensor<1x2xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<?x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op expected scales in 'nn.weight_scales' of at least 2.350989e-38, which its bias and the scale of its input need, but got 0.000000e+00}}
  %score = nn.fully_connected %seen, %weight {nn.weight_scales = array<f32: 0.0>}
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  return %score : tensor<?x1xf32>
}
