// RUN: quant-opt %s -nn-fold-scale-shift -split-input-file | FileCheck %s

// Factors and summands per channel go into the contraction before or behind them;
// and what holds them back.

// Filter 1, 2 | 3, 4, times 10 | 100, bias 0 plus 5 | 6.
// CHECK-LABEL: func.func @behind
// CHECK-DAG:     %[[FILTER:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+01, 2.000000e+01]]], {{\[\[\[}}3.000000e+02, 4.000000e+02]]]]> : tensor<2x1x1x2xf32>
// CHECK-DAG:     %[[BIAS:.*]] = arith.constant dense<[5.000000e+00, 6.000000e+00]> : tensor<2xf32>
// CHECK:         %[[CONV:.*]] = nn.conv_2d %{{.*}}, %[[FILTER]], %[[BIAS]]
// CHECK-NEXT:    return %[[CONV]]
func.func @behind(%x: tensor<?x3x3x2xf32>) -> tensor<?x3x3x2xf32> {
  %filter = arith.constant dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]]]>
      : tensor<2x1x1x2xf32>
  %factor = arith.constant dense<[[[[10.0, 100.0]]]]> : tensor<1x1x1x2xf32>
  %summand = arith.constant dense<[[[[5.0, 6.0]]]]> : tensor<1x1x1x2xf32>
  %0 = nn.conv_2d %x, %filter
      : (tensor<?x3x3x2xf32>, tensor<2x1x1x2xf32>) -> tensor<?x3x3x2xf32>
  %1 = nn.mul %0, %factor
      : (tensor<?x3x3x2xf32>, tensor<1x1x1x2xf32>) -> tensor<?x3x3x2xf32>
  %2 = nn.add %summand, %1
      : (tensor<1x1x1x2xf32>, tensor<?x3x3x2xf32>) -> tensor<?x3x3x2xf32>
  return %2 : tensor<?x3x3x2xf32>
}

// -----

