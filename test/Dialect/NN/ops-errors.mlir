// RUN: quant-opt %s -split-input-file -verify-diagnostics

// What the verifiers of nn ops refuse: one case for each diagnostic.

func.func @not_f32(%image: tensor<1x4x4x1xf64>) {
  // expected-error@+1 {{'nn.max_pool_2d' op operand #0 must be ranked tensor of 32-bit float or uniform quantized type values, but got 'tensor<1x4x4x1xf64>'}}
  %pooled = nn.max_pool_2d %image {kernel = array<i64: 2, 2>}
      : tensor<1x4x4x1xf64> -> tensor<1x3x3x1xf64>
  return
}

// -----

func.func @unranked(%acc: tensor<*xf32>) {
  // expected-error@+1 {{'nn.clamp' op operand #0 must be ranked tensor of 32-bit float or uniform quantized type values, but got 'tensor<*xf32>'}}
  %relu = nn.clamp %acc {min = 0.0 : f32, max = 6.0 : f32} : tensor<*xf32>
  return
}

// -----

func.func @dynamic_channels(%acc: tensor<?x?xf32>) {
  // expected-error@+1 {{'nn.clamp' op expected only the leading dimension to be dynamic, but got 'tensor<?x?xf32>'}}
  %relu = nn.clamp %acc {min = 0.0 : f32, max = 6.0 : f32} : tensor<?x?xf32>
  return
}

// -----

func.func @dynamic_result(%features: tensor<?x12xf32>) {
  // expected-error@+1 {{'nn.reshape' op expected only the leading dimension to be dynamic, but got 'tensor<12x?xf32>'}}
  %turned = nn.reshape %features : tensor<?x12xf32> -> tensor<12x?xf32>
  return
}

// -----

func.func @conv_input_rank(%image: tensor<8x8x3xf32>, %filter: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected an input of rank 4, but got 3}}
  %features = nn.conv_2d %image, %filter
      : (tensor<8x8x3xf32>, tensor<4x3x3x3xf32>) -> tensor<1x6x6x4xf32>
  return
}

// -----

func.func @conv_filter_rank(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected a filter of rank 4, but got 5}}
  %features = nn.conv_2d %image, %filter
      : (tensor<?x8x8x3xf32>, tensor<4x3x3x3x3xf32>) -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @conv_dynamic_filter(%image: tensor<?x8x8x3xf32>, %filter: tensor<?x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected a filter of static shape}}
  %features = nn.conv_2d %image, %filter
      : (tensor<?x8x8x3xf32>, tensor<?x3x3x3xf32>) -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @conv_no_groups(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected groups that divide the 4 output channels, but got 0}}
  %features = nn.conv_2d %image, %filter {groups = 0 : i64}
      : (tensor<?x8x8x3xf32>, tensor<4x3x3x3xf32>) -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @conv_uneven_groups(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x3x1xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected groups that divide the 4 output channels, but got 3}}
  %features = nn.conv_2d %image, %filter {groups = 3 : i64}
      : (tensor<?x8x8x3xf32>, tensor<4x3x3x1xf32>) -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @conv_channels(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x3x2xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected 4 input channels (groups * filter channels), but got 3}}
  %features = nn.conv_2d %image, %filter {groups = 2 : i64}
      : (tensor<?x8x8x3xf32>, tensor<4x3x3x2xf32>) -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @conv_empty_kernel(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x0x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected kernel of at least 1, but got 0}}
  %features = nn.conv_2d %image, %filter
      : (tensor<?x8x8x3xf32>, tensor<4x3x0x3xf32>) -> tensor<?x6x9x4xf32>
  return
}

// -----

func.func @conv_strides_count(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected 2 values of strides, but got 1}}
  %features = nn.conv_2d %image, %filter {strides = array<i64: 1>}
      : (tensor<?x8x8x3xf32>, tensor<4x3x3x3xf32>) -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @conv_zero_stride(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected strides of at least 1, but got 0}}
  %features = nn.conv_2d %image, %filter {strides = array<i64: 1, 0>}
      : (tensor<?x8x8x3xf32>, tensor<4x3x3x3xf32>) -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @conv_dilations_count(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected 2 values of dilations, but got 3}}
  %features = nn.conv_2d %image, %filter {dilations = array<i64: 1, 1, 1>}
      : (tensor<?x8x8x3xf32>, tensor<4x3x3x3xf32>) -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @conv_negative_dilation(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected dilations of at least 1, but got -1}}
  %features = nn.conv_2d %image, %filter {dilations = array<i64: -1, 1>}
      : (tensor<?x8x8x3xf32>, tensor<4x3x3x3xf32>) -> tensor<?x6x6x4xf32>
  return
}

// -----

