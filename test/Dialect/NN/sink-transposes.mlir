// RUN: quant-opt %s -nn-sink-transposes -split-input-file | FileCheck %s

// A transpose moves behind the ops that keep dimensions, cancels with its inverse,
// and goes into the weight of a fully connected layer; and what holds it back.

// CHECK-LABEL: func.func @sink_through_clamp
// CHECK-SAME:    (%[[CONV:.*]]: tensor<?x3x4x2xf32>)
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[CONV]] {max = 6.000000e+00 : f32, min = 0.000000e+00 : f32} : tensor<?x3x4x2xf32>
// CHECK-NEXT:    %[[NCHW:.*]] = nn.transpose %[[RELU]] {permutation = array<i64: 0, 3, 1, 2>} : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
// CHECK-NEXT:    return %[[NCHW]]
func.func @sink_through_clamp(%conv: tensor<?x3x4x2xf32>) -> tensor<?x2x3x4xf32> {
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %relu = nn.clamp %nchw {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<?x2x3x4xf32>
  return %relu : tensor<?x2x3x4xf32>
}

// -----

// What an importer writes around the activation between two convolutions.
// CHECK-LABEL: func.func @cancel_behind_clamps
// CHECK-SAME:    (%[[CONV:.*]]: tensor<?x3x4x2xf32>)
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[CONV]] {max = 0x7F800000 : f32, min = 0.000000e+00 : f32} : tensor<?x3x4x2xf32>
// CHECK-NEXT:    %[[LIMITED:.*]] = nn.clamp %[[RELU]] {max = 1.000000e+00 : f32, min = -1.000000e+00 : f32} : tensor<?x3x4x2xf32>
// CHECK-NEXT:    return %[[LIMITED]]
func.func @cancel_behind_clamps(%conv: tensor<?x3x4x2xf32>)
    -> tensor<?x3x4x2xf32> {
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %relu = nn.clamp %nchw {min = 0.0 : f32, max = 0x7F800000 : f32}
      : tensor<?x2x3x4xf32>
  %limited = nn.clamp %relu {min = -1.0 : f32, max = 1.0 : f32}
      : tensor<?x2x3x4xf32>
  %nhwc = nn.transpose %limited {permutation = array<i64: 0, 2, 3, 1>}
      : tensor<?x2x3x4xf32> -> tensor<?x3x4x2xf32>
  return %nhwc : tensor<?x3x4x2xf32>
}

// -----

// Each user of a shared transpose gets its own below it: this is how the branches
// of a residual block meet again without one.
// CHECK-LABEL: func.func @shared_transpose
// CHECK-SAME:    (%[[CONV:.*]]: tensor<?x3x4x2xf32>)
// CHECK-NEXT:    %[[NCHW:.*]] = nn.transpose %[[CONV]]
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[CONV]]
// CHECK-NEXT:    %[[RELU_NCHW:.*]] = nn.transpose %[[RELU]]
// CHECK-NEXT:    return %[[NCHW]], %[[RELU_NCHW]]
func.func @shared_transpose(%conv: tensor<?x3x4x2xf32>)
    -> (tensor<?x2x3x4xf32>, tensor<?x2x3x4xf32>) {
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %relu = nn.clamp %nchw {min = 0.0 : f32, max = 6.0 : f32}
      : tensor<?x2x3x4xf32>
  return %nchw, %relu : tensor<?x2x3x4xf32>, tensor<?x2x3x4xf32>
}

// -----

// The elements that pad adds move with the dimensions.
// CHECK-LABEL: func.func @through_pad
// CHECK-NEXT:    nn.pad %{{.*}} {high = array<i64: 3, 4, 0, 2>, low = array<i64: 0, 0, 0, 1>} : tensor<2x3x4x2xf32> -> tensor<5x7x4x5xf32>
// CHECK-NEXT:    nn.transpose
func.func @through_pad(%conv: tensor<2x3x4x2xf32>) -> tensor<5x5x7x4xf32> {
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<2x3x4x2xf32> -> tensor<2x2x3x4xf32>
  %padded = nn.pad %nchw {low = array<i64: 0, 1, 0, 0>, high = array<i64: 3, 2, 4, 0>}
      : tensor<2x2x3x4xf32> -> tensor<5x5x7x4xf32>
  return %padded : tensor<5x5x7x4xf32>
}

// -----

