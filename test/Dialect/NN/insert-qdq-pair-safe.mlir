// RUN: quant-opt %s -nn-insert-qdq=pair-safe | FileCheck %s
// RUN: quant-opt %s -nn-insert-qdq="pair-safe per-tensor" | FileCheck %s --check-prefix=TENSOR

// Pairs may add up to 128: rows 0 and 1 are as without the option, as theirs have
// other signs or are safe. In row 2 the scale doubles rather than that 127 and 127 lose
// 63 together each. In row 3 two pairs of many lose the excess of 1.
// CHECK-DAG:   !quant.uniform<i8<-127:127>:f32:0, {1.000000e+00,1.000000e+00,2.000000e+00,1.000000e+00}>
// CHECK-LABEL: func.func @rows
// CHECK:         arith.constant dense<{{\[}}[127, 1, -127, 127, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
// CHECK-SAME:      [1, 127, 127, 1, -127, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
// CHECK-SAME:      [64, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
// CHECK-SAME:      [127, 1, -2, -126, 17, 33, -71, 51, 23, -61, 90, 5, -7, 43, 88, -9]]> : tensor<4x16xi8>
// A scale for all rows is that of the least error of all.
// TENSOR-DAG:   !quant.uniform<i8<-127:127>:f32, 2.000000e+00>
// TENSOR-LABEL: func.func @rows
// TENSOR:         [64, 64, 0, 0
func.func @rows(%x: tensor<?x16xf32>) -> tensor<?x4xf32> {
  %weight = arith.constant dense<[
      [127.0, 1.0, -127.0, 127.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      [1.0, 127.0, 127.0, 1.0, -127.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      [127.0, 127.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
      [127.0, 2.0, -2.0, -127.0, 17.0, 33.0, -71.0, 51.0,
       23.0, -61.0, 90.0, 5.0, -7.0, 43.0, 88.0, -9.0]]> : tensor<4x16xf32>
  %seen = nn.observe %x
      {id = 0 : i32, name = "x", range = !quant.calibrated<f32<-2.0:2.0>>}
      : tensor<?x16xf32>
  %y = nn.fully_connected %seen, %weight
      : (tensor<?x16xf32>, tensor<4x16xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// Pairs are those of a row of the window: the third value of each is alone.
// CHECK-LABEL: func.func @window
// CHECK:         arith.constant dense<{{\[}}[{{\[}}[1], [127], [127]], {{\[}}[1], [0], [127]]]]> : tensor<1x2x3x1xi8>
func.func @window(%x: tensor<?x4x4x1xf32>) -> tensor<?x3x2x1xf32> {
  %weight = arith.constant dense<[[[[1.0], [127.0], [127.0]], [[1.0], [0.0], [127.0]]]]>
      : tensor<1x2x3x1xf32>
  %seen = nn.observe %x
      {id = 0 : i32, name = "x", range = !quant.calibrated<f32<-2.0:2.0>>}
      : tensor<?x4x4x1xf32>
  %y = nn.conv_2d %seen, %weight
      : (tensor<?x4x4x1xf32>, tensor<1x2x3x1xf32>) -> tensor<?x3x2x1xf32>
  return %y : tensor<?x3x2x1xf32>
}

// Values that are apart, by dilation, or of a channel by itself are no pairs.
// CHECK-LABEL: func.func @apart
// CHECK:         arith.constant dense<127> : tensor<1x1x2x1xi8>
// CHECK:         arith.constant dense<127> : tensor<2x1x2x1xi8>
func.func @apart(%x: tensor<?x4x4x1xf32>, %z: tensor<?x4x4x2xf32>)
    -> (tensor<?x4x2x1xf32>, tensor<?x4x3x2xf32>) {
  %weight = arith.constant dense<127.0> : tensor<1x1x2x1xf32>
  %seen = nn.observe %x
      {id = 0 : i32, name = "x", range = !quant.calibrated<f32<-2.0:2.0>>}
      : tensor<?x4x4x1xf32>
  %y = nn.conv_2d %seen, %weight {dilations = array<i64: 1, 2>}
      : (tensor<?x4x4x1xf32>, tensor<1x1x2x1xf32>) -> tensor<?x4x2x1xf32>
  %taps = arith.constant dense<127.0> : tensor<2x1x2x1xf32>
  %seen_z = nn.observe %z
      {id = 1 : i32, name = "z", range = !quant.calibrated<f32<-2.0:2.0>>}
      : tensor<?x4x4x2xf32>
  %w = nn.conv_2d %seen_z, %taps {groups = 2 : i64}
      : (tensor<?x4x4x2xf32>, tensor<2x1x2x1xf32>) -> tensor<?x4x3x2xf32>
  return %y, %w : tensor<?x4x2x1xf32>, tensor<?x4x3x2xf32>
}
