// RUN: quant-opt %s -nn-prune-channels -split-input-file -verify-diagnostics

// Channels that have to stay, and layers that do not say the same.

func.func @output(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %weight = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op cannot lose channel 1: it reaches an output of the network}}
  %0 = nn.fully_connected %x, %weight {nn.kept_channels = array<i64: 0>} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  // expected-note@+1 {{here}}
  return %0 : tensor<?x2xf32>
}

// -----

func.func @softmax(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight1 = arith.constant dense<1.0> : tensor<2x2xf32>
  %weight2 = arith.constant dense<1.0> : tensor<1x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op cannot lose channel 0: it reaches an op that needs all of its channels}}
  %0 = nn.fully_connected %x, %weight1 {nn.kept_channels = array<i64: 1>} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  // expected-note@+1 {{here}}
  %1 = nn.softmax %0 {axis = 1 : i64} : tensor<?x2xf32>
  %2 = nn.fully_connected %1, %weight2 : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  return %2 : tensor<?x1xf32>
}

// -----

// expected-note@+1 {{here}}
func.func @input(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight1 = arith.constant dense<1.0> : tensor<2x2xf32>
  %weight2 = arith.constant dense<1.0> : tensor<1x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op cannot lose channel 0: it reaches an input of the network}}
  %0 = nn.fully_connected %x, %weight1 {nn.kept_channels = array<i64: 1>} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %1 = nn.add %0, %x : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %2 = nn.fully_connected %1, %weight2 : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  return %2 : tensor<?x1xf32>
}

// -----

func.func @none(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight1 = arith.constant dense<1.0> : tensor<1x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op expected 'nn.kept_channels' to be an array of i64: ascending channels from 0 to 0, at least one}}
  %0 = nn.fully_connected %x, %weight1 {nn.kept_channels = array<i64>} : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  return %0 : tensor<?x1xf32>
}

// -----

func.func @others(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight1 = arith.constant dense<1.0> : tensor<2x2xf32>
  %weight2 = arith.constant dense<2.0> : tensor<2x2xf32>
  %weight3 = arith.constant dense<1.0> : tensor<1x2xf32>
  // expected-note@+1 {{this layer}}
  %0 = nn.fully_connected %x, %weight1 {nn.kept_channels = array<i64: 1>} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op keeps channel 0, which goes with channel 0 of a layer that loses it}}
  %1 = nn.fully_connected %x, %weight2 : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %2 = nn.add %0, %1 : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %3 = nn.fully_connected %2, %weight3 : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32>
  return %3 : tensor<?x1xf32>
}

// -----

func.func @order(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %weight = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op expected 'nn.kept_channels' to be an array of i64: ascending channels from 0 to 1, at least one}}
  %0 = nn.fully_connected %x, %weight {nn.kept_channels = array<i64: 1, 0>} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

