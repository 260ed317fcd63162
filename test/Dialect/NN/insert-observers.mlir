// RUN: quant-opt %s -nn-insert-observers -split-input-file \
// RUN:   | FileCheck %s --implicit-check-not=nn.observe

// Which edges get an observer of their own, their ids and their names.

// A network's inputs and every op that computes; ids in program order; users of
// an edge use the observed one.
// CHECK-LABEL: func.func @network
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x4x4x1xf32> {nn.name = "pixels"}, %[[FILTER:.*]]: tensor<2x3x3x1x!{{.*}}>)
// CHECK:         %[[SEEN_IMAGE:.*]] = nn.observe %[[IMAGE]] {id = 0 : i32, name = "pixels"} : tensor<?x4x4x1xf32>
// CHECK:         %[[REAL_FILTER:.*]] = nn.dequantize %[[FILTER]]
// CHECK:         %[[ACC:.*]] = nn.conv_2d %[[SEEN_IMAGE]], %[[REAL_FILTER]]
// CHECK:         %[[SEEN_ACC:.*]] = nn.observe %[[ACC]] {id = 1 : i32, name = "conv1"} : tensor<?x2x2x2xf32>
// CHECK:         %[[FLAT:.*]] = nn.reshape %[[SEEN_ACC]]
// CHECK:         %[[LOGITS:.*]] = nn.fully_connected %[[FLAT]]
// CHECK:         %[[SEEN_LOGITS:.*]] = nn.observe %[[LOGITS]] {id = 2 : i32, name = "classify"} : tensor<?x3xf32>
// CHECK:         return %[[SEEN_LOGITS]]
func.func @network(%image: tensor<?x4x4x1xf32> {nn.name = "pixels"},
                   %filter: tensor<2x3x3x1x!quant.uniform<i8:f32, 0.5>>)
    -> tensor<?x3xf32> {
  %weight = arith.constant dense<1.0> : tensor<3x8xf32>
  %real_filter = nn.dequantize %filter
      : tensor<2x3x3x1x!quant.uniform<i8:f32, 0.5>> -> tensor<2x3x3x1xf32>
  %acc = nn.conv_2d %image, %real_filter
      : (tensor<?x4x4x1xf32>, tensor<2x3x3x1xf32>) -> tensor<?x2x2x2xf32>
      loc("conv1")
  %flat = nn.reshape %acc : tensor<?x2x2x2xf32> -> tensor<?x8xf32> loc("flatten")
  %logits = nn.fully_connected %flat, %weight
      : (tensor<?x8xf32>, tensor<3x8xf32>) -> tensor<?x3xf32> loc("classify")
  return %logits : tensor<?x3xf32>
}

// -----

// A clamp that is the only user is part of the op: only its result is an edge.
// CHECK-LABEL: func.func @activation
// CHECK:         nn.observe %{{.*}} {id = 0 : i32, name = "input"}
// CHECK:         %[[ACC:.*]] = nn.fully_connected
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[ACC]]
// CHECK-NEXT:    %[[SEEN:.*]] = nn.observe %[[RELU]] {id = 1 : i32, name = "relu"} : tensor<4x2xf32>
// CHECK-NEXT:    return %[[SEEN]]
func.func @activation(%features: tensor<4x3xf32>) -> tensor<4x2xf32> {
  %weight = arith.constant dense<1.0> : tensor<2x3xf32>
  %acc = nn.fully_connected %features, %weight
      : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32> loc("dense")
  %relu = nn.clamp %acc {min = 0.0 : f32, max = 0x7F800000 : f32}
      : tensor<4x2xf32> loc("relu")
  return %relu : tensor<4x2xf32>
}

// -----

// With a second user the values before the clamp exist as well, and the clamp
// shares their scale.
// CHECK-LABEL: func.func @clamp_of_shared_result
// CHECK:         nn.observe %{{.*}} {id = 0 : i32, name = "input"}
// CHECK:         %[[ACC:.*]] = nn.fully_connected
// CHECK-NEXT:    %[[SEEN:.*]] = nn.observe %[[ACC]] {id = 1 : i32, name = "dense"} : tensor<4x2xf32>
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[SEEN]]
// CHECK-NEXT:    return %[[SEEN]], %[[RELU]]
func.func @clamp_of_shared_result(%features: tensor<4x3xf32>)
    -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %weight = arith.constant dense<1.0> : tensor<2x3xf32>
  %acc = nn.fully_connected %features, %weight
      : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32> loc("dense")
  %relu = nn.clamp %acc {min = 0.0 : f32, max = 0x7F800000 : f32}
      : tensor<4x2xf32> loc("relu")
  return %acc, %relu : tensor<4x2xf32>, tensor<4x2xf32>
}

