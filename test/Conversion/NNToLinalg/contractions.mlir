// RUN: quant-opt %s -convert-nn-to-linalg -split-input-file \
// RUN:   | FileCheck %s --implicit-check-not='!quant' --implicit-check-not='nn.' \
// RUN:       --implicit-check-not=extui --implicit-check-not=quantized_ \
// RUN:       --implicit-check-not=fastmath

// A contraction is a named op i8 x i8 -> i32 that starts from bias - za * sum(w);
// then come the requantization's f32 operations, in the contract's order.

!activation = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32:0, {0.25, 0.5}>
!bias = !quant.uniform<i32:f32:0, {0.125, 0.25}>
!result = !quant.uniform<i8<-100:100>:f32, 0.25:5>

// bias - za * sum(w): 10 + 3 * 6, -20 + 3 * -5. m: 0.5 * 0.25 / 0.25, 0.5 * 0.5 /
// 0.25. Clamp: -100 - 5, 100 - 5.
// CHECK-DAG:   #[[ROW:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG:   #[[COLUMN:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG:   #[[RESULT:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG:   #[[ELEMENT:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG:   #[[CHANNEL:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @fully_connected
// CHECK-SAME:    (%[[FEATURES:.*]]: tensor<?x3xi8>) -> tensor<?x2xi8>
// CHECK-DAG:     %[[WEIGHT:.*]] = arith.constant dense<{{\[\[}}1, 2, 3], [-4, 5, -6]]> : tensor<2x3xi8>
// CHECK-DAG:     %[[START:.*]] = arith.constant dense<[28, -35]> : tensor<2xi32>
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[BATCH:.*]] = tensor.dim %[[FEATURES]], %[[C0]]
// CHECK-DAG:     %[[EMPTY:.*]] = tensor.empty(%[[BATCH]]) : tensor<?x2xi32>
// CHECK:         %[[INIT:.*]] = linalg.broadcast ins(%[[START]] : tensor<2xi32>) outs(%[[EMPTY]] : tensor<?x2xi32>) dimensions = [0]
// CHECK:         %[[ACC:.*]] = linalg.matmul indexing_maps = [#[[ROW]], #[[COLUMN]], #[[RESULT]]]
// CHECK-SAME:      ins(%[[FEATURES]], %[[WEIGHT]] : tensor<?x3xi8>, tensor<2x3xi8>)
// CHECK-SAME:      outs(%[[INIT]] : tensor<?x2xi32>) -> tensor<?x2xi32>
// CHECK:         %[[MULTIPLIER:.*]] = arith.constant dense<[5.000000e-01, 1.000000e+00]> : tensor<2xf32>
// CHECK:         %[[STORED:.*]] = linalg.generic
// CHECK-SAME:      indexing_maps = [#[[ELEMENT]], #[[CHANNEL]], #[[ELEMENT]]]
// CHECK-SAME:      iterator_types = ["parallel", "parallel"]
// CHECK-SAME:      ins(%[[ACC]], %[[MULTIPLIER]] : tensor<?x2xi32>, tensor<2xf32>)
// CHECK-NEXT:      ^bb0(%[[A:.*]]: i32, %[[M:.*]]: f32, %{{.*}}: i8):
// CHECK-DAG:         %[[LO:.*]] = arith.constant -1.050000e+02 : f32
// CHECK-DAG:         %[[HI:.*]] = arith.constant 9.500000e+01 : f32
// CHECK-DAG:         %[[ZERO_POINT:.*]] = arith.constant 5 : i32
// CHECK-DAG:         %[[REAL:.*]] = arith.sitofp %[[A]] : i32 to f32
// CHECK-DAG:         %[[SCALED:.*]] = arith.mulf %[[REAL]], %[[M]] : f32
// CHECK-DAG:         %[[IS_ABOVE:.*]] = arith.cmpf ogt, %[[SCALED]], %[[LO]] : f32
// CHECK-DAG:         %[[RAISED:.*]] = arith.select %[[IS_ABOVE]], %[[SCALED]], %[[LO]] : f32
// CHECK-DAG:         %[[IS_BELOW:.*]] = arith.cmpf olt, %[[RAISED]], %[[HI]] : f32
// CHECK-DAG:         %[[CLAMPED:.*]] = arith.select %[[IS_BELOW]], %[[RAISED]], %[[HI]] : f32
// CHECK-DAG:         %[[ROUNDED:.*]] = math.roundeven %[[CLAMPED]] : f32
// CHECK-DAG:         %[[INTEGER:.*]] = arith.fptosi %[[ROUNDED]] : f32 to i32
// CHECK-DAG:         %[[SHIFTED:.*]] = arith.addi %[[INTEGER]], %[[ZERO_POINT]] : i32
// CHECK-DAG:         %[[NARROW:.*]] = arith.trunci %[[SHIFTED]] : i32 to i8
// CHECK:             linalg.yield %[[NARROW]] : i8
// CHECK:         return %[[STORED]] : tensor<?x2xi8>
func.func @fully_connected(%features: tensor<?x3x!activation>)
    -> tensor<?x2x!result> {
  %weight_stored = arith.constant dense<[[1, 2, 3], [-4, 5, -6]]> : tensor<2x3xi8>
  %bias_stored = arith.constant dense<[10, -20]> : tensor<2xi32>
  %weight = quant.scast %weight_stored : tensor<2x3xi8> to tensor<2x3x!weight>
  %bias = quant.scast %bias_stored : tensor<2xi32> to tensor<2x!bias>
  %scores = nn.fully_connected %features, %weight, %bias
      : (tensor<?x3x!activation>, tensor<2x3x!weight>, tensor<2x!bias>)
      -> tensor<?x2x!result>
  return %scores : tensor<?x2x!result>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8:f32, 0.25>

// Without a bias: -za * sum(w). One weight scale serves every channel.
// CHECK-LABEL: func.func @no_bias
// CHECK-DAG:     %[[START:.*]] = arith.constant dense<[18, -15]> : tensor<2xi32>
// CHECK:         linalg.broadcast ins(%[[START]] : tensor<2xi32>)
// CHECK:         linalg.matmul
// CHECK:         arith.constant dense<2.500000e-01> : tensor<2xf32>
func.func @no_bias(%features: tensor<4x3x!activation>)
    -> tensor<4x2x!activation> {
  %weight_stored = arith.constant dense<[[1, 2, 3], [-4, 5, -6]]> : tensor<2x3xi8>
  %weight = quant.scast %weight_stored : tensor<2x3xi8> to tensor<2x3x!weight>
  %scores = nn.fully_connected %features, %weight
      : (tensor<4x3x!activation>, tensor<2x3x!weight>)
      -> tensor<4x2x!activation>
  return %scores : tensor<4x2x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 1.0:-2>
!weight = !quant.uniform<i8:f32, 1.0>
!bias = !quant.uniform<i32:f32, 1.0>

// What the accumulator starts from may wrap, its final value does not:
// 2147483647 + 2 * 1 is -2147483647 modulo 2^32.
// CHECK-LABEL: func.func @start_wraps
// CHECK:         arith.constant dense<-2147483647> : tensor<1xi32>
// CHECK:         linalg.matmul
func.func @start_wraps(%features: tensor<1x1x!activation>)
    -> tensor<1x1x!activation> {
  %weight_stored = arith.constant dense<1> : tensor<1x1xi8>
  %bias_stored = arith.constant dense<2147483647> : tensor<1xi32>
  %weight = quant.scast %weight_stored : tensor<1x1xi8> to tensor<1x1x!weight>
  %bias = quant.scast %bias_stored : tensor<1xi32> to tensor<1x!bias>
  %score = nn.fully_connected %features, %weight, %bias
      : (tensor<1x1x!activation>, tensor<1x1x!weight>, tensor<1x!bias>)
      -> tensor<1x1x!activation>
  return %score : tensor<1x1x!activation>
}

// -----

!tenth = !quant.uniform<i8:f32, 0.10000000149011612>
!hundredth = !quant.uniform<i8:f32, 0.0099999997764825821>

// f32(f32(sa * sw) / so) is one step above 1 for these scales. A quotient first,
// or a product in double, gives 1.
// CHECK-LABEL: func.func @multiplier_order
// CHECK:         arith.constant dense<1.00000012> : tensor<1xf32>
func.func @multiplier_order(%features: tensor<1x1x!tenth>)
    -> tensor<1x1x!hundredth> {
  %weight_stored = arith.constant dense<1> : tensor<1x1xi8>
  %weight = quant.scast %weight_stored : tensor<1x1xi8> to tensor<1x1x!tenth>
  %score = nn.fully_connected %features, %weight
      : (tensor<1x1x!tenth>, tensor<1x1x!tenth>) -> tensor<1x1x!hundredth>
  return %score : tensor<1x1x!hundredth>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8:f32:0, {0.25, 0.5}>

// A sum over no elements is the bias: nothing.
// CHECK-LABEL: func.func @no_features
// CHECK:         arith.constant dense<0> : tensor<2xi32>
// CHECK:         linalg.matmul
// CHECK-SAME:      ins(%{{.*}} : tensor<?x0xi8>, tensor<2x0xi8>)
func.func @no_features(%features: tensor<?x0x!activation>)
    -> tensor<?x2x!activation> {
  %weight_stored = arith.constant dense<[[], []]> : tensor<2x0xi8>
  %weight = quant.scast %weight_stored : tensor<2x0xi8> to tensor<2x0x!weight>
  %scores = nn.fully_connected %features, %weight
      : (tensor<?x0x!activation>, tensor<2x0x!weight>)
      -> tensor<?x2x!activation>
  return %scores : tensor<?x2x!activation>
}

// -----

// CHECK-LABEL: func.func @fully_connected_float
// CHECK-SAME:    (%[[FEATURES:.*]]: tensor<?x3xf32>, %[[WEIGHT:.*]]: tensor<2x3xf32>, %[[BIAS:.*]]: tensor<2xf32>)
// CHECK:         %[[INIT:.*]] = linalg.broadcast ins(%[[BIAS]] : tensor<2xf32>) outs(%{{.*}} : tensor<?x2xf32>) dimensions = [0]
// CHECK:         %[[SCORES:.*]] = linalg.matmul
// CHECK-SAME:      ins(%[[FEATURES]], %[[WEIGHT]] : tensor<?x3xf32>, tensor<2x3xf32>)
// CHECK-SAME:      outs(%[[INIT]] : tensor<?x2xf32>)
// CHECK-NEXT:    return %[[SCORES]]
func.func @fully_connected_float(%features: tensor<?x3xf32>,
                                 %weight: tensor<2x3xf32>,
                                 %bias: tensor<2xf32>) -> tensor<?x2xf32> {
  %scores = nn.fully_connected %features, %weight, %bias
      : (tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %scores : tensor<?x2xf32>
}

// -----

// CHECK-LABEL: func.func @no_bias_float
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK:         %[[INIT:.*]] = linalg.fill ins(%[[ZERO]] : f32)
// CHECK:         linalg.matmul
// CHECK-SAME:      outs(%[[INIT]] : tensor<1x2xf32>)
func.func @no_bias_float(%features: tensor<1x3xf32>, %weight: tensor<2x3xf32>)
    -> tensor<1x2xf32> {
  %scores = nn.fully_connected %features, %weight
      : (tensor<1x3xf32>, tensor<2x3xf32>) -> tensor<1x2xf32>
  return %scores : tensor<1x2xf32>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8:f32:0, {0.25, 0.5}>
!bias = !quant.uniform<i32:f32:0, {0.125, 0.25}>
!result = !quant.uniform<i8:f32, 0.125:-128>

// The border is the zero point, [top, left, bottom, right] = [1, 2, 3, 4];
// bias - za * sum(w): 100 + 3 * 10, 200 + 3 * -26; m: 1, 2.
// CHECK-LABEL: func.func @conv_2d
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x8x8x1xi8>) -> tensor<?x5x10x2xi8>
// CHECK-DAG:     %[[FILTER:.*]] = arith.constant dense<{{.*}}> : tensor<2x2x2x1xi8>
// CHECK-DAG:     %[[ZERO_POINT:.*]] = arith.constant -3 : i8
// CHECK:         %[[PADDED:.*]] = tensor.pad %[[IMAGE]] low[0, 1, 2, 0] high[0, 3, 4, 0]
// CHECK:           tensor.yield %[[ZERO_POINT]] : i8
// CHECK:         } : tensor<?x8x8x1xi8> to tensor<?x12x14x1xi8>
// CHECK:         %[[START:.*]] = arith.constant dense<[130, 122]> : tensor<2xi32>
// CHECK:         %[[INIT:.*]] = linalg.broadcast ins(%[[START]] : tensor<2xi32>) outs(%{{.*}} : tensor<?x5x10x2xi32>) dimensions = [0, 1, 2]
// CHECK:         %[[ACC:.*]] = linalg.conv_2d_nhwc_fhwc
// CHECK-SAME:      {dilations = dense<[3, 4]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>}
// CHECK-SAME:      ins(%[[PADDED]], %[[FILTER]] : tensor<?x12x14x1xi8>, tensor<2x2x2x1xi8>)
// CHECK-SAME:      outs(%[[INIT]] : tensor<?x5x10x2xi32>)
// CHECK:         %[[MULTIPLIER:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK:         linalg.generic
// CHECK-SAME:      ins(%[[ACC]], %[[MULTIPLIER]] : tensor<?x5x10x2xi32>, tensor<2xf32>)
// CHECK-DAG:       arith.constant 0.000000e+00 : f32
// CHECK-DAG:       arith.constant 2.550000e+02 : f32
// CHECK-DAG:       arith.constant -128 : i32
// CHECK:           linalg.yield
func.func @conv_2d(%image: tensor<?x8x8x1x!activation>)
    -> tensor<?x5x10x2x!result> {
  %filter_stored = arith.constant dense<[[[[1], [2]], [[3], [4]]],
                                         [[[-5], [-6]], [[-7], [-8]]]]>
      : tensor<2x2x2x1xi8>
  %bias_stored = arith.constant dense<[100, 200]> : tensor<2xi32>
  %filter = quant.scast %filter_stored
      : tensor<2x2x2x1xi8> to tensor<2x2x2x1x!weight>
  %bias = quant.scast %bias_stored : tensor<2xi32> to tensor<2x!bias>
  %features = nn.conv_2d %image, %filter, %bias
      {dilations = array<i64: 3, 4>, pad = array<i64: 1, 2, 3, 4>,
       strides = array<i64: 2, 1>}
      : (tensor<?x8x8x1x!activation>, tensor<2x2x2x1x!weight>, tensor<2x!bias>)
      -> tensor<?x5x10x2x!result>
  return %features : tensor<?x5x10x2x!result>
}

// -----

// The border of a float image is 0; the filter need not be a constant.
// CHECK-LABEL: func.func @conv_2d_float
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<1x3x3x2xf32>, %[[FILTER:.*]]: tensor<4x3x3x2xf32>)
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK:         %[[PADDED:.*]] = tensor.pad %[[IMAGE]] low[0, 1, 1, 0] high[0, 1, 1, 0]
// CHECK:           tensor.yield %[[ZERO]] : f32
// CHECK:         linalg.conv_2d_nhwc_fhwc
// CHECK-SAME:      ins(%[[PADDED]], %[[FILTER]] : tensor<1x5x5x2xf32>, tensor<4x3x3x2xf32>)
// CHECK-SAME:      -> tensor<1x3x3x4xf32>
func.func @conv_2d_float(%image: tensor<1x3x3x2xf32>,
                         %filter: tensor<4x3x3x2xf32>) -> tensor<1x3x3x4xf32> {
  %features = nn.conv_2d %image, %filter {pad = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x3x2xf32>, tensor<4x3x3x2xf32>) -> tensor<1x3x3x4xf32>
  return %features : tensor<1x3x3x4xf32>
}

// -----

// CHECK-LABEL: func.func @conv_2d_unpadded
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<1x3x3x2xf32>
// CHECK-NOT:     tensor.pad
// CHECK:         linalg.conv_2d_nhwc_fhwc
// CHECK-SAME:      ins(%[[IMAGE]],
func.func @conv_2d_unpadded(%image: tensor<1x3x3x2xf32>,
                            %filter: tensor<4x3x3x2xf32>)
    -> tensor<1x1x1x4xf32> {
  %features = nn.conv_2d %image, %filter
      : (tensor<1x3x3x2xf32>, tensor<4x3x3x2xf32>) -> tensor<1x1x1x4xf32>
  return %features : tensor<1x1x1x4xf32>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:4>
!weight = !quant.uniform<i8:f32:0, {0.25, 0.5, 1.0, 2.0}>

// Two groups: 4 input channels are 2 x 2, 4 output channels 2 x 2.
// bias - za * sum(w): -4 * (1 + 2), -4 * (3 + 4), ...
// CHECK-LABEL: func.func @grouped
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x3x3x4xi8>)
// CHECK-DAG:     %[[FILTER:.*]] = arith.constant dense<{{.*}}> : tensor<4x1x1x2xi8>
// CHECK:         %[[START:.*]] = arith.constant dense<[-12, -28, 12, 28]> : tensor<4xi32>
// CHECK:         %[[INIT:.*]] = linalg.broadcast ins(%[[START]] : tensor<4xi32>)
// CHECK-DAG:     %[[SPLIT_INIT:.*]] = tensor.expand_shape %[[INIT]] {{\[\[}}0], [1], [2], [3, 4]] {{.*}} into tensor<?x3x3x2x2xi32>
// CHECK-DAG:     %[[SPLIT_IMAGE:.*]] = tensor.expand_shape %[[IMAGE]] {{\[\[}}0], [1], [2], [3, 4]] {{.*}} into tensor<?x3x3x2x2xi8>
// CHECK-DAG:     %[[SPLIT_FILTER:.*]] = tensor.expand_shape %[[FILTER]] {{\[\[}}0, 1], [2], [3], [4]] {{.*}} into tensor<2x2x1x1x2xi8>
// CHECK:         %[[ACC:.*]] = linalg.conv_2d_nhwgc_gfhwc
// CHECK-SAME:      ins(%[[SPLIT_IMAGE]], %[[SPLIT_FILTER]] : tensor<?x3x3x2x2xi8>, tensor<2x2x1x1x2xi8>)
// CHECK-SAME:      outs(%[[SPLIT_INIT]] : tensor<?x3x3x2x2xi32>)
// CHECK:         %[[JOINED:.*]] = tensor.collapse_shape %[[ACC]] {{\[\[}}0], [1], [2], [3, 4]] : tensor<?x3x3x2x2xi32> into tensor<?x3x3x4xi32>
// CHECK:         %[[MULTIPLIER:.*]] = arith.constant dense<[2.500000e-01, 5.000000e-01, 1.000000e+00, 2.000000e+00]> : tensor<4xf32>
// CHECK:         linalg.generic
// CHECK-SAME:      ins(%[[JOINED]], %[[MULTIPLIER]] : tensor<?x3x3x4xi32>, tensor<4xf32>)
func.func @grouped(%image: tensor<?x3x3x4x!activation>)
    -> tensor<?x3x3x4x!activation> {
  %filter_stored = arith.constant dense<[[[[1, 2]]], [[[3, 4]]],
                                         [[[-1, -2]]], [[[-3, -4]]]]>
      : tensor<4x1x1x2xi8>
  %filter = quant.scast %filter_stored
      : tensor<4x1x1x2xi8> to tensor<4x1x1x2x!weight>
  %features = nn.conv_2d %image, %filter {groups = 2 : i64}
      : (tensor<?x3x3x4x!activation>, tensor<4x1x1x2x!weight>)
      -> tensor<?x3x3x4x!activation>
  return %features : tensor<?x3x3x4x!activation>
}

// -----

// As many groups as channels, and two outputs for each: depthwise.
// CHECK-LABEL: func.func @depthwise
// CHECK:         tensor.pad %{{.*}} low[0, 1, 1, 0] high[0, 1, 1, 0]
// CHECK:         linalg.conv_2d_nhwgc_gfhwc
// CHECK-SAME:      dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>
// CHECK-SAME:      ins(%{{.*}} : tensor<1x6x6x3x1xf32>, tensor<3x2x3x3x1xf32>)
// CHECK-SAME:      outs(%{{.*}} : tensor<1x2x2x3x2xf32>)
// CHECK:         tensor.collapse_shape {{.*}} into tensor<1x2x2x6xf32>
func.func @depthwise(%image: tensor<1x4x4x3xf32>, %filter: tensor<6x3x3x1xf32>)
    -> tensor<1x2x2x6xf32> {
  %features = nn.conv_2d %image, %filter
      {groups = 3 : i64, pad = array<i64: 1, 1, 1, 1>,
       strides = array<i64: 2, 2>}
      : (tensor<1x4x4x3xf32>, tensor<6x3x3x1xf32>) -> tensor<1x2x2x6xf32>
  return %features : tensor<1x2x2x6xf32>
}

// A weight with zero points: 127 + 28 needs 9 bits, so there are two factors. The
// rows add up to 155 - 72 = 83 and 64; the first values are 0 + 3 * 83 and 5 + 3 * 64.
// CHECK-LABEL: func.func @weight_zero_points
// CHECK-SAME:    (%[[INPUT:.*]]: tensor<4x2xi8>)
// CHECK:         %[[START:.*]] = arith.constant dense<[249, 197]> : tensor<2xi32>
// CHECK:         %[[INIT:.*]] = linalg.broadcast ins(%[[START]]
// CHECK:         %[[FIRST:.*]] = arith.constant dense<{{\[\[}}127, -72], [64, 0]]> : tensor<2x2xi8>
// CHECK:         %[[REST:.*]] = arith.constant dense<{{\[\[}}28, 0], [0, 0]]> : tensor<2x2xi8>
// CHECK:         %[[PARTIAL:.*]] = linalg.matmul
// CHECK-SAME:      ins(%[[INPUT]], %[[FIRST]] : tensor<4x2xi8>, tensor<2x2xi8>) outs(%[[INIT]] : tensor<4x2xi32>)
// CHECK:         linalg.matmul
// CHECK-SAME:      ins(%[[INPUT]], %[[REST]] : tensor<4x2xi8>, tensor<2x2xi8>) outs(%[[PARTIAL]] : tensor<4x2xi32>)
func.func @weight_zero_points(
    %input: tensor<4x2x!quant.uniform<i8:f32, 0.5:-3>>)
    -> tensor<4x2x!quant.uniform<i8:f32, 0.25:7>> {
  %integers = arith.constant dense<[[127, -100], [64, 0]]> : tensor<2x2xi8>
  %weight = quant.scast %integers : tensor<2x2xi8>
      to tensor<2x2x!quant.uniform<i8:f32:0, {0.5:-28, 0.125}>>
  %bias_integers = arith.constant dense<[0, 5]> : tensor<2xi32>
  %bias = quant.scast %bias_integers : tensor<2xi32>
      to tensor<2x!quant.uniform<i32:f32:0, {0.25, 0.0625}>>
  %0 = nn.fully_connected %input, %weight, %bias
      : (tensor<4x2x!quant.uniform<i8:f32, 0.5:-3>>,
         tensor<2x2x!quant.uniform<i8:f32:0, {0.5:-28, 0.125}>>,
         tensor<2x!quant.uniform<i32:f32:0, {0.25, 0.0625}>>)
      -> tensor<4x2x!quant.uniform<i8:f32, 0.25:7>>
  return %0 : tensor<4x2x!quant.uniform<i8:f32, 0.25:7>>
}