// Element (h, w, c) of a sample of 2 x 3 x 2 stood at c*6 + h*3 + w behind the
// transpose and stands at (h*3 + w)*2 + c without it. Rows and bias stay.
// CHECK-LABEL: func.func @into_fully_connected
// CHECK-SAME:    (%[[CONV:.*]]: tensor<?x2x3x2xf32>)
// CHECK-DAG:     %[[BIAS:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK-DAG:     %[[WEIGHT:.*]] = arith.constant dense<{{\[}}[0.000000e+00, 6.000000e+00, 1.000000e+00, 7.000000e+00, 2.000000e+00, 8.000000e+00, 3.000000e+00, 9.000000e+00, 4.000000e+00, 1.000000e+01, 5.000000e+00, 1.100000e+01], [5.000000e-01, 6.500000e+00, 1.500000e+00, 7.500000e+00, 2.500000e+00, 8.500000e+00, 3.500000e+00, 9.500000e+00, 4.500000e+00, 1.050000e+01, 5.500000e+00, 1.150000e+01]]> : tensor<2x12xf32>
// CHECK:         %[[FLAT:.*]] = nn.reshape %[[CONV]] : tensor<?x2x3x2xf32> -> tensor<?x12xf32>
// CHECK-NEXT:    %[[LOGITS:.*]] = nn.fully_connected %[[FLAT]], %[[WEIGHT]], %[[BIAS]]
// CHECK-NEXT:    return %[[LOGITS]]
func.func @into_fully_connected(%conv: tensor<?x2x3x2xf32>) -> tensor<?x2xf32> {
  %weight = arith.constant dense<[
      [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 11.5]]>
      : tensor<2x12xf32>
  %bias = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x2x3x2xf32> -> tensor<?x2x2x3xf32>
  %flat = nn.reshape %nchw : tensor<?x2x2x3xf32> -> tensor<?x12xf32>
  %logits = nn.fully_connected %flat, %weight, %bias
      : (tensor<?x12xf32>, tensor<2x12xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %logits : tensor<?x2xf32>
}

// -----

// A static batch, another permutation, and two reshapes: element (i, j) of 2 x 3
// stood at j*2 + i and stands at i*3 + j.
// CHECK-LABEL: func.func @into_fully_connected_static_batch
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<3x2x3xf32>)
// CHECK:         %[[WEIGHT:.*]] = arith.constant dense<{{\[}}[0.000000e+00, 2.000000e+00, 4.000000e+00, 1.000000e+00, 3.000000e+00, 5.000000e+00]]> : tensor<1x6xf32>
// CHECK:         %[[FLAT:.*]] = nn.reshape %[[IMAGE]] : tensor<3x2x3xf32> -> tensor<3x6xf32>
// CHECK:         nn.fully_connected %[[FLAT]], %[[WEIGHT]]
func.func @into_fully_connected_static_batch(%image: tensor<3x2x3xf32>)
    -> tensor<3x1xf32> {
  %weight = arith.constant dense<[[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]]>
      : tensor<1x6xf32>
  %turned = nn.transpose %image {permutation = array<i64: 0, 2, 1>}
      : tensor<3x2x3xf32> -> tensor<3x3x2xf32>
  %rows = nn.reshape %turned : tensor<3x3x2xf32> -> tensor<3x2x3xf32>
  %flat = nn.reshape %rows : tensor<3x2x3xf32> -> tensor<3x6xf32>
  %score = nn.fully_connected %flat, %weight
      : (tensor<3x6xf32>, tensor<1x6xf32>) -> tensor<3x1xf32>
  return %score : tensor<3x1xf32>
}

// -----

