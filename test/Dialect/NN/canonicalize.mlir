// RUN: quant-opt %s -canonicalize -split-input-file | FileCheck %s

// The folds and canonical forms of nn ops, and what must not fold.

// CHECK-LABEL: func.func @reshape_to_same_shape
// CHECK-SAME:    (%[[FEATURES:.*]]: tensor<?x6xf32>)
// CHECK-NEXT:    return %[[FEATURES]]
func.func @reshape_to_same_shape(%features: tensor<?x6xf32>) -> tensor<?x6xf32> {
  %same = nn.reshape %features : tensor<?x6xf32> -> tensor<?x6xf32>
  return %same : tensor<?x6xf32>
}

// -----

// CHECK-LABEL: func.func @reshape_of_reshape
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x2x3x4xf32>)
// CHECK-NEXT:    %[[FLAT:.*]] = nn.reshape %[[IMAGE]] : tensor<?x2x3x4xf32> -> tensor<?x24xf32>
// CHECK-NEXT:    return %[[FLAT]]
func.func @reshape_of_reshape(%image: tensor<?x2x3x4xf32>) -> tensor<?x24xf32> {
  %rows = nn.reshape %image : tensor<?x2x3x4xf32> -> tensor<?x6x4xf32>
  %flat = nn.reshape %rows : tensor<?x6x4xf32> -> tensor<?x24xf32>
  return %flat : tensor<?x24xf32>
}

// -----

// CHECK-LABEL: func.func @reshape_there_and_back
// CHECK-SAME:    (%[[STORED:.*]]: tensor<2x6x!{{.*}}>)
// CHECK-NEXT:    return %[[STORED]]
func.func @reshape_there_and_back(%stored: tensor<2x6x!quant.uniform<i8:f32, 0.5:-3>>)
    -> tensor<2x6x!quant.uniform<i8:f32, 0.5:-3>> {
  %row = nn.reshape %stored
      : tensor<2x6x!quant.uniform<i8:f32, 0.5:-3>>
      -> tensor<12x!quant.uniform<i8:f32, 0.5:-3>>
  %again = nn.reshape %row
      : tensor<12x!quant.uniform<i8:f32, 0.5:-3>>
      -> tensor<2x6x!quant.uniform<i8:f32, 0.5:-3>>
  return %again : tensor<2x6x!quant.uniform<i8:f32, 0.5:-3>>
}

// -----

// The first of two has a user of its own and stays for it.
// CHECK-LABEL: func.func @reshape_of_shared_reshape
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<2x3x4xf32>)
// CHECK-DAG:     %[[ROWS:.*]] = nn.reshape %[[IMAGE]] : tensor<2x3x4xf32> -> tensor<6x4xf32>
// CHECK-DAG:     %[[FLAT:.*]] = nn.reshape %[[IMAGE]] : tensor<2x3x4xf32> -> tensor<24xf32>
// CHECK:         return %[[ROWS]], %[[FLAT]]
func.func @reshape_of_shared_reshape(%image: tensor<2x3x4xf32>)
    -> (tensor<6x4xf32>, tensor<24xf32>) {
  %rows = nn.reshape %image : tensor<2x3x4xf32> -> tensor<6x4xf32>
  %flat = nn.reshape %rows : tensor<6x4xf32> -> tensor<24xf32>
  return %rows, %flat : tensor<6x4xf32>, tensor<24xf32>
}

// -----

// Nothing to compose with: an op that is no reshape is in between.
// CHECK-LABEL: func.func @reshape_behind_clamp
// CHECK:         nn.reshape {{.*}} : tensor<2x6xf32> -> tensor<12xf32>
// CHECK:         nn.clamp
// CHECK:         nn.reshape {{.*}} : tensor<12xf32> -> tensor<2x6xf32>
func.func @reshape_behind_clamp(%acc: tensor<2x6xf32>) -> tensor<2x6xf32> {
  %row = nn.reshape %acc : tensor<2x6xf32> -> tensor<12xf32>
  %relu = nn.clamp %row {min = 0.0 : f32, max = 6.0 : f32} : tensor<12xf32>
  %again = nn.reshape %relu : tensor<12xf32> -> tensor<2x6xf32>
  return %again : tensor<2x6xf32>
}

// -----

// CHECK-LABEL: func.func @transpose_identity
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x2x3xf32>, %[[SCALAR:.*]]: tensor<f32>)
// CHECK-NEXT:    return %[[IMAGE]], %[[SCALAR]]
func.func @transpose_identity(%image: tensor<?x2x3xf32>, %scalar: tensor<f32>)
    -> (tensor<?x2x3xf32>, tensor<f32>) {
  %same = nn.transpose %image {permutation = array<i64: 0, 1, 2>}
      : tensor<?x2x3xf32> -> tensor<?x2x3xf32>
  %same_scalar = nn.transpose %scalar {permutation = array<i64>}
      : tensor<f32> -> tensor<f32>
  return %same, %same_scalar : tensor<?x2x3xf32>, tensor<f32>
}

