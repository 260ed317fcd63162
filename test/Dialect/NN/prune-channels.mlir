// RUN: quant-opt %s -nn-prune-channels -canonicalize | FileCheck %s

// What is left of weights and biases are the rows of outputs that are kept, and
// the columns of inputs. An activation goes along.
// CHECK-LABEL: func @chain
func.func @chain(%x: tensor<?x4x4x2xf32>) -> tensor<?x4x4x1xf32> {
  %filter1 = arith.constant dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]], [[[5.0, 6.0]]]]> : tensor<3x1x1x2xf32>
  %bias1 = arith.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
  %filter2 = arith.constant dense<[[[[7.0, 8.0, 9.0]]]]> : tensor<1x1x1x3xf32>
  // CHECK-DAG: %[[FILTER1:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00]]], {{\[\[\[}}5.000000e+00, 6.000000e+00]]]]> : tensor<2x1x1x2xf32>
  // CHECK-DAG: %[[BIAS1:.*]] = arith.constant dense<[1.000000e+01, 3.000000e+01]> : tensor<2xf32>
  // CHECK-DAG: %[[FILTER2:.*]] = arith.constant dense<{{\[\[\[\[}}7.000000e+00, 9.000000e+00]]]]> : tensor<1x1x1x2xf32>
  // CHECK: %[[CONV1:.*]] = nn.conv_2d %arg0, %[[FILTER1]], %[[BIAS1]] : {{.*}} -> tensor<?x4x4x2xf32>
  %conv1 = nn.conv_2d %x, %filter1, %bias1 {nn.kept_channels = array<i64: 0, 2>}
      : (tensor<?x4x4x2xf32>, tensor<3x1x1x2xf32>, tensor<3xf32>) -> tensor<?x4x4x3xf32>
  // CHECK: %[[RELU:.*]] = nn.clamp %[[CONV1]] {{.*}} : tensor<?x4x4x2xf32>
  %relu = nn.clamp %conv1 {min = 0.0 : f32, max = 6.0 : f32} : tensor<?x4x4x3xf32>
  // CHECK: nn.conv_2d %[[RELU]], %[[FILTER2]] : {{.*}} -> tensor<?x4x4x1xf32>
  %conv2 = nn.conv_2d %relu, %filter2
      : (tensor<?x4x4x3xf32>, tensor<1x1x1x3xf32>) -> tensor<?x4x4x1xf32>
  return %conv2 : tensor<?x4x4x1xf32>
}

// All that is kept, or nothing that is said, changes nothing.
// CHECK-LABEL: func @all
func.func @all(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight1 = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %weight2 = arith.constant dense<[[5.0, 6.0]]> : tensor<1x2xf32>
  // CHECK: nn.fully_connected %arg0, %{{[^ ]*}} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %0 = nn.fully_connected %x, %weight1 {nn.kept_channels = array<i64: 0, 1>}
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  // CHECK: nn.fully_connected {{.*}} : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  %1 = nn.fully_connected %0, %weight2
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  return %1 : tensor<?x1xf32>
}

