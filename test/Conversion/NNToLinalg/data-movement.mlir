// RUN: quant-opt %s -convert-nn-to-linalg \
// RUN:   | FileCheck %s --implicit-check-not='!quant' --implicit-check-not='nn.'

// Pooling and shape ops move stored integers: no arithmetic on them, and what
// surrounds a tensor is the stored form of the value that is asked for.

!activation = !quant.uniform<i8:f32, 0.5:-3>
!narrow = !quant.uniform<i8<-100:10>:f32, 0.5:-3>

// The smallest integer never wins, whatever the zero point.
// CHECK-LABEL: func.func @max_pool
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x5x5x3xi8>) -> tensor<?x3x3x3xi8>
// CHECK-DAG:     %[[LOWEST:.*]] = arith.constant -128 : i8
// CHECK-DAG:     %[[PADDED:.*]] = tensor.pad %[[IMAGE]] low[0, 1, 0, 0] high[0, 0, 1, 0]
// CHECK-DAG:       tensor.yield %[[LOWEST]] : i8
// CHECK:         %[[C0:.*]] = arith.constant 0 : index
// CHECK:         %[[BATCH:.*]] = tensor.dim %[[PADDED]], %[[C0]]
// CHECK:         %[[EMPTY:.*]] = tensor.empty(%[[BATCH]]) : tensor<?x3x3x3xi8>
// CHECK:         %[[INIT:.*]] = linalg.fill ins(%[[LOWEST]] : i8) outs(%[[EMPTY]]
// CHECK:         %[[WINDOW:.*]] = tensor.empty() : tensor<2x2xi8>
// CHECK:         %[[POOLED:.*]] = linalg.pooling_nhwc_max
// CHECK-SAME:      {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
// CHECK-SAME:      ins(%[[PADDED]], %[[WINDOW]] : tensor<?x6x6x3xi8>, tensor<2x2xi8>)
// CHECK-SAME:      outs(%[[INIT]] : tensor<?x3x3x3xi8>)
// CHECK-NEXT:    return %[[POOLED]]
func.func @max_pool(%image: tensor<?x5x5x3x!activation>)
    -> tensor<?x3x3x3x!activation> {
  %pooled = nn.max_pool_2d %image
      {kernel = array<i64: 2, 2>, pad = array<i64: 1, 0, 0, 1>,
       strides = array<i64: 2, 2>}
      : tensor<?x5x5x3x!activation> -> tensor<?x3x3x3x!activation>
  return %pooled : tensor<?x3x3x3x!activation>
}

// CHECK-LABEL: func.func @max_pool_float
// CHECK:         %[[LOWEST:.*]] = arith.constant 0xFF800000 : f32
// CHECK:         tensor.pad
// CHECK:           tensor.yield %[[LOWEST]] : f32
// CHECK:         linalg.fill ins(%[[LOWEST]] : f32)
// CHECK:         linalg.pooling_nhwc_max
// CHECK-SAME:      {dilations = dense<2> : tensor<2xi64>, strides = dense<[1, 3]> : tensor<2xi64>}
func.func @max_pool_float(%image: tensor<1x7x7x2xf32>) -> tensor<1x5x2x2xf32> {
  %pooled = nn.max_pool_2d %image
      {dilations = array<i64: 2, 2>, kernel = array<i64: 3, 2>,
       pad = array<i64: 1, 0, 1, 0>, strides = array<i64: 1, 3>}
      : tensor<1x7x7x2xf32> -> tensor<1x5x2x2xf32>
  return %pooled : tensor<1x5x2x2xf32>
}

// CHECK-LABEL: func.func @max_pool_unpadded
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<1x4x4x2xf32>)
// CHECK-NOT:     tensor.pad
// CHECK:         linalg.pooling_nhwc_max
// CHECK-SAME:      ins(%[[IMAGE]], %{{.*}} : tensor<1x4x4x2xf32>, tensor<4x4xf32>)
func.func @max_pool_unpadded(%image: tensor<1x4x4x2xf32>)
    -> tensor<1x1x1x2xf32> {
  %pooled = nn.max_pool_2d %image {kernel = array<i64: 4, 4>}
      : tensor<1x4x4x2xf32> -> tensor<1x1x1x2xf32>
  return %pooled : tensor<1x1x1x2xf32>
}