// -----

// The type stays but the elements move.
// CHECK-LABEL: func.func @transpose_square
// CHECK:         nn.transpose {{.*}} {permutation = array<i64: 0, 2, 1>}
func.func @transpose_square(%image: tensor<?x3x3xf32>) -> tensor<?x3x3xf32> {
  %turned = nn.transpose %image {permutation = array<i64: 0, 2, 1>}
      : tensor<?x3x3xf32> -> tensor<?x3x3xf32>
  return %turned : tensor<?x3x3xf32>
}

// -----

// CHECK-LABEL: func.func @transpose_there_and_back
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x2x3x4xf32>)
// CHECK-NEXT:    return %[[IMAGE]]
func.func @transpose_there_and_back(%image: tensor<?x2x3x4xf32>)
    -> tensor<?x2x3x4xf32> {
  %nhwc = nn.transpose %image {permutation = array<i64: 0, 2, 3, 1>}
      : tensor<?x2x3x4xf32> -> tensor<?x3x4x2xf32>
  %again = nn.transpose %nhwc {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  return %again : tensor<?x2x3x4xf32>
}

// -----

// The order of composition: dimension 0 of the result is dimension 2 of
// %turned, which is dimension 0 of %image; 1 <- 0 <- 1; 2 <- 3 <- 3; 3 <- 1 <- 2.
// CHECK-LABEL: func.func @transpose_of_transpose
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<2x3x5x7x!{{.*}}>)
// CHECK-NEXT:    nn.transpose %[[IMAGE]] {permutation = array<i64: 0, 1, 3, 2>} : tensor<2x3x5x7x!{{.*}}> -> tensor<2x3x7x5x!{{.*}}>
// CHECK-NEXT:    return
func.func @transpose_of_transpose(%image: tensor<2x3x5x7x!quant.uniform<i8:f32, 0.5:-3>>)
    -> tensor<2x3x7x5x!quant.uniform<i8:f32, 0.5:-3>> {
  %turned = nn.transpose %image {permutation = array<i64: 1, 2, 0, 3>}
      : tensor<2x3x5x7x!quant.uniform<i8:f32, 0.5:-3>>
      -> tensor<3x5x2x7x!quant.uniform<i8:f32, 0.5:-3>>
  %result = nn.transpose %turned {permutation = array<i64: 2, 0, 3, 1>}
      : tensor<3x5x2x7x!quant.uniform<i8:f32, 0.5:-3>>
      -> tensor<2x3x7x5x!quant.uniform<i8:f32, 0.5:-3>>
  return %result : tensor<2x3x7x5x!quant.uniform<i8:f32, 0.5:-3>>
}

// -----

// CHECK-LABEL: func.func @transpose_of_shared_transpose
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<2x3x4xf32>)
// CHECK-DAG:     %[[TURNED:.*]] = nn.transpose %[[IMAGE]] {permutation = array<i64: 1, 2, 0>}
// CHECK-DAG:     %[[RESULT:.*]] = nn.transpose %[[IMAGE]] {permutation = array<i64: 2, 0, 1>}
// CHECK:         return %[[TURNED]], %[[RESULT]]
func.func @transpose_of_shared_transpose(%image: tensor<2x3x4xf32>)
    -> (tensor<3x4x2xf32>, tensor<4x2x3xf32>) {
  %turned = nn.transpose %image {permutation = array<i64: 1, 2, 0>}
      : tensor<2x3x4xf32> -> tensor<3x4x2xf32>
  %result = nn.transpose %turned {permutation = array<i64: 1, 2, 0>}
      : tensor<3x4x2xf32> -> tensor<4x2x3xf32>
  return %turned, %result : tensor<3x4x2xf32>, tensor<4x2x3xf32>
}

// -----

// Only dimensions of extent 1 move.
// CHECK-LABEL: func.func @transpose_of_one_channel
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x1x8x9xf32>)
// CHECK-NEXT:    %[[NHWC:.*]] = nn.reshape %[[IMAGE]] : tensor<?x1x8x9xf32> -> tensor<?x8x9x1xf32>
// CHECK-NEXT:    return %[[NHWC]]
func.func @transpose_of_one_channel(%image: tensor<?x1x8x9xf32>)
    -> tensor<?x8x9x1xf32> {
  %nhwc = nn.transpose %image {permutation = array<i64: 0, 2, 3, 1>}
      : tensor<?x1x8x9xf32> -> tensor<?x8x9x1xf32>
  return %nhwc : tensor<?x8x9x1xf32>
}

// -----