// Whoever else uses the weight or the transpose keeps the old one.
// CHECK-LABEL: func.func @shared_weight
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x2x2xf32>, %[[FEATURES:.*]]: tensor<?x4xf32>)
// CHECK-DAG:     %[[WEIGHT:.*]] = arith.constant dense<{{\[}}[0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00]]>
// CHECK-DAG:     %[[PERMUTED:.*]] = arith.constant dense<{{\[}}[0.000000e+00, 2.000000e+00, 1.000000e+00, 3.000000e+00]]>
// CHECK-DAG:     %[[TURNED:.*]] = nn.transpose %[[IMAGE]]
// CHECK-DAG:     %[[FLAT:.*]] = nn.reshape %[[IMAGE]]
// CHECK-DAG:     %[[SCORE:.*]] = nn.fully_connected %[[FLAT]], %[[PERMUTED]]
// CHECK-DAG:     %[[OTHER:.*]] = nn.fully_connected %[[FEATURES]], %[[WEIGHT]]
// CHECK:         return %[[SCORE]], %[[OTHER]], %[[TURNED]]
func.func @shared_weight(%image: tensor<?x2x2xf32>, %features: tensor<?x4xf32>)
    -> (tensor<?x1xf32>, tensor<?x1xf32>, tensor<?x2x2xf32>) {
  %weight = arith.constant dense<[[0.0, 1.0, 2.0, 3.0]]> : tensor<1x4xf32>
  %turned = nn.transpose %image {permutation = array<i64: 0, 2, 1>}
      : tensor<?x2x2xf32> -> tensor<?x2x2xf32>
  %flat = nn.reshape %turned : tensor<?x2x2xf32> -> tensor<?x4xf32>
  %score = nn.fully_connected %flat, %weight
      : (tensor<?x4xf32>, tensor<1x4xf32>) -> tensor<?x1xf32>
  %other = nn.fully_connected %features, %weight
      : (tensor<?x4xf32>, tensor<1x4xf32>) -> tensor<?x1xf32>
  return %score, %other, %turned
      : tensor<?x1xf32>, tensor<?x1xf32>, tensor<?x2x2xf32>
}

// -----