func.func @conv_pad_count(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected 4 values of pad, but got 2}}
  %features = nn.conv_2d %image, %filter {pad = array<i64: 1, 1>}
      : (tensor<?x8x8x3xf32>, tensor<4x3x3x3xf32>) -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @conv_negative_pad(%image: tensor<?x8x8x3xf32>, %filter: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected pad of at least 0, but got -1}}
  %features = nn.conv_2d %image, %filter {pad = array<i64: 0, 0, -1, 0>}
      : (tensor<?x8x8x3xf32>, tensor<4x3x3x3xf32>) -> tensor<?x5x6x4xf32>
  return
}

// -----

// The kernel spans 2 * 3 + 1 rows, the image has 4 and 1 + 1 of padding.
func.func @conv_too_few_rows(%image: tensor<?x4x8x3xf32>, %filter: tensor<4x3x3x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected a padded input of at least 7 rows, but got 6}}
  %features = nn.conv_2d %image, %filter
      {dilations = array<i64: 3, 1>, pad = array<i64: 1, 0, 1, 0>}
      : (tensor<?x4x8x3xf32>, tensor<4x3x3x3xf32>) -> tensor<?x1x6x4xf32>
  return
}

// -----

func.func @conv_too_few_columns(%image: tensor<?x8x2x3xf32>, %filter: tensor<4x1x4x3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected a padded input of at least 4 columns, but got 3}}
  %features = nn.conv_2d %image, %filter {pad = array<i64: 0, 1, 0, 0>}
      : (tensor<?x8x2x3xf32>, tensor<4x1x4x3xf32>) -> tensor<?x8x1x4xf32>
  return
}

// -----

// (9 + 2 + 3 - 5) / 2 + 1 rows, (9 + 1 + 2 - 2) / 1 + 1 columns.
func.func @conv_result(%image: tensor<?x9x9x4xf32>, %filter: tensor<6x3x2x2xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected a result of shape ?x5x11x6, but got ?x6x11x6}}
  %features = nn.conv_2d %image, %filter
      {strides = array<i64: 2, 1>, pad = array<i64: 2, 1, 3, 2>,
       dilations = array<i64: 2, 1>, groups = 2 : i64}
      : (tensor<?x9x9x4xf32>, tensor<6x3x2x2xf32>) -> tensor<?x6x11x6xf32>
  return
}

// -----

// A dynamic batch does not become a static one.
func.func @conv_batch(%image: tensor<?x3x3x1xf32>, %filter: tensor<2x3x3x1xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected a result of shape ?x1x1x2, but got 1x1x1x2}}
  %features = nn.conv_2d %image, %filter
      : (tensor<?x3x3x1xf32>, tensor<2x3x3x1xf32>) -> tensor<1x1x1x2xf32>
  return
}

// -----

func.func @conv_float_filter(%image: tensor<1x3x3x1x!quant.uniform<i8:f32, 0.5>>,
                             %filter: tensor<2x3x3x1xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected all operands and the result to be float, or all to be quantized}}
  %features = nn.conv_2d %image, %filter
      : (tensor<1x3x3x1x!quant.uniform<i8:f32, 0.5>>, tensor<2x3x3x1xf32>)
      -> tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @conv_float_bias(%image: tensor<1x3x3x1x!quant.uniform<i8:f32, 0.5>>,
                           %filter: tensor<2x3x3x1x!quant.uniform<i8:f32, 0.5>>,
                           %bias: tensor<2xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected all operands and the result to be float, or all to be quantized}}
  %features = nn.conv_2d %image, %filter, %bias
      : (tensor<1x3x3x1x!quant.uniform<i8:f32, 0.5>>,
         tensor<2x3x3x1x!quant.uniform<i8:f32, 0.5>>, tensor<2xf32>)
      -> tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @conv_quantized_result(%image: tensor<1x3x3x1xf32>, %filter: tensor<2x3x3x1xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected all operands and the result to be float, or all to be quantized}}
  %features = nn.conv_2d %image, %filter
      : (tensor<1x3x3x1xf32>, tensor<2x3x3x1xf32>)
      -> tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @conv_bias_count(%image: tensor<1x3x3x1xf32>, %filter: tensor<2x3x3x1xf32>,
                           %bias: tensor<3xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected a bias of 2 values}}
  %features = nn.conv_2d %image, %filter, %bias
      : (tensor<1x3x3x1xf32>, tensor<2x3x3x1xf32>, tensor<3xf32>)
      -> tensor<1x1x1x2xf32>
  return
}

// -----

func.func @conv_bias_rank(%image: tensor<1x3x3x1xf32>, %filter: tensor<2x3x3x1xf32>,
                          %bias: tensor<1x2xf32>) {
  // expected-error@+1 {{'nn.conv_2d' op expected a bias of 2 values}}
  %features = nn.conv_2d %image, %filter, %bias
      : (tensor<1x3x3x1xf32>, tensor<2x3x3x1xf32>, tensor<1x2xf32>)
      -> tensor<1x1x1x2xf32>
  return
}

// -----

