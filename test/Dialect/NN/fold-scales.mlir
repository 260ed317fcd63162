// RUN: quant-opt %s -nn-move-quantization -nn-fold-scales -split-input-file | FileCheck %s

// dequantize - op - quantize becomes the op on integers, with its bias in i32
// and its clamp in the storage bounds; and what keeps a cluster in float.

!image = !quant.uniform<i8:f32, 0.5:-3>
!filter = !quant.uniform<i8<-127:127>:f32:0, {0.25, 0.125, 0.25}>
!features = !quant.uniform<i8:f32, 2.0:7>

// bias = roundeven(b / (0.5 * weight scale)): 2.5, 1.5 and -2.5 are ties.
// CHECK-DAG:     !activation = !quant.uniform<i8:f32, 5.000000e-01:-3>
// CHECK-DAG:     !activation1 = !quant.uniform<i8:f32, 2.000000e+00:7>
// CHECK-DAG:     !weight = !quant.uniform<i8<-127:127>:f32:0, {2.500000e-01,1.250000e-01,2.500000e-01}>
// CHECK-DAG:     !bias = !quant.uniform<i32:f32:0, {1.250000e-01,6.250000e-02,1.250000e-01}>
// CHECK-LABEL: func.func @conv_2d
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x2x1x1x!activation>) -> tensor<?x3x2x3x!activation1>
// CHECK-DAG:     %[[FILTER_INTEGERS:.*]] = arith.constant dense<{{\[\[\[\[}}1]]], {{\[\[\[}}-2]]], {{\[\[\[}}127]]]]> : tensor<3x1x1x1xi8>
// CHECK-DAG:     %[[FILTER:.*]] = quant.scast %[[FILTER_INTEGERS]] : {{.*}} to tensor<3x1x1x1x!weight>
// CHECK-DAG:     %[[BIAS_INTEGERS:.*]] = arith.constant dense<[2, 2, -2]> : tensor<3xi32>
// CHECK-DAG:     %[[BIAS:.*]] = quant.scast %[[BIAS_INTEGERS]] : tensor<3xi32> to tensor<3x!bias>
// CHECK:         %[[STORED:.*]] = nn.conv_2d %[[IMAGE]], %[[FILTER]], %[[BIAS]]
// CHECK-SAME:      {nn.edge = #nn.edge<4, "e4">, pad = array<i64: 0, 1, 1, 0>}
// CHECK-SAME:      : (tensor<?x2x1x1x!activation>, tensor<3x1x1x1x!weight>, tensor<3x!bias>) -> tensor<?x3x2x3x!activation1>
// CHECK-NEXT:    return %[[STORED]]
func.func @conv_2d(%image: tensor<?x2x1x1x!image>) -> tensor<?x3x2x3x!features> {
  %integers = arith.constant dense<[[[[1]]], [[[-2]]], [[[127]]]]>
      : tensor<3x1x1x1xi8>
  %bias = arith.constant dense<[0.3125, 0.09375, -0.3125]> : tensor<3xf32>
  %filter = quant.scast %integers
      : tensor<3x1x1x1xi8> to tensor<3x1x1x1x!filter>
  %real_filter = nn.dequantize %filter
      : tensor<3x1x1x1x!filter> -> tensor<3x1x1x1xf32>
  %real = nn.dequantize %image : tensor<?x2x1x1x!image> -> tensor<?x2x1x1xf32>
  %acc = nn.conv_2d %real, %real_filter, %bias {pad = array<i64: 0, 1, 1, 0>}
      : (tensor<?x2x1x1xf32>, tensor<3x1x1x1xf32>, tensor<3xf32>)
      -> tensor<?x3x2x3xf32>
  %stored = nn.quantize %acc {nn.edge = #nn.edge<4, "e4">}
      : tensor<?x3x2x3xf32> -> tensor<?x3x2x3x!features>
  return %stored : tensor<?x3x2x3x!features>
}

// -----

!features = !quant.uniform<i8:f32, 0.017000000923871994:5>
!weight = !quant.uniform<i8<-127:127>:f32, 0.017000000923871994>

// A weight with one scale; the product of the scales is rounded to f32 before
// the division: by the exact one, 731 would become 2529411.
// CHECK-DAG:     !bias = !quant.uniform<i32:f32:0, {2.8900001780129969E-4,2.8900001780129969E-4}>
// CHECK-LABEL: func.func @fully_connected
// CHECK:         arith.constant dense<[2529412, 0]> : tensor<2xi32>
// CHECK:         nn.fully_connected {{.*}} : (tensor<4x3x!{{.*}}>, tensor<2x3x!{{.*}}>, tensor<2x!bias>) -> tensor<4x2x!{{.*}}>
func.func @fully_connected(%features: tensor<4x3x!features>)
    -> tensor<4x2x!features> {
  %integers = arith.constant dense<[[1, 2, 3], [-127, 0, 127]]> : tensor<2x3xi8>
  %bias = arith.constant dense<[731.0, -0.0]> : tensor<2xf32>
  %weight = quant.scast %integers : tensor<2x3xi8> to tensor<2x3x!weight>
  %real_weight = nn.dequantize %weight : tensor<2x3x!weight> -> tensor<2x3xf32>
  %real = nn.dequantize %features : tensor<4x3x!features> -> tensor<4x3xf32>
  %acc = nn.fully_connected %real, %real_weight, %bias
      : (tensor<4x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  %stored = nn.quantize %acc : tensor<4x2xf32> -> tensor<4x2x!features>
  return %stored : tensor<4x2x!features>
}

// -----

!features = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32, 0.25>

// Without a bias, and without the id of an edge.
// CHECK-LABEL: func.func @unbiased
// CHECK-SAME:    (%[[FEATURES:.*]]: tensor<?x1x!{{.*}}>)
// CHECK:         %[[WEIGHT:.*]] = quant.scast
// CHECK-NEXT:    %[[STORED:.*]] = nn.fully_connected %[[FEATURES]], %[[WEIGHT]] : (
// CHECK-NEXT:    return %[[STORED]]
func.func @unbiased(%features: tensor<?x1x!features>) -> tensor<?x1x!features> {
  %integers = arith.constant dense<3> : tensor<1x1xi8>
  %weight = quant.scast %integers : tensor<1x1xi8> to tensor<1x1x!weight>
  %real_weight = nn.dequantize %weight : tensor<1x1x!weight> -> tensor<1x1xf32>
  %real = nn.dequantize %features : tensor<?x1x!features> -> tensor<?x1xf32>
  %acc = nn.fully_connected %real, %real_weight
      : (tensor<?x1xf32>, tensor<1x1xf32>) -> tensor<?x1xf32>
  %stored = nn.quantize %acc : tensor<?x1xf32> -> tensor<?x1x!features>
  return %stored : tensor<?x1x!features>
}

// -----

!features = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32, 0.25>

// Bounds of the storage for a relu6, for bounds that are ties (2.5 and -2.5 away
// from the zero point), for bounds outside of the storage, and for a clamp that
// leaves the zero point out.
// CHECK-DAG:     ![[RELU6:activation[0-9]+]] = !quant.uniform<i8<-3:9>:f32, 5.000000e-01:-3>
// CHECK-DAG:     ![[TIES:activation[0-9]+]] = !quant.uniform<i8<-5:-1>:f32, 5.000000e-01:-3>
// CHECK-DAG:     ![[WIDE:activation[0-9]+]] = !quant.uniform<i8<-3:127>:f32, 5.000000e-01:-3>
// CHECK-DAG:     ![[AWAY:activation[0-9]+]] = !quant.uniform<i8<-128:-5>:f32, 5.000000e-01:-3>
// CHECK-LABEL: func.func @clamps
// CHECK-NOT:     nn.clamp
// CHECK-DAG:     %[[BOUNDED6:.*]] = nn.fully_connected {{.*}} {nn.edge = #nn.edge<0, "e0">} : {{.*}} -> tensor<2x1x![[RELU6]]>
// CHECK-DAG:     nn.fully_connected {{.*}} {nn.edge = #nn.edge<1, "e1">} : {{.*}} -> tensor<2x1x![[TIES]]>
// CHECK-DAG:     nn.fully_connected {{.*}} {nn.edge = #nn.edge<2, "e2">} : {{.*}} -> tensor<2x1x![[WIDE]]>
// CHECK-DAG:     nn.fully_connected {{.*}} {nn.edge = #nn.edge<3, "e3">} : {{.*}} -> tensor<2x1x![[AWAY]]>
// CHECK-DAG:     nn.dequantize %[[BOUNDED6]] : tensor<2x1x![[RELU6]]> -> tensor<2x1xf32>
// CHECK:         return
func.func @clamps(%features: tensor<2x1x!features>)
    -> (tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>) {
  %integers = arith.constant dense<3> : tensor<1x1xi8>
  %weight = quant.scast %integers : tensor<1x1xi8> to tensor<1x1x!weight>
  %real_weight = nn.dequantize %weight : tensor<1x1x!weight> -> tensor<1x1xf32>
  %real = nn.dequantize %features : tensor<2x1x!features> -> tensor<2x1xf32>

  %acc0 = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %relu6 = nn.clamp %acc0 {min = 0.0 : f32, max = 6.0 : f32} : tensor<2x1xf32>
  %stored0 = nn.quantize %relu6 {nn.edge = #nn.edge<0, "e0">}
      : tensor<2x1xf32> -> tensor<2x1x!features>
  %out0 = nn.dequantize %stored0 : tensor<2x1x!features> -> tensor<2x1xf32>

  %acc1 = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %ties = nn.clamp %acc1 {min = -1.25 : f32, max = 1.25 : f32} : tensor<2x1xf32>
  %stored1 = nn.quantize %ties {nn.edge = #nn.edge<1, "e1">}
      : tensor<2x1xf32> -> tensor<2x1x!features>
  %out1 = nn.dequantize %stored1 : tensor<2x1x!features> -> tensor<2x1xf32>

  %acc2 = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %relu = nn.clamp %acc2 {min = 0.0 : f32, max = 0x7F800000 : f32}
      : tensor<2x1xf32>
  %stored2 = nn.quantize %relu {nn.edge = #nn.edge<2, "e2">}
      : tensor<2x1xf32> -> tensor<2x1x!features>
  %out2 = nn.dequantize %stored2 : tensor<2x1x!features> -> tensor<2x1xf32>

  %acc3 = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %negative = nn.clamp %acc3 {min = 0xFF800000 : f32, max = -1.0 : f32}
      : tensor<2x1xf32>
  %stored3 = nn.quantize %negative {nn.edge = #nn.edge<3, "e3">}
      : tensor<2x1xf32> -> tensor<2x1x!features>
  %out3 = nn.dequantize %stored3 : tensor<2x1x!features> -> tensor<2x1xf32>
  return %out0, %out1, %out2, %out3
      : tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>
}

// -----

!image = !quant.uniform<i8:f32, 0.5:-3>

// Ops that move values: one integer type throughout, no constants.
// CHECK-LABEL: func.func @sharing_ops
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x4x4x2x!activation>) -> tensor<?x12x!activation>
// CHECK-NEXT:    %[[POOLED:.*]] = nn.max_pool_2d %[[IMAGE]] {kernel = array<i64: 3, 3>} : tensor<?x4x4x2x!activation> -> tensor<?x2x2x2x!activation>
// CHECK-NEXT:    %[[RELU:.*]] = nn.clamp %[[POOLED]] {max = 1.000000e+00 : f32, min = 0.000000e+00 : f32} : tensor<?x2x2x2x!activation>
// CHECK-NEXT:    %[[PADDED:.*]] = nn.pad %[[RELU]]
// CHECK-SAME:      value = 2.500000e+00 : f32
// CHECK-SAME:      : tensor<?x2x2x2x!activation> -> tensor<?x3x2x2x!activation>
// CHECK-NEXT:    %[[TURNED:.*]] = nn.transpose %[[PADDED]] {permutation = array<i64: 0, 2, 1, 3>} : tensor<?x3x2x2x!activation> -> tensor<?x2x3x2x!activation>
// CHECK-NEXT:    %[[FLAT:.*]] = nn.reshape %[[TURNED]] : tensor<?x2x3x2x!activation> -> tensor<?x12x!activation>
// CHECK-NEXT:    return %[[FLAT]]
func.func @sharing_ops(%image: tensor<?x4x4x2x!image>) -> tensor<?x12x!image> {
  %0 = nn.dequantize %image : tensor<?x4x4x2x!image> -> tensor<?x4x4x2xf32>
  %pooled = nn.max_pool_2d %0 {kernel = array<i64: 3, 3>}
      : tensor<?x4x4x2xf32> -> tensor<?x2x2x2xf32>
  %1 = nn.quantize %pooled : tensor<?x2x2x2xf32> -> tensor<?x2x2x2x!image>
  %2 = nn.dequantize %1 : tensor<?x2x2x2x!image> -> tensor<?x2x2x2xf32>
  %relu = nn.clamp %2 {min = 0.0 : f32, max = 1.0 : f32}
      : tensor<?x2x2x2xf32>
  %3 = nn.quantize %relu : tensor<?x2x2x2xf32> -> tensor<?x2x2x2x!image>
  %4 = nn.dequantize %3 : tensor<?x2x2x2x!image> -> tensor<?x2x2x2xf32>
  %padded = nn.pad %4
      {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>,
       value = 2.5 : f32}
      : tensor<?x2x2x2xf32> -> tensor<?x3x2x2xf32>
  %5 = nn.quantize %padded : tensor<?x3x2x2xf32> -> tensor<?x3x2x2x!image>
  %6 = nn.dequantize %5 : tensor<?x3x2x2x!image> -> tensor<?x3x2x2xf32>
  %turned = nn.transpose %6 {permutation = array<i64: 0, 2, 1, 3>}
      : tensor<?x3x2x2xf32> -> tensor<?x2x3x2xf32>
  %7 = nn.quantize %turned : tensor<?x2x3x2xf32> -> tensor<?x2x3x2x!image>
  %8 = nn.dequantize %7 : tensor<?x2x3x2x!image> -> tensor<?x2x3x2xf32>
  %flat = nn.reshape %8 : tensor<?x2x3x2xf32> -> tensor<?x12xf32>
  %9 = nn.quantize %flat : tensor<?x12xf32> -> tensor<?x12x!image>
  return %9 : tensor<?x12x!image>
}

// -----

!features = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32, 0.25>

// The bounds that a folded clamp gives its op hold for the op behind it, too.
// CHECK-DAG:     ![[RELU:activation[0-9]+]] = !quant.uniform<i8<-3:127>:f32, 5.000000e-01:-3>
// CHECK-LABEL: func.func @bounds_of_producer
// CHECK:         %[[STORED:.*]] = nn.fully_connected {{.*}} -> tensor<2x2x![[RELU]]>
// CHECK-NEXT:    %[[FLAT:.*]] = nn.reshape %[[STORED]] : tensor<2x2x![[RELU]]> -> tensor<4x![[RELU]]>
// CHECK-NEXT:    %[[REAL:.*]] = nn.dequantize %[[FLAT]] : tensor<4x![[RELU]]> -> tensor<4xf32>
// CHECK-NEXT:    return %[[REAL]]
func.func @bounds_of_producer(%features: tensor<2x1x!features>) -> tensor<4xf32> {
  %integers = arith.constant dense<3> : tensor<2x1xi8>
  %weight = quant.scast %integers : tensor<2x1xi8> to tensor<2x1x!weight>
  %real_weight = nn.dequantize %weight : tensor<2x1x!weight> -> tensor<2x1xf32>
  %real = nn.dequantize %features : tensor<2x1x!features> -> tensor<2x1xf32>
  %acc = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  %relu = nn.clamp %acc {min = 0.0 : f32, max = 0x7F800000 : f32}
      : tensor<2x2xf32>
  %stored = nn.quantize %relu : tensor<2x2xf32> -> tensor<2x2x!features>
  %again = nn.dequantize %stored : tensor<2x2x!features> -> tensor<2x2xf32>
  %flat = nn.reshape %again : tensor<2x2xf32> -> tensor<4xf32>
  %stored_flat = nn.quantize %flat : tensor<4xf32> -> tensor<4x!features>
  %out = nn.dequantize %stored_flat : tensor<4x!features> -> tensor<4xf32>
  return %out : tensor<4xf32>
}

// -----

!features = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32, 0.25>

// Two integers remain of a clamp's range, then one: that one no storage type
// can say, and the clamp stays.
// CHECK-DAG:     ![[PAIR:activation[0-9]+]] = !quant.uniform<i8<-3:-2>:f32, 5.000000e-01:-3>
// CHECK-LABEL: func.func @clamp_to_constant
// CHECK:         nn.fully_connected {{.*}} -> tensor<2x1x![[PAIR]]>
// CHECK:         %[[STORED:.*]] = nn.fully_connected {{.*}} -> tensor<2x1x!activation>
// CHECK-NEXT:    %[[ZERO:.*]] = nn.clamp %[[STORED]]
// CHECK-SAME:      : tensor<2x1x!activation>
func.func @clamp_to_constant(%features: tensor<2x1x!features>)
    -> (tensor<2x1xf32>, tensor<2x1x!features>) {
  %integers = arith.constant dense<3> : tensor<1x1xi8>
  %weight = quant.scast %integers : tensor<1x1xi8> to tensor<1x1x!weight>
  %real_weight = nn.dequantize %weight : tensor<1x1x!weight> -> tensor<1x1xf32>
  %real = nn.dequantize %features : tensor<2x1x!features> -> tensor<2x1xf32>
  %acc0 = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %pair = nn.clamp %acc0 {min = 0.0 : f32, max = 0.5 : f32} : tensor<2x1xf32>
  %stored0 = nn.quantize %pair : tensor<2x1xf32> -> tensor<2x1x!features>
  %out0 = nn.dequantize %stored0 : tensor<2x1x!features> -> tensor<2x1xf32>
  %acc1 = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %zero = nn.clamp %acc1 {min = 0.0 : f32, max = 0.25 : f32} : tensor<2x1xf32>
  %stored1 = nn.quantize %zero : tensor<2x1xf32> -> tensor<2x1x!features>
  return %out0, %stored1 : tensor<2x1xf32>, tensor<2x1x!features>
}

// -----

!features = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32, 0.25>

// Somebody else needs the values before the quantization, or before the clamp.
// CHECK-LABEL: func.func @shared_results
// CHECK:         %[[ACC:.*]] = nn.fully_connected {{.*}} -> tensor<2x1xf32>
// CHECK-NEXT:    %[[STORED:.*]] = nn.quantize %[[ACC]]
// CHECK:         %[[ACC1:.*]] = nn.fully_connected {{.*}} -> tensor<2x1xf32>
// CHECK-NEXT:    %[[STORED1:.*]] = nn.quantize %[[ACC1]]
// CHECK-NEXT:    %[[RELU1:.*]] = nn.clamp %[[STORED1]]
// CHECK:         %[[ACC2:.*]] = nn.fully_connected {{.*}} -> tensor<2x1xf32>
// CHECK-NEXT:    %[[RELU2:.*]] = nn.clamp %[[ACC2]]
// CHECK-NEXT:    %[[STORED2:.*]] = nn.quantize %[[RELU2]]
// CHECK-NEXT:    return %[[ACC]], %[[STORED]], %[[ACC1]], %[[RELU1]], %[[RELU2]], %[[STORED2]]
func.func @shared_results(%features: tensor<2x1x!features>)
    -> (tensor<2x1xf32>, tensor<2x1x!features>, tensor<2x1xf32>,
        tensor<2x1x!features>, tensor<2x1xf32>, tensor<2x1x!features>) {
  %integers = arith.constant dense<3> : tensor<1x1xi8>
  %weight = quant.scast %integers : tensor<1x1xi8> to tensor<1x1x!weight>
  %real_weight = nn.dequantize %weight : tensor<1x1x!weight> -> tensor<1x1xf32>
  %real = nn.dequantize %features : tensor<2x1x!features> -> tensor<2x1xf32>
  %acc0 = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %stored0 = nn.quantize %acc0 : tensor<2x1xf32> -> tensor<2x1x!features>
  %acc1 = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %relu1 = nn.clamp %acc1 {min = 0.0 : f32, max = 6.0 : f32} : tensor<2x1xf32>
  %stored1 = nn.quantize %relu1 : tensor<2x1xf32> -> tensor<2x1x!features>
  %acc2 = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %relu2 = nn.clamp %acc2 {min = 0.0 : f32, max = 6.0 : f32} : tensor<2x1xf32>
  %stored2 = nn.quantize %relu2 : tensor<2x1xf32> -> tensor<2x1x!features>
  return %acc0, %stored0, %acc1, %stored1, %relu2, %stored2
      : tensor<2x1xf32>, tensor<2x1x!features>, tensor<2x1xf32>,
        tensor<2x1x!features>, tensor<2x1xf32>, tensor<2x1x!features>
}

// -----

// Another scale, another zero point: the integers are moved before they are
// changed.
// CHECK-LABEL: func.func @differing_scales
// CHECK-SAME:    (%[[INTEGERS:.*]]: tensor<2x3x!{{.*}}>)
// CHECK-NEXT:    %[[ROW:.*]] = nn.reshape %[[INTEGERS]]
// CHECK-NEXT:    %[[STORED_ROW:.*]] = nn.requantize %[[ROW]]
// CHECK-NEXT:    %[[TURNED:.*]] = nn.transpose %[[INTEGERS]]
// CHECK-NEXT:    %[[STORED_TURNED:.*]] = nn.requantize %[[TURNED]]
// CHECK-NEXT:    return %[[STORED_ROW]], %[[STORED_TURNED]]
func.func @differing_scales(%stored: tensor<2x3x!quant.uniform<i8:f32, 0.5:-3>>)
    -> (tensor<6x!quant.uniform<i8:f32, 0.25:-3>>,
        tensor<3x2x!quant.uniform<i8:f32, 0.5:-2>>) {
  %real = nn.dequantize %stored
      : tensor<2x3x!quant.uniform<i8:f32, 0.5:-3>> -> tensor<2x3xf32>
  %row = nn.reshape %real : tensor<2x3xf32> -> tensor<6xf32>
  %stored_row = nn.quantize %row
      : tensor<6xf32> -> tensor<6x!quant.uniform<i8:f32, 0.25:-3>>
  %turned = nn.transpose %real {permutation = array<i64: 1, 0>}
      : tensor<2x3xf32> -> tensor<3x2xf32>
  %stored_turned = nn.quantize %turned
      : tensor<3x2xf32> -> tensor<3x2x!quant.uniform<i8:f32, 0.5:-2>>
  return %stored_row, %stored_turned
      : tensor<6x!quant.uniform<i8:f32, 0.25:-3>>,
        tensor<3x2x!quant.uniform<i8:f32, 0.5:-2>>
}

// -----

!features = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32, 0.25>

// An operand that is no quantized tensor: the activation, then the weight.
// CHECK-LABEL: func.func @float_operands
// CHECK:         %[[ACC:.*]] = nn.fully_connected {{.*}} -> tensor<2x1xf32>
// CHECK-NEXT:    nn.quantize %[[ACC]]
// CHECK:         %[[ACC1:.*]] = nn.fully_connected {{.*}} -> tensor<2x1xf32>
// CHECK-NEXT:    nn.quantize %[[ACC1]]
func.func @float_operands(%features: tensor<2x1x!features>,
                          %unquantized: tensor<2x1xf32>)
    -> (tensor<2x1x!features>, tensor<2x1x!features>) {
  %integers = arith.constant dense<3> : tensor<1x1xi8>
  %weight = quant.scast %integers : tensor<1x1xi8> to tensor<1x1x!weight>
  %real_weight = nn.dequantize %weight : tensor<1x1x!weight> -> tensor<1x1xf32>
  %float_weight = arith.constant dense<0.75> : tensor<1x1xf32>
  %real = nn.dequantize %features : tensor<2x1x!features> -> tensor<2x1xf32>
  %acc0 = nn.fully_connected %unquantized, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %stored0 = nn.quantize %acc0 : tensor<2x1xf32> -> tensor<2x1x!features>
  %acc1 = nn.fully_connected %real, %float_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %stored1 = nn.quantize %acc1 : tensor<2x1xf32> -> tensor<2x1x!features>
  return %stored0, %stored1 : tensor<2x1x!features>, tensor<2x1x!features>
}

// -----

// The result is wanted with a scale per channel, which activations never have.
// CHECK-LABEL: func.func @per_axis_result
// CHECK:         %[[ROW:.*]] = nn.reshape
// CHECK-NEXT:    %[[REAL:.*]] = nn.dequantize %[[ROW]]
// CHECK-NEXT:    nn.quantize %[[REAL]]
func.func @per_axis_result(%stored: tensor<2x1x!quant.uniform<i8:f32, 0.5>>)
    -> tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.5}>> {
  %real = nn.dequantize %stored
      : tensor<2x1x!quant.uniform<i8:f32, 0.5>> -> tensor<2x1xf32>
  %row = nn.reshape %real : tensor<2x1xf32> -> tensor<2xf32>
  %channels = nn.quantize %row
      : tensor<2xf32> -> tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.5}>>
  return %channels : tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.5}>>
}

// -----

// A quantization of what no op computed stays: it is the network's input.
// CHECK-LABEL: func.func @input
// CHECK-SAME:    (%[[IMAGE:.*]]: tensor<?x6xf32>)
// CHECK-NEXT:    %[[STORED:.*]] = nn.quantize %[[IMAGE]] {nn.edge = #nn.edge<0, "e0">}
// CHECK-DAG:     %[[REAL:.*]] = nn.dequantize %[[STORED]]
// CHECK-DAG:     %[[ROWS:.*]] = nn.reshape %[[STORED]] : tensor<?x6x!activation> -> tensor<?x2x3x!activation>
// CHECK-NEXT:    return %[[ROWS]], %[[REAL]]
func.func @input(%image: tensor<?x6xf32>)
    -> (tensor<?x2x3x!quant.uniform<i8:f32, 0.5:-3>>, tensor<?x6xf32>) {
  %stored = nn.quantize %image {nn.edge = #nn.edge<0, "e0">}
      : tensor<?x6xf32> -> tensor<?x6x!quant.uniform<i8:f32, 0.5:-3>>
  // The reshape no longer uses this, the return does.
  %real = nn.dequantize %stored
      : tensor<?x6x!quant.uniform<i8:f32, 0.5:-3>> -> tensor<?x6xf32>
  %rows = nn.reshape %real : tensor<?x6xf32> -> tensor<?x2x3xf32>
  %stored_rows = nn.quantize %rows
      : tensor<?x2x3xf32> -> tensor<?x2x3x!quant.uniform<i8:f32, 0.5:-3>>
  return %stored_rows, %real
      : tensor<?x2x3x!quant.uniform<i8:f32, 0.5:-3>>, tensor<?x6xf32>
}

// -----

!full = !quant.uniform<i8:f32, 1.0:-128>
!narrow = !quant.uniform<i8<-128:-127>:f32, 1.0:-128>
!weight = !quant.uniform<i8<-127:127>:f32, 1.0>

// The greatest accumulator that fits: 66311 products of 127 * 255 and a bias of
// 1912 are 2^31 - 1. Ten times as many products fit where the bounds of the
// storage leave 0 and 1 only.
// CHECK-LABEL: func.func @accumulator_fits
// CHECK:         nn.fully_connected {{.*}} -> tensor<1x2x!activation>
// CHECK:         nn.fully_connected {{.*}} -> tensor<1x2x!activation>
func.func @accumulator_fits(%features: tensor<1x66311x!full>,
                            %bits: tensor<1x663110x!narrow>)
    -> (tensor<1x2x!full>, tensor<1x2x!full>) {
  %integers = arith.constant dense<-127> : tensor<2x66311xi8>
  %bias = arith.constant dense<[1912.0, -1912.0]> : tensor<2xf32>
  %weight = quant.scast %integers : tensor<2x66311xi8> to tensor<2x66311x!weight>
  %real_weight = nn.dequantize %weight
      : tensor<2x66311x!weight> -> tensor<2x66311xf32>
  %real = nn.dequantize %features : tensor<1x66311x!full> -> tensor<1x66311xf32>
  %acc = nn.fully_connected %real, %real_weight, %bias
      : (tensor<1x66311xf32>, tensor<2x66311xf32>, tensor<2xf32>)
      -> tensor<1x2xf32>
  %stored = nn.quantize %acc : tensor<1x2xf32> -> tensor<1x2x!full>

  %long_integers = arith.constant dense<127> : tensor<2x663110xi8>
  %long_weight = quant.scast %long_integers
      : tensor<2x663110xi8> to tensor<2x663110x!weight>
  %real_long_weight = nn.dequantize %long_weight
      : tensor<2x663110x!weight> -> tensor<2x663110xf32>
  %real_bits = nn.dequantize %bits
      : tensor<1x663110x!narrow> -> tensor<1x663110xf32>
  %long_acc = nn.fully_connected %real_bits, %real_long_weight
      : (tensor<1x663110xf32>, tensor<2x663110xf32>) -> tensor<1x2xf32>
  %long_stored = nn.quantize %long_acc : tensor<1x2xf32> -> tensor<1x2x!full>
  return %stored, %long_stored : tensor<1x2x!full>, tensor<1x2x!full>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-128>
!weight = !quant.uniform<i8<-127:127>:f32:0, {1.0, 0.5}>
!exact = !quant.uniform<i32:f32:0, {0.5, 0.25}>
!near = !quant.uniform<i32:f32:0, {0.5, 0.24999998509883881}>
!coarse = !quant.uniform<i8:f32, 2.0:0>
!one = !quant.uniform<i32:f32, 0.5>

// A bias of integers: in units of the accumulator it stays as it is, a scale
// that was rounded on its way changes nothing, and any other is quantized anew.
// CHECK-LABEL: func.func @integer_bias
// CHECK:         %[[KEPT:.*]] = arith.constant dense<[-7, 2147483647]> : tensor<2xi32>
// CHECK:         %[[BIAS0:.*]] = quant.scast %[[KEPT]]
// CHECK:         nn.fully_connected %{{.*}}, %{{.*}}, %[[BIAS0]]
// CHECK:         %[[NEAR:.*]] = arith.constant dense<[-7, 1000000]> : tensor<2xi32>
// CHECK:         %[[BIAS1:.*]] = quant.scast %[[NEAR]]
// CHECK:         nn.fully_connected %{{.*}}, %{{.*}}, %[[BIAS1]]
// CHECK:         %[[COARSE:.*]] = arith.constant dense<[-28, 24]> : tensor<2xi32>
// CHECK:         %[[BIAS2:.*]] = quant.scast %[[COARSE]]
// CHECK:         nn.fully_connected %{{.*}}, %{{.*}}, %[[BIAS2]]
func.func @integer_bias(%features: tensor<1x2x!activation>)
    -> (tensor<1x2x!activation>, tensor<1x2x!activation>,
        tensor<1x2x!activation>) {
  %integers = arith.constant dense<0> : tensor<2x2xi8>
  %weight = quant.scast %integers : tensor<2x2xi8> to tensor<2x2x!weight>
  %real_weight = nn.dequantize %weight : tensor<2x2x!weight> -> tensor<2x2xf32>
  %real = nn.dequantize %features : tensor<1x2x!activation> -> tensor<1x2xf32>

  %large = arith.constant dense<[-7, 2147483647]> : tensor<2xi32>
  %bias0 = quant.scast %large : tensor<2xi32> to tensor<2x!exact>
  %real_bias0 = nn.dequantize %bias0 : tensor<2x!exact> -> tensor<2xf32>
  %acc0 = nn.fully_connected %real, %real_weight, %real_bias0
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %stored0 = nn.quantize %acc0 : tensor<1x2xf32> -> tensor<1x2x!activation>

  %million = arith.constant dense<[-7, 1000000]> : tensor<2xi32>
  %bias1 = quant.scast %million : tensor<2xi32> to tensor<2x!near>
  %real_bias1 = nn.dequantize %bias1 : tensor<2x!near> -> tensor<2xf32>
  %acc1 = nn.fully_connected %real, %real_weight, %real_bias1
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %stored1 = nn.quantize %acc1 : tensor<1x2xf32> -> tensor<1x2x!activation>

  %bytes = arith.constant dense<[-7, 3]> : tensor<2xi8>
  %bias2 = quant.scast %bytes : tensor<2xi8> to tensor<2x!coarse>
  %real_bias2 = nn.dequantize %bias2 : tensor<2x!coarse> -> tensor<2xf32>
  %acc2 = nn.fully_connected %real, %real_weight, %real_bias2
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %stored2 = nn.quantize %acc2 : tensor<1x2xf32> -> tensor<1x2x!activation>
  return %stored0, %stored1, %stored2
      : tensor<1x2x!activation>, tensor<1x2x!activation>,
        tensor<1x2x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-128>
!finer = !quant.uniform<i8:f32, 0.25:-128>
!weight = !quant.uniform<i8<-127:127>:f32:1, {1.0, 0.5}>

// Two scales for one result: the op exists twice. A weight with a scale per input
// feature has no form on integers.
// CHECK-LABEL: func.func @two_scales
// CHECK:         nn.add {{.*}} -> tensor<1x2x!activation>
// CHECK-NEXT:    nn.add {{.*}} -> tensor<1x2x!activation1>
// CHECK-LABEL: func.func @scale_per_input
// CHECK:         nn.fully_connected {{.*}} -> tensor<1x1xf32>
func.func @two_scales(%a: tensor<1x2x!activation>)
    -> (tensor<1x2x!activation>, tensor<1x2x!finer>) {
  %real = nn.dequantize %a : tensor<1x2x!activation> -> tensor<1x2xf32>
  %sum = nn.add %real, %real
      : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %coarse = nn.quantize %sum : tensor<1x2xf32> -> tensor<1x2x!activation>
  %fine = nn.quantize %sum : tensor<1x2xf32> -> tensor<1x2x!finer>
  return %coarse, %fine : tensor<1x2x!activation>, tensor<1x2x!finer>
}
func.func @scale_per_input(%features: tensor<1x2x!activation>)
    -> tensor<1x1x!activation> {
  %integers = arith.constant dense<1> : tensor<1x2xi8>
  %weight = quant.scast %integers : tensor<1x2xi8> to tensor<1x2x!weight>
  %real_weight = nn.dequantize %weight : tensor<1x2x!weight> -> tensor<1x2xf32>
  %real = nn.dequantize %features : tensor<1x2x!activation> -> tensor<1x2xf32>
  %acc = nn.fully_connected %real, %real_weight
      : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x1xf32>
  %stored = nn.quantize %acc : tensor<1x1xf32> -> tensor<1x1x!activation>
  return %stored : tensor<1x1x!activation>
}

// -----

!features = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32, 0.25>

// The function's result has the full range: the clamp stays.
// CHECK-LABEL: func.func @clamped_result
// CHECK:         %[[STORED:.*]] = nn.fully_connected {{.*}} -> tensor<2x1x!activation>
// CHECK-NEXT:    nn.clamp %[[STORED]] {{.*}} : tensor<2x1x!activation>
func.func @clamped_result(%features: tensor<2x1x!features>)
    -> tensor<2x1x!features> {
  %integers = arith.constant dense<3> : tensor<1x1xi8>
  %weight = quant.scast %integers : tensor<1x1xi8> to tensor<1x1x!weight>
  %real_weight = nn.dequantize %weight : tensor<1x1x!weight> -> tensor<1x1xf32>
  %real = nn.dequantize %features : tensor<2x1x!features> -> tensor<2x1xf32>
  %acc = nn.fully_connected %real, %real_weight
      : (tensor<2x1xf32>, tensor<1x1xf32>) -> tensor<2x1xf32>
  %relu = nn.clamp %acc {min = 0.0 : f32, max = 6.0 : f32} : tensor<2x1xf32>
  %stored = nn.quantize %relu : tensor<2x1xf32> -> tensor<2x1x!features>
  return %stored : tensor<2x1x!features>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!finer = !quant.uniform<i8:f32, 0.25:-3>

// Only the scale changes.
// CHECK-LABEL: func.func @scale_change
// CHECK-NEXT:    %[[STORED:.*]] = nn.requantize %{{.*}} {nn.edge = #nn.edge<4, "x">} : tensor<?x3x!{{.*}}> -> tensor<?x3x!{{.*}}>
// CHECK-NEXT:    return %[[STORED]]
func.func @scale_change(%x: tensor<?x3x!activation>) -> tensor<?x3x!finer> {
  %real = nn.dequantize %x : tensor<?x3x!activation> -> tensor<?x3xf32>
  %stored = nn.quantize %real {nn.edge = #nn.edge<4, "x">}
      : tensor<?x3xf32> -> tensor<?x3x!finer>
  return %stored : tensor<?x3x!finer>
}

// A scale per index has no table.
// CHECK-LABEL: func.func @scale_change_per_axis
// CHECK-NEXT:    %[[REAL:.*]] = nn.dequantize
// CHECK-NEXT:    nn.quantize %[[REAL]]
func.func @scale_change_per_axis(%x: tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>)
    -> tensor<2x3x!finer> {
  %real = nn.dequantize %x
      : tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>> -> tensor<2x3xf32>
  %stored = nn.quantize %real : tensor<2x3xf32> -> tensor<2x3x!finer>
  return %stored : tensor<2x3x!finer>
}

// -----

!features = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32:0, {0.25, 0.125}>
!one = !quant.uniform<i8<-127:127>:f32, 0.25>
!sum = !quant.uniform<i8:f32, 2.0:7>

// What a sum adds is not rounded to 8 bits before: the accumulators of the layer,
// with a scale for each channel or one for all. The edge is that of the sum.
// CHECK-DAG:     !accumulator = !quant.uniform<i32:f32:1, {1.250000e-01,6.250000e-02}>
// CHECK-DAG:     ![[ONE:bias[0-9]*]] = !quant.uniform<i32:f32, 1.250000e-01>
// CHECK-LABEL: func.func @sums
// CHECK-SAME:    (%[[FEATURES:.*]]: tensor<?x2x!{{.*}}>)
// CHECK:         %[[ACC:.*]] = nn.fully_connected {{.*}} -> tensor<?x2x!accumulator>
// CHECK-NEXT:    %[[SUM:.*]] = nn.add %[[ACC]], %[[FEATURES]] {nn.edge = #nn.edge<1, "e1">}
// CHECK-SAME:      : (tensor<?x2x!accumulator>, tensor<?x2x!activation>) -> tensor<?x2x![[SUM_TYPE:.*]]>
// CHECK:         %[[FIRST:.*]] = nn.fully_connected {{.*}} -> tensor<?x2x![[ONE]]>
// CHECK:         %[[SECOND:.*]] = nn.fully_connected {{.*}} -> tensor<?x2x!accumulator>
// CHECK-NEXT:    %[[DIFFERENCE:.*]] = nn.sub %[[FIRST]], %[[SECOND]]
// CHECK-NEXT:    return %[[SUM]], %[[DIFFERENCE]]
func.func @sums(%features: tensor<?x2x!features>)
    -> (tensor<?x2x!sum>, tensor<?x2x!sum>) {
  %integers = arith.constant dense<3> : tensor<2x2xi8>
  %weight = quant.scast %integers : tensor<2x2xi8> to tensor<2x2x!weight>
  %one = quant.scast %integers : tensor<2x2xi8> to tensor<2x2x!one>
  %real_weight = nn.dequantize %weight : tensor<2x2x!weight> -> tensor<2x2xf32>
  %real_one = nn.dequantize %one : tensor<2x2x!one> -> tensor<2x2xf32>
  %real = nn.dequantize %features : tensor<?x2x!features> -> tensor<?x2xf32>
  %layer = nn.fully_connected %real, %real_weight
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %added = nn.add %layer, %real
      : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %sum = nn.quantize %added {nn.edge = #nn.edge<1, "e1">}
      : tensor<?x2xf32> -> tensor<?x2x!sum>
  %first = nn.fully_connected %real, %real_one
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %second = nn.fully_connected %real, %real_weight
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %subtracted = nn.sub %first, %second
      : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %difference = nn.quantize %subtracted : tensor<?x2xf32> -> tensor<?x2x!sum>
  return %sum, %difference : tensor<?x2x!sum>, tensor<?x2x!sum>
}

// -----

!features = !quant.uniform<i8:f32, 0.5:-3>
!row = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8<-127:127>:f32, 0.25>
!sum = !quant.uniform<i8:f32, 2.0:7>

// A layer stays float, and with it the sum, where others read it, where it is
// repeated along a dimension, and where the sum has a float operand.
// CHECK-LABEL: func.func @no_sums
// CHECK-COUNT-3: nn.fully_connected {{.*}} -> tensor<{{.*}}xf32>
func.func @no_sums(%features: tensor<4x2x!features>, %row: tensor<1x2x!row>,
                   %float: tensor<4x2xf32>)
    -> (tensor<4x2x!sum>, tensor<4x2xf32>, tensor<4x2x!sum>, tensor<4x2x!sum>) {
  %integers = arith.constant dense<3> : tensor<2x2xi8>
  %weight = quant.scast %integers : tensor<2x2xi8> to tensor<2x2x!weight>
  %real_weight = nn.dequantize %weight : tensor<2x2x!weight> -> tensor<2x2xf32>
  %real = nn.dequantize %features : tensor<4x2x!features> -> tensor<4x2xf32>
  %real_row = nn.dequantize %row : tensor<1x2x!row> -> tensor<1x2xf32>
  %read = nn.fully_connected %real, %real_weight
      : (tensor<4x2xf32>, tensor<2x2xf32>) -> tensor<4x2xf32>
  %added0 = nn.add %read, %real
      : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %sum0 = nn.quantize %added0 : tensor<4x2xf32> -> tensor<4x2x!sum>
  %repeated = nn.fully_connected %real_row, %real_weight
      : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %added1 = nn.add %repeated, %real
      : (tensor<1x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %sum1 = nn.quantize %added1 : tensor<4x2xf32> -> tensor<4x2x!sum>
  %layer = nn.fully_connected %real, %real_weight
      : (tensor<4x2xf32>, tensor<2x2xf32>) -> tensor<4x2xf32>
  %added2 = nn.add %layer, %float
      : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %sum2 = nn.quantize %added2 : tensor<4x2xf32> -> tensor<4x2x!sum>
  return %sum0, %read, %sum1, %sum2
      : tensor<4x2x!sum>, tensor<4x2xf32>, tensor<4x2x!sum>, tensor<4x2x!sum>
}
