// RUN: quant-opt %s -nn-insert-qdq -split-input-file | FileCheck %s

// Observers become quantize/dequantize pairs, weights of ops on quantized
// activations become integers, and what only moves values keeps their scale.

// scale = f32((max - min) / 255), zero point = roundeven(-128 - min / scale).
// The expected numbers are those of numpy.

// CHECK:         !activation = !quant.uniform<i8:f32, 0.0099999997764825821:-28>
// CHECK-LABEL: func.func @edge
// CHECK-SAME:    (%[[ACC:.*]]: tensor<?x4xf32>)
// CHECK-NEXT:    %[[STORED:.*]] = nn.quantize %[[ACC]] {nn.edge = #nn.edge<7, "acc">} : tensor<?x4xf32> -> tensor<?x4x!activation>
// CHECK-NEXT:    %[[REAL:.*]] = nn.dequantize %[[STORED]] : tensor<?x4x!activation> -> tensor<?x4xf32>
// CHECK-NEXT:    return %[[REAL]]
func.func @edge(%acc: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %seen = nn.observe %acc
      {id = 7 : i32, name = "acc", range = !quant.calibrated<f32<-1.0:1.55>>}
      : tensor<?x4xf32>
  return %seen : tensor<?x4xf32>
}

// -----

// Ranges on one side of zero have the zero point at a bound of the storage.
// CHECK-DAG:     ![[POSITIVE:activation[0-9]*]] = !quant.uniform<i8:f32, 7.812500e-03:-128>
// CHECK-DAG:     ![[NEGATIVE:activation[0-9]*]] = !quant.uniform<i8:f32, 7.812500e-03:127>
// CHECK-LABEL: func.func @one_sided
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<0, "positive">} : tensor<2xf32> -> tensor<2x![[POSITIVE]]>
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<1, "negative">} : tensor<2xf32> -> tensor<2x![[NEGATIVE]]>
func.func @one_sided(%positive: tensor<2xf32>, %negative: tensor<2xf32>)
    -> (tensor<2xf32>, tensor<2xf32>) {
  %seen_positive = nn.observe %positive
      {id = 0 : i32, name = "positive",
       range = !quant.calibrated<f32<0.0:1.9921875>>} : tensor<2xf32>
  %seen_negative = nn.observe %negative
      {id = 1 : i32, name = "negative",
       range = !quant.calibrated<f32<-1.9921875:0.0>>} : tensor<2xf32>
  return %seen_positive, %seen_negative : tensor<2xf32>, tensor<2xf32>
}

// -----

// Ties of the zero point go to the even integer: -127.5, -126.5 and -0.5.
// CHECK-DAG:     ![[LOW:activation[0-9]*]] = !quant.uniform<i8:f32, 1.000000e+00:-128>
// CHECK-DAG:     ![[NEXT:activation[0-9]*]] = !quant.uniform<i8:f32, 1.000000e+00:-126>
// CHECK-DAG:     ![[MIDDLE:activation[0-9]*]] = !quant.uniform<i8:f32, 1.000000e+00>
// CHECK-LABEL: func.func @zero_point_ties
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<0, "low">} : {{.*}} -> tensor<1x![[LOW]]>
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<1, "next">} : {{.*}} -> tensor<1x![[NEXT]]>
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<2, "middle">} : {{.*}} -> tensor<1x![[MIDDLE]]>
func.func @zero_point_ties(%x: tensor<1xf32>) {
  %low = nn.observe %x
      {id = 0 : i32, name = "low", range = !quant.calibrated<f32<-0.5:254.5>>}
      : tensor<1xf32>
  %next = nn.observe %x
      {id = 1 : i32, name = "next", range = !quant.calibrated<f32<-1.5:253.5>>}
      : tensor<1xf32>
  %middle = nn.observe %x
      {id = 2 : i32, name = "middle",
       range = !quant.calibrated<f32<-127.5:127.5>>} : tensor<1xf32>
  return
}

// -----