// -----

// The second of two clamps only moves values.
// CHECK-LABEL: func.func @clamp_of_clamp
// CHECK:         nn.observe %{{.*}} {id = 0 : i32, name = "input"}
// CHECK:         %[[RELU:.*]] = nn.clamp
// CHECK-NEXT:    %[[SEEN:.*]] = nn.observe %[[RELU]] {id = 1 : i32, name = "relu"} : tensor<4x2xf32>
// CHECK-NEXT:    %[[LIMITED:.*]] = nn.clamp %[[SEEN]]
// CHECK-NEXT:    return %[[LIMITED]]
func.func @clamp_of_clamp(%features: tensor<4x3xf32>) -> tensor<4x2xf32> {
  %weight = arith.constant dense<1.0> : tensor<2x3xf32>
  %acc = nn.fully_connected %features, %weight
      : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32> loc("dense")
  %relu = nn.clamp %acc {min = 0.0 : f32, max = 0x7F800000 : f32}
      : tensor<4x2xf32> loc("relu")
  %limited = nn.clamp %relu {min = -1.0 : f32, max = 1.0 : f32}
      : tensor<4x2xf32> loc("limit")
  return %limited : tensor<4x2xf32>
}

// -----

// Ops that only move values get none, and neither does a clamp behind them.
// CHECK-LABEL: func.func @sharing_ops
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<2x4x4x1xf32>)
// CHECK-NEXT:    %[[SEEN:.*]] = nn.observe %[[IMAGE]] {id = 0 : i32, name = "input"}
// CHECK-NEXT:    nn.clamp %[[SEEN]]
// CHECK-NEXT:    nn.max_pool_2d
// CHECK-NEXT:    nn.clamp
// CHECK-NEXT:    nn.pad
// CHECK-NEXT:    nn.transpose
// CHECK-NEXT:    nn.reshape
// CHECK-NEXT:    return
func.func @sharing_ops(%image: tensor<2x4x4x1xf32>) -> tensor<2x6xf32> {
  %bounded = nn.clamp %image {min = -1.0 : f32, max = 1.0 : f32}
      : tensor<2x4x4x1xf32>
  %pooled = nn.max_pool_2d %bounded {kernel = array<i64: 3, 3>}
      : tensor<2x4x4x1xf32> -> tensor<2x2x2x1xf32>
  %relu = nn.clamp %pooled {min = 0.0 : f32, max = 1.0 : f32}
      : tensor<2x2x2x1xf32>
  %padded = nn.pad %relu {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>}
      : tensor<2x2x2x1xf32> -> tensor<2x3x2x1xf32>
  %turned = nn.transpose %padded {permutation = array<i64: 0, 2, 1, 3>}
      : tensor<2x3x2x1xf32> -> tensor<2x2x3x1xf32>
  %flat = nn.reshape %turned : tensor<2x2x3x1xf32> -> tensor<2x6xf32>
  return %flat : tensor<2x6xf32>
}

// -----

// What is quantized already is not observed.
// CHECK-LABEL: func.func @quantized
// CHECK:         %[[LOGITS:.*]] = nn.fully_connected
// CHECK-NEXT:    return %[[LOGITS]]
func.func @quantized(%features: tensor<?x3x!quant.uniform<i8:f32, 0.5:-3>>,
                     %weight: tensor<2x3x!quant.uniform<i8:f32, 0.25>>)
    -> tensor<?x2x!quant.uniform<i8:f32, 0.5:7>> {
  %logits = nn.fully_connected %features, %weight
      : (tensor<?x3x!quant.uniform<i8:f32, 0.5:-3>>,
         tensor<2x3x!quant.uniform<i8:f32, 0.25>>)
      -> tensor<?x2x!quant.uniform<i8:f32, 0.5:7>>
  return %logits : tensor<?x2x!quant.uniform<i8:f32, 0.5:7>>
}

// -----

// A result that nobody uses is an edge, too: ids do not depend on clean-ups.
// CHECK-LABEL: func.func @unused_result
// CHECK:         nn.observe %{{.*}} {id = 0 : i32, name = "input"}
// CHECK:         %[[LOGITS:.*]] = nn.fully_connected
// CHECK-NEXT:    nn.observe %[[LOGITS]] {id = 1 : i32, name = "value"}
// CHECK-NEXT:    return
func.func @unused_result(%features: tensor<1x3xf32>) {
  %weight = arith.constant dense<1.0> : tensor<2x3xf32>
  %logits = nn.fully_connected %features, %weight
      : (tensor<1x3xf32>, tensor<2x3xf32>) -> tensor<1x2xf32>
  return
}

// -----