// A channel behind a pad is at another index; what is added to the padding goes
// with it.
// CHECK-LABEL: func @residual
func.func @residual(%x: tensor<?x4x4x1xf32>) -> tensor<?x1xf32> {
  %filter = arith.constant dense<1.0> : tensor<2x1x1x1xf32>
  %wide = arith.constant dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]], [[[5.0, 6.0]]], [[[7.0, 8.0]]]]> : tensor<4x1x1x2xf32>
  %weight = arith.constant dense<[[1.0, 2.0, 3.0, 4.0]]> : tensor<1x4xf32>
  // CHECK-DAG: %[[WIDE:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00]]], {{\[\[\[}}3.000000e+00]]]]> : tensor<2x1x1x1xf32>
  // CHECK-DAG: %[[WEIGHT:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00]]> : tensor<1x2xf32>
  // CHECK: %[[CONV1:.*]] = nn.conv_2d %arg0, {{.*}} -> tensor<?x4x4x1xf32>
  %conv1 = nn.conv_2d %x, %filter {nn.kept_channels = array<i64: 0>}
      : (tensor<?x4x4x1xf32>, tensor<2x1x1x1xf32>) -> tensor<?x4x4x2xf32>
  // CHECK: %[[CONV2:.*]] = nn.conv_2d %[[CONV1]], %[[WIDE]] : {{.*}} -> tensor<?x4x4x2xf32>
  %conv2 = nn.conv_2d %conv1, %wide {nn.kept_channels = array<i64: 0, 1>}
      : (tensor<?x4x4x2xf32>, tensor<4x1x1x2xf32>) -> tensor<?x4x4x4xf32>
  // CHECK: %[[PAD:.*]] = nn.pad %[[CONV1]] {high = array<i64: 0, 0, 0, 0>, low = array<i64: 0, 0, 0, 1>} : tensor<?x4x4x1xf32> -> tensor<?x4x4x2xf32>
  %pad = nn.pad %conv1 {low = array<i64: 0, 0, 0, 1>, high = array<i64: 0, 0, 0, 1>}
      : tensor<?x4x4x2xf32> -> tensor<?x4x4x4xf32>
  // CHECK: nn.add %[[CONV2]], %[[PAD]] : {{.*}} -> tensor<?x4x4x2xf32>
  %sum = nn.add %conv2, %pad
      : (tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  %mean = nn.reduce mean %sum {axes = array<i64: 1, 2>} : tensor<?x4x4x4xf32> -> tensor<?x4xf32>
  // CHECK: nn.fully_connected {{.*}}, %[[WEIGHT]] : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  %y = nn.fully_connected %mean, %weight
      : (tensor<?x4xf32>, tensor<1x4xf32>) -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// A depthwise convolution loses what it has for the channel, twice here; a pool
// and a constant for each channel follow.
// CHECK-LABEL: func @depthwise
func.func @depthwise(%x: tensor<?x4x4x1xf32>) -> tensor<?x2x2x1xf32> {
  %filter = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %depthwise = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]], [[[5.0]]], [[[6.0]]]]> : tensor<6x1x1x1xf32>
  %factor = arith.constant dense<[[[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]]]> : tensor<1x1x1x6xf32>
  %one = arith.constant dense<7.0> : tensor<1x1x1x1xf32>
  %last = arith.constant dense<[[[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]]]> : tensor<1x1x1x6xf32>
  // CHECK-DAG: %[[DEPTHWISE:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00]]], {{\[\[\[}}2.000000e+00]]], {{\[\[\[}}5.000000e+00]]], {{\[\[\[}}6.000000e+00]]]]> : tensor<4x1x1x1xf32>
  // CHECK-DAG: %[[FACTOR:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00, 5.000000e+00, 6.000000e+00]]]]> : tensor<1x1x1x4xf32>
  // CHECK-DAG: %[[ONE:.*]] = arith.constant dense<7.0{{.*}}> : tensor<1x1x1x1xf32>
  %0 = nn.conv_2d %x, %filter {nn.kept_channels = array<i64: 0, 2>}
      : (tensor<?x4x4x1xf32>, tensor<3x1x1x1xf32>) -> tensor<?x4x4x3xf32>
  // CHECK: nn.conv_2d {{.*}}, %[[DEPTHWISE]] {groups = 2 : i64} : (tensor<?x4x4x2xf32>, {{.*}}) -> tensor<?x4x4x4xf32>
  %1 = nn.conv_2d %0, %depthwise {groups = 3 : i64}
      : (tensor<?x4x4x3xf32>, tensor<6x1x1x1xf32>) -> tensor<?x4x4x6xf32>
  // CHECK: nn.mul {{.*}}, %[[FACTOR]] : {{.*}} -> tensor<?x4x4x4xf32>
  %2 = nn.mul %1, %factor
      : (tensor<?x4x4x6xf32>, tensor<1x1x1x6xf32>) -> tensor<?x4x4x6xf32>
  // CHECK: nn.add {{.*}}, %[[ONE]] : {{.*}} -> tensor<?x4x4x4xf32>
  %3 = nn.add %2, %one
      : (tensor<?x4x4x6xf32>, tensor<1x1x1x1xf32>) -> tensor<?x4x4x6xf32>
  // CHECK: nn.max_pool_2d {{.*}} -> tensor<?x2x2x4xf32>
  %4 = nn.max_pool_2d %3 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x4x4x6xf32> -> tensor<?x2x2x6xf32>
  // CHECK: nn.conv_2d {{.*}} : (tensor<?x2x2x4xf32>, tensor<1x1x1x4xf32>) -> tensor<?x2x2x1xf32>
  %5 = nn.conv_2d %4, %last
      : (tensor<?x2x2x6xf32>, tensor<1x1x1x6xf32>) -> tensor<?x2x2x1xf32>
  return %5 : tensor<?x2x2x1xf32>
}