// A channel's scale is f32(max|w| / 127); values round to the nearest, ties to
// even; a channel of zeros has scale 1. The bias stays as it is.
// CHECK-DAG:     !activation = !quant.uniform<i8:f32, 1.000000e+00:-128>
// CHECK-DAG:     !weight = !quant.uniform<i8<-127:127>:f32:0, {1.000000e+00,1.000000e+00,1.000000e+00,0.0023622047156095505}>
// CHECK-LABEL: func.func @fully_connected
// CHECK-DAG:     %[[BIAS:.*]] = arith.constant dense<[1.000000e-01, 2.000000e-01, 3.000000e-01, 4.000000e-01]> : tensor<4xf32>
// CHECK-DAG:     %[[INTEGERS:.*]] = arith.constant dense<{{\[}}[127, 0, 2, 2], [-127, 0, -2, -2], [0, 0, 0, 0], [127, -42, 85, 21]]> : tensor<4x4xi8>
// CHECK-DAG:     %[[STORED:.*]] = nn.quantize
// CHECK-DAG:     %[[FEATURES:.*]] = nn.dequantize %[[STORED]]
// CHECK:         %[[CAST:.*]] = quant.scast %[[INTEGERS]] : tensor<4x4xi8> to tensor<4x4x!weight>
// CHECK:         %[[WEIGHT:.*]] = nn.dequantize %[[CAST]] : tensor<4x4x!weight> -> tensor<4x4xf32>
// CHECK:         nn.fully_connected %[[FEATURES]], %[[WEIGHT]], %[[BIAS]] : (tensor<?x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
func.func @fully_connected(%features: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %weight = arith.constant dense<[[127.0, 0.5, 1.5, 2.5],
                                  [-127.0, -0.5, -1.5, -2.5],
                                  [0.0, 0.0, -0.0, 0.0],
                                  [0.3, -0.1, 0.2, 0.05]]> : tensor<4x4xf32>
  %bias = arith.constant dense<[0.1, 0.2, 0.3, 0.4]> : tensor<4xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<?x4xf32>
  %logits = nn.fully_connected %seen, %weight, %bias
      : (tensor<?x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  return %logits : tensor<?x4xf32>
}

// -----

// A filter's channels are its leading dimension.
// CHECK-DAG:     !weight = !quant.uniform<i8<-127:127>:f32:0, {5.000000e-01,2.500000e-01,0.0023622047156095505}>
// CHECK-LABEL: func.func @conv_2d
// CHECK:         arith.constant dense<{{\[}}{{\[\[\[}}127], [2]]], {{\[\[\[}}-127], [2]]], {{\[\[\[}}42], [-127]]]]> : tensor<3x1x2x1xi8>
// CHECK:         nn.dequantize {{.*}} : tensor<3x1x2x1x!weight> -> tensor<3x1x2x1xf32>
// CHECK:         nn.conv_2d
func.func @conv_2d(%image: tensor<2x1x2x1xf32>) -> tensor<2x1x1x3xf32> {
  %filter = arith.constant dense<[[[[63.5], [1.25]]], [[[-31.75], [0.375]]],
                                  [[[0.1], [-0.3]]]]> : tensor<3x1x2x1xf32>
  %seen = nn.observe %image
      {id = 0 : i32, name = "image",
       range = !quant.calibrated<f32<-1.0:1.55>>} : tensor<2x1x2x1xf32>
  %acc = nn.conv_2d %seen, %filter
      : (tensor<2x1x2x1xf32>, tensor<3x1x2x1xf32>) -> tensor<2x1x1x3xf32>
  return %acc : tensor<2x1x1x3xf32>
}

// -----

// The first and the last bias would leave i32 with weight scales 1536 / 127 and
// 1: the scales become |bias| / 2^30. -1.5 is a tie, 0.5 another.
// CHECK-DAG:     !weight = !quant.uniform<i8<-127:127>:f32:0, {1.024000e+03,1.000000e+00,4.000000e+00}>
// CHECK-LABEL: func.func @large_bias
// CHECK:         arith.constant dense<{{\[}}[2, 0], [127, 1], [32, -2]]> : tensor<3x2xi8>
func.func @large_bias(%features: tensor<1x2xf32>) -> tensor<1x3xf32> {
  %weight = arith.constant dense<[[1536.0, 512.0], [127.0, 1.0], [127.0, -6.0]]>
      : tensor<3x2xf32>
  %bias = arith.constant dense<[1099511627776.0, 1.0, -4294967296.0]>
      : tensor<3xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<1x2xf32>
  %logits = nn.fully_connected %seen, %weight, %bias
      : (tensor<1x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %logits : tensor<1x3xf32>
}

// -----

// With an activation scale of 2^-100 an accumulator in scale 2^-100 * 2^-40
// would have no normal scale: the weight's becomes 2^-25.
// CHECK-DAG:     !activation = !quant.uniform<i8:f32, 7.8886090522101181E-31:-128>
// CHECK-DAG:     !weight = !quant.uniform<i8<-127:127>:f32:0, {2.9802322387695313E-8}>
// CHECK-LABEL: func.func @small_scales
// CHECK:         nn.fully_connected
func.func @small_scales(%features: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %weight = arith.constant dense<1.155058271251619e-10> : tensor<1x1xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:2.0115953083135801e-28>>}
      : tensor<1x1xf32>
  %logits = nn.fully_connected %seen, %weight
      : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  return %logits : tensor<1x1xf32>
}

// -----

// Two users of a weight may need two scales: here one has a large bias.
// CHECK-DAG:     ![[PLAIN:weight[0-9]*]] = !quant.uniform<i8<-127:127>:f32:0, {1.000000e+00}>
// CHECK-DAG:     ![[ENLARGED:weight[0-9]*]] = !quant.uniform<i8<-127:127>:f32:0, {4.000000e+00}>
// CHECK-LABEL: func.func @shared_weight
// CHECK:         arith.constant dense<127> : tensor<1x1xi8>
// CHECK-NEXT:    quant.scast %{{.*}} to tensor<1x1x![[PLAIN]]>
// CHECK:         arith.constant dense<32> : tensor<1x1xi8>
// CHECK-NEXT:    quant.scast %{{.*}} to tensor<1x1x![[ENLARGED]]>
func.func @shared_weight(%features: tensor<1x1xf32>)
    -> (tensor<1x1xf32>, tensor<1x1xf32>) {
  %weight = arith.constant dense<127.0> : tensor<1x1xf32>
  %bias = arith.constant dense<4294967296.0> : tensor<1xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<1x1xf32>
  %plain = nn.fully_connected %seen, %weight
      : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %biased = nn.fully_connected %seen, %weight, %bias
      : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %plain, %biased : tensor<1x1xf32>, tensor<1x1xf32>
}

// -----

// The activation is not quantized, so the weight is not.
// CHECK-LABEL: func.func @float_activation
// CHECK-NEXT:    %[[WEIGHT:.*]] = arith.constant dense<1.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT:    nn.fully_connected %{{.*}}, %[[WEIGHT]]
// CHECK-NEXT:    return
func.func @float_activation(%features: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %weight = arith.constant dense<1.0> : tensor<2x3xf32>
  %logits = nn.fully_connected %features, %weight
      : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  return %logits : tensor<?x2xf32>
}

// -----

// The weight is not known.
// CHECK-LABEL: func.func @unknown_weight
// CHECK-SAME:    %[[WEIGHT:[a-z0-9]+]]: tensor<2x3xf32>)
// CHECK:         nn.fully_connected %{{.*}}, %[[WEIGHT]]
func.func @unknown_weight(%features: tensor<?x3xf32>, %weight: tensor<2x3xf32>)
    -> tensor<?x2xf32> {
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<0.0:255.0>>} : tensor<?x3xf32>
  %logits = nn.fully_connected %seen, %weight
      : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  return %logits : tensor<?x2xf32>
}