func.func @range(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %weight = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@+1 {{'nn.fully_connected' op expected 'nn.kept_channels' to be an array of i64: ascending channels from 0 to 1, at least one}}
  %0 = nn.fully_connected %x, %weight {nn.kept_channels = array<i64: 0, 2>} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

func.func @no_layer(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@+1 {{'nn.clamp' op 'nn.kept_channels' is for convolutions without groups and dense layers, with constant weights and bias}}
  %0 = nn.clamp %x {min = 0.0 : f32, max = 1.0 : f32, nn.kept_channels = array<i64: 0>} : tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

// Each of two groups of a convolution takes part of the channels.
func.func @grouped(%x: tensor<?x1x1x1xf32>) -> tensor<?x1x1x2xf32> {
  %filter1 = arith.constant dense<1.0> : tensor<4x1x1x1xf32>
  %filter2 = arith.constant dense<1.0> : tensor<2x1x1x2xf32>
  // expected-error@+1 {{'nn.conv_2d' op cannot lose channel 3: it reaches an op that needs all of its channels}}
  %0 = nn.conv_2d %x, %filter1 {nn.kept_channels = array<i64: 0, 1, 2>} : (tensor<?x1x1x1xf32>, tensor<4x1x1x1xf32>) -> tensor<?x1x1x4xf32>
  // expected-note@+1 {{here}}
  %1 = nn.conv_2d %0, %filter2 {groups = 2 : i64} : (tensor<?x1x1x4xf32>, tensor<2x1x1x2xf32>) -> tensor<?x1x1x2xf32>
  return %1 : tensor<?x1x1x2xf32>
}

// -----

// A slice of nothing else.
func.func @slice(%x: tensor<?x1x1x2xf32>) -> tensor<?x1x1x1xf32> {
  %filter1 = arith.constant dense<1.0> : tensor<2x1x1x2xf32>
  %filter2 = arith.constant dense<3.0> : tensor<1x1x1x2xf32>
  %features = nn.conv_2d %x, %filter1 {nn.kept_channels = array<i64: 0>} : (tensor<?x1x1x2xf32>, tensor<2x1x1x2xf32>) -> tensor<?x1x1x2xf32>
  // expected-error@+1 {{'nn.slice' op would lose all of its channels}}
  %slice = nn.slice %features {offsets = array<i64: 0, 0, 0, 1>, strides = array<i64: 1, 1, 1, 1>} : tensor<?x1x1x2xf32> -> tensor<?x1x1x1xf32>
  %y = nn.conv_2d %features, %filter2 : (tensor<?x1x1x2xf32>, tensor<1x1x1x2xf32>) -> tensor<?x1x1x1xf32>
  return %y : tensor<?x1x1x1xf32>
}

// -----

func.func @every_second(%x: tensor<?x1x1x1xf32>) -> tensor<?x1x1x1xf32> {
  %filter1 = arith.constant dense<1.0> : tensor<4x1x1x1xf32>
  %filter2 = arith.constant dense<2.0> : tensor<1x1x1x2xf32>
  // expected-error@+1 {{'nn.conv_2d' op cannot lose channel 0: it reaches an op that needs all of its channels}}
  %0 = nn.conv_2d %x, %filter1 {nn.kept_channels = array<i64: 1, 2, 3>} : (tensor<?x1x1x1xf32>, tensor<4x1x1x1xf32>) -> tensor<?x1x1x4xf32>
  // expected-note@+1 {{here}}
  %1 = nn.slice %0 {offsets = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1, 1, 2>} : tensor<?x1x1x4xf32> -> tensor<?x1x1x2xf32>
  %2 = nn.conv_2d %1, %filter2 : (tensor<?x1x1x2xf32>, tensor<1x1x1x2xf32>) -> tensor<?x1x1x1xf32>
  return %2 : tensor<?x1x1x1xf32>
}

// -----

// One number for all channels of another tensor, which has them at hand.
func.func @factor(%x: tensor<?x1x1x2xf32>) -> tensor<?x1x1x1xf32> {
  %filter1 = arith.constant dense<1.0> : tensor<2x1x1x2xf32>
  %filter2 = arith.constant dense<2.0> : tensor<1x1x1x2xf32>
  // expected-error@+1 {{'nn.conv_2d' op cannot lose channel 1: it is added to, or multiplied with, all channels}}
  %features = nn.conv_2d %x, %filter1 {nn.kept_channels = array<i64: 0>} : (tensor<?x1x1x2xf32>, tensor<2x1x1x2xf32>) -> tensor<?x1x1x2xf32>
  %factor = nn.slice %features {offsets = array<i64: 0, 0, 0, 1>, strides = array<i64: 1, 1, 1, 1>} : tensor<?x1x1x2xf32> -> tensor<?x1x1x1xf32>
  // expected-note@+1 {{here}}
  %scaled = nn.mul %features, %factor : (tensor<?x1x1x2xf32>, tensor<?x1x1x1xf32>) -> tensor<?x1x1x2xf32>
  %y = nn.conv_2d %scaled, %filter2 : (tensor<?x1x1x2xf32>, tensor<1x1x1x2xf32>) -> tensor<?x1x1x1xf32>
  return %y : tensor<?x1x1x1xf32>
}