// Side by side, each channel has its own place; a slice begins further in front.
// CHECK-LABEL: func @concat
func.func @concat(%x: tensor<?x2x2x1xf32>) -> (tensor<?x2x2x1xf32>, tensor<?x2x2x1xf32>) {
  %filter2 = arith.constant dense<1.0> : tensor<2x1x1x1xf32>
  %filter3 = arith.constant dense<2.0> : tensor<3x1x1x1xf32>
  %all = arith.constant dense<[[[[1.0, 2.0, 3.0, 4.0, 5.0]]]]> : tensor<1x1x1x5xf32>
  %part = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  // CHECK-DAG: %[[ALL:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00, 3.000000e+00, 5.000000e+00]]]]> : tensor<1x1x1x3xf32>
  // CHECK-DAG: %[[PART:.*]] = arith.constant dense<2.0{{.*}}> : tensor<1x1x1x1xf32>
  %a = nn.conv_2d %x, %filter2 {nn.kept_channels = array<i64: 1>}
      : (tensor<?x2x2x1xf32>, tensor<2x1x1x1xf32>) -> tensor<?x2x2x2xf32>
  %b = nn.conv_2d %x, %filter3 {nn.kept_channels = array<i64: 0, 2>}
      : (tensor<?x2x2x1xf32>, tensor<3x1x1x1xf32>) -> tensor<?x2x2x3xf32>
  // CHECK: %[[BOTH:.*]] = nn.concat {{.*}} : (tensor<?x2x2x1xf32>, tensor<?x2x2x2xf32>) -> tensor<?x2x2x3xf32>
  %both = nn.concat %a, %b {axis = 3 : i64}
      : (tensor<?x2x2x2xf32>, tensor<?x2x2x3xf32>) -> tensor<?x2x2x5xf32>
  // CHECK: nn.conv_2d %[[BOTH]], %[[ALL]]
  %y = nn.conv_2d %both, %all
      : (tensor<?x2x2x5xf32>, tensor<1x1x1x5xf32>) -> tensor<?x2x2x1xf32>
  // CHECK: nn.slice %[[BOTH]] {offsets = array<i64: 0, 0, 0, 2>, strides = array<i64: 1, 1, 1, 1>} : {{.*}} -> tensor<?x2x2x1xf32>
  %slice = nn.slice %both {offsets = array<i64: 0, 0, 0, 3>, strides = array<i64: 1, 1, 1, 1>}
      : tensor<?x2x2x5xf32> -> tensor<?x2x2x2xf32>
  // CHECK: nn.conv_2d {{.*}}, %[[PART]]
  %z = nn.conv_2d %slice, %part
      : (tensor<?x2x2x2xf32>, tensor<1x1x1x2xf32>) -> tensor<?x2x2x1xf32>
  return %y, %z : tensor<?x2x2x1xf32>, tensor<?x2x2x1xf32>
}

// A channel of an image is several elements of a line.
// CHECK-LABEL: func @reshape
func.func @reshape(%x: tensor<?x1x2x1xf32>) -> tensor<?x1xf32> {
  %filter = arith.constant dense<1.0> : tensor<3x1x1x1xf32>
  %weight = arith.constant dense<[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]> : tensor<1x6xf32>
  // CHECK: %[[WEIGHT:.*]] = arith.constant dense<{{\[\[}}2.000000e+00, 3.000000e+00, 5.000000e+00, 6.000000e+00]]> : tensor<1x4xf32>
  %0 = nn.conv_2d %x, %filter {nn.kept_channels = array<i64: 1, 2>}
      : (tensor<?x1x2x1xf32>, tensor<3x1x1x1xf32>) -> tensor<?x1x2x3xf32>
  // CHECK: nn.reshape {{.*}} : tensor<?x1x2x2xf32> -> tensor<?x4xf32>
  %1 = nn.reshape %0 : tensor<?x1x2x3xf32> -> tensor<?x6xf32>
  // CHECK: nn.fully_connected {{.*}}, %[[WEIGHT]]
  %2 = nn.fully_connected %1, %weight
      : (tensor<?x6xf32>, tensor<1x6xf32>) -> tensor<?x1xf32>
  return %2 : tensor<?x1xf32>
}