// -----

// Ops that move values: one type throughout, and the edge's id only once.
// CHECK:         !activation = !quant.uniform<i8:f32, 0.0099999997764825821:-28>
// CHECK-NOT:     !activation1
// CHECK-LABEL: func.func @sharing_ops
// CHECK:         nn.quantize {{.*}} {nn.edge = #nn.edge<3, "image">} : {{.*}} -> tensor<?x4x4x2x!activation>
// CHECK-NOT:     nn.edge
// CHECK:         %[[POOLED:.*]] = nn.max_pool_2d
// CHECK-NEXT:    %[[STORED_POOLED:.*]] = nn.quantize %[[POOLED]] : tensor<?x2x2x2xf32> -> tensor<?x2x2x2x!activation>
// CHECK-NEXT:    %[[REAL_POOLED:.*]] = nn.dequantize %[[STORED_POOLED]]
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[REAL_POOLED]]
// CHECK-NEXT:    %[[STORED_RELU:.*]] = nn.quantize %[[RELU]] : {{.*}} -> tensor<?x2x2x2x!activation>
// CHECK-NEXT:    %[[REAL_RELU:.*]] = nn.dequantize %[[STORED_RELU]]
// CHECK-NEXT:    %[[PADDED:.*]] = nn.pad %[[REAL_RELU]]
// CHECK-NEXT:    %[[STORED_PADDED:.*]] = nn.quantize %[[PADDED]] : {{.*}} -> tensor<?x3x2x2x!activation>
// CHECK-NEXT:    %[[REAL_PADDED:.*]] = nn.dequantize %[[STORED_PADDED]]
// CHECK-NEXT:    %[[TURNED:.*]] = nn.transpose %[[REAL_PADDED]]
// CHECK-NEXT:    %[[STORED_TURNED:.*]] = nn.quantize %[[TURNED]] : {{.*}} -> tensor<?x2x3x2x!activation>
// CHECK-NEXT:    %[[REAL_TURNED:.*]] = nn.dequantize %[[STORED_TURNED]]
// CHECK-NEXT:    %[[FLAT:.*]] = nn.reshape %[[REAL_TURNED]]
// CHECK-NEXT:    %[[STORED_FLAT:.*]] = nn.quantize %[[FLAT]] : {{.*}} -> tensor<?x12x!activation>
// CHECK-NEXT:    %[[REAL_FLAT:.*]] = nn.dequantize %[[STORED_FLAT]]
// CHECK-NEXT:    return %[[REAL_FLAT]]
func.func @sharing_ops(%image: tensor<?x4x4x2xf32>) -> tensor<?x12xf32> {
  %seen = nn.observe %image
      {id = 3 : i32, name = "image",
       range = !quant.calibrated<f32<-1.0:1.55>>} : tensor<?x4x4x2xf32>
  %pooled = nn.max_pool_2d %seen {kernel = array<i64: 3, 3>}
      : tensor<?x4x4x2xf32> -> tensor<?x2x2x2xf32>
  %relu = nn.clamp %pooled {min = 0.0 : f32, max = 1.0 : f32}
      : tensor<?x2x2x2xf32>
  %padded = nn.pad %relu {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>}
      : tensor<?x2x2x2xf32> -> tensor<?x3x2x2xf32>
  %turned = nn.transpose %padded {permutation = array<i64: 0, 2, 1, 3>}
      : tensor<?x3x2x2xf32> -> tensor<?x2x3x2xf32>
  %flat = nn.reshape %turned : tensor<?x2x3x2xf32> -> tensor<?x12xf32>
  return %flat : tensor<?x12xf32>
}