// Names are made unique, also against names that look like made ones; a fused
// location has the name of its first named part.
// CHECK-LABEL: func.func @names
// CHECK:         nn.observe %{{.*}} {id = 0 : i32, name = "x"}
// CHECK:         nn.observe %{{.*}} {id = 1 : i32, name = "x#2"}
// CHECK:         nn.observe %{{.*}} {id = 2 : i32, name = "input"}
// CHECK:         nn.observe %{{.*}} {id = 3 : i32, name = "x#2#2"}
// CHECK:         nn.observe %{{.*}} {id = 4 : i32, name = "x#3"}
// CHECK:         nn.observe %{{.*}} {id = 5 : i32, name = "value"}
// CHECK:         nn.observe %{{.*}} {id = 6 : i32, name = "dense"}
func.func @names(%a: tensor<1x1xf32> {nn.name = "x"},
                 %b: tensor<1x1xf32> {nn.name = "x"}, %c: tensor<1x1xf32>)
    -> tensor<1x1xf32> {
  %0 = nn.fully_connected %a, %b
      : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32> loc("x#2")
  %1 = nn.fully_connected %0, %c
      : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32> loc("x")
  %2 = nn.fully_connected %1, %c
      : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32> loc(unknown)
  %3 = nn.fully_connected %2, %c
      : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
      loc(fused["model.onnx":3:1, "dense", "relu"])
  return %3 : tensor<1x1xf32>
}

// -----

// One sequence of ids and names for all functions with a body.
// CHECK-LABEL: func.func private @external(tensor<2xf32>)
// CHECK-LABEL: func.func @first
// CHECK:         nn.observe %{{.*}} {id = 0 : i32, name = "input"}
// CHECK-LABEL: func.func @second
// CHECK:         nn.observe %{{.*}} {id = 1 : i32, name = "input#2"}
func.func private @external(tensor<2xf32>) -> tensor<2xf32>
func.func @first(%x: tensor<2xf32>) -> tensor<2xf32> {
  %relu = nn.clamp %x {min = 0.0 : f32, max = 1.0 : f32} : tensor<2xf32>
  return %relu : tensor<2xf32>
}
func.func @second(%x: tensor<2xf32>) -> tensor<2xf32> {
  %relu = nn.clamp %x {min = 0.0 : f32, max = 1.0 : f32} : tensor<2xf32>
  return %relu : tensor<2xf32>
}

// -----

// A sum that only ops read that stay float is computed in float. One that another op reads,
// or a function, of which the integers are a table, is not.
// CHECK-LABEL: func.func @residual
// CHECK-COUNT-2: nn.observe %{{.*}} name = "input
// CHECK:         %[[SUM:.*]] = nn.add
// CHECK-NEXT:    nn.layer_norm %[[SUM]]
// CHECK-NEXT:    nn.observe %{{.*}} name = "norm"
// CHECK-NEXT:    %[[NEXT:.*]] = nn.add
// CHECK-NEXT:    %[[SEEN:.*]] = nn.observe %[[NEXT]] {{.*}} name = "next"
// CHECK-NEXT:    nn.softmax %[[SEEN]]
// CHECK-NEXT:    nn.observe %{{.*}} name = "weights"
// CHECK-NEXT:    nn.mul %{{.*}}, %[[SEEN]]
// CHECK-NEXT:    nn.observe %{{.*}} name = "product"
// CHECK-NEXT:    %[[GATE:.*]] = nn.unary tanh
// CHECK-NEXT:    %[[SEEN_GATE:.*]] = nn.observe %[[GATE]] {{.*}} name = "gate"
// CHECK-NEXT:    nn.softmax %[[SEEN_GATE]]
func.func @residual(%x: tensor<?x8xf32> {nn.name = "input"},
                    %y: tensor<?x8xf32> {nn.name = "input2"}) -> tensor<?x8xf32> {
  %constant = arith.constant dense<1.0> : tensor<8xf32>
  %sum = nn.add %x, %y
      : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32> loc("sum")
  %norm = nn.layer_norm %sum, %constant {epsilon = 0.5 : f32}
      : (tensor<?x8xf32>, tensor<8xf32>) -> tensor<?x8xf32> loc("norm")
  %next = nn.add %norm, %x
      : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32> loc("next")
  %weights = nn.softmax %next {axis = 1 : i64} : tensor<?x8xf32> loc("weights")
  %product = nn.mul %weights, %next
      : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32> loc("product")
  %gate = nn.unary tanh %product : tensor<?x8xf32> loc("gate")
  %last = nn.softmax %gate {axis = 1 : i64} : tensor<?x8xf32> loc("last")
  return %last : tensor<?x8xf32>
}