// The batch stays apart from the dimensions that are regrouped.
// CHECK-LABEL: func.func @flatten
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x4x4x16xi8>)
// CHECK-NEXT:    %[[FLAT:.*]] = tensor.collapse_shape %[[IMAGE]] {{\[\[}}0], [1, 2, 3]] : tensor<?x4x4x16xi8> into tensor<?x256xi8>
// CHECK-NEXT:    return %[[FLAT]]
func.func @flatten(%image: tensor<?x4x4x16x!activation>)
    -> tensor<?x256x!activation> {
  %features = nn.reshape %image
      : tensor<?x4x4x16x!activation> -> tensor<?x256x!activation>
  return %features : tensor<?x256x!activation>
}

// CHECK-LABEL: func.func @unflatten
// CHECK-SAME:    (%[[FEATURES:.*]]: tensor<?x256xf32>)
// CHECK:         tensor.expand_shape %[[FEATURES]] {{\[\[}}0], [1, 2, 3]] {{.*}} : tensor<?x256xf32> into tensor<?x4x4x16xf32>
func.func @unflatten(%features: tensor<?x256xf32>) -> tensor<?x4x4x16xf32> {
  %image = nn.reshape %features : tensor<?x256xf32> -> tensor<?x4x4x16xf32>
  return %image : tensor<?x4x4x16xf32>
}

// CHECK-LABEL: func.func @regroup
// CHECK-SAME:    (%[[SEQUENCE:.*]]: tensor<?x6x4xf32>)
// CHECK:         %[[FLAT:.*]] = tensor.collapse_shape %[[SEQUENCE]] {{\[\[}}0], [1, 2]] : tensor<?x6x4xf32> into tensor<?x24xf32>
// CHECK:         tensor.expand_shape %[[FLAT]] {{\[\[}}0], [1, 2, 3]] {{.*}} into tensor<?x2x3x4xf32>
func.func @regroup(%sequence: tensor<?x6x4xf32>) -> tensor<?x2x3x4xf32> {
  %heads = nn.reshape %sequence : tensor<?x6x4xf32> -> tensor<?x2x3x4xf32>
  return %heads : tensor<?x2x3x4xf32>
}

// Where the leading extents differ, all elements become one dimension first.
// CHECK-LABEL: func.func @change_leading
// CHECK-SAME:    (%[[TABLE:.*]]: tensor<4x6xf32>)
// CHECK:         %[[FLAT:.*]] = tensor.collapse_shape %[[TABLE]] {{\[\[}}0, 1]] : tensor<4x6xf32> into tensor<24xf32>
// CHECK:         tensor.expand_shape %[[FLAT]] {{\[\[}}0, 1]] {{.*}} into tensor<8x3xf32>
func.func @change_leading(%table: tensor<4x6xf32>) -> tensor<8x3xf32> {
  %narrow = nn.reshape %table : tensor<4x6xf32> -> tensor<8x3xf32>
  return %narrow : tensor<8x3xf32>
}

// CHECK-LABEL: func.func @to_vector
// CHECK:         tensor.collapse_shape %{{.*}} {{\[\[}}0, 1, 2]] : tensor<?x1x1xf32> into tensor<?xf32>
// CHECK-NOT:     tensor.expand_shape
// CHECK:         return
func.func @to_vector(%column: tensor<?x1x1xf32>) -> tensor<?xf32> {
  %vector = nn.reshape %column : tensor<?x1x1xf32> -> tensor<?xf32>
  return %vector : tensor<?xf32>
}

// CHECK-LABEL: func.func @from_vector
// CHECK-NOT:     tensor.collapse_shape
// CHECK:         tensor.expand_shape %{{.*}} {{\[\[}}0, 1]] {{.*}} : tensor<?xf32> into tensor<?x1xf32>
func.func @from_vector(%vector: tensor<?xf32>) -> tensor<?x1xf32> {
  %column = nn.reshape %vector : tensor<?xf32> -> tensor<?x1xf32>
  return %column : tensor<?x1xf32>
}

// CHECK-LABEL: func.func @from_scalar
// CHECK-SAME:    (%[[SCALAR:.*]]: tensor<f32>)
// CHECK:         %[[VECTOR:.*]] = tensor.expand_shape %[[SCALAR]] [] {{.*}} : tensor<f32> into tensor<1xf32>
// CHECK:         tensor.expand_shape %[[VECTOR]] {{\[\[}}0, 1]] {{.*}} into tensor<1x1xf32>
func.func @from_scalar(%scalar: tensor<f32>) -> tensor<1x1xf32> {
  %table = nn.reshape %scalar : tensor<f32> -> tensor<1x1xf32>
  return %table : tensor<1x1xf32>
}