// -----

// Not where the operand is float: there is no scale to share.
// CHECK-LABEL: func.func @float_reshape
// CHECK-NEXT:    %[[FLAT:.*]] = nn.reshape
// CHECK-NEXT:    return %[[FLAT]]
func.func @float_reshape(%image: tensor<2x3xf32>) -> tensor<6xf32> {
  %flat = nn.reshape %image : tensor<2x3xf32> -> tensor<6xf32>
  return %flat : tensor<6xf32>
}

// -----

// A clamp that is an op's activation has an observer, and no scale to share.
// CHECK-LABEL: func.func @activation
// CHECK:         %[[ACC:.*]] = nn.fully_connected
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[ACC]]
// CHECK-NEXT:    %[[STORED:.*]] = nn.quantize %[[RELU]] {nn.edge = #nn.edge<1, "relu">}
// CHECK-NEXT:    %[[REAL:.*]] = nn.dequantize %[[STORED]]
// CHECK-NEXT:    return %[[REAL]]
func.func @activation(%features: tensor<2x1xf32>) -> tensor<2x1xf32> {
  %weight = arith.constant dense<1.0> : tensor<1x1xf32>
  %seen = nn.observe %features
      {id = 0 : i32, name = "features",
       range = !quant.calibrated<f32<-1.0:1.0>>} : tensor<2x1xf32>
  %acc = nn.fully_connected %seen, %weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %relu = nn.clamp %acc {min = 0.0 : f32, max = 6.0 : f32} : tensor<2x1xf32>
  %seen_relu = nn.observe %relu
      {id = 1 : i32, name = "relu",
       range = !quant.calibrated<f32<0.0:1.0>>} : tensor<2x1xf32>
  return %seen_relu : tensor<2x1xf32>
}