// c - x is no summand of x; x - c is.
// CHECK-LABEL: func.func @differences
// CHECK:         %[[BIAS:.*]] = arith.constant dense<[-5.000000e-01, 0.000000e+00]> : tensor<2xf32>
// CHECK:         %[[DENSE:.*]] = nn.fully_connected %{{.*}}, %{{.*}}, %[[BIAS]]
// CHECK-NEXT:    nn.sub %{{.*}}, %[[DENSE]]
func.func @differences(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %weight = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %bias = arith.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %one = arith.constant dense<1.0> : tensor<1x1xf32>
  %0 = nn.fully_connected %x, %weight, %bias
      : (tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %1 = nn.sub %0, %one : (tensor<?x2xf32>, tensor<1x1xf32>) -> tensor<?x2xf32>
  %2 = nn.sub %one, %1 : (tensor<1x1xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return %2 : tensor<?x2xf32>
}

// -----

// Others see the results before, or the factors differ along the rows.
// CHECK-LABEL: func.func @held_back
// CHECK:         nn.conv_2d
// CHECK:         nn.mul
// CHECK:         nn.conv_2d
// CHECK:         nn.mul
func.func @held_back(%x: tensor<?x2x1x1xf32>)
    -> (tensor<?x2x1x1xf32>, tensor<?x2x1x1xf32>, tensor<?x2x1x1xf32>) {
  %filter = arith.constant dense<2.0> : tensor<1x1x1x1xf32>
  %factor = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %rows = arith.constant dense<[[[[1.0]], [[2.0]]]]> : tensor<1x2x1x1xf32>
  %0 = nn.conv_2d %x, %filter
      : (tensor<?x2x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<?x2x1x1xf32>
  %1 = nn.mul %0, %factor
      : (tensor<?x2x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<?x2x1x1xf32>
  %2 = nn.conv_2d %1, %filter {pad = array<i64: 0, 0, 0, 0>}
      : (tensor<?x2x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<?x2x1x1xf32>
  %3 = nn.mul %2, %rows
      : (tensor<?x2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<?x2x1x1xf32>
  return %0, %1, %3
      : tensor<?x2x1x1xf32>, tensor<?x2x1x1xf32>, tensor<?x2x1x1xf32>
}

// -----

// A reshape that keeps the channels last does not matter, as behind a MatMul of a
// sequence; one that splits them does.
// CHECK-LABEL: func.func @behind_reshape
// CHECK-DAG:     %[[BIAS:.*]] = arith.constant dense<[5.000000e+00, 6.000000e+00]> : tensor<2xf32>
// CHECK:         %[[CONV:.*]] = nn.conv_2d %{{.*}}, %{{.*}}, %[[BIAS]]
// CHECK-NEXT:    %[[SEQUENCE:.*]] = nn.reshape %[[CONV]]
// CHECK-NEXT:    %[[OTHER:.*]] = nn.conv_2d
// CHECK-NEXT:    %[[SPLIT:.*]] = nn.reshape %[[OTHER]]
// CHECK-NEXT:    nn.add %[[SPLIT]]
func.func @behind_reshape(%x: tensor<?x1x3x2xf32>)
    -> (tensor<?x3x2xf32>, tensor<?x6x1xf32>) {
  %filter = arith.constant dense<1.0> : tensor<2x1x1x2xf32>
  %summand = arith.constant dense<[[[5.0, 6.0]]]> : tensor<1x1x2xf32>
  %one = arith.constant dense<1.0> : tensor<1x1x1xf32>
  %0 = nn.conv_2d %x, %filter
      : (tensor<?x1x3x2xf32>, tensor<2x1x1x2xf32>) -> tensor<?x1x3x2xf32>
  %1 = nn.reshape %0 : tensor<?x1x3x2xf32> -> tensor<?x3x2xf32>
  %2 = nn.add %1, %summand
      : (tensor<?x3x2xf32>, tensor<1x1x2xf32>) -> tensor<?x3x2xf32>
  %3 = nn.conv_2d %x, %filter
      : (tensor<?x1x3x2xf32>, tensor<2x1x1x2xf32>) -> tensor<?x1x3x2xf32>
  %4 = nn.reshape %3 : tensor<?x1x3x2xf32> -> tensor<?x6x1xf32>
  %5 = nn.add %4, %one
      : (tensor<?x6x1xf32>, tensor<1x1x1xf32>) -> tensor<?x6x1xf32>
  return %2, %5 : tensor<?x3x2xf32>, tensor<?x6x1xf32>
}

// -----

// x * 2 + 10 | x * 3 + 100 before filter 1, 4 and bias 0.5: 1 * 10 + 4 * 100 + 0.5.
// CHECK-LABEL: func.func @before
// CHECK-DAG:     %[[FILTER:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00, 1.200000e+01]]]]> : tensor<1x1x1x2xf32>
// CHECK-DAG:     %[[BIAS:.*]] = arith.constant dense<4.105000e+02> : tensor<1xf32>
// CHECK:         %[[CONV:.*]] = nn.conv_2d %arg0, %[[FILTER]], %[[BIAS]] {strides = array<i64: 2, 2>}
// CHECK-NEXT:    return %[[CONV]]
func.func @before(%x: tensor<?x3x3x2xf32>) -> tensor<?x2x2x1xf32> {
  %factors = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %summands = arith.constant dense<[10.0, 100.0]> : tensor<2xf32>
  %filter = arith.constant dense<[[[[1.0, 4.0]]]]> : tensor<1x1x1x2xf32>
  %bias = arith.constant dense<0.5> : tensor<1xf32>
  %0 = nn.conv_2d %x, %factors, %summands {groups = 2 : i64}
      : (tensor<?x3x3x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>)
      -> tensor<?x3x3x2xf32>
  %1 = nn.conv_2d %0, %filter, %bias {strides = array<i64: 2, 2>}
      : (tensor<?x3x3x2xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>)
      -> tensor<?x2x2x1xf32>
  return %1 : tensor<?x2x2x1xf32>
}

// -----

// Of two groups each sees its own channels; no summands, so padding does not matter.
// CHECK-LABEL: func.func @before_groups
// CHECK:         %[[FILTER:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}1.200000e+01]]]]> : tensor<2x1x1x1xf32>
// CHECK:         nn.conv_2d %arg0, %[[FILTER]] {groups = 2 : i64, pad = array<i64: 1, 1, 1, 1>}
func.func @before_groups(%x: tensor<?x3x3x2xf32>) -> tensor<?x5x5x2xf32> {
  %factors = arith.constant dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %filter = arith.constant dense<[[[[1.0]]], [[[4.0]]]]> : tensor<2x1x1x1xf32>
  %0 = nn.conv_2d %x, %factors {groups = 2 : i64}
      : (tensor<?x3x3x2xf32>, tensor<2x1x1x1xf32>) -> tensor<?x3x3x2xf32>
  %1 = nn.conv_2d %0, %filter {groups = 2 : i64, pad = array<i64: 1, 1, 1, 1>}
      : (tensor<?x3x3x2xf32>, tensor<2x1x1x1xf32>) -> tensor<?x5x5x2xf32>
  return %1 : tensor<?x5x5x2xf32>
}

// -----

// With summands the padding is not what they make of 0.
// CHECK-LABEL: func.func @before_padding
// CHECK:         nn.conv_2d {{.*}} {groups = 2 : i64}
// CHECK:         nn.conv_2d {{.*}} {pad = array<i64: 1, 1, 1, 1>}
func.func @before_padding(%x: tensor<?x3x3x2xf32>) -> tensor<?x5x5x1xf32> {
  %factors = arith.constant dense<1.0> : tensor<2x1x1x1xf32>
  %summands = arith.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %filter = arith.constant dense<1.0> : tensor<1x1x1x2xf32>
  %0 = nn.conv_2d %x, %factors, %summands {groups = 2 : i64}
      : (tensor<?x3x3x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>)
      -> tensor<?x3x3x2xf32>
  %1 = nn.conv_2d %0, %filter {pad = array<i64: 1, 1, 1, 1>}
      : (tensor<?x3x3x2xf32>, tensor<1x1x1x2xf32>) -> tensor<?x5x5x1xf32>
  return %1 : tensor<?x5x5x1xf32>
}