// A batch of 1 moves no data either.
// CHECK-LABEL: func.func @transpose_of_one_sample
// CHECK-SAME:    (%[[FEATURES:.*]]: tensor<1x4xf32>)
// CHECK-NEXT:    %[[COLUMN:.*]] = nn.reshape %[[FEATURES]] : tensor<1x4xf32> -> tensor<4x1xf32>
// CHECK-NEXT:    return %[[COLUMN]]
func.func @transpose_of_one_sample(%features: tensor<1x4xf32>) -> tensor<4x1xf32> {
  %column = nn.transpose %features {permutation = array<i64: 1, 0>}
      : tensor<1x4xf32> -> tensor<4x1xf32>
  return %column : tensor<4x1xf32>
}

// -----

// A dynamic batch may have more than one sample, whatever the rest.
// CHECK-LABEL: func.func @transpose_moves_data
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x1x2x9xf32>)
// CHECK-NEXT:    nn.transpose %[[IMAGE]] {permutation = array<i64: 0, 3, 1, 2>}
func.func @transpose_moves_data(%image: tensor<?x1x2x9xf32>)
    -> tensor<?x9x1x2xf32> {
  %turned = nn.transpose %image {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x1x2x9xf32> -> tensor<?x9x1x2xf32>
  return %turned : tensor<?x9x1x2xf32>
}

// -----

// CHECK-LABEL: func.func @reshape_of_constant
// CHECK-NEXT:    %[[BIAS:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00]]> : tensor<1x2xf32>
// CHECK-NEXT:    return %[[BIAS]]
func.func @reshape_of_constant() -> tensor<1x2xf32> {
  %bias = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %row = nn.reshape %bias : tensor<2xf32> -> tensor<1x2xf32>
  return %row : tensor<1x2xf32>
}

// -----

// Element (i, j, k) of 2 x 3 x 2 comes from (j, k, i).
// CHECK-LABEL: func.func @transpose_of_constant
// CHECK-NEXT:    %[[TURNED:.*]] = arith.constant dense<{{\[\[\[}}0.000000e+00, 2.000000e+00], [4.000000e+00, 6.000000e+00], [8.000000e+00, 1.000000e+01]], {{\[\[}}1.000000e+00, 3.000000e+00], [5.000000e+00, 7.000000e+00], [9.000000e+00, 1.100000e+01]]]> : tensor<2x3x2xf32>
// CHECK-NEXT:    return %[[TURNED]]
func.func @transpose_of_constant() -> tensor<2x3x2xf32> {
  %weight = arith.constant dense<[
      [[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0], [6.0, 7.0]],
      [[8.0, 9.0], [10.0, 11.0]]]> : tensor<3x2x2xf32>
  %turned = nn.transpose %weight {permutation = array<i64: 2, 0, 1>}
      : tensor<3x2x2xf32> -> tensor<2x3x2xf32>
  return %turned : tensor<2x3x2xf32>
}

// -----

// One value everywhere, and none at all.
// CHECK-LABEL: func.func @transpose_of_splat
// CHECK-DAG:     arith.constant dense<5.000000e-01> : tensor<3x2xf32>
// CHECK-DAG:     arith.constant dense<> : tensor<2x0xf32>
// CHECK-NOT:     nn.transpose
func.func @transpose_of_splat() -> (tensor<3x2xf32>, tensor<2x0xf32>) {
  %half = arith.constant dense<0.5> : tensor<2x3xf32>
  %none = arith.constant dense<> : tensor<0x2xf32>
  %turned = nn.transpose %half {permutation = array<i64: 1, 0>}
      : tensor<2x3xf32> -> tensor<3x2xf32>
  %empty = nn.transpose %none {permutation = array<i64: 1, 0>}
      : tensor<0x2xf32> -> tensor<2x0xf32>
  return %turned, %empty : tensor<3x2xf32>, tensor<2x0xf32>
}

// -----

// Quantization loses information: neither order of the pair is the identity.
// CHECK-LABEL: func.func @quantize_dequantize
// CHECK-SAME:    (%[[REAL:.*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[STORED:.*]] = nn.quantize %[[REAL]]
// CHECK-NEXT:    %[[ROUNDED:.*]] = nn.dequantize %[[STORED]]
// CHECK-NEXT:    return %[[ROUNDED]]
func.func @quantize_dequantize(%real: tensor<4xf32>) -> tensor<4xf32> {
  %stored = nn.quantize %real
      : tensor<4xf32> -> tensor<4x!quant.uniform<i8:f32, 0.5:-3>>
  %rounded = nn.dequantize %stored
      : tensor<4x!quant.uniform<i8:f32, 0.5:-3>> -> tensor<4xf32>
  return %rounded : tensor<4xf32>
}

// -----

// Here the second type has fewer integers.
// CHECK-LABEL: func.func @dequantize_quantize
// CHECK-SAME:    (%[[STORED:.*]]: tensor<4x!{{.*}}>)
// CHECK-NEXT:    %[[REAL:.*]] = nn.dequantize %[[STORED]]
// CHECK-NEXT:    %[[CLAMPED:.*]] = nn.quantize %[[REAL]]
// CHECK-NEXT:    return %[[CLAMPED]]
func.func @dequantize_quantize(%stored: tensor<4x!quant.uniform<i8:f32, 0.5:-3>>)
    -> tensor<4x!quant.uniform<i8<-3:9>:f32, 0.5:-3>> {
  %real = nn.dequantize %stored
      : tensor<4x!quant.uniform<i8:f32, 0.5:-3>> -> tensor<4xf32>
  %clamped = nn.quantize %real
      : tensor<4xf32> -> tensor<4x!quant.uniform<i8<-3:9>:f32, 0.5:-3>>
  return %clamped : tensor<4x!quant.uniform<i8<-3:9>:f32, 0.5:-3>>
}

// -----

// A clamp of a quantized tensor to its own type may still change values.
// CHECK-LABEL: func.func @clamp_of_stored
// CHECK:         nn.clamp
func.func @clamp_of_stored(%stored: tensor<4x!quant.uniform<i8:f32, 0.5:-3>>)
    -> tensor<4x!quant.uniform<i8:f32, 0.5:-3>> {
  %relu = nn.clamp %stored {min = 0.0 : f32, max = 0x7F800000 : f32}
      : tensor<4x!quant.uniform<i8:f32, 0.5:-3>>
  return %relu : tensor<4x!quant.uniform<i8:f32, 0.5:-3>>
}

// -----

// An observer has an effect, all other ops go when nobody uses them.
// CHECK-LABEL: func.func @unused
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<1x4x4x1xf32>)
// CHECK-NEXT:    nn.observe %[[IMAGE]] {id = 0 : i32, name = "image"}
// CHECK-NEXT:    return
func.func @unused(%image: tensor<1x4x4x1xf32>) {
  %seen = nn.observe %image {id = 0 : i32, name = "image"}
      : tensor<1x4x4x1xf32>
  %pooled = nn.max_pool_2d %image {kernel = array<i64: 4, 4>}
      : tensor<1x4x4x1xf32> -> tensor<1x1x1x1xf32>
  %features = nn.conv_2d %image, %image
      : (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x1x1x1xf32>
  %relu = nn.clamp %features {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<1x1x1x1xf32>
  %row = nn.reshape %relu : tensor<1x1x1x1xf32> -> tensor<1x1xf32>
  %logits = nn.fully_connected %row, %row
      : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %padded = nn.pad %logits {low = array<i64: 1, 0>, high = array<i64: 0, 0>}
      : tensor<1x1xf32> -> tensor<2x1xf32>
  %turned = nn.transpose %padded {permutation = array<i64: 1, 0>}
      : tensor<2x1xf32> -> tensor<1x2xf32>
  %stored = nn.quantize %turned
      : tensor<1x2xf32> -> tensor<1x2x!quant.uniform<i8:f32, 0.5:-3>>
  %real = nn.dequantize %stored
      : tensor<1x2x!quant.uniform<i8:f32, 0.5:-3>> -> tensor<1x2xf32>
  return
}

// A product with a constant matrix is a dense layer.
// CHECK-LABEL: func.func @matmul_constant
// CHECK-SAME:    (%[[X:.*]]: tensor<?x2xf32>)
// CHECK:         %[[WEIGHT:.*]] = arith.constant dense<{{\[}}[1.000000e+00, 4.000000e+00], [2.000000e+00, 5.000000e+00], [3.000000e+00, 6.000000e+00]]> : tensor<3x2xf32>
// CHECK:         nn.fully_connected %[[X]], %[[WEIGHT]] : (tensor<?x2xf32>, tensor<3x2xf32>) -> tensor<?x3xf32>
func.func @matmul_constant(%x: tensor<?x2xf32>) -> tensor<?x3xf32> {
  %matrix = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]>
      : tensor<2x3xf32>
  %product = nn.matmul %x, %matrix
      : (tensor<?x2xf32>, tensor<2x3xf32>) -> tensor<?x3xf32>
  return %product : tensor<?x3xf32>
}

// CHECK-LABEL: func.func @requantize_same
// CHECK-NEXT:    return
func.func @requantize_same(%stored: tensor<2x!quant.uniform<i8:f32, 0.5>>)
    -> tensor<2x!quant.uniform<i8:f32, 0.5>> {
  %same = nn.requantize %stored : tensor<2x!quant.uniform<i8:f32, 0.5>>
      -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  return %same : tensor<2x!quant.uniform<i8:f32, 0.5>>
}