// -----

// Observers stand where somebody wanted another scale: it wins.
// CHECK-DAG:     ![[FLAT_TYPE:activation[0-9]*]] = !quant.uniform<i8:f32, 0.0039215688593685627:-128>
// CHECK-LABEL: func.func @observed_reshape
// CHECK:         %[[FLAT:.*]] = nn.reshape
// CHECK-NEXT:    %[[STORED:.*]] = nn.quantize %[[FLAT]] {nn.edge = #nn.edge<1, "flat">} : tensor<6xf32> -> tensor<6x![[FLAT_TYPE]]>
// CHECK-NEXT:    nn.dequantize %[[STORED]]
// CHECK-NEXT:    return
func.func @observed_reshape(%image: tensor<2x3xf32>) -> tensor<6xf32> {
  %seen = nn.observe %image
      {id = 0 : i32, name = "image", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<2x3xf32>
  %flat = nn.reshape %seen : tensor<2x3xf32> -> tensor<6xf32>
  %seen_flat = nn.observe %flat
      {id = 1 : i32, name = "flat", range = !quant.calibrated<f32<0.0:1.0>>}
      : tensor<6xf32>
  return %seen_flat : tensor<6xf32>
}

// -----

// A constant beside an activation has one scale, as if it were one: 127.5 / 255, and
// -128 + 63.5 / 0.5 as its zero point.
// CHECK-LABEL: func.func @constant_operand
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<1x3xf32>
// CHECK-DAG:     %[[INTEGERS:.*]] = arith.constant dense<{{\[\[}}-128, 127, 0]]> : tensor<1x3xi8>
// CHECK-DAG:     %[[STORED:.*]] = quant.scast %[[INTEGERS]]
// CHECK:         %[[ROW:.*]] = nn.dequantize %[[STORED]]
// CHECK:         nn.add %{{.*}}, %[[ROW]]
// Nothing but zeros, nothing quantized beside it, and an op without integers: they
// stay.
// CHECK:         nn.mul %{{.*}}, %[[ZERO]]
// CHECK:         nn.add %arg1, %{{.*}} : (tensor<?x3xf32>, tensor<1x3xf32>)
// CHECK:         nn.div %{{.*}}, %{{.*}} : (tensor<?x3xf32>, tensor<1x3xf32>)
func.func @constant_operand(%x: tensor<?x3xf32>, %y: tensor<?x3xf32>)
    -> (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>) {
  %row = arith.constant dense<[[-63.5, 64.0, 0.5]]> : tensor<1x3xf32>
  %zero = arith.constant dense<0.0> : tensor<1x3xf32>
  %seen = nn.observe %x
      {id = 0 : i32, name = "x", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x3xf32>
  %sum = nn.add %seen, %row : (tensor<?x3xf32>, tensor<1x3xf32>) -> tensor<?x3xf32>
  %product = nn.mul %seen, %zero : (tensor<?x3xf32>, tensor<1x3xf32>) -> tensor<?x3xf32>
  %other = nn.add %y, %row : (tensor<?x3xf32>, tensor<1x3xf32>) -> tensor<?x3xf32>
  %quotient = nn.div %seen, %row : (tensor<?x3xf32>, tensor<1x3xf32>) -> tensor<?x3xf32>
  return %sum, %product, %other, %quotient
      : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
}

// -----

// A sum takes the accumulators of a layer, and only its other operand is rounded,
// where that is there before the layer runs.
// CHECK-LABEL: func.func @sum
// CHECK:         %[[X:.*]] = nn.dequantize
// CHECK:         %[[LAYER:.*]] = nn.fully_connected %[[X]]
// CHECK-NEXT:    %[[SUM:.*]] = nn.add %[[X]], %[[LAYER]]
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[SUM]]
// CHECK-NEXT:    nn.quantize %[[RELU]] {nn.edge = #nn.edge<2, "sum">}
// Of two layers the one that runs last.
// CHECK:         %[[FIRST:.*]] = nn.fully_connected
// CHECK-NEXT:    nn.quantize %[[FIRST]] {nn.edge = #nn.edge<3, "first">}
// CHECK:         %[[SECOND:.*]] = nn.fully_connected
// CHECK-NEXT:    nn.sub %[[SECOND]], %{{.*}}
func.func @sum(%image: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = arith.constant dense<[[1.0, -1.0], [0.5, 2.0]]> : tensor<2x2xf32>
  %x = nn.observe %image
      {id = 0 : i32, name = "x", range = !quant.calibrated<f32<-1.0:1.0>>} : tensor<?x2xf32>
  %layer = nn.fully_connected %x, %w
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %seen = nn.observe %layer
      {id = 1 : i32, name = "layer", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  %added = nn.add %x, %seen
      : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %relu = nn.clamp %added {min = 0.0 : f32, max = 0x7F800000 : f32} : tensor<?x2xf32>
  %sum = nn.observe %relu
      {id = 2 : i32, name = "sum", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  %first = nn.fully_connected %sum, %w
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %seen_first = nn.observe %first
      {id = 3 : i32, name = "first", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  %second = nn.fully_connected %sum, %w
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %seen_second = nn.observe %second
      {id = 4 : i32, name = "second", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  %difference = nn.sub %seen_second, %seen_first
      : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %out = nn.observe %difference
      {id = 5 : i32, name = "out", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  return %out : tensor<?x2xf32>
}

// -----

// Both are rounded where the other operand comes later, where others read the
// layer, and where its result is not quantized.
// CHECK-LABEL: func.func @rounded
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<1, "early">}
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<4, "read">}
// CHECK:         nn.quantize %{{.*}} {nn.edge = #nn.edge<6, "float">}
func.func @rounded(%image: tensor<?x2xf32>)
    -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>) {
  %w = arith.constant dense<[[1.0, -1.0], [0.5, 2.0]]> : tensor<2x2xf32>
  %x = nn.observe %image
      {id = 0 : i32, name = "x", range = !quant.calibrated<f32<-1.0:1.0>>} : tensor<?x2xf32>
  %early = nn.fully_connected %x, %w
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %seen_early = nn.observe %early
      {id = 1 : i32, name = "early", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  %square = nn.mul %x, %x : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %seen_square = nn.observe %square
      {id = 2 : i32, name = "square", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  %sum0 = nn.add %seen_early, %seen_square
      : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %out0 = nn.observe %sum0
      {id = 3 : i32, name = "sum0", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  %read = nn.fully_connected %x, %w
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %seen_read = nn.observe %read
      {id = 4 : i32, name = "read", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  %sum1 = nn.add %seen_read, %x
      : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %out1 = nn.observe %sum1
      {id = 5 : i32, name = "sum1", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  %layer = nn.fully_connected %x, %w
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %seen_layer = nn.observe %layer
      {id = 6 : i32, name = "float", range = !quant.calibrated<f32<-1.0:1.0>>}
      : tensor<?x2xf32>
  %sum2 = nn.add %seen_layer, %x
      : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return %out0, %out1, %seen_read, %sum2
      : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
}