func.func @conv_per_axis_input(%image: tensor<1x3x3x2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>,
                               %filter: tensor<2x3x3x2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.conv_2d' op expected per-tensor quantized activations}}
  %features = nn.conv_2d %image, %filter
      : (tensor<1x3x3x2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>,
         tensor<2x3x3x2x!quant.uniform<i8:f32, 0.5>>)
      -> tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @conv_per_axis_result(%image: tensor<1x3x3x2x!quant.uniform<i8:f32, 0.5>>,
                                %filter: tensor<2x3x3x2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.conv_2d' op expected per-tensor quantized activations}}
  %features = nn.conv_2d %image, %filter
      : (tensor<1x3x3x2x!quant.uniform<i8:f32, 0.5>>,
         tensor<2x3x3x2x!quant.uniform<i8:f32, 0.5>>)
      -> tensor<1x1x1x2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>
  return
}

// -----

func.func @conv_weight_axis(%image: tensor<1x3x3x2x!quant.uniform<i8:f32, 0.5>>,
                            %filter: tensor<2x3x3x2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.conv_2d' op expected a weight quantized along dimension 0, but got 3}}
  %features = nn.conv_2d %image, %filter
      : (tensor<1x3x3x2x!quant.uniform<i8:f32, 0.5>>,
         tensor<2x3x3x2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>)
      -> tensor<1x1x1x2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @fc_input_rank(%image: tensor<?x2x2xf32>, %weight: tensor<3x4xf32>) {
  // expected-error@+1 {{'nn.fully_connected' op expected an input of rank 2, but got 3}}
  %logits = nn.fully_connected %image, %weight
      : (tensor<?x2x2xf32>, tensor<3x4xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @fc_weight_rank(%features: tensor<?x4xf32>, %weight: tensor<12xf32>) {
  // expected-error@+1 {{'nn.fully_connected' op expected a weight of rank 2, but got 1}}
  %logits = nn.fully_connected %features, %weight
      : (tensor<?x4xf32>, tensor<12xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @fc_dynamic_weight(%features: tensor<?x4xf32>, %weight: tensor<?x4xf32>) {
  // expected-error@+1 {{'nn.fully_connected' op expected a weight of static shape}}
  %logits = nn.fully_connected %features, %weight
      : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @fc_features(%features: tensor<?x4xf32>, %weight: tensor<4x3xf32>) {
  // expected-error@+1 {{'nn.fully_connected' op expected 3 input features (columns of the weight), but got 4}}
  %logits = nn.fully_connected %features, %weight
      : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @fc_result(%features: tensor<2x4xf32>, %weight: tensor<3x4xf32>) {
  // expected-error@+1 {{'nn.fully_connected' op expected a result of shape 2x3, but got 2x4}}
  %logits = nn.fully_connected %features, %weight
      : (tensor<2x4xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @fc_mixed(%features: tensor<?x4xf32>,
                    %weight: tensor<3x4x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.fully_connected' op expected all operands and the result to be float, or all to be quantized}}
  %logits = nn.fully_connected %features, %weight
      : (tensor<?x4xf32>, tensor<3x4x!quant.uniform<i8:f32, 0.5>>)
      -> tensor<?x3xf32>
  return
}

// -----

func.func @fc_bias_count(%features: tensor<?x4xf32>, %weight: tensor<3x4xf32>,
                         %bias: tensor<4xf32>) {
  // expected-error@+1 {{'nn.fully_connected' op expected a bias of 3 values}}
  %logits = nn.fully_connected %features, %weight, %bias
      : (tensor<?x4xf32>, tensor<3x4xf32>, tensor<4xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @fc_weight_axis(%features: tensor<?x2x!quant.uniform<i8:f32, 0.5>>,
                          %weight: tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.fully_connected' op expected a weight quantized along dimension 0, but got 1}}
  %logits = nn.fully_connected %features, %weight
      : (tensor<?x2x!quant.uniform<i8:f32, 0.5>>,
         tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>)
      -> tensor<?x3x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @clamp_reversed(%acc: tensor<?x4xf32>) {
  // expected-error@+1 {{'nn.clamp' op expected min <= max, but got 1.000000e+00 and 5.000000e-01}}
  %bounded = nn.clamp %acc {min = 1.0 : f32, max = 0.5 : f32} : tensor<?x4xf32>
  return
}

// -----

func.func @clamp_nan(%acc: tensor<?x4xf32>) {
  // expected-error@+1 {{'nn.clamp' op expected min <= max, but got 0.000000e+00 and nan}}
  %bounded = nn.clamp %acc {min = 0.0 : f32, max = 0x7FC00000 : f32}
      : tensor<?x4xf32>
  return
}

// -----

func.func @clamp_shape(%acc: tensor<?x4xf32>) {
  // expected-error@+1 {{'nn.clamp' op expected a result of shape ?x4, but got 1x4}}
  %bounded = nn.clamp %acc {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<?x4xf32> -> tensor<1x4xf32>
  return
}

// -----

func.func @clamp_quantizes(%acc: tensor<?x4xf32>) {
  // expected-error@+1 {{'nn.clamp' op expected operand and result of one element type, but got 'f32' and '!quant.uniform<i8:f32, 5.000000e-01>'}}
  %bounded = nn.clamp %acc {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<?x4xf32> -> tensor<?x4x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @clamp_scale(%stored: tensor<4x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.clamp' op expected one scale, zero point and storage type, but got '!quant.uniform<i8:f32, 5.000000e-01>' and '!quant.uniform<i8:f32, 2.500000e-01>'}}
  %bounded = nn.clamp %stored {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<4x!quant.uniform<i8:f32, 0.5>>
      -> tensor<4x!quant.uniform<i8:f32, 0.25>>
  return
}

// -----

func.func @clamp_zero_point(%stored: tensor<4x!quant.uniform<i8:f32, 0.5:1>>) {
  // expected-error@+1 {{'nn.clamp' op expected one scale, zero point and storage type, but got '!quant.uniform<i8:f32, 5.000000e-01:1>' and '!quant.uniform<i8<0:9>:f32, 5.000000e-01>'}}
  %bounded = nn.clamp %stored {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<4x!quant.uniform<i8:f32, 0.5:1>>
      -> tensor<4x!quant.uniform<i8<0:9>:f32, 0.5>>
  return
}

// -----

func.func @clamp_storage(%stored: tensor<4x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.clamp' op expected one scale, zero point and storage type, but got '!quant.uniform<i8:f32, 5.000000e-01>' and '!quant.uniform<i32:f32, 5.000000e-01>'}}
  %bounded = nn.clamp %stored {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<4x!quant.uniform<i8:f32, 0.5>>
      -> tensor<4x!quant.uniform<i32:f32, 0.5>>
  return
}

// -----

func.func @clamp_per_axis(%stored: tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.clamp' op expected per-tensor quantized activations}}
  %bounded = nn.clamp %stored {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  return
}

// -----

func.func @pool_rank(%features: tensor<?x4xf32>) {
  // expected-error@+1 {{'nn.max_pool_2d' op expected an input of rank 4, but got 2}}
  %pooled = nn.max_pool_2d %features {kernel = array<i64: 2, 2>}
      : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @pool_kernel_count(%image: tensor<?x4x4x1xf32>) {
  // expected-error@+1 {{'nn.max_pool_2d' op expected 2 values of kernel, but got 1}}
  %pooled = nn.max_pool_2d %image {kernel = array<i64: 2>}
      : tensor<?x4x4x1xf32> -> tensor<?x3x3x1xf32>
  return
}

// -----

// Windows begin at rows -3, -1, 1: the first has rows -3 and -2.
func.func @pool_empty_row(%image: tensor<?x2x4x1xf32>) {
  // expected-error@+1 {{'nn.max_pool_2d' op expected every window to cover a part of the input, but that of output row 0 lies in the padding}}
  %pooled = nn.max_pool_2d %image
      {kernel = array<i64: 2, 2>, pad = array<i64: 3, 0, 1, 0>,
       strides = array<i64: 2, 1>}
      : tensor<?x2x4x1xf32> -> tensor<?x3x3x1xf32>
  return
}

// -----

// The middle window has columns -1 and 1 of an input of one column, though
// padding and kernel are of the same size.
func.func @pool_empty_column(%image: tensor<?x4x1x1xf32>) {
  // expected-error@+1 {{'nn.max_pool_2d' op expected every window to cover a part of the input, but that of output column 1 lies in the padding}}
  %pooled = nn.max_pool_2d %image
      {kernel = array<i64: 1, 2>, pad = array<i64: 0, 2, 0, 2>,
       dilations = array<i64: 1, 2>}
      : tensor<?x4x1x1xf32> -> tensor<?x4x3x1xf32>
  return
}

// -----

func.func @pool_result(%image: tensor<2x5x6x3xf32>) {
  // expected-error@+1 {{'nn.max_pool_2d' op expected a result of shape 2x2x3x3, but got 2x3x3x3}}
  %pooled = nn.max_pool_2d %image
      {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<2x5x6x3xf32> -> tensor<2x3x3x3xf32>
  return
}

// -----

func.func @pool_requantizes(%image: tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.max_pool_2d' op expected operand and result of one element type, but got '!quant.uniform<i8:f32, 5.000000e-01>' and '!quant.uniform<i8:f32, 5.000000e-01:1>'}}
  %pooled = nn.max_pool_2d %image {kernel = array<i64: 2, 2>}
      : tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
      -> tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

func.func @pool_per_axis(%image: tensor<1x2x2x2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.max_pool_2d' op expected per-tensor quantized activations}}
  %pooled = nn.max_pool_2d %image {kernel = array<i64: 2, 2>}
      : tensor<1x2x2x2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>
      -> tensor<1x1x1x2x!quant.uniform<i8:f32:3, {0.5, 0.25}>>
  return
}

// -----

func.func @reshape_drops_batch(%image: tensor<?x2x3xf32>) {
  // expected-error@+1 {{'nn.reshape' op expected a dynamic batch to stay the leading dimension}}
  %flat = nn.reshape %image : tensor<?x2x3xf32> -> tensor<1x6xf32>
  return
}

// -----

func.func @reshape_makes_batch(%image: tensor<1x2x3xf32>) {
  // expected-error@+1 {{'nn.reshape' op expected a dynamic batch to stay the leading dimension}}
  %flat = nn.reshape %image : tensor<1x2x3xf32> -> tensor<?x6xf32>
  return
}

// -----

// Elements do not move between samples: 5 of each become 6 of each.
func.func @reshape_sample(%image: tensor<?x5xf32>) {
  // expected-error@+1 {{'nn.reshape' op expected as many elements as before, 5, but got 6}}
  %flat = nn.reshape %image : tensor<?x5xf32> -> tensor<?x6xf32>
  return
}

// -----

func.func @reshape_elements(%image: tensor<2x5xf32>) {
  // expected-error@+1 {{'nn.reshape' op expected as many elements as before, 10, but got 0}}
  %flat = nn.reshape %image : tensor<2x5xf32> -> tensor<10x0xf32>
  return
}

// -----

func.func @reshape_type(%image: tensor<2x5x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.reshape' op expected operand and result of one element type, but got '!quant.uniform<i8:f32, 5.000000e-01>' and 'f32'}}
  %flat = nn.reshape %image : tensor<2x5x!quant.uniform<i8:f32, 0.5>> -> tensor<10xf32>
  return
}

// -----

// The axis of the scales would be another one afterwards.
func.func @reshape_per_axis(%filter: tensor<2x1x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.reshape' op expected per-tensor quantized activations}}
  %flat = nn.reshape %filter
      : tensor<2x1x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
      -> tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  return
}

// -----

func.func @transpose_repeats(%image: tensor<2x3x4xf32>) {
  // expected-error@+1 {{'nn.transpose' op expected a permutation of 3 dimensions}}
  %turned = nn.transpose %image {permutation = array<i64: 0, 1, 1>}
      : tensor<2x3x4xf32> -> tensor<2x3x3xf32>
  return
}

// -----

func.func @transpose_rank(%image: tensor<2x3x4xf32>) {
  // expected-error@+1 {{'nn.transpose' op expected a permutation of 3 dimensions}}
  %turned = nn.transpose %image {permutation = array<i64: 1, 0>}
      : tensor<2x3x4xf32> -> tensor<3x2x4xf32>
  return
}

// -----

func.func @transpose_out_of_range(%image: tensor<2x3xf32>) {
  // expected-error@+1 {{'nn.transpose' op expected a permutation of 2 dimensions}}
  %turned = nn.transpose %image {permutation = array<i64: -1, 2>}
      : tensor<2x3xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @transpose_batch(%features: tensor<?x3xf32>) {
  // expected-error@+1 {{'nn.transpose' op expected only the leading dimension to be dynamic}}
  %turned = nn.transpose %features {permutation = array<i64: 1, 0>}
      : tensor<?x3xf32> -> tensor<3x1xf32>
  return
}

// -----

// [1, 2, 0] says where dimensions come from, not where they go.
func.func @transpose_result(%image: tensor<2x3x4xf32>) {
  // expected-error@+1 {{'nn.transpose' op expected a result of shape 3x4x2, but got 4x2x3}}
  %turned = nn.transpose %image {permutation = array<i64: 1, 2, 0>}
      : tensor<2x3x4xf32> -> tensor<4x2x3xf32>
  return
}

// -----

func.func @transpose_per_axis(%filter: tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.transpose' op expected per-tensor quantized activations}}
  %turned = nn.transpose %filter {permutation = array<i64: 1, 0>}
      : tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
      -> tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  return
}

// -----

func.func @pad_low_count(%image: tensor<?x4x4x1xf32>) {
  // expected-error@+1 {{'nn.pad' op expected 4 values of low padding, but got 2}}
  %padded = nn.pad %image {low = array<i64: 1, 1>, high = array<i64: 0, 0, 0, 0>}
      : tensor<?x4x4x1xf32> -> tensor<?x5x5x1xf32>
  return
}

// -----

func.func @pad_high_count(%image: tensor<?x4x4x1xf32>) {
  // expected-error@+1 {{'nn.pad' op expected 4 values of high padding, but got 5}}
  %padded = nn.pad %image
      {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 0, 0, 0, 0>}
      : tensor<?x4x4x1xf32> -> tensor<?x4x4x1xf32>
  return
}

// -----

func.func @pad_negative_low(%features: tensor<4xf32>) {
  // expected-error@+1 {{'nn.pad' op expected low padding of at least 0, but got -1}}
  %padded = nn.pad %features {low = array<i64: -1>, high = array<i64: 1>}
      : tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @pad_negative_high(%features: tensor<4xf32>) {
  // expected-error@+1 {{'nn.pad' op expected high padding of at least 0, but got -2}}
  %padded = nn.pad %features {low = array<i64: 2>, high = array<i64: -2>}
      : tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @pad_batch(%features: tensor<?x4xf32>) {
  // expected-error@+1 {{'nn.pad' op expected no padding of a dynamic dimension}}
  %padded = nn.pad %features {low = array<i64: 0, 0>, high = array<i64: 1, 0>}
      : tensor<?x4xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @pad_result(%features: tensor<2x4xf32>) {
  // expected-error@+1 {{'nn.pad' op expected a result of shape 3x9, but got 3x8}}
  %padded = nn.pad %features {low = array<i64: 1, 2>, high = array<i64: 0, 3>}
      : tensor<2x4xf32> -> tensor<3x8xf32>
  return
}

// -----

func.func @pad_type(%stored: tensor<2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.pad' op expected operand and result of one element type, but got '!quant.uniform<i8:f32, 5.000000e-01>' and '!quant.uniform<i8<0:9>:f32, 5.000000e-01>'}}
  %padded = nn.pad %stored {low = array<i64: 1>, high = array<i64: 0>}
      : tensor<2x!quant.uniform<i8:f32, 0.5>>
      -> tensor<3x!quant.uniform<i8<0:9>:f32, 0.5>>
  return
}

// -----

func.func @pad_per_axis(%filter: tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.pad' op expected per-tensor quantized activations}}
  %padded = nn.pad %filter {low = array<i64: 0, 1>, high = array<i64: 0, 0>}
      : tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
      -> tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  return
}

// -----

func.func @quantize_quantized(%stored: tensor<4x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.quantize' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>'}}
  %twice = nn.quantize %stored
      : tensor<4x!quant.uniform<i8:f32, 0.5>>
      -> tensor<4x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @quantize_to_i32(%bias: tensor<4xf32>) {
  // expected-error@+1 {{'nn.quantize' op expected storage of 8 bits, but got '!quant.uniform<i32:f32, 5.000000e-01>'}}
  %stored = nn.quantize %bias
      : tensor<4xf32> -> tensor<4x!quant.uniform<i32:f32, 0.5>>
  return
}

// -----

func.func @quantize_shape(%real: tensor<?x4xf32>) {
  // expected-error@+1 {{'nn.quantize' op expected a result of shape ?x4, but got ?x5}}
  %stored = nn.quantize %real
      : tensor<?x4xf32> -> tensor<?x5x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @dequantize_float(%real: tensor<4xf32>) {
  // expected-error@+1 {{'nn.dequantize' op operand #0 must be ranked tensor of uniform quantized type values, but got 'tensor<4xf32>'}}
  %same = nn.dequantize %real : tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @dequantize_shape(%stored: tensor<2x2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.dequantize' op expected a result of shape 2x2, but got 4}}
  %real = nn.dequantize %stored
      : tensor<2x2x!quant.uniform<i8:f32, 0.5>> -> tensor<4xf32>
  return
}

// -----

func.func @observe_type(%acc: tensor<?x4xf32>) {
  // expected-error@+1 {{'nn.observe' op expected operand and result of one type}}
  %seen = nn.observe %acc {id = 0 : i32, name = "acc"}
      : tensor<?x4xf32> -> tensor<1x4xf32>
  return
}

// -----

func.func @observe_range(%acc: tensor<?x4xf32>) {
  // expected-error@+1 {{'nn.observe' op expected a range of type !quant.calibrated, but got 'f32'}}
  %seen = nn.observe %acc {id = 0 : i32, name = "acc", range = f32}
      : tensor<?x4xf32>
  return
}

// -----

func.func @matmul_rank(%row: tensor<8xf32>, %matrix: tensor<8x3xf32>) {
  // expected-error@+1 {{'nn.matmul' op expected operands of one rank, 2 or more, but got 1 and 2}}
  %product = nn.matmul %row, %matrix
      : (tensor<8xf32>, tensor<8x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @matmul_inner(%lhs: tensor<2x8xf32>, %rhs: tensor<7x3xf32>) {
  // expected-error@+1 {{'nn.matmul' op expected as many columns on the left as rows on the right, and no batch among them, but got 8 and 7}}
  %product = nn.matmul %lhs, %rhs
      : (tensor<2x8xf32>, tensor<7x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @matmul_batch(%lhs: tensor<2x4x8xf32>, %rhs: tensor<3x8x3xf32>) {
  // expected-error@+1 {{'nn.matmul' op expected extents that are equal or 1, but dimension 0 has two}}
  %product = nn.matmul %lhs, %rhs
      : (tensor<2x4x8xf32>, tensor<3x8x3xf32>) -> tensor<2x4x3xf32>
  return
}

// -----

func.func @matmul_element(%lhs: tensor<2x8xf32>,
                          %rhs: tensor<8x3x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.matmul' op expected all operands and the result to be float, or all to be quantized}}
  %product = nn.matmul %lhs, %rhs
      : (tensor<2x8xf32>, tensor<8x3x!quant.uniform<i8:f32, 0.5>>)
      -> tensor<2x3xf32>
  return
}

// -----

func.func @matmul_overflow(%lhs: tensor<1x33026x!quant.uniform<i8:f32, 0.5:-128>>,
                           %rhs: tensor<33026x1x!quant.uniform<i8:f32, 0.5:127>>) {
  // expected-error@+1 {{'nn.matmul' op expected an accumulator that fits into i32, but it can reach 2147515650; keep this layer in float}}
  %product = nn.matmul %lhs, %rhs
      : (tensor<1x33026x!quant.uniform<i8:f32, 0.5:-128>>,
         tensor<33026x1x!quant.uniform<i8:f32, 0.5:127>>)
      -> tensor<1x1x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

// One term less than the above: 33025 * 255 * 255.
func.func @matmul_fits(%lhs: tensor<1x33025x!quant.uniform<i8:f32, 0.5:-128>>,
                       %rhs: tensor<33025x1x!quant.uniform<i8:f32, 0.5:127>>) {
  %product = nn.matmul %lhs, %rhs
      : (tensor<1x33025x!quant.uniform<i8:f32, 0.5:-128>>,
         tensor<33025x1x!quant.uniform<i8:f32, 0.5:127>>)
      -> tensor<1x1x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @div_quantized(%stored: tensor<2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.div' op operand #0 must be ranked tensor of 32-bit float values}}
  %quotient = nn.div %stored, %stored
      : (tensor<2x!quant.uniform<i8:f32, 0.5>>,
         tensor<2x!quant.uniform<i8:f32, 0.5>>)
      -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @unary_unknown(%x: tensor<2xf32>) {
  // expected-error@+1 {{expected string or keyword containing one of the following enum values for attribute 'kind'}}
  %same = nn.unary identity %x : tensor<2xf32>
  return
}

// -----

func.func @unary_shape(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.unary' op expected a result of shape 2, but got 3}}
  %same = nn.unary exp %x : tensor<2xf32> -> tensor<3xf32>
  return
}

// -----

func.func @unary_without(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.unary' op expected neither alpha nor beta for 'exp'}}
  %same = nn.unary exp %x {alpha = 1.0 : f32} : tensor<2xf32>
  return
}

// -----

func.func @unary_one(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.unary' op expected alpha and no beta for 'elu'}}
  %same = nn.unary elu %x : tensor<2xf32>
  return
}

// -----

func.func @unary_both(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.unary' op expected alpha and beta for 'selu'}}
  %same = nn.unary selu %x {alpha = 1.0 : f32} : tensor<2xf32>
  return
}

// -----

func.func @requantize_per_axis(%stored: tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) {
  // expected-error@+1 {{'nn.requantize' op expected 8-bit storage quantized per tensor, but got '!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>'}}
  %other = nn.requantize %stored
      : tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
      -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @requantize_wide(%stored: tensor<2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.requantize' op expected 8-bit storage quantized per tensor, but got '!quant.uniform<i32:f32, 5.000000e-01>'}}
  %other = nn.requantize %stored : tensor<2x!quant.uniform<i8:f32, 0.5>>
      -> tensor<2x!quant.uniform<i32:f32, 0.5>>
  return
}

// -----

func.func @lookup_count(%stored: tensor<2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.lookup' op expected a table of 256 entries, but got 'tensor<16xi8>'}}
  %other = nn.lookup %stored {table = dense<0> : tensor<16xi8>}
      : tensor<2x!quant.uniform<i8:f32, 0.5>>
      -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @lookup_bounds(%stored: tensor<2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.lookup' op expected entries in -4..4, but got 5}}
  %other = nn.lookup %stored {table = dense<5> : tensor<256xi8>}
      : tensor<2x!quant.uniform<i8:f32, 0.5>>
      -> tensor<2x!quant.uniform<i8<-4:4>:f32, 0.5>>
  return
}

// -----

// 8421505 * 255 = 2^31 + 127; one element less is largest-accumulators.mlir.
func.func @mean_overflow(%x: tensor<8421505x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.reduce' op expected at most 8421504 quantized elements in a sum, but got 8421505}}
  %mean = nn.reduce mean %x {axes = array<i64: 0>}
      : tensor<8421505x!quant.uniform<i8:f32, 0.5>>
      -> tensor<!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @average_overflow(
    %x: tensor<1x1x8421505x1x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.avg_pool_2d' op expected at most 8421504 quantized elements in a sum, but got 8421505}}
  %mean = nn.avg_pool_2d %x {kernel = array<i64: 1, 8421505>}
      : tensor<1x1x8421505x1x!quant.uniform<i8:f32, 0.5>>
      -> tensor<1x1x1x1x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @unsigned_op(%acc: tensor<2xf32>) {
  // expected-error@+1 {{'nn.clamp' op expected 'nn.unsigned' as a unit attribute of a function, its arguments or results}}
  %relu = nn.clamp %acc {min = 0.0 : f32, max = 6.0 : f32, nn.unsigned} : tensor<2xf32>
  return
}

// -----

// expected-error@+1 {{'func.func' op expected 'nn.unsigned' as a unit attribute of a function, its arguments or results}}
func.func @unsigned_value() attributes {nn.unsigned = false} {
  return
}

// -----

func.func @layer_norm_batch(%tokens: tensor<?xf32>, %scale: tensor<8xf32>) {
  // expected-error@+1 {{'nn.layer_norm' op expected a last dimension that is neither the batch nor empty}}
  %norm = nn.layer_norm %tokens, %scale {epsilon = 0.125 : f32}
      : (tensor<?xf32>, tensor<8xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @layer_norm_empty(%tokens: tensor<2x0xf32>, %scale: tensor<0xf32>) {
  // expected-error@+1 {{'nn.layer_norm' op expected a last dimension that is neither the batch nor empty}}
  %norm = nn.layer_norm %tokens, %scale {epsilon = 0.125 : f32}
      : (tensor<2x0xf32>, tensor<0xf32>) -> tensor<2x0xf32>
  return
}

// -----

func.func @layer_norm_scale(%tokens: tensor<?x8xf32>, %scale: tensor<1x8xf32>) {
  // expected-error@+1 {{'nn.layer_norm' op expected a scale of 8 values, one per index of the last dimension, but got 'tensor<1x8xf32>'}}
  %norm = nn.layer_norm %tokens, %scale {epsilon = 0.125 : f32}
      : (tensor<?x8xf32>, tensor<1x8xf32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @layer_norm_bias(%tokens: tensor<?x8xf32>, %scale: tensor<8xf32>,
                           %bias: tensor<4xf32>) {
  // expected-error@+1 {{'nn.layer_norm' op expected a bias of 8 values, one per index of the last dimension, but got 'tensor<4xf32>'}}
  %norm = nn.layer_norm %tokens, %scale, %bias {epsilon = 0.125 : f32}
      : (tensor<?x8xf32>, tensor<8xf32>, tensor<4xf32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @layer_norm_epsilon(%tokens: tensor<?x8xf32>, %scale: tensor<8xf32>) {
  // expected-error@+1 {{'nn.layer_norm' op expected an epsilon of at least 0, but got -1.250000e-01}}
  %norm = nn.layer_norm %tokens, %scale {epsilon = -0.125 : f32}
      : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @layer_norm_result(%tokens: tensor<?x8xf32>, %scale: tensor<8xf32>) {
  // expected-error@+1 {{'nn.layer_norm' op expected a result of shape ?x8, but got ?x4}}
  %norm = nn.layer_norm %tokens, %scale {epsilon = 0.125 : f32}
      : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x4xf32>
  return
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32:0, {0.25, 0.125}>
!accumulator = !quant.uniform<i32:f32:1, {0.125, 0.125}>

func.func @accumulator_scale(%x: tensor<?x2x!activation>, %w: tensor<2x2x!weight>) {
  // expected-error@+1 {{'nn.fully_connected' op expected accumulators in scale (activation scale * weight scale) of each index of the last dimension, but got '!quant.uniform<i32:f32:1, {1.250000e-01,1.250000e-01}>'}}
  %y = nn.fully_connected %x, %w
      : (tensor<?x2x!activation>, tensor<2x2x!weight>) -> tensor<?x2x!accumulator>
  return
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!accumulator = !quant.uniform<i32:f32:1, {0.125, 0.25}>

func.func @accumulator_shape(%a: tensor<1x2x!accumulator>, %b: tensor<4x2x!activation>) {
  // expected-error@+1 {{'nn.add' op expected accumulators of the result's shape, with scales along the last dimension}}
  %sum = nn.add %a, %b
      : (tensor<1x2x!accumulator>, tensor<4x2x!activation>) -> tensor<4x2x!activation>
  return
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!accumulator = !quant.uniform<i32:f32:0, {0.125, 0.25}>

func.func @accumulator_axis(%a: tensor<2x2x!accumulator>, %b: tensor<2x2x!activation>) {
  // expected-error@+1 {{'nn.sub' op expected accumulators of the result's shape, with scales along the last dimension}}
  %sum = nn.sub %b, %a
      : (tensor<2x2x!activation>, tensor<2x2x!accumulator>) -> tensor<2x2x!activation>
  return
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!accumulator = !quant.uniform<i32:f32, 0.125>

func.func @accumulator_product(%a: tensor<2x2x!accumulator>, %b: tensor<2x2x!activation>) {
  // expected-error@+1 {{'nn.mul' op expected per-tensor quantized activations}}
  %product = nn.mul %a, %b
      : (tensor<2x2x!accumulator>, tensor<2x2x!activation>) -> tensor<2x2x!activation>
  return
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!accumulator = !quant.uniform<i32:f32, 0.125>

func.func @accumulator_sum(%a: tensor<2x2x!accumulator>, %b: tensor<2x2x!activation>) {
  // expected-error@+1 {{'nn.add' op expected per-tensor quantized activations}}
  %sum = nn.add %a, %b
      : (tensor<2x2x!accumulator>, tensor<2x2x!activation>) -> tensor<2x2x!accumulator>
  return
}