// The way of a whole network: the transpose behind the convolution moves behind
// its activation, then into the weight.
// CHECK-LABEL: func.func @network
// CHECK-NOT:     nn.transpose
// CHECK:         return
func.func @network(%image: tensor<?x3x3x1xf32>, %filter: tensor<2x2x2x1xf32>)
    -> tensor<?x1xf32> {
  %weight = arith.constant dense<[[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]]>
      : tensor<1x8xf32>
  %nchw = nn.reshape %image : tensor<?x3x3x1xf32> -> tensor<?x1x3x3xf32>
  %nhwc = nn.transpose %nchw {permutation = array<i64: 0, 2, 3, 1>}
      : tensor<?x1x3x3xf32> -> tensor<?x3x3x1xf32>
  %acc = nn.conv_2d %nhwc, %filter
      : (tensor<?x3x3x1xf32>, tensor<2x2x2x1xf32>) -> tensor<?x2x2x2xf32>
  %back = nn.transpose %acc {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x2x2x2xf32> -> tensor<?x2x2x2xf32>
  %relu = nn.clamp %back {min = 0.0 : f32, max = 0x7F800000 : f32}
      : tensor<?x2x2x2xf32>
  %flat = nn.reshape %relu : tensor<?x2x2x2xf32> -> tensor<?x8xf32>
  %score = nn.fully_connected %flat, %weight
      : (tensor<?x8xf32>, tensor<1x8xf32>) -> tensor<?x1xf32>
  return %score : tensor<?x1xf32>
}

// -----

// No reshape: the transpose moves samples to features.
// CHECK-LABEL: func.func @directly_before_fully_connected
// CHECK:         %[[TURNED:.*]] = nn.transpose
// CHECK:         nn.fully_connected %[[TURNED]]
func.func @directly_before_fully_connected(%columns: tensor<2x3xf32>)
    -> tensor<3x1xf32> {
  %weight = arith.constant dense<[[0.0, 1.0]]> : tensor<1x2xf32>
  %turned = nn.transpose %columns {permutation = array<i64: 1, 0>}
      : tensor<2x3xf32> -> tensor<3x2xf32>
  %score = nn.fully_connected %turned, %weight
      : (tensor<3x2xf32>, tensor<1x2xf32>) -> tensor<3x1xf32>
  return %score : tensor<3x1xf32>
}

// -----

// No transpose before the reshape.
// CHECK-LABEL: func.func @only_reshape
// CHECK:         arith.constant dense<{{\[}}[0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00]]>
func.func @only_reshape(%image: tensor<?x2x2xf32>) -> tensor<?x1xf32> {
  %weight = arith.constant dense<[[0.0, 1.0, 2.0, 3.0]]> : tensor<1x4xf32>
  %flat = nn.reshape %image : tensor<?x2x2xf32> -> tensor<?x4xf32>
  %score = nn.fully_connected %flat, %weight
      : (tensor<?x4xf32>, tensor<1x4xf32>) -> tensor<?x1xf32>
  return %score : tensor<?x1xf32>
}

// -----

// The transpose moves the batch.
// CHECK-LABEL: func.func @transposed_batch
// CHECK:         arith.constant dense<{{\[}}[0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00]]>
// CHECK:         nn.transpose
func.func @transposed_batch(%image: tensor<2x2x2xf32>) -> tensor<2x1xf32> {
  %weight = arith.constant dense<[[0.0, 1.0, 2.0, 3.0]]> : tensor<1x4xf32>
  %turned = nn.transpose %image {permutation = array<i64: 1, 0, 2>}
      : tensor<2x2x2xf32> -> tensor<2x2x2xf32>
  %flat = nn.reshape %turned : tensor<2x2x2xf32> -> tensor<2x4xf32>
  %score = nn.fully_connected %flat, %weight
      : (tensor<2x4xf32>, tensor<1x4xf32>) -> tensor<2x1xf32>
  return %score : tensor<2x1xf32>
}

// -----

// The reshape splits samples.
// CHECK-LABEL: func.func @split_samples
// CHECK:         arith.constant dense<{{\[}}[0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00]]>
// CHECK:         nn.transpose
func.func @split_samples(%image: tensor<2x4x3xf32>) -> tensor<6x1xf32> {
  %weight = arith.constant dense<[[0.0, 1.0, 2.0, 3.0]]> : tensor<1x4xf32>
  %turned = nn.transpose %image {permutation = array<i64: 0, 2, 1>}
      : tensor<2x4x3xf32> -> tensor<2x3x4xf32>
  %flat = nn.reshape %turned : tensor<2x3x4xf32> -> tensor<6x4xf32>
  %score = nn.fully_connected %flat, %weight
      : (tensor<6x4xf32>, tensor<1x4xf32>) -> tensor<6x1xf32>
  return %score : tensor<6x1xf32>
}

// -----

// The weight is not known.
// CHECK-LABEL: func.func @unknown_weight
// CHECK-SAME:    %[[WEIGHT:[a-z0-9]+]]: tensor<1x6xf32>)
// CHECK:         nn.transpose
// CHECK:         nn.fully_connected %{{.*}}, %[[WEIGHT]]
func.func @unknown_weight(%image: tensor<?x2x3xf32>, %weight: tensor<1x6xf32>)
    -> tensor<?x1xf32> {
  %turned = nn.transpose %image {permutation = array<i64: 0, 2, 1>}
      : tensor<?x2x3xf32> -> tensor<?x3x2xf32>
  %flat = nn.reshape %turned : tensor<?x3x2xf32> -> tensor<?x6xf32>
  %score = nn.fully_connected %flat, %weight
      : (tensor<?x6xf32>, tensor<1x6xf32>) -> tensor<?x1xf32>
  return %score : tensor<?x1xf32>
}

// -----

// Both sides of an add come from convolutions: one transpose, below.
// CHECK-LABEL: func.func @residual
// CHECK-SAME:    (%[[A:.*]]: tensor<?x3x4x2xf32>, %[[B:.*]]: tensor<?x3x4x2xf32>)
// CHECK-NEXT:    %[[SUM:.*]] = nn.add %[[A]], %[[B]]
// CHECK-NEXT:    %[[NCHW:.*]] = nn.transpose %[[SUM]]
// CHECK-NEXT:    return %[[NCHW]]
func.func @residual(%a: tensor<?x3x4x2xf32>, %b: tensor<?x3x4x2xf32>)
    -> tensor<?x2x3x4xf32> {
  %a_nchw = nn.transpose %a {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %b_nchw = nn.transpose %b {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %sum = nn.add %a_nchw, %b_nchw
      : (tensor<?x2x3x4xf32>, tensor<?x2x3x4xf32>) -> tensor<?x2x3x4xf32>
  return %sum : tensor<?x2x3x4xf32>
}

// -----

// A constant per channel is laid out anew.
// CHECK-LABEL: func.func @constant_operand
// CHECK:         %[[SHIFT:.*]] = arith.constant dense<{{.*}}> : tensor<1x1x1x2xf32>
// CHECK:         nn.add %{{.*}}, %[[SHIFT]] : (tensor<?x3x4x2xf32>, tensor<1x1x1x2xf32>) -> tensor<?x3x4x2xf32>
// CHECK-NEXT:    nn.transpose
func.func @constant_operand(%conv: tensor<?x3x4x2xf32>)
    -> tensor<?x2x3x4xf32> {
  %shift = arith.constant dense<[[[[1.0]], [[2.0]]]]> : tensor<1x2x1x1xf32>
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %sum = nn.add %nchw, %shift
      : (tensor<?x2x3x4xf32>, tensor<1x2x1x1xf32>) -> tensor<?x2x3x4xf32>
  return %sum : tensor<?x2x3x4xf32>
}

// -----

// What an importer makes of a bias that the model adds apart.
// CHECK-LABEL: func.func @reshaped_constant
// CHECK:         %[[SHIFT:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00]]]]> : tensor<1x1x1x2xf32>
// CHECK-NEXT:    nn.add %{{.*}}, %[[SHIFT]] : (tensor<?x3x4x2xf32>, tensor<1x1x1x2xf32>) -> tensor<?x3x4x2xf32>
// CHECK-NEXT:    nn.transpose
func.func @reshaped_constant(%conv: tensor<?x3x4x2xf32>)
    -> tensor<?x2x3x4xf32> {
  %bias = arith.constant dense<[[[1.0]], [[2.0]]]> : tensor<2x1x1xf32>
  %shift = nn.reshape %bias : tensor<2x1x1xf32> -> tensor<1x2x1x1xf32>
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %sum = nn.add %nchw, %shift
      : (tensor<?x2x3x4xf32>, tensor<1x2x1x1xf32>) -> tensor<?x2x3x4xf32>
  return %sum : tensor<?x2x3x4xf32>
}

// -----

// One factor per channel and sample, as squeeze-and-excitation computes it: turning
// it moves no element.
// CHECK-LABEL: func.func @gate
// CHECK-SAME:    (%[[CONV:.*]]: tensor<?x3x4x2xf32>, %[[GATE:.*]]: tensor<?x2xf32>)
// CHECK-NEXT:    %[[FACTOR:.*]] = nn.reshape %[[GATE]] : tensor<?x2xf32> -> tensor<?x1x1x2xf32>
// CHECK-NEXT:    %[[SCALED:.*]] = nn.mul %[[CONV]], %[[FACTOR]]
// CHECK-NEXT:    nn.transpose %[[SCALED]]
func.func @gate(%conv: tensor<?x3x4x2xf32>, %gate: tensor<?x2xf32>)
    -> tensor<?x2x3x4xf32> {
  %factor = nn.reshape %gate : tensor<?x2xf32> -> tensor<?x2x1x1xf32>
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %scaled = nn.mul %nchw, %factor
      : (tensor<?x2x3x4xf32>, tensor<?x2x1x1xf32>) -> tensor<?x2x3x4xf32>
  return %scaled : tensor<?x2x3x4xf32>
}

// -----

// Every function of single elements lets it pass.
// CHECK-LABEL: func.func @unary
// CHECK-SAME:    (%[[CONV:.*]]: tensor<?x3x4x2xf32>)
// CHECK-NEXT:    %[[GATE:.*]] = nn.unary sigmoid %[[CONV]] : tensor<?x3x4x2xf32>
// CHECK-NEXT:    %[[QUOTIENT:.*]] = nn.div %[[CONV]], %[[GATE]]
// CHECK-NEXT:    nn.transpose %[[QUOTIENT]]
func.func @unary(%conv: tensor<?x3x4x2xf32>) -> tensor<?x2x3x4xf32> {
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %gate = nn.unary sigmoid %nchw : tensor<?x2x3x4xf32>
  %quotient = nn.div %nchw, %gate
      : (tensor<?x2x3x4xf32>, tensor<?x2x3x4xf32>) -> tensor<?x2x3x4xf32>
  return %quotient : tensor<?x2x3x4xf32>
}

// -----

// What an importer writes around the activation between convolutions of one
// dimension.
// CHECK-LABEL: func.func @row
// CHECK-SAME:    (%[[CONV:.*]]: tensor<?x1x4x2xf32>)
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[CONV]]
// CHECK-NEXT:    return %[[RELU]]
func.func @row(%conv: tensor<?x1x4x2xf32>) -> tensor<?x1x4x2xf32> {
  %nwc = nn.reshape %conv : tensor<?x1x4x2xf32> -> tensor<?x4x2xf32>
  %ncw = nn.transpose %nwc {permutation = array<i64: 0, 2, 1>}
      : tensor<?x4x2xf32> -> tensor<?x2x4xf32>
  %relu = nn.clamp %ncw {min = 0.0 : f32, max = 6.0 : f32} : tensor<?x2x4xf32>
  %back = nn.transpose %relu {permutation = array<i64: 0, 2, 1>}
      : tensor<?x2x4xf32> -> tensor<?x4x2xf32>
  %row = nn.reshape %back : tensor<?x4x2xf32> -> tensor<?x1x4x2xf32>
  return %row : tensor<?x1x4x2xf32>
}

// -----

// Others see the reshape, or another operand has the shape behind it.
// CHECK-LABEL: func.func @reshape_stays
// CHECK-NEXT:    %[[FLAT:.*]] = nn.reshape
// CHECK-NEXT:    nn.clamp %[[FLAT]]
// CHECK-NEXT:    nn.add %[[FLAT]]
func.func @reshape_stays(%conv: tensor<?x4x2xf32>, %other: tensor<?x8xf32>)
    -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %flat = nn.reshape %conv : tensor<?x4x2xf32> -> tensor<?x8xf32>
  %relu = nn.clamp %flat {min = 0.0 : f32, max = 6.0 : f32} : tensor<?x8xf32>
  %sum = nn.add %flat, %other
      : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %relu, %sum : tensor<?x8xf32>, tensor<?x8xf32>
}

// -----

// An operand in the layout of the model holds the transpose back.
// CHECK-LABEL: func.func @other_layout
// CHECK-NEXT:    %[[NCHW:.*]] = nn.transpose
// CHECK-NEXT:    nn.add %[[NCHW]]
func.func @other_layout(%a: tensor<?x3x4x2xf32>, %b: tensor<?x2x3x4xf32>)
    -> tensor<?x2x3x4xf32> {
  %a_nchw = nn.transpose %a {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %sum = nn.add %a_nchw, %b
      : (tensor<?x2x3x4xf32>, tensor<?x2x3x4xf32>) -> tensor<?x2x3x4xf32>
  return %sum : tensor<?x2x3x4xf32>
}

// -----

// What names a dimension names the same one afterwards.
// CHECK-LABEL: func.func @concat
// CHECK:         nn.concat %{{.*}}, %{{.*}} {axis = 3 : i64} : (tensor<?x3x4x2xf32>, tensor<?x3x4x1xf32>) -> tensor<?x3x4x3xf32>
// CHECK-NEXT:    nn.transpose
func.func @concat(%a: tensor<?x3x4x2xf32>, %b: tensor<?x3x4x1xf32>)
    -> tensor<?x3x3x4xf32> {
  %a_nchw = nn.transpose %a {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %b_nchw = nn.transpose %b {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x1xf32> -> tensor<?x1x3x4xf32>
  %both = nn.concat %a_nchw, %b_nchw {axis = 1 : i64}
      : (tensor<?x2x3x4xf32>, tensor<?x1x3x4xf32>) -> tensor<?x3x3x4xf32>
  return %both : tensor<?x3x3x4xf32>
}

// -----

// Where at most one dimension is longer than 1, a transpose is a reshape.
// CHECK-LABEL: func.func @slice
// CHECK:         nn.slice %{{.*}} {offsets = array<i64: 0, 1, 0, 1>, strides = array<i64: 1, 2, 1, 1>} : tensor<?x3x4x2xf32> -> tensor<?x1x4x1xf32>
// CHECK-NEXT:    nn.reshape
func.func @slice(%conv: tensor<?x3x4x2xf32>) -> tensor<?x1x1x4xf32> {
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %part = nn.slice %nchw {offsets = array<i64: 0, 1, 1, 0>, strides = array<i64: 1, 1, 2, 1>}
      : tensor<?x2x3x4xf32> -> tensor<?x1x1x4xf32>
  return %part : tensor<?x1x1x4xf32>
}

// -----

// A mean over the image leaves nothing to transpose.
// CHECK-LABEL: func.func @global_mean
// CHECK-SAME:    (%[[CONV:.*]]: tensor<?x3x4x2xf32>)
// CHECK-NEXT:    %[[MEAN:.*]] = nn.reduce mean %[[CONV]] {axes = array<i64: 1, 2>} : tensor<?x3x4x2xf32> -> tensor<?x2xf32>
// CHECK-NEXT:    return %[[MEAN]]
func.func @global_mean(%conv: tensor<?x3x4x2xf32>) -> tensor<?x2xf32> {
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %mean = nn.reduce mean %nchw {axes = array<i64: 2, 3>}
      : tensor<?x2x3x4xf32> -> tensor<?x2xf32>
  return %mean : tensor<?x2xf32>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>

// Past a quantization, where it meets its inverse; the quantization stays where
// others use it.
// CHECK-LABEL: func.func @quantized
// CHECK-SAME:    (%[[X:.*]]: tensor<?x4x4x2xf32>)
// CHECK-DAG:     %[[STORED:.*]] = nn.quantize %[[X]]
// CHECK-DAG:     %[[REAL:.*]] = nn.dequantize %[[STORED]]
// CHECK-DAG:     %[[NCHW:.*]] = nn.transpose %[[X]] {permutation = array<i64: 0, 3, 1, 2>}
// CHECK-DAG:     %[[STORED_NCHW:.*]] = nn.quantize %[[NCHW]]
// CHECK:         return %[[REAL]], %[[STORED_NCHW]]
func.func @quantized(%x: tensor<?x4x4x2xf32>)
    -> (tensor<?x4x4x2xf32>, tensor<?x2x4x4x!activation>) {
  %nchw = nn.transpose %x {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x4x4x2xf32> -> tensor<?x2x4x4xf32>
  %stored = nn.quantize %nchw : tensor<?x2x4x4xf32> -> tensor<?x2x4x4x!activation>
  %real = nn.dequantize %stored
      : tensor<?x2x4x4x!activation> -> tensor<?x2x4x4xf32>
  %nhwc = nn.transpose %real {permutation = array<i64: 0, 2, 3, 1>}
      : tensor<?x2x4x4xf32> -> tensor<?x4x4x2xf32>
  return %nhwc, %stored : tensor<?x4x4x2xf32>, tensor<?x2x4x4x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32:0, {0.25, 0.5}>
!columns = !quant.uniform<i8<-127:127>:f32:1, {0.25, 0.5, 0.25, 0.5}>

// Between a quantized convolution and a fully connected layer, the columns of
// whose integers are permuted; not where columns have scales of their own.
// CHECK-LABEL: func.func @quantized_flatten
// CHECK-DAG:     %[[INTEGERS:.*]] = arith.constant dense<{{\[\[}}1, 3, 2, 4], [5, 7, 6, 8]]> : tensor<2x4xi8>
// CHECK-DAG:     %[[WEIGHT:.*]] = quant.scast %[[INTEGERS]]
// CHECK-DAG:     %[[REAL_WEIGHT:.*]] = nn.dequantize %[[WEIGHT]]
// CHECK-DAG:     %[[FLAT:.*]] = nn.reshape %{{.*}} : tensor<?x1x2x2xf32> -> tensor<?x4xf32>
// CHECK-DAG:     %[[TURNED:.*]] = nn.reshape %{{.*}} : tensor<?x2x1x2xf32> -> tensor<?x4xf32>
// CHECK:         nn.fully_connected %[[FLAT]], %[[REAL_WEIGHT]]
// CHECK:         nn.fully_connected %[[TURNED]]
func.func @quantized_flatten(%x: tensor<?x1x2x2xf32>)
    -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %nchw = nn.transpose %x {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x1x2x2xf32> -> tensor<?x2x1x2xf32>
  %flat = nn.reshape %nchw : tensor<?x2x1x2xf32> -> tensor<?x4xf32>
  %stored = nn.quantize %flat : tensor<?x4xf32> -> tensor<?x4x!activation>
  %real = nn.dequantize %stored : tensor<?x4x!activation> -> tensor<?x4xf32>
  %integers = arith.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi8>
  %weight = quant.scast %integers : tensor<2x4xi8> to tensor<2x4x!weight>
  %real_weight = nn.dequantize %weight : tensor<2x4x!weight> -> tensor<2x4xf32>
  %0 = nn.fully_connected %real, %real_weight
      : (tensor<?x4xf32>, tensor<2x4xf32>) -> tensor<?x2xf32>
  %columns = quant.scast %integers : tensor<2x4xi8> to tensor<2x4x!columns>
  %real_columns = nn.dequantize %columns
      : tensor<2x4x!columns> -> tensor<2x4xf32>
  %1 = nn.fully_connected %real, %real_columns
      : (tensor<?x4xf32>, tensor<2x4xf32>) -> tensor<?x2xf32>
  return %0, %1 : tensor<?x2xf32>, tensor<?x2xf32>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>

// A quantized constant is transposed and reshaped here.
// CHECK-LABEL: func.func @quantized_constant
// CHECK-DAG:     %[[INTEGERS:.*]] = arith.constant dense<{{.*}}[1, 2], [3, 4]{{.*}}> : tensor<1x1x2x2xi8>
// CHECK-DAG:     %[[STORED:.*]] = quant.scast %[[INTEGERS]]
// CHECK-DAG:     %[[REAL:.*]] = nn.dequantize %[[STORED]]
// CHECK:         %[[SUM:.*]] = nn.add %{{.*}}, %[[REAL]]
// CHECK-NEXT:    nn.transpose %[[SUM]]
func.func @quantized_constant(%x: tensor<?x1x2x2xf32>) -> tensor<?x2x1x2xf32> {
  %nchw = nn.transpose %x {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x1x2x2xf32> -> tensor<?x2x1x2xf32>
  %integers = arith.constant dense<[1, 3, 2, 4]> : tensor<4xi8>
  %stored = quant.scast %integers : tensor<4xi8> to tensor<4x!activation>
  %real = nn.dequantize %stored : tensor<4x!activation> -> tensor<4xf32>
  %shaped = nn.reshape %real : tensor<4xf32> -> tensor<1x2x1x2xf32>
  %sum = nn.add %nchw, %shaped
      : (tensor<?x2x1x2xf32>, tensor<1x2x1x2xf32>) -> tensor<?x2x1x2xf32>
  return %sum : tensor<?x2x1x2xf32>
}

// -----

// Functions of an element, and quotients of tensors that are laid out alike.
// CHECK-LABEL: func.func @sink_through_functions
// CHECK-SAME:    (%[[CONV:.*]]: tensor<?x3x4x2xf32>)
// CHECK-NEXT:    %[[GATE:.*]] = nn.unary sigmoid %[[CONV]] : tensor<?x3x4x2xf32>
// CHECK-NEXT:    %[[QUOTIENT:.*]] = nn.div %[[CONV]], %[[GATE]] : (tensor<?x3x4x2xf32>, tensor<?x3x4x2xf32>) -> tensor<?x3x4x2xf32>
// CHECK-NEXT:    %[[NCHW:.*]] = nn.transpose %[[QUOTIENT]]
// CHECK-NEXT:    return %[[NCHW]]
func.func @sink_through_functions(%conv: tensor<?x3x4x2xf32>)
    -> tensor<?x2x3x4xf32> {
  %nchw = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x3x4x2xf32> -> tensor<?x2x3x4xf32>
  %gate = nn.unary sigmoid %nchw : tensor<?x2x3x4xf32>
  %quotient = nn.div %nchw, %gate
      : (tensor<?x2x3x4xf32>, tensor<?x2x3x4xf32>) -> tensor<?x2x3x4xf32>
  return %quotient : tensor<?x2x3x4xf32>
}

// -----

// A transpose that moves no elements becomes a reshape, beside another one, too.
// CHECK-LABEL: func.func @concat_of_single_pixels
// CHECK-SAME:    (%[[A:.*]]: tensor<?x1x1x2xf32>, %[[B:.*]]: tensor<?x1x1x2xf32>)
// CHECK-NEXT:    %[[A_FIRST:.*]] = nn.reshape %[[A]]
// CHECK-NEXT:    %[[B_FIRST:.*]] = nn.reshape %[[B]]
// CHECK-NEXT:    %[[BOTH:.*]] = nn.concat %[[A_FIRST]], %[[B_FIRST]]
// CHECK-NEXT:    return %[[BOTH]]
func.func @concat_of_single_pixels(%a: tensor<?x1x1x2xf32>,
                                   %b: tensor<?x1x1x2xf32>)
    -> tensor<?x4x1x1xf32> {
  %a_first = nn.transpose %a {permutation = array<i64: 0, 3, 1, 2>}
      : tensor<?x1x1x2xf32> -> tensor<?x2x1x1xf32>
  %b_first = nn.reshape %b : tensor<?x1x1x2xf32> -> tensor<?x2x1x1xf32>
  %both = nn.concat %a_first, %b_first {axis = 1}
      : (tensor<?x2x1x1xf32>, tensor<?x2x1x1xf32>) -> tensor<?x4x1x1xf32>
  return %both : tensor<?x4x1x1xf32>
}