// CHECK-LABEL: func.func @no_elements
// CHECK:         tensor.collapse_shape %{{.*}} {{\[\[}}0], [1, 2]] : tensor<?x0x4xf32> into tensor<?x0xf32>
func.func @no_elements(%sequence: tensor<?x0x4xf32>) -> tensor<?x0xf32> {
  %features = nn.reshape %sequence : tensor<?x0x4xf32> -> tensor<?x0xf32>
  return %features : tensor<?x0xf32>
}

// CHECK-LABEL: func.func @transpose
// CHECK-SAME:    (%[[NCHW:.*]]: tensor<?x3x32x16xi8>) -> tensor<?x32x16x3xi8>
// CHECK:         %[[BATCH:.*]] = tensor.dim %[[NCHW]], %{{.*}}
// CHECK:         %[[INIT:.*]] = tensor.empty(%[[BATCH]]) : tensor<?x32x16x3xi8>
// CHECK:         linalg.transpose ins(%[[NCHW]] : tensor<?x3x32x16xi8>) outs(%[[INIT]] : tensor<?x32x16x3xi8>) permutation = [0, 2, 3, 1]
func.func @transpose(%nchw: tensor<?x3x32x16x!activation>)
    -> tensor<?x32x16x3x!activation> {
  %nhwc = nn.transpose %nchw {permutation = array<i64: 0, 2, 3, 1>}
      : tensor<?x3x32x16x!activation> -> tensor<?x32x16x3x!activation>
  return %nhwc : tensor<?x32x16x3x!activation>
}

// Real zero is the zero point.
// CHECK-LABEL: func.func @pad_zero
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x8x8x3xi8>)
// CHECK-DAG:     %[[ZERO_POINT:.*]] = arith.constant -3 : i8
// CHECK:         tensor.pad %[[IMAGE]] low[0, 1, 2, 0] high[0, 3, 4, 5]
// CHECK:           tensor.yield %[[ZERO_POINT]] : i8
// CHECK:         } : tensor<?x8x8x3xi8> to tensor<?x12x14x8xi8>
func.func @pad_zero(%image: tensor<?x8x8x3x!activation>)
    -> tensor<?x12x14x8x!activation> {
  %padded = nn.pad %image
      {low = array<i64: 0, 1, 2, 0>, high = array<i64: 0, 3, 4, 5>}
      : tensor<?x8x8x3x!activation> -> tensor<?x12x14x8x!activation>
  return %padded : tensor<?x12x14x8x!activation>
}

// 2.75 / 0.5 = 5.5 is a tie: 6 - 3.
// CHECK-LABEL: func.func @pad_value
// CHECK:         %[[STORED:.*]] = arith.constant 3 : i8
// CHECK:         tensor.yield %[[STORED]] : i8
func.func @pad_value(%row: tensor<4x!activation>) -> tensor<6x!activation> {
  %padded = nn.pad %row
      {low = array<i64: 1>, high = array<i64: 1>, value = 2.75 : f32}
      : tensor<4x!activation> -> tensor<6x!activation>
  return %padded : tensor<6x!activation>
}

// 100 / 0.5 - 3 is above the bounds of the storage.
// CHECK-LABEL: func.func @pad_saturates
// CHECK:         %[[STORED:.*]] = arith.constant 10 : i8
// CHECK:         tensor.yield %[[STORED]] : i8
func.func @pad_saturates(%row: tensor<4x!narrow>) -> tensor<5x!narrow> {
  %padded = nn.pad %row
      {low = array<i64: 1>, high = array<i64: 0>, value = 100.0 : f32}
      : tensor<4x!narrow> -> tensor<5x!narrow>
  return %padded : tensor<5x!narrow>
}

// CHECK-LABEL: func.func @pad_float
// CHECK:         %[[VALUE:.*]] = arith.constant 2.750000e+00 : f32
// CHECK:         tensor.pad %{{.*}} low[1] high[0]
// CHECK:         tensor.yield %[[VALUE]] : f32
func.func @pad_float(%row: tensor<4xf32>) -> tensor<5xf32> {
  %padded = nn.pad %row
      {low = array<i64: 1>, high = array<i64: 0>, value = 2.75 : f32}
      : tensor<4xf32> -> tensor<5xf32>
  return %padded : tensor<5xf32>
}
